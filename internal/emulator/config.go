package emulator

import (
	"context"
	"net"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
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
		Region:           region,
		BaseEndpoint:     &endpoint,
		Credentials:      credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:       client,
		RetryMaxAttempts: 1, // what the emulator lacks it answers with 500, again and again
	}
}

// In gives a copy of cfg whose calls are made in another account. The emulator keeps accounts apart.
func In(cfg aws.Config, account string) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, smithyhttp.AddHeaderValue("x-moto-account-id", account))
	return cfg
}
