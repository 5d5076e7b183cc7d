package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

const (
	root      = "r-ab12"
	workloads = "ou-ab12-workloads"
	sandbox   = "ou-ab12-sandboxes"
)

// placed makes a finding whose account stands under these, in order.
func placed(tags map[string]string, ous ...string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Place = &finding.Place{OUs: ous, Tags: tags} }
}

// a whole policy of one rule in mode fix, with what scope and where say; either may be "".
func oneRule(scope, where string) string {
	text := "version: 1\nmode: fix\ntags: [{key: Owner, required: true, fill: [{value: x}]}]\n"
	if scope != "" {
		text += "scope: " + scope + "\n"
	}
	text += "rules:\n  - {name: a, on: [config, tags], do: [tags]"
	if where != "" {
		text += ", where: " + where
	}
	return text + "}\n"
}

func TestAccountsDecide(t *testing.T) {
	under, beside := placed(map[string]string{"Stage": "prod"}, root, workloads), placed(map[string]string{}, root, sandbox)
	unknown := func(f *finding.Finding) { f.Place = nil }
	untold := placed(nil, root, workloads)
	for _, c := range []struct {
		name, scope, where string
		at                 func(*finding.Finding)
		event, read        policy.Verdict // by the event alone, and after the resource was read
	}{
		{"an ancestor", "", "{ou: [" + workloads + "]}", under, policy.Fix, policy.Fix},
		{"the root", "", "{ou: [" + root + "]}", under, policy.Fix, policy.Fix},
		{"another branch", "", "{ou: [" + workloads + "]}", beside, policy.Ignored, policy.Ignored},
		{"an unknown account", "", "{ou: [" + workloads + "]}", unknown, policy.Fix, policy.Notify},
		{"an unknown account, elsewhere by its number", "", `{ou: [` + workloads + `], account: ["999988887777"]}`, unknown, policy.Ignored, policy.Ignored},
		{"an unknown account that is meant anyway", "", `{$or: [{ou: [` + workloads + `]}, {account: ["111122223333"]}]}`, unknown, policy.Fix, policy.Fix},
		{"an unknown account that one alternative may mean", "", `{$or: [{ou: [` + workloads + `]}, {account: ["999988887777"]}]}`, unknown, policy.Fix, policy.Notify},
		{"in scope by its OU", "{ou: [" + workloads + "]}", "", under, policy.Fix, policy.Fix},
		{"outside the scope by its OU", "{ou: [" + workloads + "]}", "", beside, policy.Ignored, policy.Ignored},
		{"a scope that is unknown", "{ou: [" + workloads + "]}", "", unknown, policy.Fix, policy.Notify},
		{"account tags", "", "{account_tags: {Stage: [prod]}}", under, policy.Fix, policy.Fix},
		{"other account tags", "", "{account_tags: {Stage: [prod]}}", beside, policy.Ignored, policy.Ignored},
		{"account tags of an unknown account", "", "{account_tags: {Stage: [prod]}}", unknown, policy.Fix, policy.Notify},
		{"account tags that nobody asked for", "", "{account_tags: {Stage: [{exists: false}]}}", untold, policy.Fix, policy.Notify},
		{"no such tag", "", "{account_tags: {Stage: [{exists: false}]}}", beside, policy.Fix, policy.Fix},
		{"excepted", "", "{ou: [" + root + "], except: {ou: [" + sandbox + "]}}", beside, policy.Ignored, policy.Ignored},
		{"not excepted", "", "{ou: [" + root + "], except: {ou: [" + sandbox + "]}}", under, policy.Fix, policy.Fix},
		{"except alone", "", "{except: {ou: [" + sandbox + "]}}", under, policy.Fix, policy.Fix},
		{"an unknown account may be excepted", "", "{except: {ou: [" + sandbox + "]}}", unknown, policy.Fix, policy.Notify},
		{"an unknown account that is not excepted in any case", "", `{except: {ou: [` + sandbox + `], region: [us-east-1]}}`, unknown, policy.Fix, policy.Fix},
		{"except in the scope", "{except: {account: [\"111122223333\"]}}", "", under, policy.Ignored, policy.Ignored},
		{"except of two fields takes out what has both", "", `{except: {account: ["111122223333"], region: [us-east-1]}}`, under, policy.Fix, policy.Fix},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, oneRule(c.scope, c.where))
			f := found(map[string]string{}, c.at)
			if got := p.Decide(f)[0]; got.Verdict != c.event {
				t.Errorf("by the event: got %s (%s), want %s", got.Verdict, got.Reason, c.event)
			}
			got := p.DecideRead(policy.Known{Rule: "a", Remedy: "tags", Control: "tags", Kind: "config", Time: noon, Place: f.Place}, f.Resource, noFacts)
			if got.Verdict != c.read {
				t.Errorf("after the read: got %s (%s), want %s", got.Verdict, got.Reason, c.read)
			}
			if doubt := strings.Contains(got.Reason, "the organization's directory does not know"); doubt != (c.read == policy.Notify) {
				t.Errorf("after the read the reason is %q", got.Reason)
			}
		})
	}
}

// TestUnknownAccountsOfReports holds that what a service reports in an unknown account is told and nothing else, also by whoever presses a button; and that what complies needs no
// directory.
func TestUnknownAccountsOfReports(t *testing.T) {
	p := parseServices(t, "version: 1\nbuttons: [{name: Go, do: fix, trust: true}]\ntags: [{key: A}]\nrules:\n"+
		"  - {name: a, on: [securityhub], do: [s3-block-public-access], mode: fix, where: {ou: ["+workloads+"]}}\n  - {name: t, on: [config], do: [tags], mode: fix, where: {ou: ["+workloads+"]}}\n")
	f := reported("securityhub", "securityhub:S3.8", "AWS::S3::Bucket")
	if d := p.Decide(f)[0]; d.Verdict != policy.Fix || !d.Unread {
		t.Errorf("by the event: got %s, unread %v, want fix after a read", d.Verdict, d.Unread)
	}
	for _, press := range []string{"", "Go"} {
		k := policy.Known{Rule: "a", Remedy: "s3-block-public-access", Control: f.Control, Kind: f.Kind, Time: f.Time, Press: press}
		const want = `securityhub:S3.8 is reported; whether rule "a" applies depends on the OUs or tags of account 111122223333, which the organization's directory does not know.`
		if d := p.DecideRead(k, f.Resource, noFacts); d.Verdict != policy.Notify || d.Reason != want {
			t.Errorf("pressed %q: got %s, %q\nwant notify, %q", press, d.Verdict, d.Reason, want)
		}
		k.Place = &finding.Place{OUs: []string{root, workloads}}
		if d := p.DecideRead(k, f.Resource, noFacts); d.Verdict != policy.Fix {
			t.Errorf("pressed %q in a known account: got %s, want fix", press, d.Verdict)
		}
	}
	if d := p.Decide(found(map[string]string{"A": "x"}))[0]; d.Verdict != policy.Compliant {
		t.Errorf("a resource that complies: got %s (%s)", d.Verdict, d.Reason)
	}
}

// TestUnknownAccountsFailClosed draws policies and findings. What is not ignored for some place of an account is not ignored where its place is not known; and what is changed
// though the place is not known is changed wherever the account stands.
func TestUnknownAccountsFailClosed(t *testing.T) {
	places := []*finding.Place{
		{OUs: []string{root}, Tags: map[string]string{}},
		{OUs: []string{root, workloads}, Tags: map[string]string{"Stage": "prod"}},
		{OUs: []string{root, sandbox}, Tags: map[string]string{"Stage": "dev"}},
	}
	asked, changed := 0, 0
	draw := func(t *rapid.T) {
		text := aPolicy(t)
		p, err := policy.Parse("policy.yaml", []byte(text), catalog)
		if needed, _ := needs(p); err != nil || !needed {
			return
		}
		asked++
		for range 20 {
			if closed(t, p, text, aFinding(t), places) {
				changed++
			}
		}
	}
	for round := 0; round < 10 && changed == 0; round++ { // a change is rare: few of the policies fix what the finding is about
		rapid.Check(t, draw)
	}
	if asked < 10 || changed == 0 {
		t.Errorf("%d policies asked for the directory, %d changes: too few to show anything", asked, changed)
	}
}

// closed holds it of one finding, and tells whether it is changed though its account's place is not known.
func closed(t *rapid.T, p *policy.Policy, text string, f finding.Finding, places []*finding.Place) bool {
	f.Gone, f.Place = false, nil
	blind := p.Decide(f)[0]
	acts := func(d policy.Decision) bool { return d.Verdict == policy.Fix || d.Verdict == policy.Propose }
	k := policy.Known{Rule: blind.Rule, Remedy: "tags", Control: "tags", Kind: f.Kind, Time: f.Time, Detail: f.Detail}
	read := p.DecideRead(k, f.Resource, tag.Facts{})
	for _, place := range places {
		f.Place = place
		seen := p.Decide(f)[0]
		if blind.Verdict == policy.Ignored && seen.Verdict.Violates() {
			t.Fatalf("ignored where the account is not known, and %s at %v\n%s", seen.Verdict, *place, text)
		}
		if f.Resource.Tags != nil && acts(read) && !acts(seen) {
			t.Fatalf("%s though the account is not known (%s), and %s (%s) at %v\n%s", read.Verdict, read.Reason, seen.Verdict, seen.Reason, *place, text)
		}
	}
	return f.Resource.Tags != nil && acts(read)
}

func needs(p *policy.Policy) (bool, bool) {
	if p == nil {
		return false, false
	}
	return p.NeedsDirectory()
}

func TestNeedsDirectory(t *testing.T) {
	for _, c := range []struct {
		scope, where string
		needed, tags bool
	}{
		{"", "", false, false},
		{"", "{account: [\"111122223333\"]}", false, false},
		{"{ou: [r-ab12]}", "", true, false},
		{"", "{$or: [{ou: [r-ab12]}, {region: [x]}]}", true, false},
		{"", "{except: {account_tags: {a: [b]}}}", true, true},
	} {
		needed, tags := parse(t, oneRule(c.scope, c.where)).NeedsDirectory()
		if needed != c.needed || tags != c.tags {
			t.Errorf("scope %q, where %q: got %v, %v, want %v, %v", c.scope, c.where, needed, tags, c.needed, c.tags)
		}
	}
}

// TestExceptReach holds that an earlier rule with an exception takes what a later one has only where the later one leaves out as much.
func TestExceptReach(t *testing.T) {
	for _, c := range []struct {
		name, first, second string
		covered             bool
	}{
		{"the same exception", "{except: {region: [a]}}", "{except: {region: [a]}}", true},
		{"the later one leaves out more", "{except: {region: [a]}}", "{except: {region: [a, b]}}", true},
		{"the later one leaves out less", "{except: {region: [a, b]}}", "{except: {region: [a]}}", false},
		{"the later one leaves out nothing", "{except: {region: [a]}}", "{account: [\"111122223333\"]}", false},
		{"the earlier one leaves out nothing", "{ou: [r-ab12]}", "{ou: [r-ab12], except: {region: [a]}}", true},
		{"another OU", "{ou: [r-ab12]}", "{ou: [" + workloads + "]}", false},
	} {
		text := "version: 1\ntags: [{key: A}]\nrules:\n  - {name: a, on: [config], do: [tags], where: " + c.first + "}\n  - {name: b, on: [config], do: [tags], where: " + c.second + "}\n"
		_, err := policy.Parse("policy.yaml", []byte(text), catalog)
		if covered := err != nil && strings.Contains(err.Error(), "can never apply"); covered != c.covered || err != nil && !covered {
			t.Errorf("%s: got %v, want covered %v", c.name, err, c.covered)
		}
	}
}

// TestExceptTypes holds that a type that is left out needs no rights.
func TestExceptTypes(t *testing.T) {
	p := parse(t, oneRule("", `{except: {type: ["AWS::S3::Bucket"]}}`))
	both := parse(t, oneRule("", `{except: {type: ["AWS::S3::Bucket"], region: [eu-west-1]}}`))
	for typ, want := range map[string][]bool{"AWS::S3::Bucket": {false, true}, "AWS::SQS::Queue": {true, true}} {
		if got := []bool{p.MayChange("tags", typ), both.MayChange("tags", typ)}; !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", typ, fmt.Sprint(got), want)
		}
	}
}

// TestWhatHoldsOfNoResource holds that a condition which can hold of no resource is refused, at its place: under except it would leave out nothing, and people would rely on it.
func TestWhatHoldsOfNoResource(t *testing.T) {
	for _, c := range []struct {
		condition, problem string
		left               bool // refused under except alone
	}{
		{`{ou: {id: [ou-ab12-sandboxes]}}`, "ou is one text, and this is a mapping", false},
		{`{account: {id: ["111122223333"]}}`, "account is one text, and this is a mapping", false},
		{`{account_tags: [sandbox]}`, "account_tags are values by key, and this is a list", true},
		{`{tags: [sandbox]}`, "tags are values by key, and this is a list", true},
		{`{account_tags: {Stage: {is: [prod]}}}`, "the tag Stage is one text, and this is a mapping", false},
		{`{account_tags: {$or: [{Stage: {is: [prod]}}, {Stage: [qa]}]}}`, "the tag Stage is one text, and this is a mapping", false},
		{`{account_tags: {Stage: [null]}}`, "null is no text", true},
		{`{account: [{numeric: ["=", 111122223333]}]}`, "numeric compares numbers", true},
		{`{id: [true]}`, "true is no text", true},
		{`{$or: [{account: {id: ["111122223333"]}}, {region: [eu-west-1]}]}`, "account is one text, and this is a mapping", false},
	} {
		for _, where := range []string{c.condition, "{except: " + c.condition + "}"} {
			if c.left && where == c.condition {
				continue
			}
			problems := refused(t, oneRule("", where))
			if len(problems) != 1 || !strings.HasPrefix(problems[0], "policy.yaml:5:") || !strings.Contains(problems[0], c.problem) {
				t.Errorf("where: %s\ngot  %q\nwant one problem at line 5: %s", where, problems, c.problem)
			}
		}
	}
	if got := refused(t, oneRule("", `{except: {account: ["11112222333"]}}`)); len(got) != 1 || !strings.Contains(got[0], "nothing would be left out") {
		t.Errorf("an account that is none, left out: got %q", got)
	}
	for _, fine := range []string{`{account_tags: {$or: [{Stage: [prod]}, {Stage: [{prefix: q}]}]}}`, `{except: {account: [{prefix: "1111"}], region: [{"anything-but": [eu-west-1]}]}}`, `{id: [{exists: false}, x]}`} {
		if got := refused(t, oneRule("", fine)); len(got) != 0 {
			t.Errorf("where: %s: got %q, want none", fine, got)
		}
	}
}

// refused are the problems of a policy, one a line; none where it is accepted.
func refused(t *testing.T, text string) []string {
	t.Helper()
	_, err := policy.Parse("policy.yaml", []byte(text), catalog)
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}
