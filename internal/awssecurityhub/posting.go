package awssecurityhub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// Post puts a finding of our own into Security Hub, or brings it up to date. One that is over is resolved, unless somebody suppressed it, and archived; that is so also where a
// read does not show it yet. It may be done twice; of two postings of one finding the later one holds.
//
// The error is a *remedy.RefusedError where no retry helps; all others may pass.
//
// Source: Security Hub user guide, "BatchImportFindings for finding providers": a finding is updated by its Id and ProductArn where UpdatedAt is later; note and workflow
// status are updated by BatchUpdateFindings only. Security Hub API reference, Workflow: what is active again after it was archived is NEW again.
func (h *Hub) Post(ctx context.Context, p notify.Posting) error {
	n := notify.Note{Findings: []finding.Report{{ID: p.ID, Product: h.product}}, Text: p.Note}
	if p.Over {
		n.Workflow = "RESOLVED"
		if err := h.Note(ctx, n); err != nil { // before it is archived: then nothing is left to be done
			return err
		}
		return h.load(ctx, p)
	}
	if err := h.load(ctx, p); err != nil || p.Note == "" {
		return err
	}
	return h.Note(ctx, n)
}

// load imports the finding.
func (h *Hub) load(ctx context.Context, p notify.Posting) error {
	f, err := h.asff(p)
	if err != nil {
		return err
	}
	out, err := h.client.BatchImportFindings(ctx, &securityhub.BatchImportFindingsInput{Findings: []types.AwsSecurityFinding{f}})
	if err != nil {
		return explain("import a finding into Security Hub", err)
	}
	return notImported(out.FailedFindings)
}

// refusedImport are the codes of findings that Security Hub does not take however often they are sent. Its reference lists none.
//
// Source: Security Hub user guide, "BatchImportFindings for finding providers" (InvalidAccess where Security Hub is not enabled).
var refusedImport = []string{"InvalidAccess", "InvalidAccessException", "InvalidInput", "InvalidInputException"}

func notImported(failed []types.ImportFindingsError) error {
	if len(failed) == 0 {
		return nil
	}
	code := aws.ToString(failed[0].ErrorCode)
	err := fmt.Errorf("import a finding into Security Hub: it was not taken: %s", code)
	if slices.Contains(refusedImport, code) {
		return &remedy.RefusedError{Why: "Security Hub does not take findings of Tagwarden's own: see that it is enabled in the account and region of Tagwarden.", Err: err}
	}
	return err
}

// kindOfFinding is where the finding stands among the types of findings.
//
// Source: Security Hub user guide, "Types taxonomy for ASFF".
const kindOfFinding = "Software and Configuration Checks/Tagwarden"

// asff is a posting in the AWS Security Finding Format. Severity and types are the provider's own, from which Security Hub makes those that people change.
//
// Source: Security Hub user guide, "Required top-level ASFF attributes", "FindingProviderFields".
func (h *Hub) asff(p notify.Posting) (types.AwsSecurityFinding, error) {
	product, err := arn.Parse(h.product)
	if err != nil {
		return types.AwsSecurityFinding{}, errors.New("the product of Security Hub is not known")
	}
	severity := types.SeverityLabel(strings.ToUpper(cmp.Or(p.Severity, finding.Informational.String())))
	f := types.AwsSecurityFinding{
		SchemaVersion: aws.String("2018-10-08"), AwsAccountId: &product.AccountID, ProductArn: &h.product, Id: &p.ID, GeneratorId: &p.Generator,
		Title: &p.Title, Description: &p.Description, CreatedAt: at(p.Since), UpdatedAt: at(p.Updated), ProductFields: p.Fields,
		FindingProviderFields: &types.FindingProviderFields{Severity: &types.FindingProviderSeverity{Label: severity}, Types: []string{kindOfFinding}},
		Resources:             []types.Resource{resourceOf(p.Resource)}, RecordState: types.RecordStateActive,
	}
	if p.Over {
		f.RecordState = types.RecordStateArchived
	}
	return f, nil
}

// resourceOf is a resource as ASFF has it: no tags, for whoever reads findings need not be one who may read them.
func resourceOf(r finding.Resource) types.Resource {
	out := types.Resource{Type: aws.String(events.TypeInASFF(r.Type)), Id: aws.String(r.String())}
	if r.Partition != "" {
		out.Partition = types.Partition(r.Partition)
	}
	if r.Region != "" {
		out.Region = &r.Region
	}
	return out
}

// at is a time as Security Hub takes it.
//
// Source: Security Hub API reference, "Timestamps".
func at(t time.Time) *string { return aws.String(t.UTC().Format("2006-01-02T15:04:05.000Z07:00")) }
