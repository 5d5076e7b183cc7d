package local

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"github.com/tagwarden/tagwarden/events"
)

// A Noted is what a finding of Security Hub says.
type Noted struct {
	ID       string `json:"id"` // ASFF's Id
	Product  string `json:"product"`
	Workflow string `json:"workflow"`       // NEW, NOTIFIED, RESOLVED or SUPPRESSED
	Note     string `json:"note,omitempty"` // "" if there is none
}

// mostImported is how many findings one call takes.
//
// Source: Security Hub API reference, BatchImportFindings.
const mostImported = 100

// importFindings puts the findings of the events into Security Hub, where they are before any event tells of them. A finding goes to the hub that its event came from.
func (m *machine) importFindings(ctx context.Context) error {
	regions, hubs := []string{}, map[string][]types.AwsSecurityFinding{}
	for _, s := range m.sources {
		if s.kind != events.SecurityHub().ID && s.kind != events.SecurityHubAction().ID {
			continue
		}
		region := s.envelope.Region
		if !slices.Contains(regions, region) {
			regions = append(regions, region)
		}
		hubs[region] = append(hubs[region], m.findingsIn(s)...)
	}
	for _, region := range regions {
		client := securityhub.NewFromConfig(config(m.front.Address, region))
		for batch := range slices.Chunk(hubs[region], mostImported) {
			if _, err := client.BatchImportFindings(ctx, &securityhub.BatchImportFindingsInput{Findings: batch}); err != nil {
				return fmt.Errorf("import findings into Security Hub of %s: %w", region, err)
			}
		}
	}
	return nil
}

// findingsIn are the findings of an event as Security Hub takes them; one that it would not take is named on Stderr.
func (m *machine) findingsIn(s source) []types.AwsSecurityFinding {
	var detail struct {
		Findings []json.RawMessage `json:"findings"`
	}
	if json.Unmarshal(s.envelope.Detail, &detail) != nil {
		return nil // open has said so
	}
	var list []types.AwsSecurityFinding
	for i, text := range detail.Findings {
		var f types.AwsSecurityFinding // its members have the names that ASFF has
		err := json.Unmarshal(text, &f)
		if missing := missingIn(f); err == nil && missing != "" {
			err = fmt.Errorf("%s is missing", missing)
		}
		if err != nil {
			m.complain("%s: detail.findings[%d] is not put into Security Hub: %v", s.Place, i, err)
			continue
		}
		list = append(list, f)
	}
	return list
}

// missingIn names a member that a finding lacks and must have; "" if it has all.
//
// Source: Security Hub user guide, "Required top-level ASFF attributes".
func missingIn(f types.AwsSecurityFinding) string {
	for _, required := range []struct {
		name  string
		value *string
	}{
		{"AwsAccountId", f.AwsAccountId},
		{"CreatedAt", f.CreatedAt},
		{"Description", f.Description},
		{"GeneratorId", f.GeneratorId},
		{"Id", f.Id},
		{"ProductArn", f.ProductArn},
		{"SchemaVersion", f.SchemaVersion},
		{"Title", f.Title},
		{"UpdatedAt", f.UpdatedAt},
	} {
		if aws.ToString(required.value) == "" {
			return required.name
		}
	}
	if len(f.Resources) == 0 {
		return "Resources"
	}
	return ""
}

// noted reads what the findings say that are in Security Hub where the deployment stands.
func (m *machine) noted(ctx context.Context) ([]Noted, error) {
	var all []Noted
	pages := securityhub.NewGetFindingsPaginator(securityhub.NewFromConfig(config(m.front.Address, Region)), &securityhub.GetFindingsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the findings of Security Hub: %w", err)
		}
		for _, f := range page.Findings {
			n := Noted{ID: aws.ToString(f.Id), Product: aws.ToString(f.ProductArn), Workflow: string(types.WorkflowStatusNew)}
			if f.Workflow != nil && f.Workflow.Status != "" {
				n.Workflow = string(f.Workflow.Status)
			}
			if f.Note != nil {
				n.Note = aws.ToString(f.Note.Text)
			}
			all = append(all, n)
		}
	}
	return all, nil
}
