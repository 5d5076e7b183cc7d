package judge

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A directory knows one account.
type directory struct {
	place *finding.Place
	err   error
	asked []string
}

func (d *directory) Place(_ context.Context, account string) (*finding.Place, error) {
	d.asked = append(d.asked, account)
	return d.place, d.err
}

// TestJudgesAskTheDirectory holds that a rule on OUs is judged by where the account stands, and handed over where that is not known: act looks again.
func TestJudgesAskTheDirectory(t *testing.T) {
	const text = "version: 1\nmode: notify\ntags: [{key: Owner, required: true, fill: [{value: nobody}]}]\nrules: [{name: tags, on: [config], do: [tags], mode: MODE, where: {ou: [ou-ab12-workloads]}}]\n"
	below := &finding.Place{OUs: []string{"r-ab12", "ou-ab12-workloads"}}
	lost := errors.New("no table")
	for _, c := range []struct {
		name, mode string
		d          *directory
		sent, told int
		err        error
	}{
		{"below the OU", "fix", &directory{place: below}, 1, 0, nil},
		{"elsewhere", "fix", &directory{place: &finding.Place{OUs: []string{"r-ab12"}}}, 0, 0, nil},
		{"not known", "fix", &directory{}, 1, 0, nil},
		{"not known, and nothing would be changed", "notify", &directory{}, 0, 1, nil},
		{"the table cannot be read", "fix", &directory{err: lost}, 0, 0, lost},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLine(t, "fix")
			var err error
			if l.judge.Policy, err = policy.Parse("policy.yaml", []byte(strings.Replace(text, "MODE", c.mode, 1)), policy.Catalog{
				Kinds: []string{"config"}, Remedies: []policy.CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"}},
			}); err != nil {
				t.Fatal(err)
			}
			l.judge.Directory = c.d
			found := []finding.Finding{{Event: "e", Kind: "config", Control: "tags", Time: clock, Resource: finding.Resource{
				Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b", Tags: map[string]string{},
			}}}
			if err := l.judge.Findings(t.Context(), found); !errors.Is(err, c.err) {
				t.Fatalf("got %v, want %v", err, c.err)
			}
			if len(l.sent) != c.sent || len(l.told) != c.told || len(c.d.asked) != 1 || c.d.asked[0] != "111122223333" {
				t.Errorf("%d handed over, %d told, asked of %v; want %d and %d\n%s", len(l.sent), len(l.told), c.d.asked, c.sent, c.told, &l.log)
			}
			if found[0].Place != nil {
				t.Error("the caller's finding was changed")
			}
		})
	}
}
