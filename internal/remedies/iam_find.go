package remedies

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// findUsers is the grant to find a user by the id that AWS made up: IAM lists all users, and has no resource level for that.
//
// Source: Service Authorization Reference, "Actions defined by AWS Identity and Access Management" (ListUsers).
var findUsers = remedy.Grant{Action: "iam:ListUsers", On: "*", For: remedy.ForARN}

// findUser finds the user with a unique id (AIDA...), by which AWS Config's rules name users, and Security Hub where it does not know the ARN. No call of IAM asks for it.
//
// Source: IAM user guide, "IAM identifiers" (unique identifiers).
func findUser(ctx context.Context, cfg aws.Config, r finding.Resource) (finding.Resource, error) {
	for pages := iam.NewListUsersPaginator(iam.NewFromConfig(cfg), &iam.ListUsersInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return r, remedy.Explain("find "+r.String(), err)
		}
		for _, u := range page.Users {
			if aws.ToString(u.UserId) != r.ID {
				continue
			}
			if r.ARN = aws.ToString(u.Arn); r.ARN == "" {
				return r, fmt.Errorf("find %s: AWS gave no ARN", r)
			}
			return r, nil
		}
	}
	return r, fmt.Errorf("find %s: %w", r, remedy.ErrGone)
}
