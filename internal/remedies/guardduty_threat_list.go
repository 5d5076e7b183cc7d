package remedies

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var guarddutyThreatList = remedy.Remedy{
	ID: "guardduty-threat-list",
	Doc: `Put the finding's remote address on a threat list of GuardDuty.

The address that the finding names goes into the file of the threat list that the rule names, and the list is activated again, so that GuardDuty reports the address wherever in the
organization it appears. Until when it is listed stands in the file, and what has aged out goes with the next finding that the rule answers. Entries without such a date are
people's, and stay. An undo takes the address off again.

Make the list first: format OTX_CSV, in GuardDuty's administrator account, its file below tagwarden/ in a bucket of the same region.

When not to use it: to block somebody. A threat list only reports; waf-block-address blocks.`,
	Changes:  "The remote address is on the threat list for some days.",
	Breaks:   "Nothing; GuardDuty reports more.",
	Setting:  "guardduty:threat-list",
	Per:      "address",
	Answers:  []string{"guardduty:*"},
	Resource: "*",
	About:    aboutThreatList,
	Reads: []remedy.Grant{
		{Action: "guardduty:GetThreatIntelSet", On: "${ARN}", Types: []string{threatListType}},
		{Action: "s3:GetObject", On: threatListFiles, Types: []string{threatListType}, Role: "guardduty"},
		// S3 tells that a file is not there only to those who may list the bucket.
		{Action: "s3:ListBucket", On: "arn:${Partition}:s3:::*", Types: []string{threatListType}, Role: "guardduty", Unseen: true},
	},
	Writes: []remedy.Grant{
		{Action: "s3:PutObject", On: threatListFiles, Types: []string{threatListType}, Role: "guardduty"},
		{Action: "guardduty:UpdateThreatIntelSet", On: "${ARN}", Types: []string{threatListType}},
		// Source: GuardDuty user guide, "Setting up prerequisites for entity lists and IP address lists" (GuardDuty's own role learns of the file).
		{Action: "iam:PutRolePolicy", On: guarddutyOwnRole, Types: []string{threatListType}, Role: "guardduty", Unseen: true},
		{Action: "iam:DeleteRolePolicy", On: guarddutyOwnRole, Types: []string{threatListType}, Role: "guardduty", Unseen: true},
	},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens:   remedy.Erase(remedy.Setting[addressList]{Read: readThreatList, Fix: fixThreatList, Write: writeThreatList}),
	With: append([]remedy.Param{
		{
			Name: "threat-list", Kind: remedy.Text, Doc: "ARN of the threat list.", Required: true,
			Pattern: `arn:[a-z-]+:guardduty:[a-z0-9-]+:\d{12}:detector/[0-9a-f]+/threatintelset/[0-9a-f]+`,
		},
	}, listParameters...),
	Examples: []remedy.Example{{
		Name:    "beside people's own entry, and one that has aged out",
		With:    `{"threat-list":"arn:aws:guardduty:eu-west-1:111122223333:detector/1a/threatintelset/2b","days":90}`,
		Subject: finding.Subject{"address": "198.51.100.7"},
		Before:  `{"192.0.2.0/24":"from a partner","203.0.113.9":"2026-11-01T00:00:00Z"}`,
		After:   `{"192.0.2.0/24":"from a partner","198.51.100.7":"2027-02-22T12:00:00Z"}`,
	}},
}

const (
	threatListType   = "AWS::GuardDuty::ThreatIntelSet"
	threatListFiles  = "arn:${Partition}:s3:::*/" + threatListFolder + "*"
	guarddutyOwnRole = "arn:${Partition}:iam::${Account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
)

// threatListParams are the remedy's parameters.
type threatListParams struct {
	List string `json:"threat-list"`
	listParams
}

func threatListParamsOf(p remedy.Params) (threatListParams, error) {
	return remedy.Decode(p, threatListParams{listParams: listParams{Days: 30}})
}

// aboutThreatList gives the rule's threat list.
func aboutThreatList(r finding.Resource, p remedy.Params) (finding.Resource, error) {
	with, err := threatListParamsOf(p)
	if err != nil {
		return r, err
	}
	a, err := arn.Parse(with.List)
	if err != nil {
		return r, &remedy.RefusedError{Why: "The threat list that the rule names is no ARN.", Err: err}
	}
	_, id := detectorAndID(with.List)
	return finding.Resource{Partition: a.Partition, Account: a.Account, Region: a.Region, Type: threatListType, ID: id, ARN: with.List}, nil
}

// fixThreatList lists the address.
//
// Source: GuardDuty user guide, "Important considerations for GuardDuty lists" (IPv4 only).
func fixThreatList(s addressList, p remedy.Params) (addressList, error) {
	with, err := threatListParamsOf(p)
	if err != nil {
		return nil, err
	}
	address, err := remoteAddress(p.Subject, with.Never)
	if err != nil {
		return nil, err
	}
	if address.Is6() {
		return nil, &remedy.RefusedError{Why: "GuardDuty's threat lists hold no IPv6 addresses: block it with waf-block-address."}
	}
	return s.with(address.String(), p.Now, days(with.Days)), nil
}

func readThreatList(ctx context.Context, cfg aws.Config, r finding.Resource) (addressList, error) {
	file, err := threatListFile(ctx, cfg, r)
	if err != nil {
		return nil, err
	}
	list, _, err := file.read(ctx)
	return list, err
}

// threatListFile finds the file of a threat list.
func threatListFile(ctx context.Context, cfg aws.Config, r finding.Resource) (listFile, error) {
	detector, id := detectorAndID(r.ARN)
	out, err := guardduty.NewFromConfig(cfg).GetThreatIntelSet(ctx, &guardduty.GetThreatIntelSetInput{DetectorId: &detector, ThreatIntelSetId: &id})
	switch {
	case err != nil: // GuardDuty has one code for what it does not have and what it cannot read; the ids were checked with the rule
		return listFile{}, remedy.Explain("read the threat list "+r.String(), err, "BadRequestException")
	case out.Status == types.ThreatIntelSetStatusDeleted || out.Status == types.ThreatIntelSetStatusDeletePending:
		return listFile{}, remedy.ErrGone
	case out.Format != types.ThreatIntelSetFormatOtxCsv:
		return listFile{}, &remedy.RefusedError{Why: "The threat list has no room for dates: make one in the format OTX_CSV."}
	}
	return newListFile(cfg, aws.ToString(out.Location))
}

// writeThreatList writes the file, and activates the list again, without which GuardDuty goes on with the old one. An empty list rests.
//
// Source: GuardDuty user guide, "Updating an entity list or IP address list".
func writeThreatList(ctx context.Context, cfg aws.Config, r finding.Resource, from, to addressList) error {
	file, err := threatListFile(ctx, cfg, r)
	if err != nil {
		return err
	}
	entries, err := file.change(ctx, from, to)
	if err != nil {
		return err
	}
	detector, id := detectorAndID(r.ARN)
	in := &guardduty.UpdateThreatIntelSetInput{DetectorId: &detector, ThreatIntelSetId: &id, Activate: aws.Bool(entries > 0)}
	if _, err := guardduty.NewFromConfig(cfg).UpdateThreatIntelSet(ctx, in); err != nil {
		_, back := file.change(ctx, to, from) // a read would take the file for what GuardDuty goes by, and nobody would try again
		return errors.Join(remedy.Explain("activate the threat list "+r.String(), err), back)
	}
	return nil
}
