package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/policy"
)

// TestRefusedToTheWord holds what is said of what is nearly right, and where: all of it, and nothing beside.
func TestRefusedToTheWord(t *testing.T) {
	const rule = "version: 1\ntags: [{key: A}]\nrules:\n  - "
	for _, test := range []struct{ name, text, want string }{
		{"a scope that is a list", "version: 1\nscope: [a]\n", "policy.yaml:2:8: scope must be a pattern, and this is a list; write an EventBridge pattern: {account: [\"111122223333\"]}"},
		{
			"a scope that depends on tags in one alternative", "version: 1\nscope: {$or: [{tags: {A: [x]}}, {region: [x]}]}\n",
			"policy.yaml:2:8: the scope cannot depend on tags: who writes tags could switch the policy off; use where with trust_tags: true in a rule",
		},
		{"a type beside an operator", "version: 1\nscope: {type: [{prefix: \"AWS::\"}, nonsense]}\n", "policy.yaml:2:35: unknown type \"nonsense\"; write a CloudFormation type as AWS Config spells it, AWS::EC2::Instance, or with *: AWS::RDS::*"},
		{"a match that is missing", rule + "{name: a, on: [config], do: [tags], match: null}\n", "policy.yaml:4:48: match must be a pattern, and this is nothing; write an EventBridge pattern: {account: [\"111122223333\"]}"},
		{"a mode that is a date", "version: 1\nmode: 2026-01-01\n", "policy.yaml:2:7: text is wanted here, and 2026-01-01 is a date; quote it: \"2026-01-01\""},
		{"a rule that does nothing", rule + "{name: a, on: [config], do: []}\n", "policy.yaml:4:33: do is empty; name at least one"},
		{
			"a rule that depends on whether there are tags", rule + "{name: a, on: [config], do: [tags], where: {tags: [{exists: false}]}}\n",
			"policy.yaml:4:55: where depends on tags: who writes them could switch the rule off; add trust_tags: true if everybody who may write tags is trusted",
		},
		{"an exemption of what is no ARN", "version: 1\nexempt: [{resources: [\"nra:aws:s3:::a\"], reason: r, owner: o, until: 2027-01-01}]\n", "policy.yaml:2:23: \"nra:aws:s3:::a\" is no ARN; write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; * stands for any text"},
		{"an administrator that is no account", "version: 1\nadministrators: [\"1111\"]\n", "policy.yaml:2:18: \"1111\" is no account; write its twelve digits in quotes: \"111122223333\""},
		{"a value without synonyms", "version: 1\ntags: [{key: A, synonyms: {B: []}}]\n", "policy.yaml:2:31: synonyms of B is empty; name at least one, or leave the field out"},
		{"a synonym of two values", "version: 1\ntags:\n- key: A\n  synonyms:\n    x: [a]\n    x.y: [b, a]\n", "policy.yaml:6:14: \"a\" stands for \"x\" and for \"x.y\"; let each spelling, in any letter case, stand for one value"},
		{
			"a remedy behind tags that answers nothing", "version: 1\ntags: [{key: A}]\nrules:\n  - {name: a, on: [config-rule], do: [tags, log], with: {log: {to: x}}}\n",
			"policy.yaml:4:45: log answers nothing that the rule hears of; leave it out, or hear a kind that tells of what it answers: securityhub:S3.9",
		},
		{"a breaker that counts in text", rule + "{name: a, on: [config], do: [tags], breaker: {failed: \"5\"}}\n", "policy.yaml:4:59: this is no count: \"5\"; write a whole number from 1 to 1000000"},
		{"a breaker that counts too far", rule + "{name: a, on: [config], do: [tags], breaker: {failed: 1000001}}\n", "policy.yaml:4:59: this is no count: \"1000001\"; write a whole number from 1 to 1000000"},
		{"a journal that keeps less than an undo needs", "version: 1\njournal: {keep: 10d}\n", "policy.yaml:2:10: undo is 30d where the policy does not say, and longer than keep: its entries would be gone; set undo, too"},
		{"a last line that is no YAML", "version: 1\nscope:\n  account: a: b", "policy.yaml:3:3: the file is no YAML: mapping values are not allowed in this context; look at the indentation, colons, brackets and quotes here and on the lines around"},
	} {
		_, err := policy.Parse("policy.yaml", []byte(test.text), catalog)
		got := "accepted"
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, test.want)
		}
	}
}

// TestAccepted holds what is just within bounds, and what only looks wrong.
func TestAccepted(t *testing.T) {
	const rule = "version: 1\ntags: [{key: A}]\nrules:\n  - "
	buttons := func(n int) string {
		text := "version: 1\nbuttons:\n"
		for i := range n {
			text += fmt.Sprintf("  - {name: B%d, do: fix}\n", i)
		}
		return text
	}
	begin := "version: 1\n#"
	for name, text := range map[string]string{
		"a file of 1 MiB":                     begin + strings.Repeat("x", 1<<20-len(begin)),
		"as many buttons as there may be":     buttons(30),
		"a name as long as may be":            "version: 1\nbuttons: [{name: Exactly 20 character, do: fix}]\n",
		"parameters of every kind":            rule + "{name: a, controls: [\"securityhub:S3.8\"], do: [s3-block-public-access], with: {s3-block-public-access: {acls: True, days: 35, ports: [22, 443], to: \"arn:aws:x\"}}}\n",
		"a route for what has no severity":    "version: 1\nnotify: {routes: [{match: {severity: [null]}, topic: \"arn:aws:sns:eu-west-1:111122223333:t\"}]}\n",
		"a null in a condition":               "version: 1\nscope: {type: [null]}\n",
		"ten years":                           "version: 1\njournal: {undo: 3650d, keep: 3650d}\n",
		"an undo as long as anything is kept": "version: 1\njournal: {undo: 20d, keep: 20d, proposal: 20d}\n",
		"an undo that is kept, and no more":   "version: 1\njournal: {undo: 5d, keep: 10d}\n",
		"a breaker that counts to one":        rule + "{name: a, on: [config], do: [tags], breaker: {failed: 1, undone: 1000000}}\n",
		"parameters of what takes none":       rule + "{name: a, on: [config], do: [tags], with: {tags: {}}}\n",
	} {
		if _, err := policy.Parse("policy.yaml", []byte(text), catalog); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := policy.Parse("policy.yaml", []byte(buttons(31)), catalog); err == nil || !strings.Contains(err.Error(), "buttons has 31 items, and 30 is the most") {
		t.Errorf("31 buttons: got %v", err)
	}
}

// TestAnyType holds that a remedy for all resources is for those of types that nobody knows, too.
func TestAnyType(t *testing.T) {
	c := policy.Catalog{Kinds: []string{"guardduty"}, Remedies: []policy.CatalogRemedy{{ID: "archive", Setting: "archived", Answers: []string{"guardduty:*"}, Resource: "*", Undo: "exact"}}}
	if _, err := policy.Parse("policy.yaml", []byte("version: 1\nrules: [{name: a, on: [guardduty], do: [archive], where: {type: [{prefix: \"Custom::\"}]}}]\n"), c); err != nil {
		t.Error(err)
	}
}

// TestWarnings holds what is worth a warning.
func TestWarnings(t *testing.T) {
	const button = "buttons: [{name: Remediate, do: fix}]\n"
	const pressless = "a press of these buttons comes to nothing"
	for _, test := range []struct{ name, text, want string }{
		{"an account of three digits", "scope: {account: [\"123\"]}\n", `"123" is no account`},
		{"an account with a letter", "scope: {account: [\"11112222333x\"]}\n", `"11112222333x" is no account`},
		{"an account", "scope: {account: [\"111122223333\"]}\n", ""},
		{"a region", "scope: {region: [eu-west-1]}\n", ""},
		{"a button without rules", button, pressless},
		{"a button, and a rule that only tells", button + "rules: [{name: r, on: [guardduty]}]\n", pressless},
		{"a button, and a rule that hears no findings", button + "rules: [{name: r, on: [config], do: [s3-block-public-access]}]\n", pressless},
		{"a button, and a rule that it serves", button + "rules: [{name: r, on: [securityhub], do: [s3-block-public-access]}]\n", ""},
		{"nobody approves a proposal", "rules: [{name: r, on: [securityhub], do: [s3-block-public-access], mode: propose}]\n", `the rule "r" proposes, and nobody may approve`},
		{"nobody approves what is held back", "mode: fix\nrules: [{name: r, on: [securityhub], do: [s3-block-public-access]}]\n", `the rule "r" fixes, and what a guardrail holds back waits for an approval`},
		{"others may undo only", "operators: {undo: [\"arn:*:iam::*:role/ops\"]}\nmode: propose\nrules: [{name: r, on: [securityhub], do: [s3-block-public-access]}]\n", `the rule "r" proposes`},
		{"somebody approves", "operators: {approve: [\"arn:*:iam::*:role/ops\"]}\nmode: propose\nrules: [{name: r, on: [securityhub], do: [s3-block-public-access]}]\n", ""},
		{"a button approves", button + "mode: propose\nrules: [{name: r, on: [securityhub], do: [s3-block-public-access]}]\n", ""},
		{"a shadow proposes nothing", "shadow: true\nmode: propose\nrules: [{name: r, on: [securityhub], do: [s3-block-public-access]}]\n", ""},
		{"no button", "buttons: []\nrules: [{name: r, on: [guardduty]}]\n", ""},
	} {
		var got []string
		for _, w := range parseServices(t, "version: 1\n"+test.text).Warnings(noon) {
			got = append(got, w.Problem)
		}
		if joined := strings.Join(got, "\n"); test.want == "" && joined != "" || !strings.HasPrefix(joined, test.want) || len(got) > 1 {
			t.Errorf("%s: got %q, want %q", test.name, joined, test.want)
		}
	}
}

// TestUnreachableByKind holds that a rule about threats takes all of them, and one that tells takes all findings.
func TestUnreachableByKind(t *testing.T) {
	c := catalog
	c.Kinds = []string{"guardduty", "securityhub"}
	for _, test := range []struct{ first, second string }{
		{"on: [guardduty], do: [ec2-isolate]", "on: [guardduty]"},
		{"on: [securityhub]", "on: [securityhub], do: [rotate]"},
	} {
		text := "version: 1\nmode: notify\nrules:\n  - {name: a, " + test.first + "}\n  - {name: b, " + test.second + "}\n"
		if _, err := policy.Parse("policy.yaml", []byte(text), c); err == nil || !strings.HasPrefix(err.Error(), `policy.yaml:5:5: the rule "b" can never apply`) {
			t.Errorf("%s\ngot %v", text, err)
		}
	}
}

// TestBlameOfTagPolicies holds that a fault of the policy's own tag rules is said at them, and one that the tag policies bring at these, first rule or last.
func TestBlameOfTagPolicies(t *testing.T) {
	files := tagPolicyFiles()
	for _, test := range []struct{ name, text, want string }{
		{"its own", "version: 1\ntag_policies: [org.json]\ntags: [{key: \"a!\"}]\n", "policy.yaml:3:14: "},
		{"the first of theirs", "version: 1\ntag_policies: [org.json]\ntags: [{key: Team, values: [green]}]\n", "policy.yaml:2:15: "},
		{"theirs alone", "version: 1\ntag_policies: [twice.json]\n", "policy.yaml:2:15: "},
	} {
		files["twice.json"] = `{"tags":{"a":{"tag_key":"A","tag_value":["red","Red"]}}}`
		_, err := policy.ParseWith("policy.yaml", []byte(test.text), catalog, files.options())
		if err == nil {
			t.Errorf("%s: accepted", test.name)
			continue
		}
		for _, line := range strings.Split(err.Error(), "\n") {
			if !strings.HasPrefix(line, test.want) {
				t.Errorf("%s: got %s, want it at %s", test.name, line, test.want)
			}
		}
	}
	var keys []string
	for i := range 1001 {
		keys = append(keys, fmt.Sprintf(`"k%d":{"tag_key":"K%d"}`, i, i))
	}
	for n, want := range map[int]string{1000: "", 1001: "there are 1001 tag rules with those of many.json, and 1000 is the most"} {
		files["many.json"] = `{"tags":{` + strings.Join(keys[:n], ",") + `}}`
		_, err := policy.ParseWith("policy.yaml", []byte("version: 1\ntag_policies: [many.json]\n"), catalog, files.options())
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d tag rules: got %.200v, want %q", n, err, want)
		}
	}
	p, err := policy.ParseWith("policy.yaml", []byte("version: 1\ntag_policies: [org.json]\n"), catalog, files.options())
	if err != nil || len(p.Unbuilt()) > 0 {
		t.Errorf("a tag policy over known types: %v, unbuilt %v", err, p.Unbuilt())
	}
}
