package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/preflight"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A remote desk is the operator function of a deployment. Each request is signed with the caller's own credentials: AWS tells the function who calls.
type remote struct {
	url         string
	region      string
	credentials aws.CredentialsProvider
	client      *http.Client
	now         func() time.Time
}

// urlRegion is the region in a function's URL. Source: AWS Lambda developer guide, "Invoking Lambda function URLs".
var urlRegion = regexp.MustCompile(`^[a-z0-9]+\.lambda-url\.([a-z0-9-]+)\.`)

// newRemote gives the desk at a URL or, where that is empty, that of the deployment with a prefix, in the account and region of the credentials at hand.
func newRemote(ctx context.Context, at, prefix string) (*remote, error) {
	cfg, err := loadAWS(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return nil, cmp.Or(ctx.Err(), errNoCredentials) // the SDK's own words are about every place where it looked
	}
	if at == "" {
		if at, err = findURL(ctx, cfg, rights.Names{Prefix: prefix}.Function(rights.OperatorName)); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(at)
	if err != nil || u.Host == "" || u.Scheme != "https" && !loopback(u) {
		return nil, fmt.Errorf("%q is no URL of a function: give the stack's output OperatorUrl, which begins with https://", at)
	}
	region := cfg.Region
	if found := urlRegion.FindStringSubmatch(u.Host); found != nil {
		region = found[1]
	}
	if region == "" {
		return nil, errors.New("no region is named: set AWS_REGION to the deployment's")
	}
	client := &http.Client{
		Timeout:       wiring.OperatorTimeout + 10*time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // a signature is for one host
	}
	return &remote{url: at, region: region, credentials: cfg.Credentials, client: client, now: time.Now}, nil
}

// errNoCredentials says that nobody can be asked under the caller's name.
var errNoCredentials = errors.New("there are no AWS credentials, or they have expired: sign in or set AWS_PROFILE (`aws sts get-caller-identity` shows whose they are) and name the deployment with --url, " +
	"or ask an emulator with --endpoint")

// loopback tells whether a URL is plain HTTP on this machine.
func loopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && ip != nil && ip.IsLoopback()
}

// findURL asks AWS Lambda for a function's URL, which is that of the version that is released.
//
// Source: AWS Lambda API reference, GetFunctionUrlConfig.
func findURL(ctx context.Context, cfg aws.Config, function string) (string, error) {
	if cfg.Region == "" {
		return "", errors.New("no region is named: set AWS_REGION to the deployment's, or name it with --url, the stack's output OperatorUrl")
	}
	found, err := lambda.NewFromConfig(cfg).GetFunctionUrlConfig(ctx, &lambda.GetFunctionUrlConfigInput{FunctionName: &function, Qualifier: aws.String(rights.LiveAlias)})
	var api smithy.APIError
	switch {
	case err == nil:
		return aws.ToString(found.FunctionUrl), nil
	case errors.As(err, &api) && api.ErrorCode() == "ResourceNotFoundException":
		return "", fmt.Errorf("there is no function %s with a URL in %s: name the deployment with AWS_REGION and --prefix, or with --url, the stack's output OperatorUrl", function, cfg.Region)
	case errors.As(err, &api):
		return "", fmt.Errorf("ask for the URL of %s: AWS answered %s: allow lambda:GetFunctionUrlConfig, or name it with --url, the stack's output OperatorUrl", function, api.ErrorCode())
	}
	return "", fmt.Errorf("ask for the URL of %s: %w", function, preflight.Plain(err))
}

// maxAnswer bounds what is read of an answer, in bytes. Source: AWS Lambda developer guide, "Lambda quotas" (invocation payload, synchronous: 6 MB).
const maxAnswer = 8 << 20

// Do asks the function.
func (r *remote) Do(ctx context.Context, asked operator.Request) (operator.Response, error) {
	var answer operator.Response
	body, err := json.Marshal(asked)
	if err != nil {
		return answer, err
	}
	request, err := r.signed(ctx, body)
	if err != nil {
		return answer, err
	}
	got, err := r.client.Do(request)
	if err != nil {
		return answer, fmt.Errorf("ask the operator: %w; try again: asking twice does no harm", err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(io.LimitReader(got.Body, maxAnswer))
	if err != nil {
		return answer, fmt.Errorf("read the operator's answer: %w", err)
	}
	if got.StatusCode != http.StatusOK {
		return answer, failure(got.StatusCode, text)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, fmt.Errorf("read the operator's answer (is %s the operator's URL?): %w", r.url, err)
	}
	return answer, nil
}

// signed is a request with a signature of version 4. Source: AWS Lambda developer guide, "Invoking Lambda function URLs" (AWS_IAM: each request is signed).
func (r *remote) signed(ctx context.Context, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	credentials, err := r.credentials.Retrieve(ctx)
	if err != nil {
		return nil, cmp.Or(ctx.Err(), errNoCredentials)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "lambda", r.region, r.now()); err != nil {
		return nil, fmt.Errorf("sign the request: %w", err)
	}
	return request, nil
}

// failure is an answer that is none: the operator's own words, or AWS's where the request never came to it.
func failure(status int, text []byte) error {
	var said operator.Failure
	if json.Unmarshal(text, &said) == nil && said.Error != "" {
		return &operator.Error{Code: operator.Code(status), Why: said.Error}
	}
	if status == http.StatusForbidden {
		return &operator.Error{Code: operator.Denied, Why: "AWS does not let you call the operator: you need lambda:InvokeFunctionUrl and lambda:InvokeFunction on its function, " +
			"and credentials that have not expired, of the account that it is in (see docs/guardrails.md, Operators)."}
	}
	return fmt.Errorf("the operator answered with the status %d: why stands in its log; try again: asking twice does no harm", status)
}
