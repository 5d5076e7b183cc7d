package preflight

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// errNoAWS says that something answered, and not as AWS does.
var errNoAWS = errors.New("what answers there is not AWS")

// The ways out where AWS was not come to.
const (
	lookAtEndpoint = "look at AWS_ENDPOINT_URL, and at a proxy in between"
	lookAtNetwork  = "look at the network, at AWS_REGION and at AWS_ENDPOINT_URL, and try again"
	signIn         = "sign in, or set AWS_PROFILE and AWS_REGION"
)

// Ready tells of credentials and region what of them is missing, both at once: AWS is not asked before.
func Ready(ctx context.Context, cfg aws.Config) error {
	credentials := errors.New("there are none")
	if cfg.Credentials != nil {
		_, credentials = cfg.Credentials.Retrieve(ctx) // the SDK's own words are about every place where it looked
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case credentials != nil && cfg.Region == "":
		return errors.New("there are no AWS credentials, or they have expired, and no region is named: sign in or set AWS_PROFILE, and set AWS_REGION to the deployment's")
	case credentials != nil:
		return errors.New("there are no AWS credentials, or they have expired: sign in or set AWS_PROFILE (`aws sts get-caller-identity` shows whose they are)")
	case cfg.Region == "":
		return errors.New("no region is named: set AWS_REGION to the deployment's")
	}
	return nil
}

// Plain is the error of a call in one sentence, with the way out: whether AWS was not reached, what answered is not AWS, or AWS answered with a code.
func Plain(err error) error { return fmt.Errorf("%w; %s", plain(err), wayOut(err)) }

// wayOut is what would do about an error: who could not come to AWS need not sign in.
func wayOut(err error) string {
	switch {
	case unreached(err):
		return lookAtNetwork
	case foreign(err):
		return lookAtEndpoint
	case code(err) != "":
		return signIn
	}
	return lookAtNetwork
}

// unreached tells whether no answer came.
func unreached(err error) bool {
	var sent *smithyhttp.RequestSendError
	return errors.As(err, &sent)
}

// foreign tells whether an answer came that is none of AWS: neither JSON nor XML, or without a code.
func foreign(err error) bool {
	var answer *smithyhttp.ResponseError
	c := code(err)
	return errors.As(err, &answer) && (c == "" || c == "UnknownError")
}

// code is AWS's code of an error; "" where it has none.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// plain is an error without what the SDK says of its own attempts.
func plain(err error) error {
	switch {
	case unreached(err):
		return fmt.Errorf("no answer came: %w", innermost(err))
	case foreign(err):
		return errNoAWS
	case code(err) != "":
		return fmt.Errorf("AWS answered %s", code(err))
	}
	return innermost(err)
}

// innermost is the error at the bottom of others. What a network says of a host stands one above it.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil || strings.HasPrefix(err.Error(), "dial ") {
			return err
		}
		err = inner
	}
}

// capital is a text that begins a sentence.
func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
