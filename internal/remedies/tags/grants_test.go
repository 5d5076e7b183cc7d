package tags

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestEveryTaggableTypeHasATagger(t *testing.T) {
	for _, typ := range arn.Types() {
		if arn.Taggable(typ) != arn.Yes {
			continue
		}
		if !slices.ContainsFunc(taggers, func(g tagger) bool { return matches(g.types, typ) }) {
			t.Errorf("%s can be tagged, and has no tagger", typ)
		}
	}
}

func TestTypesAreGlobs(t *testing.T) {
	for _, g := range slices.Concat(Remedy.Reads, Remedy.Writes) {
		if len(g.Types) == 0 {
			t.Errorf("%s is for every type", g.Action)
		}
		for _, typ := range g.Types {
			if _, err := path.Match(typ, "AWS::EC2::Instance"); err != nil || !strings.HasPrefix(typ, "AWS::") {
				t.Errorf("%s is for %q, which is no type", g.Action, typ)
			}
		}
	}
}

// A resource is read and written with the credentials of one role, so all its grants are in that one.
func TestOneRoleAType(t *testing.T) {
	for _, typ := range arn.Types() {
		roles := map[string][]string{}
		for _, g := range slices.Concat(Remedy.Reads, Remedy.Writes) {
			if matches(g.Types, typ) {
				roles[g.Role] = append(roles[g.Role], g.Action)
			}
		}
		if len(roles) > 1 || len(roles[""]) > 0 {
			t.Errorf("%s has grants in the roles %v, want one", typ, roles)
		}
	}
}

// TestUsedIsDeclared makes every call that the remedy can make, and compares their actions with the grants, role by role and type by type.
func TestUsedIsDeclared(t *testing.T) {
	used := map[string]bool{}
	use := func(f *fake) {
		for _, action := range f.actions {
			used[action] = true
		}
	}
	for name, w := range wires {
		f := w.fake(t)
		if err := readAndWrite(t, f, w.r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		compareActions(t, name, f.actions, w.r.Type)
		use(f)
	}
	for typ := range ec2Describes {
		use(untagged(t, typ))
	}
	for _, c := range factCases {
		f := c.fake(t)
		_, _ = tagFacts(t.Context(), f.config(), c.r, remedy.FactsWanted{Parent: true, Account: true})
		compareActions(t, c.name, f.actions, c.r.Type)
		use(f)
	}
	abac := newFake(t).on("GetBucketTagging", 200, bucketTags).on("PutBucketTagging", 400, restXML.fault("InvalidRequest")).
		on("GetBucketAbac", 200, `<AbacStatus><Status>Enabled</Status></AbacStatus>`).on("TagResource", 204, "").on("UntagResource", 204, "")
	if err := readAndWrite(t, abac, wires["s3"].r); err != nil {
		t.Fatal(err)
	}
	use(abac)
	declared := map[string]bool{}
	for _, g := range slices.Concat(Remedy.Reads, Remedy.Writes) {
		if g.Role != "tag" || strings.HasPrefix(g.Action, "tag:") {
			declared[g.Action] = true
		}
	}
	if !maps.Equal(used, declared) {
		t.Errorf("used but not declared: %v; declared but not used: %v", without(used, declared), without(declared, used))
	}
}

// compareActions tells whether the actions are all granted for the type.
func compareActions(t *testing.T, name string, actions []string, typ string) {
	t.Helper()
	for _, action := range actions {
		if !slices.ContainsFunc(slices.Concat(Remedy.Reads, Remedy.Writes), func(g remedy.Grant) bool { return g.Action == action && matches(g.Types, typ) }) {
			t.Errorf("%s: got a call of %s, which is not granted for %s", name, action, typ)
		}
	}
}

func without(a, b map[string]bool) []string {
	var left []string
	for key := range a {
		if !b[key] {
			left = append(left, key)
		}
	}
	slices.Sort(left)
	return left
}

func TestFallbackGrants(t *testing.T) {
	actionsOf := func(typ string) []string {
		var actions []string
		for _, g := range slices.Concat(Remedy.Reads, Remedy.Writes) {
			if matches(g.Types, typ) {
				actions = append(actions, g.Action+" "+g.On)
			}
		}
		slices.Sort(actions)
		return actions
	}
	always := []string{"organizations:ListTagsForResource " + accountARN, "tag:GetResources *", "tag:TagResources *", "tag:UntagResources *"}
	cases := []struct {
		typ  string
		want []string
	}{
		{"AWS::Glue::Job", []string{"glue:TagResource ${ARN}", "glue:UntagResource ${ARN}"}},
		{"AWS::ACM::Certificate", []string{"acm:AddTagsToCertificate ${ARN}", "acm:RemoveTagsFromCertificate ${ARN}"}},
		{"AWS::EFS::FileSystem", []string{"elasticfilesystem:TagResource ${ARN}", "elasticfilesystem:UntagResource ${ARN}"}},
		{"AWS::Route53::HostedZone", []string{"route53:ChangeTagsForResource ${ARN}"}},
		{"AWS::ApiGateway::RestApi", []string{"apigateway:DELETE arn:${Partition}:apigateway:${Region}::/tags/*", "apigateway:PUT arn:${Partition}:apigateway:${Region}::/tags/*"}},
		{"AWS::Cognito::UserPool", []string{"cognito-idp:TagResource ${ARN}", "cognito-idp:UntagResource ${ARN}"}},
	}
	for _, c := range cases {
		t.Run(c.typ, func(t *testing.T) {
			want := slices.Sorted(slices.Values(slices.Concat(always, c.want)))
			if got := actionsOf(c.typ); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
