package operator

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

const month = 30 * 24 * time.Hour

func exempting(rules ...string) *Exempt {
	return &Exempt{Resource: bucket, Rules: rules, Until: clock.Add(month), Reason: "a web site.", Owner: "web"}
}

// granted are the grants that hold for the bucket.
func (d *desk) granted() []journal.Grant {
	d.Helper()
	key, _ := journal.ExemptionKey(finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "example", ARN: bucket})
	e, _, err := d.Open(d.Context(), key)
	if err != nil {
		d.Fatal(err)
	}
	list, err := journal.Grants(e)
	if err != nil {
		d.Fatal(err)
	}
	return list
}

func TestExempt(t *testing.T) {
	d := newDesk(t)
	answer := d.ask(ops, Request{Exempt: exempting("tags")})
	const want = bucket + " is exempt from rule tags until 2026-12-23 12:00 UTC, by web: a web site. What is proposed or waits for it ends when it is next looked at."
	if answer.Message != want {
		t.Errorf("got %q, want %q", answer.Message, want)
	}
	e := d.kept(answer.Entry.Entry)
	if e.State != journal.Told || e.Told || e.Actor != ops || e.Owner != "web" || !e.Due.Equal(clock.Add(month-journal.Remind)) || !e.Key.Exemption() {
		t.Errorf("got %+v, want it to be told, and due a week before the end", e)
	}
	d.handed(e)
	if _, holds := journal.Exempting(d.granted(), "tags", false, clock.Add(month-1)); !holds {
		t.Error("the exemption does not hold")
	}
	if _, holds := journal.Exempting(d.granted(), "shown", false, clock); holds {
		t.Error("another rule is exempt, too")
	}

	e.Told = true // act told it
	if _, err := d.Memory.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	d.ask(ops, Request{Exempt: exempting()})
	longer := exempting("tags")
	longer.Until = clock.Add(2 * month)
	d.ask(ops, Request{Exempt: longer})
	if got := d.granted(); len(got) != 2 || len(got[0].Rules) != 0 || !got[1].Until.Equal(clock.Add(2*month)) || got[1].By != ops {
		t.Errorf("got %+v, want one for all rules, and the longer one in place of the first", got)
	}
	if e = d.kept(e.ID); e.Told || e.State != journal.Told || len(d.sent) != 3 || d.sent[2].Revision != e.Revision {
		t.Errorf("got %s, told %v, handed over %v; want it told each time", e.State, e.Told, d.sent)
	}
}

func TestExemptIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		with func(*Exempt)
		word string
	}{
		"no ARN":                 {func(x *Exempt) { x.Resource = "example" }, "is no ARN"},
		"many resources":         {func(x *Exempt) { x.Resource = "arn:aws:s3:::*" }, "exempt.resources"},
		"an end that is over":    {func(x *Exempt) { x.Until = clock }, "is over"},
		"an end that is too far": {func(x *Exempt) { x.Until = clock.AddDate(2, 0, 0) }, "400 days"},
		"an unknown rule":        {func(x *Exempt) { x.Rules = []string{"tag"} }, "it has tags, shown, quiet"},
		"no reason":              {func(x *Exempt) { x.Reason = " " }, "--reason"},
		"no owner":               {func(x *Exempt) { x.Owner = "" }, "--owner"},
		"a long reason":          {func(x *Exempt) { x.Reason = string(make([]byte, 1001)) }, "shorten it"},
	} {
		t.Run(name, func(t *testing.T) {
			d, x := newDesk(t), exempting()
			test.with(x)
			d.refused(ops, Request{Exempt: x}, Invalid, test.word)
			if len(d.sent) > 0 || len(d.granted()) > 0 {
				t.Errorf("got %v and %v, want nothing done", d.granted(), d.sent)
			}
		})
	}
	d := newDesk(t)
	for i := range grants {
		d.ask(ops, Request{Exempt: exempting("tags", []string{"shown", "quiet"}[i%2])})
	}
	if got := len(d.granted()); got != 2 {
		t.Errorf("got %d grants, want one for the same rules", got)
	}
}

// TestExemptIsCutShort holds that asking again, after any call was cut short, leaves one exemption, told.
func TestExemptIsCutShort(t *testing.T) {
	for _, call := range []string{"record", "send"} {
		d := newDesk(t)
		d.fail[call] = errors.New("cut")
		if _, err := d.o.Do(t.Context(), ops, Request{Exempt: exempting()}); err == nil {
			t.Fatalf("%s: got no error", call)
		}
		answer := d.ask(ops, Request{Exempt: exempting()})
		if e := d.kept(answer.Entry.Entry); len(d.granted()) != 1 || e.State != journal.Told || e.Told || len(d.sent) != 1 || d.sent[0].Revision != e.Revision {
			t.Errorf("%s: got %+v, %v and %v, want one exemption that is handed over", call, e, d.granted(), d.sent)
		}
	}
	d := newDesk(t)
	d.fail["record"] = journal.ErrConflict
	d.ask(ops, Request{Exempt: exempting()})
	if len(d.granted()) != 1 || len(d.sent) != 1 {
		t.Errorf("got %v and %v, want one", d.granted(), d.sent)
	}
	d = newDesk(t)
	d.fail["record"] = errors.New("cut")
	if _, err := d.o.Do(t.Context(), ops, Request{Exempt: exempting()}); err == nil {
		t.Fatal("got no error")
	}
	d.ask(ops, Request{End: &End{Resource: bucket}})
	if len(d.granted()) != 0 {
		t.Errorf("got %v, want that what was begun is ended", d.granted())
	}
}

func TestEndOfAnExemption(t *testing.T) {
	d := newDesk(t)
	d.refused(ops, Request{End: &End{Resource: bucket}}, Refused, "no exemption of its own", "exempt list")
	d.ask(ops, Request{Exempt: exempting("tags", "shown")})
	entry := d.ask(ops, Request{Exempt: exempting("quiet")}).Entry.Entry
	d.refused(ops, Request{End: &End{Resource: bucket, Rule: "gone"}}, Refused, `from rule "gone"`)
	d.ask(ops, Request{End: &End{Resource: bucket, Rule: "tags"}})
	if got := d.granted(); len(got) != 2 || !reflect.DeepEqual(got[0].Rules, []string{"shown"}) {
		t.Errorf("got %+v, want the first without the rule tags", got)
	}
	if e := d.kept(entry); e.Reason != `Its exemption from rule "tags" was ended by `+ops+"." || e.Told {
		t.Errorf("got %q, told %v; want who ended it, to be told", e.Reason, e.Told)
	}
	d.ask(ops, Request{End: &End{Resource: bucket}})
	e := d.kept(entry)
	if e.State != journal.Lapsed || e.Told || !e.Due.IsZero() || len(d.granted()) != 0 || d.sent[len(d.sent)-1].Revision != e.Revision {
		t.Errorf("got %+v, want it ended, to be told, and never due", e)
	}
	d.ask(ops, Request{Exempt: exempting()})
	if len(d.granted()) != 1 {
		t.Error("what was ended cannot be exempt again")
	}
}

func TestListOfExemptions(t *testing.T) {
	d := newDesk(t)
	d.plant("e1", journal.Waiting, func(e *journal.Entry) { e.Due = clock.Add(time.Hour) })
	entry := d.ask(ops, Request{Exempt: exempting("tags")}).Entry.Entry
	short := exempting("shown")
	short.Until = clock.Add(time.Minute)
	d.ask(ops, Request{Exempt: short})
	d.now = d.now.Add(time.Hour)
	want := []Exemption{
		{bucket, []string{"tags"}, clock.Add(month), "a web site.", "web", ops, entry},
		{"arn:aws:s3:::site-*", []string{"tags"}, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), "a site", "web", "", ""},
	}
	if got := d.ask(ops, Request{Exemptions: &Exemptions{}}).Exemptions; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
