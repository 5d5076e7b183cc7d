package remedies

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var guarddutyArchive = remedy.Remedy{
	ID: "guardduty-archive",
	Doc: `Archive the GuardDuty finding.

The finding itself is archived, whatever resource it is about; the resource stays as it is. GuardDuty keeps archived findings for 90 days and reports new events as new
findings. An undo takes the finding out of the archive.

In an organization only GuardDuty's administrator account can archive, also what was found in its members: name that account in administrator.

When not to use it: for findings that nobody has looked at and no other remedy answers. A suppression rule of GuardDuty is better for what is always expected.`,
	Changes:  "The finding is in GuardDuty's archive.",
	Breaks:   "Nothing; who looks at GuardDuty's current findings sees it no more.",
	Setting:  "guardduty:archive",
	Per:      "finding",
	Answers:  []string{"guardduty:*"},
	Resource: "*",
	About:    aboutFinding,
	// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon GuardDuty" (no resource level for any of these).
	Reads:    []remedy.Grant{{Action: "guardduty:ListDetectors", On: "*"}, {Action: "guardduty:GetFindings", On: "*"}},
	Writes:   []remedy.Grant{{Action: "guardduty:ArchiveFindings", On: "*"}, {Action: "guardduty:UnarchiveFindings", On: "*"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[archive]{Read: readArchive, Fix: fixArchive, Write: writeArchive}),
	With:     []remedy.Param{{Name: "administrator", Kind: remedy.Text, Doc: "GuardDuty's administrator account; the resource's own account if it is left out.", Pattern: `\d{12}`}},
	Examples: []remedy.Example{{Name: "a current finding", Before: `{"Archived":false}`, After: `{"Archived":true}`}},
}

// An archive is whether a finding is in it.
type archive struct{ Archived bool }

// aboutFinding gives the finding as a resource, in the account that may archive it.
func aboutFinding(r finding.Resource, p remedy.Params) (finding.Resource, error) {
	with, err := remedy.Decode(p, struct {
		Administrator string `json:"administrator"`
	}{r.Account})
	if err != nil {
		return r, err
	}
	id, detector, region := p.Subject["finding"], p.Subject["detector"], cmp.Or(p.Subject["region"], r.Region)
	if a, err := arn.Parse(id); err == nil && a.Service == "guardduty" { // Security Hub names GuardDuty's findings by their ARN
		region = a.Region
		detector, id, _ = strings.Cut(strings.TrimPrefix(a.Resource, "detector/"), "/finding/")
	}
	if id == "" || detector == "" || strings.ContainsAny(id+detector, "/:*") {
		return r, &remedy.RefusedError{Why: "It is no finding of GuardDuty's, so there is nothing to archive: use the remedy for findings of GuardDuty only."}
	}
	name := arn.ARN{Partition: r.Partition, Service: "guardduty", Region: region, Account: with.Administrator, Resource: "detector/" + detector + "/finding/" + id}
	return finding.Resource{Partition: r.Partition, Account: with.Administrator, Region: region, Type: "AWS::GuardDuty::Finding", ID: id, ARN: name.String()}, nil
}

// detectorOf is the detector of an account in a region, of which there is one at most. A finding may name its member's detector, and the administrator has another.
//
// Source: GuardDuty API reference, CreateDetector (one detector for each account in a region).
func detectorOf(ctx context.Context, c *guardduty.Client, r finding.Resource) (string, error) {
	for pages := guardduty.NewListDetectorsPaginator(c, &guardduty.ListDetectorsInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", remedy.Explain("find the detector of "+r.String(), err)
		}
		if len(page.DetectorIds) > 0 {
			return page.DetectorIds[0], nil
		}
	}
	return "", remedy.ErrGone
}

func readArchive(ctx context.Context, cfg aws.Config, r finding.Resource) (archive, error) {
	c := guardduty.NewFromConfig(cfg)
	detector, err := detectorOf(ctx, c, r)
	if err != nil {
		return archive{}, err
	}
	out, err := c.GetFindings(ctx, &guardduty.GetFindingsInput{DetectorId: &detector, FindingIds: []string{r.ID}})
	switch {
	case err != nil:
		return archive{}, remedy.Explain("read "+r.String(), err)
	case len(out.Findings) == 0:
		return archive{}, remedy.ErrGone
	case out.Findings[0].Service == nil || out.Findings[0].Service.Archived == nil:
		return archive{}, &remedy.RefusedError{Why: "GuardDuty does not say whether the finding is archived: look at it in the console."}
	}
	return archive{*out.Findings[0].Service.Archived}, nil
}

func fixArchive(archive, remedy.Params) (archive, error) { return archive{true}, nil }

func writeArchive(ctx context.Context, cfg aws.Config, r finding.Resource, _, to archive) error {
	c := guardduty.NewFromConfig(cfg)
	detector, err := detectorOf(ctx, c, r)
	if err != nil {
		return err
	}
	if to.Archived {
		_, err = c.ArchiveFindings(ctx, &guardduty.ArchiveFindingsInput{DetectorId: &detector, FindingIds: []string{r.ID}})
	} else {
		_, err = c.UnarchiveFindings(ctx, &guardduty.UnarchiveFindingsInput{DetectorId: &detector, FindingIds: []string{r.ID}})
	}
	if remedy.Is(err, "BadRequestException") {
		return &remedy.RefusedError{Why: "GuardDuty does not archive it: in an organization only its administrator account can, so name that in administrator.", Err: err}
	}
	if err != nil {
		return remedy.Explain("archive "+r.String(), err)
	}
	return nil
}
