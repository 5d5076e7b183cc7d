package policy_test

import (
	"slices"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// TestARuleHearsWhatCanTellOfItsControls holds which kinds a rule that names none brings into a deployment.
func TestARuleHearsWhatCanTellOfItsControls(t *testing.T) {
	for controls, want := range map[string][]string{
		`"securityhub:S3.8"`:           {"securityhub"},
		`"config:s3-bucket-*"`:         {"securityhub", "config-rule"},
		`"guardduty:*"`:                {"guardduty", "securityhub"},
		`"inspector:*", "guardduty:*"`: {"guardduty", "securityhub", "inspector"},
		`"*"`:                          {"config", "tags", "guardduty", "securityhub", "config-rule", "inspector", "create"},
	} {
		do := ""
		if controls == `"*"` {
			do = ", do: [tags]"
		}
		p := parseServices(t, "version: 1\nmode: notify\ntags: [{key: A, required: true}]\nrules: [{name: r, controls: ["+controls+"]"+do+"}]\n")
		if got := p.Kinds(); !slices.Equal(got, want) {
			t.Errorf("%s: hears %v, want %v", controls, got, want)
		}
	}
}

// TestTheClock holds that what a sweep finds is judged by the rules that hear the clock, as news of a resource is, and that the clock is no kind of events.
func TestTheClock(t *testing.T) {
	p := parseServices(t, `version: 1
mode: fix
tags: [{key: A, required: true, fill: [{value: x}]}]
rules:
  - {name: events, on: [config], do: [tags]}
  - {name: buckets, on: [clock], where: {type: ["AWS::S3::Bucket"]}, do: [s3-block-public-access]}
  - {name: sweep, on: [clock], do: [tags], mode: propose}
`)
	swept := func(f *finding.Finding) { f.Kind = "clock" }
	for _, c := range []struct {
		name       string
		f          finding.Finding
		verdict    policy.Verdict
		rule       string
		unread     bool
		violations int
	}{
		{"an event", found(map[string]string{}), policy.Fix, "events", false, 1},
		{"tags that the sweep shows", found(map[string]string{}, swept), policy.Propose, "sweep", false, 1},
		{"right tags", found(map[string]string{"A": "x"}, swept), policy.Compliant, "sweep", false, 0},
		{"tags that the sweep does not show", found(nil, swept), policy.Propose, "sweep", true, 0},
		{"another setting is read", found(nil, of("AWS::S3::Bucket", "b", "arn:aws:s3:::b"), swept), policy.Fix, "buckets", true, 0},
	} {
		d := p.Decide(c.f)
		if len(d) != 1 || d[0].Verdict != c.verdict || d[0].Rule != c.rule || d[0].Unread != c.unread || len(d[0].Violations) != c.violations || d[0].Urgent {
			t.Errorf("%s: got %+v, want %s by %s", c.name, d, c.verdict, c.rule)
		}
	}
	if got := p.Kinds(); !slices.Equal(got, []string{"config"}) {
		t.Errorf("Kinds = %v, want config alone: nothing of EventBridge's tells the time", got)
	}
	for text, want := range map[string]bool{"on: [config]": false, "on: [config, clock]": true, "controls: [tags]": true, "on: [config], controls: [tags]": false} {
		if got := parseServices(t, "version: 1\ntags: [{key: A}]\nrules: [{name: r, do: [tags], "+text+"}]\n").Sweeps(); got != want {
			t.Errorf("%s: Sweeps = %v, want %v", text, got, want)
		}
	}
}
