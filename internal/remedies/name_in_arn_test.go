package remedies

import (
	"errors"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestNameInARN(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:rds:eu-west-1:111122223333:db:orders":                 "orders",
		"arn:aws:rds:eu-west-1:111122223333:snapshot:rds:orders-1":     "rds:orders-1",
		"arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/orders": "orders",
		"arn:aws-cn:iam::111122223333:role/admin":                      "admin",
		"arn:aws:iam::111122223333:user/team/a/me@example.com":         "me@example.com",
		"arn:aws:iam::111122223333:user/team/":                         "",
		"arn:aws:iam::111122223333:root":                               "",
		"arn:aws:rds:eu-west-1:111122223333:db:":                       "",
		"arn:aws:sqs:eu-west-1:111122223333:orders":                    "",
		"db-ABCDEFGHIJKLMNOPQRSTUVWXYZ":                                "",
		"":                                                             "",
	} {
		t.Run(arn, func(t *testing.T) {
			got, err := nameInARN(finding.Resource{ARN: arn, ID: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
			refused := (*remedy.RefusedError)(nil)
			if got != want || errors.As(err, &refused) != (want == "") {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		})
	}
}
