package judge

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// copies are the events by which an organization hears of one finding: the member's own, that of the delegated administrator in the same region, and that of the aggregation region,
// to which Security Hub copies it. The finding is the same in all; the envelope is of whoever sends it.
//
// Source: Security Hub user guide, "Understanding cross-Region aggregation" and "Managing administrator and member accounts".
func copies(t *testing.T, sample string) [][]byte {
	t.Helper()
	text, err := os.ReadFile("../../testdata/events/" + sample + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var list [][]byte
	for _, from := range []struct{ id, account, region string }{
		{"1", "111122223333", "eu-west-1"}, {"2", "444455556666", "eu-west-1"}, {"3", "444455556666", "us-east-1"},
	} {
		var event map[string]any
		if err := json.Unmarshal(text, &event); err != nil {
			t.Fatal(err)
		}
		if event["region"] != "eu-west-1" || event["account"] != "111122223333" {
			t.Fatalf("%s is not of the member: %v, %v", sample, event["account"], event["region"])
		}
		if event["source"] == "aws.guardduty" && from.region != "eu-west-1" {
			continue // GuardDuty does not aggregate over regions
		}
		event["id"], event["account"], event["region"] = "00000000-0000-0000-0000-00000000000"+from.id, from.account, from.region
		data, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, data)
	}
	return list
}

// TestMemberAdministratorAggregation holds that one finding which comes from the member, from the delegated administrator and from the aggregation region is one answer, whichever
// comes first; and that without the administrator in the policy the others are refused as forged and hold nothing up.
func TestMemberAdministratorAggregation(t *testing.T) {
	const rules = "rules:\n  - {name: bucket, on: [securityhub, guardduty], controls: ['securityhub:S3.8', 'guardduty:Policy:S3/*'], do: [s3-block-public-access], mode: fix}\n  - {name: rest, on: [securityhub, guardduty]}\n"
	orders := [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}}
	for _, c := range []struct {
		name       string
		samples    []string
		sent, told int // of one answer
	}{
		{"a control", []string{"securityhub_control"}, 1, 0},
		{"a control in the newer format", []string{"securityhub-v2_control"}, 1, 0},
		{"both formats", []string{"securityhub_control", "securityhub-v2_control"}, 1, 0},
		{"a finding of GuardDuty", []string{"guardduty_bucket_public"}, 1, 0},
		{"what is only told", []string{"securityhub_config_rule"}, 0, 1},
		{"a threat that GuardDuty and Security Hub tell of", []string{"guardduty_user_key", "securityhub_guardduty"}, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, order := range orders {
				var events [][]byte
				for _, sample := range c.samples {
					of := copies(t, sample)
					for _, i := range order {
						if i < len(of) {
							events = append(events, of[i])
						}
					}
				}
				l := lineOf(t, "version: 1\nadministrators: ['444455556666']\n"+rules)
				for _, event := range events {
					if err := l.judge.Event(t.Context(), event); err != nil {
						t.Fatal(err)
					}
				}
				entries := map[string]bool{}
				for _, h := range l.sent {
					entries[h.Entry] = true
				}
				if len(entries) != c.sent || len(l.told) != c.told {
					t.Errorf("order %v: %d entries were handed over, %d messages sent; want %d and %d\n%s", order, len(entries), len(l.told), c.sent, c.told, &l.log)
				}
			}
		})
	}
	l := lineOf(t, "version: 1\n"+rules)
	for _, event := range copies(t, "securityhub_control") {
		if err := l.judge.Event(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	if len(l.sent) != 1 || len(l.told) == 0 || !strings.Contains(l.told[0].Email, "administrators") {
		t.Errorf("without the administrator: %d handed over, told %+v", len(l.sent), l.told)
	}
}

func lineOf(t *testing.T, text string) *line {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(text), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(t, "fix")
	l.judge.Policy = p
	return l
}
