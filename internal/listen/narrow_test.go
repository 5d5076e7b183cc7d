package listen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// samples are all samples of events, each also as if it were about several accounts.
func samples(t *testing.T) [][]byte {
	t.Helper()
	files, err := filepath.Glob("../../testdata/events/*.json")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	var all [][]byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return append(all, []byte(sequence))
}

// sequence is a sequence of an administrator's, with resources of two members.
const sequence = `{"id":"q1","source":"aws.guardduty","detail-type":"GuardDuty Finding","account":"999988887777","region":"eu-west-1","time":"2026-11-23T09:41:07Z","resources":[],"detail":{
	"id":"f1","type":"AttackSequence:S3/CompromisedData","accountId":"111122223333","region":"eu-west-1","partition":"aws","severity":9,"resource":{"resourceType":"AttackSequence"},
	"service":{"detection":{"sequence":{"resources":[
		{"uid":"arn:aws:s3:::ours","resourceType":"S3_BUCKET","accountId":"111122223333","region":"eu-west-1"},
		{"uid":"arn:aws:s3:::theirs","resourceType":"S3_BUCKET","accountId":"444455556666","region":"us-west-2"}]}}}}}`

// condition draws a pattern over a resource, or nothing.
func condition(t *rapid.T, what string) string {
	fields := map[string]string{
		"account":   `["111122223333"] ["444455556666"] [{anything-but: ["111122223333"]}] [{prefix: "4444"}]`,
		"region":    `["eu-west-1"] ["us-east-1"] [{prefix: "us-"}] [{anything-but: ["eu-west-1"]}]`,
		"type":      `["AWS::S3::Bucket"] ["AWS::EC2::Instance"] ["AWS::IAM::Role"] [{prefix: "AWS::IAM::"}] [{anything-but: ["AWS::S3::Bucket"]}]`,
		"id":        `[{exists: true}] [{prefix: "i-"}] [{anything-but: ["x"]}]`,
		"arn":       `[{exists: true}] [{prefix: "arn:aws:s3:::"}] [{exists: false}]`,
		"partition": `[aws] [aws-cn]`,
	}
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"account", "region", "type", "id", "arn", "partition"}), 0, 2, rapid.ID).Draw(t, what)
	var parts []string
	for _, name := range names {
		choices := strings.Split(strings.ReplaceAll(fields[name], "] [", "]\n["), "\n")
		parts = append(parts, name+": "+rapid.SampledFrom(choices).Draw(t, what+" "+name))
	}
	if parts == nil {
		return ""
	}
	return ", " + what + ": {" + strings.Join(parts, ", ") + "}"
}

// drawPolicy draws a policy of up to three rules.
func drawPolicy(t *rapid.T) string {
	kinds := []string{"config", "tags", "guardduty", "securityhub", "config-rule", "inspector", "create"}
	bodies := []string{
		"do: [tags]", "do: [ec2-isolate], mode: fix", "do: [s3-block-public-access, tags], mode: fix", "do: [iam-revoke-sessions], mode: propose", "do: [iam-deactivate-key]", "controls: ['securityhub:*', 'guardduty:*']",
		"controls: ['guardduty:*:S3/*', 'securityhub:S3.*', 'config:*'], do: [s3-block-public-access]",
	}
	matches := []string{
		"", "", ", match: {type: [{prefix: 'Backdoor:'}, {wildcard: '*:S3/*'}]}", ", match: {severity: [{numeric: ['>=', 7]}]}", ", match: {findings: {Severity: {Label: [HIGH]}}}", ", match: {resource: {resourceType: [Instance]}}",
		", match: {$or: [{severity: [8]}, {accountId: [{prefix: '1'}]}]}", ", match: {nothing: [{exists: false}]}",
	}
	text := "version: 1\nmode: notify\nadministrators: ['999988887777']\ntags: [{key: Owner, required: true" + rapid.SampledFrom([]string{"", ", types: ['AWS::EC2::*', 'AWS::IAM::Role']"}).Draw(t, "types") + "}]\n"
	if scope := condition(t, "scope"); scope != "" {
		text += strings.TrimPrefix(scope, ", ") + "\n"
	}
	text += "rules:\n"
	for i := range rapid.IntRange(1, 3).Draw(t, "rules") {
		on := rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 1, 4, rapid.ID).Draw(t, "on")
		text += fmt.Sprintf("  - {name: r%d, on: [%s], %s%s%s}\n", i, strings.Join(on, ", "), rapid.SampledFrom(bodies).Draw(t, "body"), rapid.SampledFrom(matches).Draw(t, "match"), condition(t, "where"))
	}
	return text
}

// wanted tells whether the policy makes something of one of an event's findings, or what was open about it has ended.
func wanted(p *policy.Policy, findings []finding.Finding) bool {
	return slices.ContainsFunc(findings, func(f finding.Finding) bool {
		return slices.ContainsFunc(p.Decide(f), func(d policy.Decision) bool {
			return d.Verdict != policy.Ignored || f.Gone && d.Setting != "" && !d.Forged
		})
	})
}

// TestNoEventIsMissed holds for policies at random that the rules of a deployment let through each event of which the policy makes something.
func TestNoEventIsMissed(t *testing.T) {
	all := samples(t)
	right := rapid.Custom(drawPolicy).Filter(func(text string) bool {
		_, err := policy.Parse("policy.yaml", []byte(text), catalog.Known())
		return err == nil
	})
	rapid.Check(t, func(t *rapid.T) {
		text := right.Draw(t, "policy")
		p, err := policy.Parse("policy.yaml", []byte(text), catalog.Known())
		if err != nil {
			t.Fatal(err)
		}
		patterns := map[string]listen.Rule{}
		for _, f := range listen.Functions(p, events.All(), rights.Names{Prefix: "tw"}) {
			for _, r := range f.Rules {
				patterns[r.Kind.ID] = r
			}
		}
		for _, event := range all {
			envelope, kind, known, err := events.Open(event)
			if err != nil || !known || kind.Pressed != nil {
				continue
			}
			findings, _ := kind.Decode(envelope)
			rule, heard := patterns[kind.ID]
			through := false
			if heard {
				if through, err = rule.Pattern.Match(event); err != nil {
					t.Fatal(err)
				}
			}
			if !through && wanted(p, findings) {
				t.Fatalf("the event %s of the kind %s is not let through by %s\n%s", envelope.ID, kind.ID, rule.Pattern, text)
			}
		}
	})
}

// TestWhatCanNeverApplyNeverDoes holds for policies at random that a rule which is refused because earlier ones always apply never is the first that applies.
func TestWhatCanNeverApplyNeverDoes(t *testing.T) {
	all := samples(t)
	refused := regexp.MustCompile(`the rule "r([0-9])" can never apply`)
	rapid.Check(t, func(t *rapid.T) {
		text := drawPolicy(t)
		_, err := policy.Parse("policy.yaml", []byte(text), catalog.Known())
		if err == nil || !refused.MatchString(err.Error()) {
			return
		}
		later, _ := strconv.Atoi(refused.FindStringSubmatch(err.Error())[1])
		head, rules, _ := strings.Cut(text, "rules:\n")
		var alone []*policy.Policy
		for _, rule := range strings.SplitAfter(strings.TrimSpace(rules), "}\n")[:later+1] {
			p, err := policy.Parse("policy.yaml", []byte(head+"rules:\n  "+strings.TrimSpace(rule)), catalog.Known())
			if err != nil {
				t.Fatal(err)
			}
			alone = append(alone, p)
		}
		for _, event := range all {
			envelope, kind, known, err := events.Open(event)
			if err != nil || !known {
				continue
			}
			findings, _ := kind.Decode(envelope)
			for _, f := range findings {
				applies := func(p *policy.Policy) bool { return p.Look(f)[0].Applies }
				if applies(alone[later]) && !slices.ContainsFunc(alone[:later], applies) {
					t.Fatalf("the rule r%d applies to %s of event %s, and no earlier one\n%s", later, f.Resource, f.Event, text)
				}
			}
		}
	})
}
