package notify

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// TestCodeOf holds of which entries a message shows code, whose it is, and in which languages.
func TestCodeOf(t *testing.T) {
	p, err := policy.Parse("policy.yaml", []byte("version: 1\n"), policy.Catalog{Remedies: []policy.CatalogRemedy{
		{ID: "s3-versioning", Code: []iac.Code{{CloudFormation: "VersioningConfiguration: {Status: Enabled}"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	fight := func(e *journal.Entry) { e.State, e.Held = journal.Told, journal.Fight }
	stack := func(e *journal.Entry) {
		e.Origin = iac.Origin{Tool: iac.CloudFormation, Stack: "web", LogicalID: "Site"}
	}
	terraform := func(e *journal.Entry) { e.Agent = "Terraform 1.9.5" }
	for _, c := range []struct {
		name      string
		entry     journal.Entry
		origin    string
		languages string
		code      string // stands in the first snippet
	}{
		{"a fix of what no code is known to make", with(), "", "", ""},
		{"a fight with nobody known", with(fight), "", "CloudFormation, CDK (TypeScript), Terraform, Terraform, Terraform", "Environment"},
		{"a fight with a stack", with(fight, stack, terraform), "the CloudFormation stack web", "CloudFormation, CDK (TypeScript)", "Site"},
		{"a fight with Terraform", with(fight, terraform), "Terraform", "Terraform, Terraform, Terraform", `"Environment" = "Prod"`},
		{"a fix in a stack", with(stack), "the CloudFormation stack web", "CloudFormation, CDK (TypeScript)", "Site"},
		{"of a remedy that code holds", with(stack, func(e *journal.Entry) { e.Remedy = "s3-versioning" }), "the CloudFormation stack web", "CloudFormation", "Status: Enabled"},
		{"of a remedy that code does not hold", with(stack, func(e *journal.Entry) { e.Remedy = "ec2-isolate" }), "the CloudFormation stack web", "", ""},
		{"an undo", with(stack, func(e *journal.Entry) { e.Undoes = "tw-x" }), "", "", ""},
		{"what is gone", with(stack, is(journal.Gone)), "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			about := AboutOf(p, c.entry)
			var languages []string
			for _, s := range about.Patch {
				languages = append(languages, s.Language)
			}
			if got := strings.Join(languages, ", "); got != c.languages || about.Origin != c.origin {
				t.Errorf("got %q of %q, want %q of %q", got, about.Origin, c.languages, c.origin)
			}
			if c.code != "" && (len(about.Patch) == 0 || !strings.Contains(about.Patch[0].Code+about.Patch[0].Note, c.code)) {
				t.Errorf("got %+v, want %q in it", about.Patch, c.code)
			}
		})
	}
}
