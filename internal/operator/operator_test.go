package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
)

var clock = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Who asks, and a bucket that is asked about.
const (
	ops    = "arn:aws:iam::111122223333:user/ops"
	guest  = "arn:aws:iam::111122223333:user/guest"
	bucket = "arn:aws:s3:::example"
)

const policyText = `
version: 1
mode: fix
tags: [{key: Owner, required: true}]
rules:
  - {name: tags, on: [config], do: [tags], budget: {total: 2/h}}
  - {name: shown, controls: ["config:x"], do: [once], mode: propose}
  - {name: quiet, controls: ["config:y"], do: [twice], mode: notify}
operators:
  approve: ["` + ops + `"]
  undo: ["` + ops + `"]
  exempt: ["` + ops + `", "arn:aws:iam::111122223333:role/security"]
  brake: ["` + ops + `", "arn:aws:iam::111122223333:role/on-call"]
exempt:
  - {resources: ['arn:aws:s3:::site-*'], rules: [tags], reason: a site, owner: web, until: 2026-12-31}
  - {resources: ['arn:aws:s3:::old'], reason: old, owner: web, until: 2026-11-01}
freeze: [{from: 2026-12-20, until: 2027-01-03, reason: year-end}]
`

// A desk is an operator with a journal that can fail, and a queue.
type desk struct {
	*testing.T
	*journal.Memory
	o    *Operator
	now  time.Time
	log  bytes.Buffer
	sent []handover.Handover
	fail map[string]error // by call, the next one
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(policyText), policy.Catalog{Kinds: []string{"config"}, Remedies: []policy.CatalogRemedy{
		{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"},
		{ID: "once", Setting: "once", Answers: []string{"config:x"}, Resource: "AWS::S3::Bucket", Undo: "none", Never: "it is gone."},
		{ID: "twice", Setting: "twice", Answers: []string{"config:y"}, Resource: "AWS::S3::Bucket", Undo: "exact"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{T: t, Memory: journal.NewMemory(), now: clock, fail: map[string]error{}}
	d.o = &Operator{Policy: p, Journal: d, Queue: d, Log: slog.New(slog.NewJSONHandler(&d.log, nil)), Meter: &meter.Meter{Function: "operator"}, Now: d.tick}
	return d
}

// tick is the time: each look is a nanosecond later, so that no two acts are one.
func (d *desk) tick() time.Time { d.now = d.now.Add(time.Nanosecond); return d.now }

func (d *desk) failing(call string) error {
	err := d.fail[call]
	delete(d.fail, call)
	return err
}

func (d *desk) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error) {
	if err := d.failing("record"); err != nil {
		return journal.Entry{}, err
	}
	return d.Memory.Record(ctx, e, marks...)
}

func (d *desk) Send(_ context.Context, h handover.Handover) error {
	if err := d.failing("send"); err != nil {
		return err
	}
	d.sent = append(d.sent, h)
	return nil
}

// ask asks for something that must be done.
func (d *desk) ask(who string, r Request) Response {
	d.Helper()
	answer, err := d.o.Do(context.Background(), who, r)
	if err != nil {
		d.Fatalf("got %v, want no error", err)
	}
	return answer
}

// refused asks for something that must not be done.
func (d *desk) refused(who string, r Request, code Code, words ...string) {
	d.Helper()
	_, err := d.o.Do(context.Background(), who, r)
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Code != code {
		d.Fatalf("got %v, want that it is %v", err, code)
	}
	for _, word := range words {
		if !strings.Contains(refusal.Why, word) {
			d.Errorf("got %q, want %q in it", refusal.Why, word)
		}
	}
}

// kept is an entry as the journal has it.
func (d *desk) kept(id string) journal.Entry {
	d.Helper()
	e, err := d.Get(context.Background(), id)
	if err != nil {
		d.Fatal(err)
	}
	return e
}

// handed checks that exactly these revisions were handed over, in order.
func (d *desk) handed(want ...journal.Entry) {
	d.Helper()
	if len(d.sent) != len(want) {
		d.Fatalf("got %+v, want %d hand-overs", d.sent, len(want))
	}
	for i, h := range d.sent {
		if h.Entry != want[i].ID || h.Revision != want[i].Revision || h.Source != "operator" || h.Account != want[i].Key.Account {
			d.Errorf("hand-over %d: got %+v, want entry %s in revision %d", i, h, want[i].ID, want[i].Revision)
		}
	}
}

// plant puts an entry into the journal, in a state of its life.
func (d *desk) plant(event string, s journal.State, more func(*journal.Entry)) journal.Entry {
	d.Helper()
	r := finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "example", ARN: bucket}
	key := journal.KeyOf(r, "tags")
	e := journal.Entry{
		ID: journal.NewID(key, event, "tags"), Key: key, Event: event, Kind: "config", Control: "tags", Rule: "tags", Remedy: "tags", Mode: "fix", Severity: "low", Resource: r,
		Since: clock.Add(-time.Hour), Reason: "Owner is missing.", Fingerprint: "fix:f",
		Change: change.Change{Remedy: "tags", Touched: []change.Touch{{Path: "Owner", After: json.RawMessage(`"nobody"`)}}},
	}
	if more != nil {
		more(&e)
	}
	begun, err := d.Begin(context.Background(), e, clock.Add(-time.Hour))
	if err != nil {
		d.Fatal(err)
	}
	e = begun.Entry
	if e.State, e.Told, e.Updated = s, true, clock.Add(-time.Hour); s != journal.Open {
		if e, err = d.Memory.Record(context.Background(), e); err != nil {
			d.Fatal(err)
		}
	}
	return e
}

func TestWhoMayDoWhat(t *testing.T) {
	const security, onCall = "arn:aws:sts::111122223333:assumed-role/security/ann", "arn:aws:sts::111122223333:assumed-role/on-call/bob"
	for name, test := range map[string]struct {
		ask Request
		may []string
	}{
		"approve":    {Request{Approve: &Approve{Entry: "tw-none"}}, []string{ops}},
		"undo":       {Request{Undo: &Undo{Entry: "tw-none"}}, []string{ops}},
		"exempt":     {Request{Exempt: &Exempt{Resource: "x"}}, []string{ops, security}},
		"end":        {Request{End: &End{Resource: "x"}}, []string{ops, security}},
		"brake":      {Request{Brake: &Brake{Account: "x"}}, []string{ops, onCall}},
		"breaker":    {Request{Breaker: &Breaker{Rule: "x"}}, []string{ops, onCall}},
		"list":       {Request{List: &List{Limit: -1}}, []string{ops, security, onCall}},
		"get":        {Request{Get: &Get{Entry: "tw-none"}}, []string{ops, security, onCall}},
		"brakes":     {Request{Brakes: &Brakes{}}, []string{ops, security, onCall}},
		"exemptions": {Request{Exemptions: &Exemptions{}}, []string{ops, security, onCall}},
		"open":       {Request{Open: &Standing{}}, []string{ops, security, onCall}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			for _, caller := range []string{ops, security, onCall, guest, ""} {
				_, err := d.o.Do(t.Context(), caller, test.ask)
				var refused *Error
				denied := errors.As(err, &refused) && refused.Code == Denied
				may := false
				for _, m := range test.may {
					may = may || m == caller
				}
				if denied == may {
					t.Errorf("%s: got %v, want that it may is %v", caller, err, may)
				}
				if denied && (!strings.Contains(refused.Why, "operators") || !strings.Contains(refused.Why, "deploy")) {
					t.Errorf("got %q, want the way out", refused.Why)
				}
			}
			if len(d.sent) > 0 {
				t.Errorf("handed over: %v", d.sent)
			}
		})
	}
	d := newDesk(t)
	d.o.May = func(string, string) bool { return true }
	d.ask(guest, Request{Brakes: &Brakes{}})
}

func TestOneThingIsAskedFor(t *testing.T) {
	d := newDesk(t)
	d.refused(ops, Request{}, Invalid, "0 things")
	d.refused(ops, Request{Get: &Get{}, Brakes: &Brakes{}}, Invalid, "2 things")
}

func TestWhatIsAskedIsLogged(t *testing.T) {
	d := newDesk(t)
	d.ask(ops, Request{Brake: &Brake{On: true, Reason: "hunter2"}})
	d.refused(guest, Request{Brake: &Brake{On: true, Reason: "hunter2"}}, Denied)
	d.fail["send"] = errors.New("no queue")
	if _, err := d.o.Do(t.Context(), ops, Request{Brake: &Brake{Reason: "hunter2"}}); err == nil {
		t.Error("got no error of the queue")
	}
	for _, want := range []string{`"by":"` + ops, `"outcome":"done"`, `"by":"` + guest, `"outcome":"denied"`, `"outcome":"failed"`, `"err":"no queue"`} {
		if !strings.Contains(d.log.String(), want) {
			t.Errorf("got the log\n%swant %s in it", d.log.String(), want)
		}
	}
	if strings.Contains(d.log.String(), "hunter2") {
		t.Errorf("a reason is logged:\n%s", d.log.String())
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name, body string
		code       Code // 0: taken
	}{
		{"a request", `{"get":{"entry":"tw-1"}}`, 0},
		{"an unknown field", `{"get":{"entry":"tw-1","as":"root"}}`, Invalid},
		{"an unknown act", `{"caller":"x"}`, Invalid},
		{"more behind it", `{"brakes":{}} {}`, Invalid},
		{"no object", `[]`, Invalid},
		{"nothing", ``, Invalid},
		{"too much", `{"get":{"entry":"` + strings.Repeat("x", MaxBody) + `"}}`, Large},
	} {
		_, err := Decode([]byte(test.body))
		var refused *Error
		if errors.As(err, &refused) != (test.code != 0) || refused != nil && refused.Code != test.code {
			t.Errorf("%s: got %v, want %v", test.name, err, test.code)
		}
	}
}
