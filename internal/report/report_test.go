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

func pressed() finding.Finding {
	f := volume()
	f.Press = finding.Press{Name: "Undo", ARN: "arn"}
	return f
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
			"what failed says why, and which button was pressed",
			report.Answer(pressed(), policy.Decision{Verdict: policy.Fix, Undoes: true}, journal.Entry{ID: "tw-2", State: journal.Failed, Reason: "Why.", Err: "it broke"}),
			`{"event":"e1","kind":"tags","control":"tags",` + resourceJSON + `,"verdict":"fix","rule":"","remedy":"","reason":"Why.","violations":[],` +
				`"press":"Undo","undo":true,"outcome":"failed","calls":[],"entry":"tw-2","error":"it broke"}`,
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
	}
	for _, c := range []struct {
		name, event, remedy string
		gone                bool
		want                string
	}{
		{"opened by the event", "e1", "tags", false, "first"},
		{"reported by the event", "e3", "tags", false, "second"},
		{"ended by a deletion", "e9", "tags", true, "second"},
		{"not in the journal", "e9", "tags", false, ""},
		{"of another remedy", "e1", "other", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := volume()
			f.Event, f.Gone = c.event, c.gone
			got, _ := report.Find(entries, f, policy.Decision{Verdict: policy.Fix, Remedy: c.remedy, Setting: "tags"})
			if got.ID != c.want {
				t.Errorf("got %q, want %q", got.ID, c.want)
			}
		})
	}
}

// TestFindOfServices holds which entry answers a finding of a service, or the press of a button for it.
func TestFindOfServices(t *testing.T) {
	const control = "securityhub:S3.8"
	bucket := finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b"}
	hub := func(id string) finding.Report { return finding.Report{Service: "securityhub", ID: id, Product: "p"} }
	by := func(event, id string) journal.Reporter {
		return journal.Reporter{Kind: "securityhub", Event: event, Control: control, Report: hub(id)}
	}
	entry := func(id, setting, remedy, event string, state journal.State, reporters ...journal.Reporter) journal.Entry {
		return journal.Entry{
			ID: id, Key: journal.KeyOf(bucket, setting), Remedy: remedy, Event: event, State: state, Reporters: append([]journal.Reporter{by(event, "f1")}, reporters...),
		}
	}
	undo := entry("undo", "s3:block", "block", "p-undo", journal.Fixed)
	undo.Undoes = "fixed"
	entries := []journal.Entry{
		undo,
		entry("declined", journal.DeclinedSetting("p-none", "1"), "", "p-none", journal.Refused),
		entry("declined other", journal.DeclinedSetting("p-two", "2"), "", "p-two", journal.Refused, by("p-two", "f2")),
		entry("fixed", "s3:block", "block", "e1", journal.Fixed, by("e2", "f2"), by("p-fix", "f3")),
		entry("forged", "forged report", "", "x", journal.Refused),
		entry("told", control, "", "t1", journal.Told),
		entry("older", "s3:block", "block", "e0", journal.Compliant),
	}
	pressed := finding.Press{Name: "Fix", ARN: "a"}
	does := policy.Decision{Verdict: policy.Fix, Remedy: "block", Setting: "s3:block"}
	with := func(change func(*policy.Decision)) policy.Decision { d := does; change(&d); return d }
	for _, c := range []struct {
		name, event, report string
		press               finding.Press
		d                   policy.Decision
		want                string
	}{
		{"opened", "e1", "f1", finding.Press{}, does, "fixed"},
		{"a repeat", "e9", "f1", finding.Press{}, does, "fixed"},
		{"another reporter", "e2", "f2", finding.Press{}, does, "fixed"},
		{"another reporter's repeat", "e9", "f2", finding.Press{}, does, "fixed"},
		{"opened earlier", "e0", "f1", finding.Press{}, does, "older"},
		{"nobody's", "e9", "f9", finding.Press{}, does, ""},
		{"of another remedy", "e1", "f1", finding.Press{}, with(func(d *policy.Decision) { d.Remedy = "other" }), ""},
		{"of another part of the setting", "e1", "f1", finding.Press{}, with(func(d *policy.Decision) { d.Setting = "s3:block key" }), ""},
		{"pressed", "p-fix", "f3", pressed, with(func(d *policy.Decision) { d.Approves = true }), "fixed"},
		{"undone", "p-undo", "f1", pressed, with(func(d *policy.Decision) { d.Undoes = true }), "undo"},
		{"a press that nothing answers", "p-none", "f1", pressed, policy.Decision{Verdict: policy.Ignored}, "declined"},
		{"an undo of nothing", "p-none", "f1", pressed, with(func(d *policy.Decision) { d.Undoes = true }), "declined"},
		{"one that may not be approved", "p-none", "f1", pressed, does, "declined"},
		{"for another finding", "p-none", "f3", pressed, policy.Decision{Verdict: policy.Ignored}, ""},
		{"forged", "x", "f1", finding.Press{}, policy.Decision{Verdict: policy.Ignored, Forged: true, Setting: "forged report"}, "forged"},
		{"forged again", "y", "f1", finding.Press{}, policy.Decision{Verdict: policy.Ignored, Forged: true, Setting: "forged report"}, "forged"},
		{"only told", "t2", "f1", finding.Press{}, policy.Decision{Verdict: policy.Notify, Setting: control}, "told"},
		{"our own note", "e9", "f1", finding.Press{}, policy.Decision{Verdict: policy.Ignored}, ""},
		{"passed, and that ended it", "e9", "f1", finding.Press{}, with(func(d *policy.Decision) { d.Verdict = policy.Compliant }), "older"},
		{"exempt", "e9", "f1", finding.Press{}, with(func(d *policy.Decision) { d.Verdict = policy.Exempt }), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := finding.Finding{Event: c.event, Control: control, Resource: bucket, Report: hub(c.report), Press: c.press}
			if got, _ := report.Find(entries, f, c.d); got.ID != c.want {
				t.Errorf("got %q, want %q", got.ID, c.want)
			}
			f.Resource.ID, f.Resource.ARN, f.Beside = "c", "arn:aws:s3:::c", true
			if got, found := report.Find(entries, f, c.d); found {
				t.Errorf("of the bucket beside it: got %q, want none", got.ID)
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
