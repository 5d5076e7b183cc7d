package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ssmDocumentPrivateCases = []remedytest.Case{
	{
		Name: "shared-with-everybody", Absent: document("tagwarden-no-such-document"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantDocument(ctx, cfg, "tagwarden-public")
			if err != nil {
				return p, err
			}
			_, err = ssm.NewFromConfig(cfg).ModifyDocumentPermission(ctx, &ssm.ModifyDocumentPermissionInput{
				Name: &p.Resource.ID, PermissionType: types.DocumentPermissionTypeShare,
				AccountIdsToAdd: []string{"all"}, SharedDocumentVersion: aws.String("$LATEST"),
			})
			return p, err
		},
	},
}

// plantDocument makes a document of a name that is its own in all tests.
func plantDocument(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	_, err := ssm.NewFromConfig(cfg).CreateDocument(ctx, &ssm.CreateDocumentInput{
		Name: &name, DocumentType: types.DocumentTypeCommand, DocumentFormat: types.DocumentFormatJson,
		Content: aws.String(`{"schemaVersion":"2.2","description":"nothing","mainSteps":[]}`),
	})
	return remedytest.Planted{Resource: document(name)}, err
}

func document(name string) finding.Resource {
	return planted("AWS::SSM::Document", name, "arn:aws:ssm:"+remedytest.Region+":"+remedytest.Account+":document/"+name)
}

func TestDocumentSharedWithAccountsIsNotPublishedAgain(t *testing.T) {
	from, to := documentShares{"444455556666": "$DEFAULT"}, documentShares{"444455556666": "$DEFAULT", "all": "$DEFAULT"}
	err := writeDocumentShares(t.Context(), aws.Config{}, document("d"), from, to)
	if _, refused := errors.AsType[*remedy.RefusedError](err); !refused {
		t.Errorf("got %v, want a refusal", err)
	}
}
