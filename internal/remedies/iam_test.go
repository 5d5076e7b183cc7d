package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// since2020 is the path of users whose keys and passwords the emulator's front shows as made in 2020.
const since2020 = "/since/2020-01-02/"

// plantUser makes a user below a path.
func plantUser(ctx context.Context, cfg aws.Config, path, name string) (remedytest.Planted, error) {
	_, err := iam.NewFromConfig(cfg).CreateUser(ctx, &iam.CreateUserInput{UserName: &name, Path: &path})
	return remedytest.Planted{Resource: user(path, name)}, err
}

func user(path, name string) finding.Resource {
	return planted("AWS::IAM::User", "AIDAPLANTED", "arn:aws:iam::"+remedytest.Account+":user"+path+name)
}
