package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// refusingWrites answers reads of a bucket on which nothing is set, and refuses writes with a code.
type refusingWrites string

func (code refusingWrites) Do(r *http.Request) (*http.Response, error) {
	status, body := http.StatusBadRequest, "<Error><Code>"+string(code)+"</Code></Error>"
	switch {
	case r.Method != http.MethodGet:
	case r.URL.Query().Has("policy"):
		status, body = http.StatusNotFound, "<Error><Code>NoSuchBucketPolicy</Code></Error>"
	default:
		status, body = http.StatusOK, "<AccessControlPolicy/>"
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{"Content-Type": {"application/xml"}}, Request: r}, nil
}

// TestWritesThatS3Refuses holds that what no later try would change is a refusal, and all else an error that is tried again.
func TestWritesThatS3Refuses(t *testing.T) {
	policy := func(ctx context.Context, cfg aws.Config, r finding.Resource) error {
		to := bucketPolicy{Version: policyVersion, Statement: map[string][]json.RawMessage{"a": {json.RawMessage(`{"Sid":"a"}`)}}}
		return writeBucketPolicy(ctx, cfg, r, bucketPolicy{Version: policyVersion}, to)
	}
	acl := func(ctx context.Context, cfg aws.Config, r finding.Resource) error {
		return writeBucketGrants(ctx, cfg, r, nil, bucketGrants{"READ id=abc": true})
	}
	logging := func(ctx context.Context, cfg aws.Config, r finding.Resource) error {
		return writeAccessLogging(ctx, cfg, r, accessLogging{}, accessLogging{TargetBucket: "logs"})
	}
	versions := func(ctx context.Context, cfg aws.Config, r finding.Resource) error {
		return writeVersioning(ctx, cfg, r, versioning{Enabled: true}, versioning{})
	}
	for _, c := range []struct {
		code    string
		write   func(context.Context, aws.Config, finding.Resource) error
		refused bool
	}{
		{"MalformedPolicy", policy, true},
		{"AccessDenied", policy, true},
		{"OperationAborted", policy, false},
		{"AccessControlListNotSupported", acl, true},
		{"OperationAborted", acl, false},
		{"CrossLocationLoggingProhibitted", logging, true},
		{"InvalidTargetBucketForLogging", logging, true},
		{"OperationAborted", logging, false},
		{"InvalidBucketState", versions, true},
		{"OperationAborted", versions, false},
	} {
		cfg := emulator.Config("http://127.0.0.1:1", emulator.Region)
		cfg.HTTPClient = refusingWrites(c.code)
		err := c.write(t.Context(), cfg, bucket("b"))
		if refused := (*remedy.RefusedError)(nil); err == nil || errors.As(err, &refused) != c.refused {
			t.Errorf("%s: got %v, want an error, and a refusal: %t", c.code, err, c.refused)
		}
		if !remedy.Is(err, c.code) {
			t.Errorf("%s: the cause is lost in %v", c.code, err)
		}
	}
}
