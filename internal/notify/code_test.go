package notify

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// TestTheCodeIsShown holds that whoever is told of a fight, or of what a stack made, is shown the code to change, and nobody else.
func TestTheCodeIsShown(t *testing.T) {
	p, err := policy.Parse("policy.yaml", []byte("version: 1\ntags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [config], do: [tags]}]\n"), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	fight := func(e *journal.Entry) {
		e.State, e.Held, e.Remedy, e.Agent, e.Change = journal.Told, journal.Fight, "tags", "Terraform 1.9.5", tags("Owner", nil, "web")
	}
	stack := func(e *journal.Entry) {
		e.State, e.Remedy, e.Change, e.Origin = journal.Told, "tags", tags("Owner", nil, "web"), iac.Origin{Tool: iac.CloudFormation, Stack: "shop", LogicalID: "Web"}
	}
	bucket := func(e *journal.Entry) {
		stack(e)
		e.Remedy, e.Control, e.Resource.Type = "s3-block-public-access", "securityhub:S3.8", "AWS::S3::Bucket"
	}
	told := func(e *journal.Entry) { e.State, e.Remedy, e.Change = journal.Told, "tags", tags("Owner", nil, "web") }
	fixed := func(e *journal.Entry) { stack(e); e.State = journal.Fixed }
	for name, test := range map[string]struct {
		change func(*journal.Entry)
		want   []string // of the first snippet
	}{
		"a fight":            {fight, []string{"Terraform", "Owner"}},
		"a stack's tags":     {stack, []string{"CloudFormation", "Owner"}},
		"a stack's setting":  {bucket, []string{"CloudFormation", "BlockPublicAcls"}},
		"told, and no stack": {told, nil},
		"fixed":              {fixed, nil},
	} {
		about := AboutOf(p, with(test.change))
		if (len(about.Patch) > 0) != (test.want != nil) {
			t.Errorf("%s: %d snippets", name, len(about.Patch))
			continue
		}
		for _, want := range test.want {
			if first := about.Patch[0]; !strings.Contains(first.Language+"\n"+first.Code+"\n"+first.Note, want) {
				t.Errorf("%s: the code is\n%s %s\n%s\nwant %s in it", name, first.Language, first.Note, first.Code, want)
			}
		}
	}
}
