package rights_test

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/remedies/tags"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// widest are the policies that need most: the one fixes the tags of every type, the other does whatever a remedy can do.
func widest(t *testing.T) map[string]*policy.Policy {
	t.Helper()
	found := map[string]*policy.Policy{}
	for _, name := range []string{"wide.yaml", "every.yaml"} {
		text, err := os.ReadFile("../../testdata/stack/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if found[name], err = policy.Parse(name, text, remedies.Catalog()); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// Whatever a policy wants, IAM takes its roles.
func TestWidestPolicyFitsIAM(t *testing.T) {
	sid, action := regexp.MustCompile(`^[A-Za-z0-9]+$`), regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9]+$`)
	for name, p := range widest(t) {
		roles := rights.Roles(p, remedies.All)
		if len(roles) == 0 {
			t.Fatalf("%s needs no role", name)
		}
		for _, r := range roles {
			checkLimits(t, r)
			seen := map[string]bool{}
			for _, s := range r.Document.Statement {
				if !sid.MatchString(s.Sid) || seen[s.Sid] {
					t.Errorf("%s, role %s: Sid %q is not of letters and digits, or stands twice", name, r.Service, s.Sid)
				}
				seen[s.Sid] = true
				for _, a := range s.Action {
					if !action.MatchString(a) {
						t.Errorf("%s, role %s: action %q is no plain action", name, r.Service, a)
					}
				}
			}
		}
	}
}

// checkLimits checks that IAM takes a role's policies.
func checkLimits(t *testing.T, r rights.Role) {
	t.Helper()
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
}

// Each remedy works on each type that it is for with one role, which the policy that does everything has, and in a session that STS takes.
func TestEveryUseHasItsSession(t *testing.T) {
	roles := map[string]bool{}
	for _, r := range rights.Roles(widest(t)["every.yaml"], remedies.All) {
		for _, id := range r.Remedies {
			roles[r.Service+" "+id] = true
		}
	}
	longest := 0
	for _, r := range remedies.All {
		for _, typ := range worksOn(r) {
			service, err := rights.RoleOf(r, typ)
			if err != nil {
				t.Error(err)
				continue
			}
			if !roles[service+" "+r.ID] {
				t.Errorf("%s on %s: the session is of role %s, which does not carry it", r.ID, typ, service)
			}
			d, err := rights.Session(r, longNamed(typ))
			if err != nil {
				t.Errorf("%s on %s: %v", r.ID, typ, err)
			}
			longest = max(longest, d.Size())
		}
	}
	t.Logf("the longest session policy has %d characters", longest)
}

// worksOn are the types that a remedy works on: those of its own and of its grants. A remedy whose type is in no table is for that one.
func worksOn(r remedy.Remedy) []string {
	if !strings.Contains(r.Resource, "*") {
		return []string{r.Resource}
	}
	grants := slices.Concat(r.Reads, r.Writes)
	return slices.DeleteFunc(arn.Types(), func(typ string) bool {
		fits, _ := path.Match(r.Resource, typ)
		asks := slices.ContainsFunc(grants, func(g remedy.Grant) bool { return granted(g, typ) })
		never := r.ID == tags.Remedy.ID && (arn.Taggable(typ) == arn.No || typ == "AWS::IAM::ServiceLinkedRole")
		return !fits || !asks || never
	})
}

func granted(g remedy.Grant, typ string) bool {
	return len(g.Types) == 0 || slices.ContainsFunc(g.Types, func(glob string) bool {
		ok, _ := path.Match(glob, typ)
		return ok
	})
}

// longNamed is a resource of a type whose name is as long as AWS lets names be, nearly.
func longNamed(typ string) finding.Resource {
	format, ok := arn.Format(typ)
	if !ok {
		format = "arn:${Partition}:" + arn.Service(typ) + ":${Region}:${Account}:thing/*"
	}
	here := strings.NewReplacer("${Partition}", "aws-us-gov", "${Region}", "us-gov-west-1", "${Account}", "111122223333").Replace(format)
	here = strings.Replace(here, ":*:", "::", 1) // an account that some ARNs leave out
	name := strings.Repeat("n", 200)
	if strings.HasPrefix(typ, "AWS::EC2::") {
		name = strings.Repeat("n", 40) // EC2 makes its ids, and they are short
	}
	return finding.Resource{
		Partition: "aws-us-gov", Account: "111122223333", Region: "us-gov-west-1", Type: typ, ID: name,
		ARN: strings.ReplaceAll(strings.Replace(here, "*", name, 1), "*", "more"),
	}
}

// beyond are the grants by which a session reaches more than the very resource: what the remedy makes, tags or has to name beside it. Each has its reason at the remedy.
// "arn:${Partition}:" is left out.
var beyond = []string{
	"ec2-close-world-ports ec2:AuthorizeSecurityGroupIngress ec2:${Region}:${Account}:security-group-rule/*",
	"ec2-close-world-ports ec2:CreateTags ec2:${Region}:${Account}:security-group-rule/* if ec2:CreateAction AuthorizeSecurityGroupIngress",
	"ec2-detach-profile iam:PassRole iam::${Account}:role/* if iam:PassedToService ec2.amazonaws.com|ec2.amazonaws.com.cn",
	"ec2-empty-default-group ec2:AuthorizeSecurityGroupEgress ec2:${Region}:${Account}:security-group-rule/*",
	"ec2-empty-default-group ec2:AuthorizeSecurityGroupIngress ec2:${Region}:${Account}:security-group-rule/*",
	"ec2-empty-default-group ec2:CreateTags ec2:${Region}:${Account}:security-group-rule/* if ec2:CreateAction AuthorizeSecurityGroupEgress|AuthorizeSecurityGroupIngress",
	"ec2-flow-logs ec2:CreateFlowLogs ec2:${Region}:${Account}:vpc-flow-log/*",
	"ec2-flow-logs ec2:DeleteFlowLogs ec2:${Region}:${Account}:vpc-flow-log/*",
	"ec2-forensic-snapshot ec2:CreateSnapshots ec2:${Region}:${Account}:volume/*",
	"ec2-forensic-snapshot ec2:CreateSnapshots ec2:${Region}::snapshot/*",
	"ec2-forensic-snapshot ec2:CreateTags ec2:${Region}::snapshot/* if ec2:CreateAction CreateSnapshots",
	"ec2-forensic-snapshot ec2:DeleteSnapshot ec2:${Region}::snapshot/* if ec2:ResourceTag/tagwarden:purpose evidence",
	"ec2-isolate ec2:CreateSecurityGroup ec2:${Region}:${Account}:security-group/*",
	"ec2-isolate ec2:CreateSecurityGroup ec2:${Region}:*:vpc/*",
	"ec2-isolate ec2:CreateSnapshots ec2:${Region}:${Account}:volume/*",
	"ec2-isolate ec2:CreateSnapshots ec2:${Region}::snapshot/*",
	"ec2-isolate ec2:CreateTags ec2:${Region}::snapshot/* if ec2:CreateAction CreateSnapshots",
	"ec2-isolate ec2:DeleteTags ec2:${Region}::snapshot/* if ec2:ResourceTag/tagwarden:purpose evidence",
	"ec2-isolate ec2:CreateTags ec2:${Region}:${Account}:security-group/* if ec2:CreateAction CreateSecurityGroup",
	"ec2-isolate ec2:ModifyNetworkInterfaceAttribute ec2:${Region}:${Account}:network-interface/*",
	"ec2-isolate ec2:ModifyNetworkInterfaceAttribute ec2:${Region}:*:security-group/*",
	"ec2-isolate ec2:RevokeSecurityGroupEgress ec2:${Region}:${Account}:security-group/* if ec2:ResourceTag/tagwarden:purpose quarantine",
	"ec2-stop kms:CreateGrant kms:${Region}:${Account}:key/* if kms:GrantIsForAWSResource true",
	"guardduty-threat-list iam:DeleteRolePolicy iam::${Account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
	"guardduty-threat-list iam:PutRolePolicy iam::${Account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
	"guardduty-threat-list s3:GetObject s3:::*/tagwarden/*",
	"guardduty-threat-list s3:ListBucket s3:::*",
	"guardduty-threat-list s3:PutObject s3:::*/tagwarden/*",
	"secretsmanager-rotation lambda:InvokeFunction lambda:${Region}:${Account}:function:*",
	"tags apigateway:DELETE apigateway:${Region}::/tags/*",
	"tags apigateway:PUT apigateway:${Region}::/tags/*",
	"tags ec2:CreateTags ec2:${Region}:${Account}:key-pair/*",
	"tags ec2:DeleteTags ec2:${Region}:${Account}:key-pair/*",
	"tags ecs:ListTagsForResource ecs:${Region}:${Account}:cluster/*",
	"tags ecs:ListTagsForResource ecs:${Region}:${Account}:service/*",
	"tags organizations:ListTagsForResource organizations::*:account/*/${Account}",
	"tags rds:DescribeDBClusterSnapshots rds:${Region}:${Account}:cluster:*",
	"tags rds:DescribeDBSnapshots rds:${Region}:${Account}:db:*",
	"tags rds:ListTagsForResource rds:${Region}:${Account}:cluster:*",
	"tags rds:ListTagsForResource rds:${Region}:${Account}:db:*",
}

// A session names the very resource and no other, but for what stands in beyond, and for actions that AWS offers no resource level for.
func TestSessionsAreNarrow(t *testing.T) {
	found := map[string]bool{}
	for _, r := range remedies.All {
		for _, typ := range worksOn(r) {
			res := longNamed(typ)
			d, err := rights.Session(r, res)
			if err != nil {
				t.Errorf("%s on %s: %v", r.ID, typ, err)
				continue
			}
			for _, s := range d.Statement {
				for _, on := range s.Resource {
					if on == "*" || on == res.ARN || on == res.ARN+":*" || on == strings.Replace(res.ARN, "/", "/*/", 1) { // the last is whatever path a user or role has
						continue
					}
					on = strings.NewReplacer("aws-us-gov", "${Partition}", "us-gov-west-1", "${Region}", "111122223333", "${Account}").Replace(on)
					on = strings.TrimPrefix(on, "arn:${Partition}:")
					for _, action := range s.Action {
						found[strings.TrimSpace(fmt.Sprint(r.ID, " ", action, " ", on, " ", condition(s)))] = true
					}
				}
			}
		}
	}
	for got := range found {
		if !slices.Contains(beyond, got) {
			t.Errorf("not declared here: %q,", got)
		}
	}
	for _, want := range beyond {
		if !found[want] {
			t.Errorf("declared here and in no session: %s", want)
		}
	}
}

// condition is a statement's condition in short: "if KEY VALUE|VALUE".
func condition(s rights.Statement) string {
	var texts []string
	for _, keys := range s.Condition {
		for key, values := range keys {
			texts = append(texts, "if "+key+" "+strings.Join(values, "|"))
		}
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}
