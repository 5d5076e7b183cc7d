package remedy

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// answer is AWS's answer with a status and a code.
func answer(status int, code string) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: &smithy.GenericAPIError{Code: code},
	}}
}

func TestClassOf(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want Class
	}{
		{"gone", fmt.Errorf("read it: %w", ErrGone), Over},
		{"refused", &RefusedError{Why: "no"}, Person},
		{"denied", answer(403, "AccessDenied"), Person},
		{"denied by EC2", answer(403, "UnauthorizedOperation"), Person},
		{"a wrong value", answer(400, "InvalidParameterValue"), Person},
		{"a wrong value of a JSON protocol", answer(400, "ValidationException"), Person},
		{"not found yet", answer(400, "InvalidInstanceID.NotFound"), Again},
		{"at work", answer(400, "InvalidDBInstanceState"), Again},
		{"at work, S3", answer(409, "OperationAborted"), Again},
		{"at work, IAM", answer(409, "ConcurrentModification"), Again},
		{"at work, WAF", answer(400, "WAFOptimisticLockException"), Again},
		{"no answer", errors.New("connection reset"), Again},
		{"AWS's own fault", answer(500, "InvalidParameterValue"), Again},
		{"no code", answer(400, ""), Again},
		{"another status of throttling", answer(429, "Whatever"), Again},
		{"credentials ran out", answer(400, "ExpiredTokenException"), Again},
	} {
		if got := ClassOf(fmt.Errorf("do it: %w", test.err)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestThrottlingPasses holds that throttling is known in every protocol, and that the retryer of the functions tries it again.
func TestThrottlingPasses(t *testing.T) {
	patient := Patient(retry.NewStandard())
	for _, code := range []string{
		"Throttling", "ThrottlingException", "ThrottledException", "Throttling.User", "RequestLimitExceeded", "Client.RequestLimitExceeded", "SlowDown", "TooManyRequestsException", "OperationAborted",
		"ConcurrentUpdateException", "ProvisionedThroughputExceededException", "TooManyUpdates",
	} {
		err := answer(400, code)
		if ClassOf(err) != Again || !patient.IsErrorRetryable(err) {
			t.Errorf("%s: class %s, tried again %v; want again, true", code, ClassOf(err), patient.IsErrorRetryable(err))
		}
	}
	if err := answer(400, "InvalidParameterValue"); patient.IsErrorRetryable(err) {
		t.Error("a wrong value is tried again")
	}
}

// TestExplain holds what an answer of AWS becomes for those who act upon it.
func TestExplain(t *testing.T) {
	var refused *RefusedError
	for _, test := range []struct {
		name          string
		err           error
		gone, refused bool
	}{
		{"gone", answer(404, "NoSuchBucket"), true, false},
		{"denied", answer(403, "AccessDenied"), false, true},
		{"a wrong value", answer(400, "InvalidParameterValue"), false, true},
		{"throttled", answer(400, "Throttling.User"), false, false},
		{"no answer", errors.New("reset"), false, false},
	} {
		err := Explain("read it", test.err, "NoSuchBucket")
		if errors.Is(err, ErrGone) != test.gone || errors.As(err, &refused) != test.refused || !errors.Is(err, test.err) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
