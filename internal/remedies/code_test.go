package remedies

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// codeless are the remedies whose setting no code holds, and why.
var codeless = map[string]string{
	"tags":                    "the patch is made of the tags that are wanted",
	"ec2-isolate":             "it contains a threat",
	"ec2-stop":                "it contains a threat",
	"ec2-detach-profile":      "it contains a threat",
	"ec2-forensic-snapshot":   "it keeps evidence",
	"iam-deactivate-key":      "it contains a threat, or answers what is no setting: age and disuse",
	"iam-deny-all":            "it contains a threat",
	"iam-revoke-sessions":     "it contains a threat",
	"iam-remove-login":        "it answers what is no setting: disuse",
	"lambda-throttle":         "it contains a threat",
	"guardduty-archive":       "it works on a finding",
	"guardduty-threat-list":   "it works on a list of addresses",
	"waf-block-address":       "it works on a list of addresses",
	"ec2-release-address":     "what nothing uses is deleted from the code",
	"kms-cancel-deletion":     "a deletion is a call, and stands in no code",
	"ec2-snapshot-private":    "templates hold no snapshots, and with whom one is shared stands in no code",
	"rds-snapshot-private":    "templates hold no snapshots, and with whom one is shared stands in no code",
	"ssm-document-private":    "templates do not hold with whom a document is shared",
	"ec2-close-world-ports":   "which rule is to go is seen by a read: the change names it",
	"lambda-remove-public":    "which permission is to go is seen by a read: the change names it",
	"s3-remove-public-grants": "which grant is to go is seen by a read: the change names it",
	"s3-deny-foreign-actions": "whom the statement names is seen by a read: the change holds it",
}

// TestEveryRemedyHasCode holds that each remedy says how code holds its setting, or that the list above says why none does.
func TestEveryRemedyHasCode(t *testing.T) {
	for _, r := range All {
		if why, listed := codeless[r.ID]; (len(r.Code) == 0) != (listed && why != "") {
			t.Errorf("%s has %d codes, and the list of those without says %q", r.ID, len(r.Code), why)
		}
	}
	for id := range codeless {
		if !slices.ContainsFunc(All, func(r remedy.Remedy) bool { return r.ID == id }) {
			t.Errorf("there is no remedy %s", id)
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{([A-Za-z-]+)\}\}`)

// TestCodesUseTheirParameters holds that each code names parameters that its remedy has, and that none is passed over: a rule's parameter that code does not show would make
// the code say something else than the fix does.
func TestCodesUseTheirParameters(t *testing.T) {
	for _, r := range All {
		shown := map[string]bool{}
		for _, c := range r.Code {
			for _, name := range append(names(c.CloudFormation+c.CDK+c.Terraform), c.With) {
				known := slices.ContainsFunc(r.With, func(p remedy.Param) bool { return p.Name == name })
				if name != "" && name != "Resource" && !known {
					t.Errorf("%s: its code names %q, which is no parameter", r.ID, name)
				}
				shown[name] = true
			}
			for _, language := range []string{c.CloudFormation, c.CDK, c.Terraform} {
				if language != "" && c.With != "" && !slices.Contains(names(language), c.With) {
					t.Errorf("%s: the code for %s does not show it", r.ID, c.With)
				}
			}
		}
		for _, p := range r.With {
			if len(r.Code) > 0 && !shown[p.Name] {
				t.Errorf("%s: no code shows the parameter %s", r.ID, p.Name)
			}
		}
	}
}

func names(code string) []string {
	var list []string
	for _, match := range placeholder.FindAllStringSubmatch(code, -1) {
		list = append(list, match[1])
	}
	return list
}

// TestCodesAreWellFormed holds that every language's code is whole when it is filled: no placeholder is left, YAML parses into properties, brackets and quotes are closed.
func TestCodesAreWellFormed(t *testing.T) {
	catalog := Catalog()
	for _, r := range All {
		for _, c := range r.Code {
			got := catalog.Code(r.ID, given(t, r, c), finding.Resource{Type: r.Resource, ID: "it"})
			if got.With != c.With || got.On != c.On {
				t.Errorf("%s: got the code for %q, want that for %q", r.ID, got.With, c.With)
			}
			for _, s := range iac.Patch(iac.Origin{LogicalID: "It"}, finding.Resource{Type: r.Resource}, iac.Wanted{Code: got}) {
				if left := placeholder.FindString(s.Code); left != "" || s.Code == "" {
					t.Errorf("%s in %s: %q is left in %q", r.ID, s.Language, left, s.Code)
				}
				var template map[string]map[string]map[string]any
				if err := yaml.Unmarshal([]byte(s.Code), &template); s.Language == "CloudFormation" && (err != nil || len(template["Resources"]) != 1) {
					t.Errorf("%s: %v in\n%s", r.ID, err, s.Code)
				}
				if open := unclosed(s.Code); open != "" {
					t.Errorf("%s: %s is open in %s\n%s", r.ID, open, s.Language, s.Code)
				}
			}
		}
	}
}

// given are the parameters that a rule gives for whose sake a code is meant: what has no default, and what chooses the code.
func given(t *testing.T, r remedy.Remedy, c iac.Code) json.RawMessage {
	t.Helper()
	with := map[string]any{}
	for _, p := range r.With {
		if p.Name == c.With || p.Default == "" && slices.Contains(names(c.CloudFormation+c.CDK+c.Terraform), p.Name) {
			with[p.Name] = map[remedy.ParamKind]any{remedy.Text: "x", remedy.Texts: []string{"x", "y"}, remedy.Integer: 7}[p.Kind]
		}
	}
	text, err := json.Marshal(with)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// unclosed gives the brackets and quotes that are open at the end of some code, or closed without having been opened.
func unclosed(code string) string {
	var open []rune
	pairs := map[rune]rune{')': '(', ']': '[', '}': '{'}
	for _, r := range code {
		last := rune(0)
		if len(open) > 0 {
			last = open[len(open)-1]
		}
		switch {
		case last == '"' || last == '\'':
			if r == last {
				open = open[:len(open)-1]
			}
		case strings.ContainsRune(`"'([{`, r):
			open = append(open, r)
		case pairs[r] != 0:
			if last != pairs[r] {
				return string(r)
			}
			open = open[:len(open)-1]
		}
	}
	return string(open)
}
