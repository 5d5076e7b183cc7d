package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// byUniqueID is a planted user as AWS Config names it.
func byUniqueID(ctx context.Context, cfg aws.Config, p remedytest.Planted, name string) (remedytest.Planted, error) {
	out, err := iam.NewFromConfig(cfg).GetUser(ctx, &iam.GetUserInput{UserName: &name})
	if err == nil {
		p.Resource.ARN, p.Resource.ID = "", aws.ToString(out.User.UserId)
	}
	return p, err
}

func TestFindUser(t *testing.T) {
	const arn = "arn:aws-cn:iam::111122223333:user/team/alice"
	users := func(list string) string {
		return "<R><ListUsersResult><Users>" + list + "</Users></ListUsersResult></R>"
	}
	one := func(id, arn string) string {
		return "<member><UserId>" + id + "</UserId><Arn>" + arn + "</Arn></member>"
	}
	for name, test := range map[string]struct {
		body, want string
		gone       bool
	}{
		"among others":   {users(one("AIDA1", "arn:aws-cn:iam::111122223333:user/bob") + one("AIDA2", arn)), arn, false},
		"none of the id": {users(one("AIDA1", arn)), "", true},
		"without an ARN": {users(one("AIDA2", "")), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := findUser(t.Context(), canned{"text/xml", test.body}.config(), finding.Resource{Type: iamUser, ID: "AIDA2"})
			if got.ARN != test.want || (err == nil) != (test.want != "") || errors.Is(err, remedy.ErrGone) != test.gone {
				t.Errorf("got %q, %v; want %q, gone: %t", got.ARN, err, test.want, test.gone)
			}
		})
	}
}
