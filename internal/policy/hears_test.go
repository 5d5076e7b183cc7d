package policy_test

import (
	"slices"
	"testing"
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
