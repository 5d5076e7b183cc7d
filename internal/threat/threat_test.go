package threat

import (
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestTypes holds that the list is whole, as of the day that it names, and that each line of it is one.
func TestTypes(t *testing.T) {
	types := Types()
	if len(types) != 204 {
		t.Errorf("there are %d types; AWS lists 204", len(types))
	}
	lines := 0
	for line := range strings.Lines(typesText) {
		if !strings.HasPrefix(line, "#") {
			lines++
		}
	}
	if lines != len(types) {
		t.Errorf("of %d lines only %d are types", lines, len(types))
	}
	seen := map[string]bool{}
	for _, typ := range types {
		if seen[typ.Name] || typ.About() == "" {
			t.Errorf("%s stands twice, or is no type", typ.Name)
		}
		seen[typ.Name] = true
		if !slices.Contains([]string{"low", "medium", "high", "critical", "varies"}, typ.Severity) {
			t.Errorf("%s has the severity %q", typ.Name, typ.Severity)
		}
		if len(typ.Resources) == 0 {
			t.Errorf("%s names no resource", typ.Name)
		}
		for _, r := range typ.Resources {
			if name, ok := arn.Canonical(r); !ok || name != r {
				t.Errorf("%s names %s, which is no type of resources", typ.Name, r)
			}
		}
	}
}

// TestEveryTypeIsAnsweredOrExplained holds that each type has a remedy, or a reason why there is none, and that every reason is needed.
func TestEveryTypeIsAnsweredOrExplained(t *testing.T) {
	used := map[string]bool{}
	for _, typ := range Types() {
		if len(typ.Answers(remedies.All)) > 0 {
			continue
		}
		used[typ.Why()] = true
		if typ.Why() == "" {
			t.Errorf("%s has no remedy, and no reason why", typ.Name)
		}
	}
	for _, r := range Reasons {
		if !used[r.Why] {
			t.Errorf("the reason for %s is of no type without a remedy: take it out", r.Glob)
		}
	}
}

// TestAnswersNameTypes holds that what remedies answer of GuardDuty is a type that there is, on a resource that its findings name.
func TestAnswersNameTypes(t *testing.T) {
	custom := []string{"guardduty:Exfiltration:EC2/TransferDataToCloudAccount"} // of a custom detection rule
	for _, r := range remedies.All {
		for _, answer := range r.Answers {
			if !strings.HasPrefix(answer, "guardduty:") || answer == everyFinding || slices.Contains(custom, answer) {
				continue
			}
			alone := []remedy.Remedy{{ID: r.ID, Answers: []string{answer}, Resource: r.Resource}}
			if !slices.ContainsFunc(Types(), func(typ Type) bool { return len(typ.Answers(alone)) > 0 }) {
				t.Errorf("%s answers %s, and no finding of that type names a resource of the type %s", r.ID, answer, r.Resource)
			}
		}
	}
}

func TestAnswers(t *testing.T) {
	list := []remedy.Remedy{
		{ID: "isolate", Answers: []string{"securityhub:EC2.8", "guardduty:Backdoor:EC2/*"}, Resource: "AWS::EC2::Instance"},
		{ID: "deny", Answers: []string{"guardduty:*:EC2/*"}, Resource: "AWS::IAM::*"},
		{ID: "block", Answers: []string{"guardduty:Backdoor:*"}, Resource: "*"},
		{ID: "archive", Answers: []string{"guardduty:*"}, Resource: "*"},
	}
	tests := []struct {
		name string
		of   Type
		want []string
	}{
		{"by type and by resource", Type{Name: "Backdoor:EC2/C&CActivity.B", Resources: []string{"AWS::EC2::Instance"}}, []string{"isolate", "block"}},
		{"by what it names beside", Type{Name: "Trojan:EC2/DropPoint", Resources: []string{"AWS::EC2::Instance", "AWS::IAM::Role"}}, []string{"deny"}},
		{"another resource", Type{Name: "Backdoor:EC2/Spambot", Resources: []string{"AWS::EC2::Volume"}}, []string{"block"}},
		{"another type", Type{Name: "Recon:EC2/Portscan", Resources: []string{"AWS::EC2::Instance"}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.of.Answers(list); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if got := ForAny(list); !slices.Equal(got, []string{"archive"}) {
		t.Errorf("for any finding: got %v", got)
	}
}
