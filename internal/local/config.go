package local

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
)

// config reaches one account of the emulator, and nothing else: no profile, no variable and no role of the machine is looked at.
func config(endpoint, account, region string) aws.Config {
	cfg := aws.Config{
		Region:       region,
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:   awshttp.NewBuildableClient(),
	}
	if account != Account {
		// The emulator's own header: the account without assuming a role in it.
		cfg.APIOptions = append(cfg.APIOptions, smithyhttp.AddHeaderValue("x-moto-account-id", account))
	}
	return cfg
}

func catalogOf() policy.Catalog { return remedies.Catalog() }
