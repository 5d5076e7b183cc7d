package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// plantKey makes a key.
func plantKey(ctx context.Context, cfg aws.Config, in kms.CreateKeyInput) (remedytest.Planted, error) {
	out, err := kms.NewFromConfig(cfg).CreateKey(ctx, &in)
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: key(*out.KeyMetadata.KeyId)}, nil
}

func key(id string) finding.Resource {
	return planted("AWS::KMS::Key", id, "arn:aws:kms:"+remedytest.Region+":"+remedytest.Account+":key/"+id)
}

const noSuchKey = "00000000-0000-0000-0000-000000000000"
