package emulator

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Region is where things are made that name no region of their own.
const Region = "us-east-1"

// Config reaches the emulator, or the front before it, and nothing else: no profile, no variable and no role of the machine is looked at, and whatever host a client
// asks for (S3 Control puts the account before it), the endpoint is dialled.
func Config(endpoint, region string) aws.Config {
	address := strings.TrimPrefix(endpoint, "http://")
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.Proxy = nil
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}
	})
	return aws.Config{
		Region:       region,
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:   client,
		Retryer:      patient,
	}
}

// How often, and after what pause at most, a call is made again.
const (
	maxAttempts = 4
	maxPause    = time.Second
)

// patient has calls made again whose connection broke: a busy emulator now and then resets one. What the emulator lacks it answers with 500, again and again: that is no
// reason.
func patient() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = maxAttempts, maxPause, ratelimit.None
		o.Retryables = []retry.IsErrorRetryable{retry.NoRetryCanceledError{}, retry.RetryableConnectionError{}}
	})
}

// In gives a copy of cfg whose calls are made in another account. The emulator keeps accounts apart.
func In(cfg aws.Config, account string) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, smithyhttp.AddHeaderValue(accountHeader, account))
	return cfg
}
