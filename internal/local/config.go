package local

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
)

// config reaches the emulator, and nothing else: no profile, no variable and no role of the machine is looked at.
func config(endpoint, region string) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:   awshttp.NewBuildableClient(),
	}
}

func catalogOf() policy.Catalog { return remedies.Catalog() }
