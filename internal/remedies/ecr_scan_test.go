package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ecrScanCases = []remedytest.Case{
	{
		Name: "no-scan-on-push", Absent: repository("tagwarden/no-such-repository"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantRepository(ctx, cfg, "tagwarden/scan")
		},
	},
}

// plantRepository makes a repository of a name that is its own in all tests.
func plantRepository(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	_, err := ecr.NewFromConfig(cfg).CreateRepository(ctx, &ecr.CreateRepositoryInput{RepositoryName: &name})
	return remedytest.Planted{Resource: repository(name)}, err
}

func repository(name string) finding.Resource {
	return planted("AWS::ECR::Repository", name, "arn:aws:ecr:"+remedytest.Region+":"+remedytest.Account+":repository/"+name)
}
