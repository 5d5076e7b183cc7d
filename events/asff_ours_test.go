package events

import (
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// own are the members of a finding of ours, of a rule whose name looks like a control's place.
const own = `"Id":"tagwarden/tw-1","ProductArn":"` + ownProduct + `","GeneratorId":"tagwarden/security-control/S3.8","Compliance":null,
	"ProductFields":{"tagwarden/entry":"tw-1","tagwarden/shown":"seal","tagwarden/rule":"bucket"}`

// TestOurs holds that an event about a finding of our own is moot, and that a press on one names the entry, whatever else the finding says; and that what merely calls itself so
// is held to the same checks as all others.
func TestOurs(t *testing.T) {
	proposal := finding.Proposal{Entry: "tw-1", Shown: "seal"}
	const foreign = `,"Resources":[{"Type":"AwsRdsDbInstance","Id":"arn:aws:rds:eu-west-1:444455556666:db:x"},{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::b"}]`
	const mine = "it is Tagwarden's own"
	tests := []struct {
		name, more   string
		moot         string // of the finding that came, or changed
		mootPressed  string
		proposal     finding.Proposal // of the press
		forged, none bool             // forged; not ours at all
	}{
		{"one of ours", own, mine, "", proposal, false, false},
		{"of a resource of another account", own + foreign, mine, "", proposal, false, false},
		{"archived", own + `,"RecordState":"ARCHIVED"`, mine, "", proposal, false, false},
		{"resolved", own + `,"Workflow":{"Status":"RESOLVED"}`, mine, "", proposal, false, false},
		{"suppressed", own + `,"Workflow":{"Status":"SUPPRESSED"}`, mine, "it is suppressed", finding.Proposal{}, false, false},
		{"that says that it passes", own + `,"Compliance":{"Status":"PASSED","SecurityControlId":"S3.8"}`, mine, "", proposal, false, false},
		{"by its id", own + `,"GeneratorId":"x"`, mine, "", proposal, false, false},
		{"by its generator", own + `,"Id":"x"`, mine, "", proposal, false, false},
		{"that names no entry", own + `,"ProductFields":{}`, mine, mine + " and names no proposal", finding.Proposal{}, false, false},
		{"a sample", own + `,"Sample":true`, itIsASample, itIsASample, finding.Proposal{}, false, false},
		{"in another account's product", own + `,"ProductArn":"arn:aws:securityhub:eu-west-1:444455556666:product/444455556666/default"`, mine, "", proposal, true, false},
		{"of Security Hub itself", own + `,"ProductArn":"` + hubProduct + `","Id":"` + hubID + `"`, "", "", finding.Proposal{}, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			came, chosen := decodeOne(t, hubEvent(asff(t, test.more))), decodeOne(t, pressEvent(hubAction, asff(t, test.more)))
			if came.Moot != test.moot || came.Proposal != (finding.Proposal{}) || came.Right {
				t.Errorf("it came: moot %q, want %q: %+v", came.Moot, test.moot, came)
			}
			if chosen.Moot != test.mootPressed || chosen.Proposal != test.proposal || chosen.Right {
				t.Errorf("it was chosen: moot %q, names %+v, want %q, %+v", chosen.Moot, chosen.Proposal, test.mootPressed, test.proposal)
			}
			if forged := came.Forged != ""; forged != test.forged || chosen.Forged != came.Forged {
				t.Errorf("forged: %q, %q; want %v", came.Forged, chosen.Forged, test.forged)
			}
			if control := came.Control; (control == "securityhub:tagwarden") == test.none || came.Resource.Account != "111122223333" {
				t.Errorf("it is about %s of account %s", control, came.Resource.Account)
			}
		})
	}
}
