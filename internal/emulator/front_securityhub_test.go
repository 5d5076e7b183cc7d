package emulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"github.com/tagwarden/tagwarden/internal/awssecurityhub"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/notify"
)

// hubProduct is the product of the findings here.
const hubProduct = "arn:aws:securityhub:us-east-1::product/aws/securityhub"

// hubOf is a client of a hub with findings of some ids.
func hubOf(t *testing.T, ids ...string) (*securityhub.Client, aws.Config) {
	t.Helper()
	f, err := New("http://127.0.0.1:1", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	cfg := Config(f.Address, Region)
	client := securityhub.NewFromConfig(cfg)
	for batch := range slices.Chunk(ids, hubBatch) {
		importInto(t, client, "FAILED", batch)
	}
	return client, cfg
}

func importInto(t *testing.T, client *securityhub.Client, title string, ids []string) {
	t.Helper()
	in := &securityhub.BatchImportFindingsInput{}
	for _, id := range ids {
		in.Findings = append(in.Findings, types.AwsSecurityFinding{
			Id: &id, ProductArn: aws.String(hubProduct), Title: &title, AwsAccountId: aws.String("111122223333"), SchemaVersion: aws.String("2018-10-08"),
			CreatedAt: aws.String("2026-11-20T08:00:00.000Z"), UpdatedAt: aws.String("2026-11-20T08:00:00.000Z"), GeneratorId: aws.String("security-control/S3.8"),
			Description: aws.String("d"), Resources: []types.Resource{{Type: aws.String("AwsS3Bucket"), Id: aws.String("arn:aws:s3:::b")}},
			Workflow: &types.Workflow{Status: types.WorkflowStatusNew},
		})
	}
	out, err := client.BatchImportFindings(t.Context(), in)
	if err != nil || *out.SuccessCount != int32(len(ids)) || *out.FailedCount != 0 {
		t.Fatalf("import: got %+v, %v", out, err)
	}
}

// hubFilters ask for ids of a product.
func hubFilters(product string, ids ...string) *types.AwsSecurityFindingFilters {
	filters := &types.AwsSecurityFindingFilters{ProductArn: []types.StringFilter{{Comparison: types.StringFilterComparisonEquals, Value: &product}}}
	for _, id := range ids {
		filters.Id = append(filters.Id, types.StringFilter{Comparison: types.StringFilterComparisonEquals, Value: &id})
	}
	return filters
}

// found are the ids that a filter finds, page by page.
func found(t *testing.T, client *securityhub.Client, filters *types.AwsSecurityFindingFilters, most int32) (ids []string, pages int) {
	t.Helper()
	in := &securityhub.GetFindingsInput{Filters: filters}
	if most > 0 {
		in.MaxResults = &most
	}
	for p := securityhub.NewGetFindingsPaginator(client, in); p.HasMorePages(); pages++ {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Findings {
			ids = append(ids, *f.Id)
		}
	}
	return ids, pages
}

func TestFindingsOfSecurityHub(t *testing.T) {
	var ids []string
	for i := range 12 {
		ids = append(ids, fmt.Sprintf("finding/%d", i))
	}
	client, _ := hubOf(t, ids...)
	for _, c := range []struct {
		name    string
		filters *types.AwsSecurityFindingFilters
		most    int32
		want    []string
		pages   int
	}{
		{"all, in pages", nil, 0, ids, 2},
		{"all, in larger pages", nil, 100, ids, 1},
		{"one of several values", hubFilters(hubProduct, "finding/3", "finding/7", "finding/x"), 0, []string{"finding/3", "finding/7"}, 1},
		{"page by page", hubFilters(hubProduct, "finding/3", "finding/7", "finding/9"), 1, []string{"finding/3", "finding/7", "finding/9"}, 3},
		{"every attribute has to fit", hubFilters("arn:aws:securityhub:us-east-1::product/aws/guardduty", "finding/3"), 0, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, pages := found(t, client, c.filters, c.most); !slices.Equal(got, c.want) || pages != c.pages {
				t.Errorf("got %q in %d pages, want %q in %d", got, pages, c.want, c.pages)
			}
		})
	}
	if got, _ := found(t, securityhub.New(client.Options(), func(o *securityhub.Options) { o.Region = "eu-west-1" }), nil, 0); got != nil {
		t.Errorf("another region has %q", got)
	}
	for _, filters := range []*types.AwsSecurityFindingFilters{
		hubFilters(hubProduct, make([]string, 21)...), {Id: []types.StringFilter{{Comparison: types.StringFilterComparisonPrefix, Value: aws.String("finding")}}},
	} {
		if _, err := client.GetFindings(t.Context(), &securityhub.GetFindingsInput{Filters: filters}); err == nil || !strings.Contains(err.Error(), "InvalidInputException") {
			t.Errorf("got %v, want InvalidInputException", err)
		}
	}
}

func TestUpdatesOfSecurityHub(t *testing.T) {
	client, _ := hubOf(t, "a", "b")
	id := func(id string) types.AwsSecurityFindingIdentifier {
		return types.AwsSecurityFindingIdentifier{Id: &id, ProductArn: aws.String(hubProduct)}
	}
	out, err := client.BatchUpdateFindings(t.Context(), &securityhub.BatchUpdateFindingsInput{
		FindingIdentifiers: []types.AwsSecurityFindingIdentifier{id("a"), id("x"), id("a")}, Workflow: &types.WorkflowUpdate{Status: types.WorkflowStatusNotified},
		Note: &types.NoteUpdate{Text: aws.String("Done."), UpdatedBy: aws.String("me")}, UserDefinedFields: map[string]string{"k": "v"},
	})
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, u := range out.UnprocessedFindings {
		codes[*u.FindingIdentifier.Id] = *u.ErrorCode
	}
	if len(out.ProcessedFindings) != 1 || len(codes) != 2 || codes["x"] != "FindingNotFound" || codes["a"] != "DuplicatedFindingIdentifier" {
		t.Errorf("got %d processed and %v", len(out.ProcessedFindings), codes)
	}
	importInto(t, client, "PASSED", []string{"a", "b"}) // an import again leaves what was updated
	want := map[string]string{"a": "PASSED NOTIFIED Done. me v", "b": "PASSED NEW"}
	all, err := client.GetFindings(t.Context(), &securityhub.GetFindingsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all.Findings {
		got := *f.Title + " " + string(f.Workflow.Status)
		if f.Note != nil {
			got += " " + *f.Note.Text + " " + *f.Note.UpdatedBy + " " + f.UserDefinedFields["k"]
		}
		if got != want[*f.Id] {
			t.Errorf("%s: got %q, want %q", *f.Id, got, want[*f.Id])
		}
	}
	long, err := client.BatchUpdateFindings(t.Context(), &securityhub.BatchUpdateFindingsInput{
		FindingIdentifiers: []types.AwsSecurityFindingIdentifier{id("a")}, Note: &types.NoteUpdate{Text: aws.String(strings.Repeat("x", 513)), UpdatedBy: aws.String("me")},
	})
	if err != nil || len(long.UnprocessedFindings) != 1 || *long.UnprocessedFindings[0].ErrorCode != "InvalidInput" {
		t.Errorf("a note that is too long: got %+v, %v", long, err)
	}
}

// TestNotesInSecurityHub has our own hub write into findings, over all batches and pages.
func TestNotesInSecurityHub(t *testing.T) {
	var ids []string
	var reports []finding.Report
	for i := range 250 {
		ids = append(ids, fmt.Sprintf("finding/%d", i))
		reports = append(reports, finding.Report{ID: ids[i], Product: hubProduct})
	}
	reports = append(reports, finding.Report{ID: "unknown", Product: hubProduct})
	client, cfg := hubOf(t, ids...)
	if err := awssecurityhub.New(cfg, "").Note(t.Context(), notify.Note{Findings: reports, Workflow: "NOTIFIED", Text: "Done."}); err != nil {
		t.Fatal(err)
	}
	for p := securityhub.NewGetFindingsPaginator(client, &securityhub.GetFindingsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Findings {
			if f.Workflow.Status != types.WorkflowStatusNotified || f.Note == nil || *f.Note.Text != "Done." {
				t.Errorf("%s: got %v, %v", *f.Id, f.Workflow, f.Note)
			}
		}
	}
}

// TestProposalsInSecurityHub has our own hub put a proposal there, show it again, and end it.
func TestProposalsInSecurityHub(t *testing.T) {
	client, cfg := hubOf(t)
	hub := awssecurityhub.New(cfg, finding.Product("aws", "us-east-1", "111122223333"))
	p := notify.Posting{ID: "tagwarden/tw-1", Generator: "tagwarden/tags", Title: "T", Description: "D", Fields: map[string]string{finding.EntryField: "tw-1", finding.ShownField: "one"}}
	again, over := p, p
	again.Fields = map[string]string{finding.EntryField: "tw-1", finding.ShownField: "two"}
	over.Over, over.Note = true, "Done."
	for _, step := range []struct {
		posting         notify.Posting
		record          types.RecordState
		workflow, shown string
	}{
		{p, types.RecordStateActive, "", "one"},
		{again, types.RecordStateActive, "", "two"},
		{over, types.RecordStateArchived, "RESOLVED", "one"},
		{over, types.RecordStateArchived, "RESOLVED", "one"},
	} {
		if err := hub.Post(t.Context(), step.posting); err != nil {
			t.Fatal(err)
		}
		page, err := client.GetFindings(t.Context(), &securityhub.GetFindingsInput{})
		if err != nil || len(page.Findings) != 1 {
			t.Fatalf("got %+v, %v; want one finding", page, err)
		}
		f, workflow := page.Findings[0], ""
		if f.Workflow != nil {
			workflow = string(f.Workflow.Status)
		}
		if f.RecordState != step.record || workflow != step.workflow || f.ProductFields[finding.ShownField] != step.shown || step.posting.Over != (f.Note != nil) {
			t.Errorf("it is %s, %q and shows %v with the note %v; want %+v", f.RecordState, workflow, f.ProductFields, f.Note, step)
		}
	}
}
