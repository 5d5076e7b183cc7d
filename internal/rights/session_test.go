package rights

import (
	"reflect"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestSessionOfAPrincipal holds that a session reaches a user or role whose path the event does not tell, and no other.
func TestSessionOfAPrincipal(t *testing.T) {
	r := remedy.Remedy{ID: "iam-x", Resource: "AWS::IAM::*", Reads: []remedy.Grant{{Action: "iam:GetRole", On: "${ARN}"}}}
	const here = "arn:aws:iam::111122223333:"
	for _, test := range []struct {
		typ, name string
		want      []string
	}{
		{"AWS::IAM::Role", "role/deploy", []string{here + "role/*/deploy", here + "role/deploy"}},
		{"AWS::IAM::Role", "role/service-role/deploy", []string{here + "role/service-role/deploy"}},
		{"AWS::IAM::User", "user/a*b", []string{here + "user/*/a${*}b", here + "user/a${*}b"}},
		{"AWS::IAM::Policy", "policy/p", []string{here + "policy/p"}},
	} {
		d, err := Session(r, finding.Resource{Partition: "aws", Account: "111122223333", Region: "us-east-1", Type: test.typ, ARN: here + test.name})
		if err != nil || len(d.Statement) != 1 || !reflect.DeepEqual(d.Statement[0].Resource, test.want) {
			t.Errorf("%s: got %+v, %v, want %q", test.name, d, err, test.want)
		}
	}
}
