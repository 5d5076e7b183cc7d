package report_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/report"
	"github.com/tagwarden/tagwarden/internal/tag"
)

func volume() finding.Finding {
	return finding.Finding{
		Event: "e1", Kind: "tags", Control: "tags", Time: time.Unix(0, 0),
		Resource: finding.Resource{
			Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Volume", ID: "vol-1",
			ARN: "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1", Tags: map[string]string{"owner": "a<b"},
		},
	}
}

const resourceJSON = `"resource":{"type":"AWS::EC2::Volume","id":"vol-1","arn":"arn:aws:ec2:eu-west-1:111122223333:volume/vol-1","account":"111122223333","region":"eu-west-1"}`

func fix() policy.Decision {
	return policy.Decision{
		Verdict: policy.Fix, Rule: "r", Remedy: "tags", Reason: "Why.",
		Violations: []tag.Violation{{Key: "Owner", Found: "owner", Problem: tag.WrongKey, Value: "a<b", Fixable: true, Detail: "D."}},
		Before:     map[string]string{"owner": "a<b"}, After: map[string]string{"Owner": "a<b"},
	}
}

func TestLines(t *testing.T) {
	entry := journal.Entry{
		ID: "tw-1", State: journal.Fixed, Reason: "Done.", Calls: []string{"ec2:CreateTags"},
		Change: change.Change{Touched: []change.Touch{
			{Path: "Owner", After: json.RawMessage(`"a<b"`)}, {Path: "a~1b", Before: json.RawMessage(`"x"`)},
		}},
	}
	for _, c := range []struct {
		name  string
		value any
		want  string
	}{
		{
			"a fix", report.Of(volume(), fix()),
			`{"event":"e1","kind":"tags","control":"tags",` + resourceJSON + `,"verdict":"fix","rule":"r","remedy":"tags","reason":"Why.",` +
				`"violations":[{"key":"Owner","found":"owner","problem":"key","value":"a<b","fixable":true,"detail":"D."}],"before":{"owner":"a<b"},"after":{"Owner":"a<b"}}`,
		},
		{
			"compliant: nothing before or after, and violations are a list", report.Of(volume(), policy.Decision{Verdict: policy.Compliant, Reason: "R."}),
			`{"event":"e1","kind":"tags","control":"tags",` + resourceJSON + `,"verdict":"compliant","rule":"","remedy":"","reason":"R.","violations":[]}`,
		},
		{
			"known to change nothing", report.Of(volume(), policy.Decision{Verdict: policy.Notify, Before: map[string]string{}, After: map[string]string{}}),
			`{"event":"e1","kind":"tags","control":"tags",` + resourceJSON + `,"verdict":"notify","rule":"","remedy":"","reason":"","violations":[],"before":{},"after":{}}`,
		},
		{
			"no finding", report.Ignored("e2", "", "111122223333", "us-east-1", "R."),
			`{"event":"e2","kind":"","control":"","resource":{"type":"","id":"","arn":"","account":"111122223333","region":"us-east-1"},"verdict":"ignored","rule":"","remedy":"","reason":"R.","violations":[]}`,
		},
		{
			"an answer shows what was changed", report.Answer(volume(), policy.Decision{Verdict: policy.Fix}, entry),
			`{"event":"e1","kind":"tags","control":"tags",` + resourceJSON + `,"verdict":"fix","rule":"","remedy":"","reason":"Done.","violations":[],` +
				`"before":{"a/b":"x"},"after":{"Owner":"a<b"},"outcome":"fixed","calls":["ec2:CreateTags"],"entry":"tw-1"}`,
		},
		{
			"stale", report.Unrecorded(volume(), policy.Decision{Verdict: policy.Fix}),
			`{"event":"e1","kind":"tags","control":"tags",` + resourceJSON + `,"verdict":"fix","rule":"","remedy":"","reason":"Something newer was seen of the resource before this event.",` +
				`"violations":[],"outcome":"ignored","calls":[]}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := report.Line(c.value)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want+"\n" {
				t.Errorf("got  %swant %s", got, c.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	key := journal.Key{Account: "111122223333", Region: "eu-west-1", Resource: volume().Resource.ARN, Setting: "tags"}
	other := key
	other.Resource = "arn:aws:s3:::b"
	entries := []journal.Entry{
		{ID: "undo", Key: key, Remedy: "tags", Event: "e1", Undoes: "second"},
		{ID: "elsewhere", Key: other, Remedy: "tags", Event: "e1"},
		{ID: "second", Key: key, Remedy: "tags", Event: "e2", State: journal.Gone, Reporters: []journal.Reporter{{Kind: "tags", Event: "e2"}, {Kind: "tags", Event: "e3"}}},
		{ID: "first", Key: key, Remedy: "tags", Event: "e1"},
		{ID: "declined", Key: key, Remedy: "tags", Event: "e5", State: journal.Refused, Reporters: []journal.Reporter{{Kind: "tags", Event: "e5"}}},
	}
	for _, c := range []struct {
		name, event, remedy string
		gone, undoes        bool
		want                string
	}{
		{"opened by the event", "e1", "tags", false, false, "first"},
		{"reported by the event", "e3", "tags", false, false, "second"},
		{"ended by a deletion", "e9", "tags", true, false, "second"},
		{"not in the journal", "e9", "tags", false, false, ""},
		{"of another remedy", "e1", "other", false, false, ""},
		{"taken back by the event", "e1", "tags", false, true, "undo"},
		{"a press that takes nothing back", "e5", "tags", false, true, "declined"},
		{"a press that takes nothing back is not what others reported", "e3", "tags", false, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := volume()
			f.Event, f.Gone = c.event, c.gone
			got, _ := report.Find(entries, f, policy.Decision{Remedy: c.remedy, Undoes: c.undoes})
			if got.ID != c.want {
				t.Errorf("got %q, want %q", got.ID, c.want)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	var s report.Summary
	for _, outcome := range []string{"fixed", "fixed", "compliant", "told"} {
		s.Count(report.Result{Outcome: outcome})
	}
	s.Events = 4
	if got, want := s, (report.Summary{Events: 4, Fixed: 2, Compliant: 1, Told: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if s.Bad() {
		t.Error("nothing was lost and nothing failed, and it is bad")
	}
	for _, bad := range []report.Summary{{Lost: 1}, {Failed: 1}} {
		if !bad.Bad() {
			t.Errorf("%+v is not bad", bad)
		}
	}
}
