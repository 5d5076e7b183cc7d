// Package awssecurityhub writes into findings of AWS Security Hub what became of them.
package awssecurityhub

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A Hub is Security Hub in the account and region of its client. It is safe for concurrent use.
type Hub struct {
	client  *securityhub.Client
	product string
}

// New makes a hub. product is the ARN of the product under which findings of our own are put there: see finding.Product.
func New(cfg aws.Config, product string) *Hub { return &Hub{securityhub.NewFromConfig(cfg), product} }

// How many findings one call takes.
//
// Source: Security Hub API reference, GetFindings (at most 20 values an attribute of the filters), BatchUpdateFindings (at most 100 findings).
const (
	mostRead    = 20
	mostWritten = 100
)

// Note writes a note into its findings, and leaves those alone that somebody suppressed and those that Security Hub does not know. It may be done twice.
//
// The error is a *remedy.RefusedError where no retry helps; all others may pass.
func (h *Hub) Note(ctx context.Context, n notify.Note) error {
	ids, err := h.open(ctx, n.Findings)
	if err != nil {
		return err
	}
	var failed error
	for batch := range slices.Chunk(ids, mostWritten) { // one batch that is not taken keeps none of the others from it
		refused := (*remedy.RefusedError)(nil)
		if err := h.update(ctx, n, batch); err != nil && (failed == nil || !errors.As(err, &refused)) {
			failed = err
		}
	}
	return failed
}

// open are those of some findings that are not suppressed, each once.
func (h *Hub) open(ctx context.Context, findings []finding.Report) ([]types.AwsSecurityFindingIdentifier, error) {
	var ids []types.AwsSecurityFindingIdentifier
	for batch := range slices.Chunk(findings, mostRead) {
		filters := &types.AwsSecurityFindingFilters{}
		for _, f := range batch {
			filters.Id = append(filters.Id, equals(f.ID))
			if product := equals(f.Product); !slices.ContainsFunc(filters.ProductArn, func(s types.StringFilter) bool { return *s.Value == f.Product }) {
				filters.ProductArn = append(filters.ProductArn, product)
			}
		}
		pages := securityhub.NewGetFindingsPaginator(h.client, &securityhub.GetFindingsInput{Filters: filters})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, explain("read findings of Security Hub", err)
			}
			ids = append(ids, touchable(page.Findings, batch)...)
		}
	}
	return ids, nil
}

// touchable are the findings that were asked for and are not suppressed.
func touchable(found []types.AwsSecurityFinding, asked []finding.Report) []types.AwsSecurityFindingIdentifier {
	var ids []types.AwsSecurityFindingIdentifier
	for _, f := range found {
		suppressed := f.Workflow != nil && f.Workflow.Status == types.WorkflowStatusSuppressed
		wanted := slices.ContainsFunc(asked, func(r finding.Report) bool {
			return r.ID == aws.ToString(f.Id) && r.Product == aws.ToString(f.ProductArn)
		})
		if wanted && !suppressed {
			ids = append(ids, types.AwsSecurityFindingIdentifier{Id: f.Id, ProductArn: f.ProductArn})
		}
	}
	return ids
}

func equals(value string) types.StringFilter {
	return types.StringFilter{Comparison: types.StringFilterComparisonEquals, Value: &value}
}

func (h *Hub) update(ctx context.Context, n notify.Note, ids []types.AwsSecurityFindingIdentifier) error {
	in := &securityhub.BatchUpdateFindingsInput{
		FindingIdentifiers: ids, UserDefinedFields: n.Fields, Note: &types.NoteUpdate{Text: &n.Text, UpdatedBy: aws.String(finding.Author)},
	}
	if n.Workflow != "" {
		in.Workflow = &types.WorkflowUpdate{Status: types.WorkflowStatus(n.Workflow)}
	}
	out, err := h.client.BatchUpdateFindings(ctx, in)
	if err != nil {
		return explain("update findings of Security Hub", err)
	}
	return unprocessed(out.UnprocessedFindings)
}

// gone is the code of a finding that is not there any more, and passing are those of findings that could not be updated just now.
//
// Source: Security Hub API reference, BatchUpdateFindingsUnprocessedFinding, ErrorCode.
const gone = "FindingNotFound"

var passing = []string{"ConcurrentUpdateError", "InternalFailure"}

// unprocessed makes an error of the findings that were not updated.
func unprocessed(list []types.BatchUpdateFindingsUnprocessedFinding) error {
	var codes []string
	again := false
	for _, u := range list {
		code := aws.ToString(u.ErrorCode)
		if code == gone {
			continue // since it was read: nobody is left to be told there
		}
		again = again || slices.Contains(passing, code)
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	err := fmt.Errorf("update findings of Security Hub: %d were not updated: %s", len(list), strings.Join(codes, ", "))
	if again {
		return err
	}
	return &remedy.RefusedError{Why: "Security Hub does not take the update.", Err: err}
}

// final are the codes of calls that no retry helps, beside those of missing rights.
//
// Source: Security Hub API reference, GetFindings and BatchUpdateFindings, "Errors".
var final = []string{"InvalidAccessException", "InvalidInputException", "ResourceNotFoundException"}

func explain(tried string, err error) error {
	err = remedy.Explain(tried, err)
	if refused := (*remedy.RefusedError)(nil); !errors.As(err, &refused) && remedy.Is(err, final...) {
		return &remedy.RefusedError{Why: "Security Hub does not take the call: see that it is enabled in the account and region of Tagwarden.", Err: err}
	}
	return err
}
