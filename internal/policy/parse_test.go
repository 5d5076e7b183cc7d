package policy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// TestRefused runs the cases of refused.txt: "=== NAME", a policy, "--- refused", the whole text of the error.
func TestRefused(t *testing.T) {
	name := filepath.Join(policies, "refused.txt")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var again strings.Builder
	for _, section := range strings.Split(string(text), "=== ")[1:] {
		title, rest, _ := strings.Cut(section, "\n")
		input, want, ok := strings.Cut(rest, "--- refused\n")
		if !ok {
			t.Fatalf("%s: no line \"--- refused\"", title)
		}
		t.Run(title, func(t *testing.T) {
			_, err := policy.Parse("policy.yaml", []byte(input), catalog)
			got := "accepted\n"
			if err != nil {
				got = err.Error() + "\n"
			}
			fmt.Fprintf(&again, "=== %s\n%s--- refused\n%s", title, input, got)
			if got != want && !*update {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			if err == nil {
				t.Error("the policy was accepted")
			}
		})
	}
	if *update {
		if err := os.WriteFile(name, []byte(again.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestProof holds that what package tag finds wrong is said at its place in the file.
func TestProof(t *testing.T) {
	const head = "version: 1\ntags:\n"
	for _, c := range []struct{ name, rules, want string }{
		{"two values for one key", "- {key: E, required: true, values: [Dev]}\n- {key: E,\n   values: [Prod]}\n", "5:12"},
		{"a fill that breaks its own rule", "- key: E\n  required: true\n  values: [Dev]\n  fill:\n  - from: account\n  - value: Prod\n", "8:12"},
		{"a pattern that is no regular expression", "- {key: A, pattern: \"(\"}\n", "3:21"},
		{"a synonym of a key with a dot", "- {key: A.b, values: [x.y], synonyms: {x.y: [a, X.Z, 'a']}}\n- {key: 'aws:b'}\n", "4:9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := policy.Parse("policy.yaml", []byte(head+c.rules), catalog)
			var list *policy.Errors
			if !errors.As(err, &list) {
				t.Fatalf("error %v, want *policy.Errors", err)
			}
			last := list.List[len(list.List)-1]
			if got := fmt.Sprintf("%d:%d", last.Line, last.Col); got != c.want || last.Problem == "" || last.Way == "" {
				t.Errorf("got %+v, want it at %s, with a way out", last, c.want)
			}
		})
	}
}

func TestRefusedHostile(t *testing.T) {
	bomb := "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"too large", "version: 1\n" + strings.Repeat("#", 1<<20), "policy.yaml:1:1: the file has 1048587 bytes; keep it below 1 MiB"},
		{"anchor bomb", bomb, "policy.yaml:2:13: the file has more than 100000 values, its aliases expanded; use fewer aliases, or split the policy"},
		{"alias within its own anchor", "version: 1\ntags: &a [*a]\n", "policy.yaml:2:7: values are nested deeper than 64 levels; nest less; an alias must not stand within its own anchor"},
		{"deep nesting", "version: 1\nscope: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "policy.yaml:2:72: values are nested deeper than 64 levels; nest less; an alias must not stand within its own anchor"},
		{
			"too many rules", "version: 1\ntags:\n  [" + strings.Repeat("{key: A}, ", 501) + "]\n",
			"policy.yaml:3:3: tags has 501 items, and 500 is the most; join some",
		},
		{"no UTF-8", "version: 1\nmöde: \xff\n", "policy.yaml:2:7: the text is not UTF-8; save the file as UTF-8"},
		{"nothing but a mark", "---\n", "policy.yaml:1:1: the policy is empty; begin with version: 1"},
		{"nothing", "", "policy.yaml:1:1: the policy is empty; begin with version: 1"},
		{"tab", "version: 1\nscope:\n\taccount: [x]\n", "policy.yaml:3:1: a tab is no indentation in YAML; indent with spaces"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := policy.Parse("policy.yaml", []byte(c.text), catalog)
			if err == nil {
				t.Fatal("accepted")
			}
			if got := err.Error(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestRefusedManyProblems holds that a file of nothing but wrong names is refused soon, with all of its problems.
func TestRefusedManyProblems(t *testing.T) {
	const count = 20_000
	_, err := policy.Parse("policy.yaml", []byte("version: 1\ntags: [{key: A, types: ["+strings.Repeat("AWS::EC2::Instanze, ", count)+"]}]\n"), catalog)
	var list *policy.Errors
	if !errors.As(err, &list) || len(list.List) != count {
		t.Errorf("%d problems, want %d", len(list.List), count)
	}
}

// TestZero holds that a policy with nothing but a version changes nothing and tells nobody.
func TestZero(t *testing.T) {
	p := parse(t, "version: 1\n")
	got := p.Decide(found(map[string]string{}))
	if len(got) != 1 || got[0].Verdict != policy.Ignored || got[0].Reason == "" {
		t.Errorf("Decide = %+v, want one decision to ignore, with a reason", got)
	}
	if p.Remedies() != nil || p.Kinds() != nil || p.TagJudge() != nil || p.TagTypes() != nil {
		t.Error("an empty policy uses remedies, kinds, types or tag rules")
	}
	if got, want := p.Journal(), (policy.Retention{Undo: 30 * 24 * time.Hour, Keep: 400 * 24 * time.Hour, Proposal: 14 * 24 * time.Hour}); got != want {
		t.Errorf("Journal = %v, want %v", got, want)
	}
}

// TestWhole holds that every field of the language is read, and which of them are not carried out yet.
func TestWhole(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(policies, "whole.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p := parse(t, string(text))
	lines := func(list []policy.Problem) []string {
		var said []string
		for _, x := range list {
			said = append(said, x.String())
		}
		return said
	}
	for _, c := range []struct {
		name      string
		got, want []string
	}{
		{"Unbuilt", lines(p.Unbuilt()), []string{
			"policy.yaml:53:10: guardduty is not built yet; use config or tags",
		}},
		{"Warnings within the exemption's last day", lines(p.Warnings(time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC))), []string{
			"policy.yaml:36:31: create is not built yet: the rule hears config, tags and clock only; leave it out",
		}},
		{"Warnings after it", lines(p.Warnings(time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC))), []string{
			"policy.yaml:36:31: create is not built yet: the rule hears config, tags and clock only; leave it out",
			"policy.yaml:76:12: the exemption ended on 2027-01-31; remove it, or set a later day after asking web-team@example.com",
		}},
		{"Kinds", p.Kinds(), []string{"config", "tags"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", c.name, strings.Join(c.got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	uses := []policy.Use{{"tags", policy.Fix, nil}, {"s3-block-public-access", policy.Propose, []string{"AWS::S3::Bucket"}}, {"ec2-isolate", policy.Fix, []string{"AWS::EC2::Instance"}}}
	if got := fmt.Sprint(p.Remedies()); got != fmt.Sprint(uses) {
		t.Errorf("Remedies = %v, want %v", got, uses)
	}
	if got := p.MinSeverity(); got != finding.Low {
		t.Errorf("MinSeverity = %v, want low", got)
	}
	if got := p.Digest(); got != 24*time.Hour {
		t.Errorf("Digest = %v, want 24h", got)
	}
	if !p.Sweeps() {
		t.Error("Sweeps = false, and a rule hears the clock")
	}
}

func TestRoute(t *testing.T) {
	const topic = "arn:aws:sns:eu-west-1:111122223333:"
	p := parse(t, `version: 1
tags: [{key: A}]
rules: [{name: r, on: [config], do: [tags]}]
notify:
  routes:
    - {match: {owner: [{prefix: team-data}], severity: [high, critical]}, topic: "`+topic+`data"}
    - {match: {account: ["111122223333"], region: [eu-west-1]}, topic: "`+topic+`ours"}
    - {match: {type: [{prefix: "AWS::S3::"}]}, topic: "`+topic+`buckets"}
    - {match: {rule: [r]}, topic: "`+topic+`rule"}
    - {match: {owner: [{exists: false}], account: [{exists: true}]}, topic: "`+topic+`nobodys"}
`)
	for _, c := range []struct {
		name string
		m    policy.Routing
		want string
	}{
		{"the first that matches", policy.Routing{Owner: "team-data-1", Severity: finding.High, Account: "111122223333", Region: "eu-west-1"}, topic + "data"},
		{"not bad enough for the first", policy.Routing{Owner: "team-data-1", Severity: finding.Low, Account: "111122223333", Region: "eu-west-1"}, topic + "ours"},
		{"another region", policy.Routing{Owner: "x", Account: "111122223333", Region: "us-east-1", Rule: "r"}, topic + "rule"},
		{"a type", policy.Routing{Owner: "x", Type: "AWS::S3::Bucket", Rule: "r"}, topic + "buckets"},
		{"no owner", policy.Routing{Account: "444455556666"}, topic + "nobodys"},
		{"nothing is known", policy.Routing{}, ""},
		{"none", policy.Routing{Owner: "x", Account: "444455556666"}, ""},
	} {
		if got := p.Route(c.m); got != c.want {
			t.Errorf("%s: Route = %q, want %q", c.name, got, c.want)
		}
	}
	if got, want := p.Topics(), []string{topic + "buckets", topic + "data", topic + "nobodys", topic + "ours", topic + "rule"}; !slices.Equal(got, want) {
		t.Errorf("Topics = %q, want %q", got, want)
	}
	const twice = "version: 1\nnotify: {routes: [{match: {owner: [a]}, topic: " + topic + "x}, {match: {owner: [b]}, topic: " + topic + "x}]}\n"
	if got := parse(t, twice).Topics(); len(got) != 1 {
		t.Errorf("Topics of two routes to one = %q", got)
	}
	if got := parse(t, "version: 1\n").Topics(); len(got) != 0 {
		t.Errorf("without routes: Topics = %q", got)
	}
	if got := parse(t, "version: 1\n").Route(policy.Routing{Owner: "x"}); got != "" {
		t.Errorf("without routes: Route = %q, want the stack's own", got)
	}
}

// TestRetention holds how long the journal keeps what, where the policy says it in part.
func TestRetention(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]policy.Retention{
		"":                                      {Undo: 30 * day, Keep: 400 * day, Proposal: 14 * day},
		"journal: {proposal: 3d}\n":             {Undo: 30 * day, Keep: 400 * day, Proposal: 3 * day},
		"journal: {keep: 10d, undo: 5d}\n":      {Undo: 5 * day, Keep: 10 * day, Proposal: 10 * day},
		"journal: {proposal: 40d, keep: 40d}\n": {Undo: 30 * day, Keep: 40 * day, Proposal: 40 * day},
		"journal: {keep: 30d, proposal: 90s}\n": {Undo: 30 * day, Keep: 30 * day, Proposal: 90 * time.Second},
	} {
		if got := parse(t, "version: 1\n"+text).Journal(); got != want {
			t.Errorf("%q: Journal = %v, want %v", text, got, want)
		}
	}
}

// TestDigest holds that messages go at once unless the policy gathers them.
func TestDigest(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "notify: {severity: low}\n": 0, "notify: {digest: 0s}\n": 0, "notify: {digest: 12h}\n": 12 * time.Hour} {
		if got := parse(t, "version: 1\n"+text).Digest(); got != want {
			t.Errorf("%q: Digest = %v, want %v", text, got, want)
		}
	}
}

// TestAfterOfARuleThatOnlyTells holds that a grace which delays nothing is warned of, and only that.
func TestAfterOfARuleThatOnlyTells(t *testing.T) {
	const said = ": after delays only changes, and the rule only tells: people are told at once; leave it out, or use mode: propose or fix"
	for _, c := range []struct {
		name, rule, buttons string
		warned              bool
	}{
		{"notify", "on: [config], do: [tags], mode: notify, after: 1h", "", true},
		{"observe", "on: [config], do: [tags], mode: observe, after: 1h", "", true},
		{"by the policy's own mode", "on: [config], do: [tags], after: 1h", "", true},
		{"no grace", "on: [config], do: [tags], mode: notify, after: 0s", "", false},
		{"propose", "on: [config], do: [tags], mode: propose, after: 1h", "", false},
		{"fix", "on: [config], do: [tags], mode: fix, after: 1h", "", false},
		{"a button may make it", `on: [securityhub], do: [s3-block-public-access], after: 1h`, "buttons: [{name: Remediate, do: fix}]", false},
	} {
		p := parseServices(t, "version: 1\ntags: [{key: A}]\nrules: [{name: r, "+c.rule+"}]\n"+c.buttons+"\noperators: {approve: [\"arn:*:iam::*:role/ops\"]}\n")
		got := p.Warnings(noon)
		if warned := len(got) == 1 && got[0].Line == 3 && strings.HasSuffix(got[0].String(), said); warned != c.warned || !warned && len(got) > 0 {
			t.Errorf("%s: warnings %v, want one: %v", c.name, got, c.warned)
		}
	}
}

// TestHash holds that the name of a policy depends on what it says, not on how it is written.
func TestHash(t *testing.T) {
	same := parse(t, "version: 1\nmode: fix\n").Hash()
	if got := parse(t, "# words\nmode: \"fix\"\nversion: 1\n").Hash(); got != same {
		t.Errorf("the same policy has the names %s and %s", same, got)
	}
	if got := parse(t, "version: 1\nmode: notify\n").Hash(); got == same {
		t.Errorf("two policies have the name %s", got)
	}
}

// FuzzParse holds that nothing makes the parser panic or give an error without a place.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"whole.yaml", "decide.yaml"} {
		text, err := os.ReadFile(filepath.Join(policies, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("version: 1\ntags: &a [*a]\n"))
	f.Add([]byte("version: 1\n? {a: b}\n: <<: 1\n"))
	f.Add([]byte("version: 1\nrules:\n- on: config\n  where: {$or: [1, {tags: 1}], account: [111122223333, 0x1]}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := policy.Parse("policy.yaml", data, catalog)
		if err == nil {
			if got := p.Decide(found(map[string]string{"a": "b"})); len(got) == 0 || got[0].Reason == "" {
				t.Errorf("Decide = %+v, want a decision with a reason", got)
			}
			return
		}
		holdsErrors(t, err, data)
	})
}

// holdsErrors holds that an error is of the promised type, and each problem has a place in the file.
func holdsErrors(t *testing.T, err error, data []byte) {
	t.Helper()
	var list *policy.Errors
	if !errors.As(err, &list) || len(list.List) == 0 {
		t.Fatalf("the error is %T %v, want *policy.Errors with problems", err, err)
	}
	lines := linesOf(data)
	for _, p := range list.List {
		if p.Line < 1 || p.Col < 1 || p.Problem == "" || p.Line > lines+1 {
			t.Errorf("problem without a place: %+v", p)
		}
	}
}

// linesOf counts lines as YAML does.
func linesOf(data []byte) int {
	lines := 1
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		lines += strings.Count(string(data), end)
	}
	return lines
}

// TestUnreachable holds that a rule is said to be out of reach where patterns that are spelt differently show it.
func TestUnreachable(t *testing.T) {
	for _, c := range []struct{ name, first, second string }{
		{"the only control of the kind", "controls: [tags]", "on: [config, tags]"},
		{"the only control of the clock", "on: [clock], controls: [tags]", "on: [clock]"},
		{"every account", "on: [config], where: {account: [{exists: true}]}", "on: [config]"},
		{"every region, by a wildcard", "on: [config], where: {region: [{wildcard: \"*\"}]}", "on: [config]"},
		{"a value with the prefix", "on: [config], where: {account: [{prefix: \"1\"}]}", "on: [config], where: {account: [\"111\"], region: [x]}"},
		{"a value that is not excluded", "on: [config], where: {account: [{anything-but: [x]}]}", "on: [config], where: {account: [y]}"},
		{"one of the alternatives", "on: [config], where: {$or: [{account: [x]}, {region: [r]}]}", "on: [config], where: {account: [x]}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "version: 1\ntags: [{key: A}]\nrules:\n  - {name: a, do: [tags], " + c.first + "}\n  - {name: b, do: [tags], " + c.second + "}\n"
			_, err := policy.Parse("policy.yaml", []byte(text), catalog)
			if err == nil || !strings.Contains(err.Error(), `policy.yaml:5:5: the rule "b" can never apply`) {
				t.Errorf("got %v, want that b can never apply", err)
			}
		})
	}
}

// TestWhatOnlyValidateRefuses holds what keeps nobody from working with a policy.
func TestWhatOnlyValidateRefuses(t *testing.T) {
	p := parse(t, "version: 1\ntags: [{key: A}]\nrules: [{name: a, do: [tags], on: [config]}]\nexempt:\n  - {resources: [\"*\"], reason: r, owner: o}\n")
	got := p.Validate(time.Now())
	if len(got) != 1 || got[0].String() != `policy.yaml:5:5: an exemption has no "until", so it does not hold; add until: its last day` {
		t.Errorf("got %v, want a problem with the exemption", got)
	}
	bare := parse(t, "version: 1\nrules: [{name: a, do: [tags], on: [config]}]\n")
	if got := bare.Warnings(time.Now()); len(got) != 1 || len(bare.Validate(time.Now())) != 0 {
		t.Errorf("a policy without tag rules: warnings %v, want one, and no problem", got)
	}
}

// TestReachable holds that a rule is not said to be out of reach where it is not.
func TestReachable(t *testing.T) {
	for _, c := range []struct{ name, first, second string }{
		{"another field", "on: [config], where: {account: [a]}", "on: [config], where: {region: [b]}"},
		{"a wider list", "on: [config], where: {account: [a]}", "on: [config], where: {account: [a, b]}"},
		{"no where", "on: [config], where: {account: [a]}", "on: [config]"},
		{"another match", "on: [config], match: {a: {b: [1]}}", "on: [config], match: {a: {b: [2]}}"},
		{"one kind more", "on: [config]", "on: [config, tags]"},
		{"any kind", "on: [config, tags]", "controls: [tags]"},
		{"a prefix that another value may have", "on: [config], where: {account: [{prefix: \"1\"}]}", "on: [config], where: {account: [{wildcard: \"*1\"}]}"},
		{"one of several alternatives", "on: [config], where: {$or: [{account: [a]}, {region: [r]}]}", "on: [config], where: {account: [b]}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			parse(t, "version: 1\ntags: [{key: A}]\nrules:\n  - {name: a, do: [tags], "+c.first+"}\n  - {name: b, do: [tags], "+c.second+"}\n")
		})
	}
}

// tagsRule is a policy's rule that puts tags right.
const tagsRule = "rules: [{name: tags, on: [config], do: [tags], mode: fix}]\n"

// A folder is files by name.
type folder map[string]string

// options let a policy read from the folder.
func (d folder) options() policy.Options {
	return policy.Options{ReadFile: func(name string) ([]byte, error) {
		if text, ok := d[name]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("no such file")
	}}
}

// tagPolicyFiles are a right tag policy, one with a type that nobody knows, and one that is none.
func tagPolicyFiles() folder {
	return folder{
		"org.json":    `{"tags":{"team":{"tag_key":"Team","tag_value":["red","blue"],"report_required_tag_for":["ec2:instance"]}}}`,
		"moon.json":   `{"tags":{"team":{"tag_key":"Team","report_required_tag_for":["moon:rock"]}}}`,
		"broken.json": `{"tags":{"team":{"tag_keys":"Team"}}}`,
	}
}

func TestTagPoliciesRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"right", "version: 1\ntag_policies: [org.json]\n" + tagsRule, ""},
		{"no file", "version: 1\ntag_policies: [org.json, none.json]\n", "policy.yaml:2:26: the tag policy cannot be read: no such file; name a file beside the policy"},
		{
			"no tag policy", "version: 1\ntag_policies: [broken.json]\n",
			"policy.yaml:2:16: broken.json is no tag policy: tags.team: unknown setting \"tag_keys\"; use tag_key, tag_value, enforced_for, report_required_tag_for; see the Organizations user guide, tag policy syntax",
		},
	} {
		_, err := policy.ParseWith("policy.yaml", []byte(c.text), catalog, tagPolicyFiles().options())
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}

	// A tag rule of the policy's own that contradicts the tag policy is said at the tag policies, which come later.
	_, err := policy.ParseWith("policy.yaml", []byte("version: 1\ntag_policies: [org.json]\ntags: [{key: Team, values: [green]}]\n"), catalog, tagPolicyFiles().options())
	if err == nil || !strings.HasPrefix(err.Error(), "policy.yaml:2:15: ") {
		t.Errorf("a contradiction gives %v, want a problem at policy.yaml:2:15", err)
	}
}

func TestTagPolicies(t *testing.T) {
	files := tagPolicyFiles()
	p, err := policy.ParseWith("policy.yaml", []byte("version: 1\ntag_policies: [org.json]\n"+tagsRule), catalog, files.options())
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Decide(found(map[string]string{}))[0]; got.Verdict != policy.Notify || len(got.Violations) != 1 {
		t.Errorf("Decide = %+v, want one violation to be told: Team is required of instances", got)
	}
	before := p.Hash()
	files["org.json"] = strings.Replace(files["org.json"], "blue", "green", 1)
	p, err = policy.ParseWith("policy.yaml", []byte("version: 1\ntag_policies: [org.json]\n"+tagsRule), catalog, files.options())
	if err != nil || p.Hash() == before {
		t.Errorf("error %v; another tag policy gives the same name %s", err, before)
	}
	p, err = policy.ParseWith("policy.yaml", []byte("version: 1\ntag_policies: [moon.json]\n"), catalog, files.options())
	if err != nil {
		t.Fatal(err)
	}
	want := []policy.Problem{{File: "policy.yaml", Line: 2, Col: 16, Problem: "requiring tags of moon:rock (report_required_tag_for in moon.json) is not built yet", Way: "write a tag rule with their types"}}
	if got := p.Unbuilt(); !slices.Equal(got, want) {
		t.Errorf("Unbuilt = %v, want %v", got, want)
	}
}
