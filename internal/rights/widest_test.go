package rights_test

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// widest is the policy that needs most: it fixes the tags of every type.
func widest(t *testing.T) *policy.Policy {
	t.Helper()
	text, err := os.ReadFile("../../testdata/stack/wide.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(text))
}

// Whatever a policy wants, IAM takes its roles.
func TestWidestPolicyFitsIAM(t *testing.T) {
	sid, action := regexp.MustCompile(`^[A-Za-z0-9]+$`), regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9]+$`)
	roles := rights.Roles(widest(t), remedies.All)
	if len(roles) == 0 {
		t.Fatal("a policy that fixes all tags needs no role")
	}
	for _, r := range roles {
		policies := r.Policies()
		if len(policies)-1 > rights.MaxAttached {
			t.Errorf("role %s needs %d managed policies, IAM takes %d", r.Service, len(policies)-1, rights.MaxAttached)
		}
		for i, d := range policies {
			limit := rights.MaxManaged
			if i == 0 {
				limit = rights.MaxRole
			}
			size := d.In(rights.Scope{Partition: "aws-us-gov", Region: "*", Account: "111122223333"}).Size()
			t.Logf("role %s, policy %d: %d characters, %d statements", r.Service, i, size, len(d.Statement))
			if size > limit {
				t.Errorf("policy %d of role %s has %d characters, IAM takes %d", i, r.Service, size, limit)
			}
		}
		seen := map[string]bool{}
		for _, s := range r.Document.Statement {
			if !sid.MatchString(s.Sid) || seen[s.Sid] {
				t.Errorf("role %s: Sid %q is not of letters and digits, or stands twice", r.Service, s.Sid)
			}
			seen[s.Sid] = true
			for _, a := range s.Action {
				if !action.MatchString(a) {
					t.Errorf("role %s: action %q is no plain action", r.Service, a)
				}
			}
		}
	}
}

// Each use has one role, which allows all that the session asks for, and a session that STS takes.
func TestEveryTypeHasItsSession(t *testing.T) {
	roles, used := map[string]bool{}, map[string]bool{}
	for _, r := range rights.Roles(widest(t), remedies.All) {
		roles[r.Service] = true
		for _, id := range r.Remedies {
			used[id] = true
		}
	}
	for _, r := range remedies.All {
		for _, typ := range arn.Types() {
			if fits, err := path.Match(r.Resource, typ); err != nil || !fits {
				continue
			}
			service, err := rights.RoleOf(r, typ)
			if err != nil {
				if strings.Contains(err.Error(), "two roles") {
					t.Error(err)
				}
				continue
			}
			if format, ok := arn.Format(typ); ok && arn.Taggable(typ) != arn.No {
				here := strings.NewReplacer("${Partition}", "aws", "${Region}", "eu-west-1", "${Account}", "111122223333").Replace(format)
				_, err := rights.Session(r, finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: typ, ARN: here})
				if err != nil {
					t.Errorf("%s: %v", typ, err)
				}
				if used[r.ID] && !roles[service] && typ != "AWS::IAM::ServiceLinkedRole" {
					t.Errorf("%s: the session is of role %s, which is not deployed", typ, service)
				}
			}
		}
	}
}
