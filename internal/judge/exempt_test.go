package judge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

var theBucket = finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b"}

// grants keeps exemptions of the bucket b, as somebody granted them.
func (l *line) grants(t testing.TB, list ...journal.Grant) {
	t.Helper()
	k, known := journal.ExemptionKey(theBucket)
	if !known {
		t.Fatal("the bucket cannot be exempt")
	}
	e, err := journal.Exempt(theBucket, k, list, clock)
	if err != nil {
		t.Fatal(err)
	}
	begun, err := l.Memory.Begin(context.Background(), e, clock)
	if err != nil {
		t.Fatal(err)
	}
	begun.Entry.State, begun.Entry.Told = journal.Told, true
	if _, err := l.Memory.Record(context.Background(), begun.Entry); err != nil {
		t.Fatal(err)
	}
}

// grantOf is an exemption from some rules until an hour after the clock.
func grantOf(rules ...string) journal.Grant {
	return journal.Grant{Rules: rules, Until: clock.Add(time.Hour), Reason: "a test", Owner: "web-team", By: "arn:aws:iam::111122223333:role/security", Event: "grant"}
}

// about are the entries about the bucket's setting, the latest first.
func (l *line) aboutBucket(t testing.TB) []journal.Entry {
	t.Helper()
	return slices.DeleteFunc(l.entries(t), func(e journal.Entry) bool { return e.Key.Exemption() })
}

// TestWhatIsExemptIsLeftAlone holds that a violation of an exempt resource is written down as exempt, once, with the end of the exemption as its due time, whatever stood before;
// and that another rule, another resource and an exemption that is over change nothing.
func TestWhatIsExemptIsLeftAlone(t *testing.T) {
	s38 := hub("1", "S3.8", "one")
	over := grantOf("bucket")
	over.Until = clock.Add(-time.Minute)
	undo := grantOf("bucket")
	undo.Undo = "tw-undo"
	tests := []struct {
		name   string
		grant  journal.Grant
		stands journal.State // of an entry from before; "": nothing was reported
		change func(*journal.Entry)
		event  occurrence
		want   journal.State
		due    bool
		reason string
	}{
		{"by its rule", grantOf("bucket"), "", nil, s38, journal.Exempted, true, "exempt until 2026-11-23T13:00:00Z by web-team: a test"},
		{"by all rules", grantOf(), "", nil, s38, journal.Exempted, true, "web-team"},
		{"while it is proposed", grantOf("bucket"), journal.Proposed, shown, hub("2", "S3.8", "two"), journal.Exempted, true, "web-team"},
		{"while it waits", grantOf("bucket"), journal.Waiting, nil, hub("2", "S3.8", "two"), journal.Exempted, true, "web-team"},
		{"while act has planned", grantOf("bucket"), journal.Planned, nil, hub("2", "S3.8", "two"), journal.Planned, false, ""},
		{"while act writes", grantOf("bucket"), journal.Applying, nil, hub("2", "S3.8", "two"), journal.Applying, false, ""},
		{"by another rule", grantOf("tls"), "", nil, s38, journal.Open, false, ""},
		{"an entry of another rule", grantOf("bucket"), journal.Proposed, func(e *journal.Entry) { e.Rule = "old" }, hub("2", "S3.8", "two"), journal.Proposed, false, ""},
		{"no more", over, "", nil, s38, journal.Open, false, ""},
		{"another resource", grantOf("bucket"), "", nil, hub("1", "S3.8", "one", object{
			"Resources": []any{object{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::other", "Partition": "aws", "Region": "eu-west-1"}},
		}), journal.Open, false, ""},
		{"by an undo", undo, "", nil, s38, journal.Exempted, true, "web-team"},
		{"a press on what is exempt", grantOf("bucket"), "", nil, pressed("p", "Fix", clock, s38), journal.Refused, false, "web-team"},
		{"a press on what was undone", undo, "", nil, pressed("p", "Fix", clock, s38), journal.Open, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newServices(t, "fix")
			if test.stands != "" {
				l.judgeThe(t, s38)
				if test.change == nil {
					test.change = func(*journal.Entry) {}
				}
				l.acted(t, test.stands, test.change)
			}
			l.grants(t, test.grant)
			l.judgeThe(t, test.event, test.event, test.event.named("again"))
			all := l.aboutBucket(t)
			again := 0 // each press is answered
			if test.want == journal.Refused {
				again = 1
			}
			if len(all) != 1+again || all[0].State != test.want || !strings.Contains(all[0].Reason, test.reason) || len(l.told) != 0 {
				t.Fatalf("got %+v, told %d times; want one entry that is %s because of %q", all, len(l.told), test.want, test.reason)
			}
			if due := all[0].Due.Equal(test.grant.Until); due != test.due {
				t.Errorf("it is due %s, want the exemption's end: %v", all[0].Due, test.due)
			}
			if test.want == journal.Exempted && all[0].Mode != "fix" {
				t.Errorf("its mode is %s, want what it will be judged by again", all[0].Mode)
			}
		})
	}
}

// TestWhatWasExemptIsWrongAgain holds that a violation opens an entry again when the exemption is over.
func TestWhatWasExemptIsWrongAgain(t *testing.T) {
	l := newServices(t, "fix")
	l.grants(t, grantOf("bucket"))
	l.judgeThe(t, hub("1", "S3.8", "one"))
	l.judge.Now = func() time.Time { return clock.Add(2 * time.Hour) }
	l.judgeThe(t, hub("2", "S3.8", "one"))
	if all := l.aboutBucket(t); len(all) != 2 || all[0].State != journal.Open || len(l.sent) != 1 {
		t.Errorf("got %+v, handed over %v; want a new entry", all, l.sent)
	}
}

// TestALongerExemption holds that what is exempt for longer than it was is judged again only then.
func TestALongerExemption(t *testing.T) {
	l := newServices(t, "fix")
	l.grants(t, grantOf("bucket"))
	l.judgeThe(t, hub("1", "S3.8", "one"))
	l.judgeThe(t, pressed("p", "Exempt", clock.Add(time.Minute), hub("1", "S3.8", "one")))
	l.judgeThe(t, hub("2", "S3.8", "one"))
	if latest := l.aboutBucket(t)[0]; latest.State != journal.Exempted || !latest.Due.Equal(clock.Add(time.Minute).AddDate(0, 0, 30)) {
		t.Errorf("it is %s until %s", latest.State, latest.Due)
	}
}

// TestTwoExemptionsAtOnce holds that of two presses that exempt a resource at the same time, neither is lost.
func TestTwoExemptionsAtOnce(t *testing.T) {
	l := newServices(t, "propose")
	one, two := pressed("p", "Exempt", clock, hub("1", "S3.8", "one")), pressed("q", "Exempt", clock, hub("1", "S3.5", "one"))
	other := *l.judge
	l.judge.Journal = begins{l, func() { l.judge = &other; l.judgeThe(t, two) }}
	if err := l.judge.Event(t.Context(), []byte(one.String())); !errors.Is(err, journal.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	l.judgeThe(t, one)
	if all := l.entries(t); len(all) != 1 || strings.Count(string(all[0].With), `"by"`) != 2 {
		t.Errorf("got %+v, want both exemptions", all)
	}
}

// begins does something before an entry is begun.
type begins struct {
	*line
	do func()
}

func (b begins) Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error) {
	b.do()
	return b.line.Begin(ctx, e, now)
}

// TestUnreadableExemptionsStopNothingSilently holds that exemptions that cannot be read are no exemptions and no violations: the event comes again.
func TestUnreadableExemptionsStopNothingSilently(t *testing.T) {
	l := newServices(t, "fix")
	l.grants(t, grantOf("bucket"))
	k, _ := journal.ExemptionKey(theBucket)
	kept, _, err := l.Memory.Open(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	kept.With = []byte(`{}`)
	if _, err := l.Memory.Record(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	if err := l.judge.Event(t.Context(), []byte(hub("1", "S3.8", "one").String())); err == nil || len(l.sent) != 0 {
		t.Errorf("got %v, handed over %v; want an error", err, l.sent)
	}
}

// TestTheExemptButton holds that a press exempts the resource from the rule for the button's time, beside what it is exempt from already, ends what is open about the rule, and
// has act say so, once a press.
func TestTheExemptButton(t *testing.T) {
	s38, at := hub("1", "S3.8", "one"), clock.Add(time.Minute)
	l := newServices(t, "propose")
	l.judgeThe(t, s38)
	l.acted(t, journal.Proposed)
	over := grantOf("bucket")
	over.Until = clock
	l.grants(t, over, grantOf("tls"))
	l.sent = nil
	l.judge.Now = func() time.Time { return at.Add(time.Second) }
	press := pressed("p", "Exempt", at, s38)
	l.judgeThe(t, press, press)
	k, _ := journal.ExemptionKey(theBucket)
	kept, _, err := l.Memory.Open(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	grants, err := journal.Grants(kept)
	until := at.AddDate(0, 0, 30)
	both := len(grants) == 2 && grants[0].Rules[0] == "tls" && slices.Equal(grants[1].Rules, []string{"bucket"})
	if err != nil || !both || !grants[1].Until.Equal(until) || grants[1].By != "button Exempt" {
		t.Errorf("exempt by %+v, %v; want it from tls and, until %s, from bucket", grants, err, until)
	}
	if kept.State != journal.Told || kept.Told || kept.Press != "Exempt" || len(kept.Reporters) == 0 || !kept.Due.Equal(clock.Add(time.Hour)) {
		t.Errorf("the exemptions are %+v; want them to be told, and due when the first ends", kept)
	}
	if ended := l.aboutBucket(t)[0]; ended.State != journal.Exempted || !ended.Due.Equal(until) || !slices.Equal(l.handed(), []string{kept.ID}) {
		t.Errorf("the proposal is %s until %s, handed over %v", ended.State, ended.Due, l.sent)
	}
	if len(l.told) != 0 {
		t.Errorf("told %v; want it left to act", l.told)
	}
	kept.Told = true
	if _, err := l.Memory.Record(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	l.sent = nil
	l.judgeThe(t, press)
	if len(l.sent) != 0 {
		t.Errorf("handed over %v, and it was told", l.sent)
	}
}

// TestTheFirstExemption holds that the button begins the entry of a resource's exemptions, whatever call fails.
func TestTheFirstExemption(t *testing.T) {
	press := pressed("p", "Exempt", clock.Add(time.Minute), hub("1", "S3.8", "one"))
	for at := range 12 {
		l := newServices(t, "propose")
		f := &faulty{line: l, at: at/2 + 1, after: at%2 == 1}
		l.judge.Journal, l.judge.Queue, l.judge.Topic = f, f, f
		failed := l.judge.Event(t.Context(), []byte(press.String()))
		if f.done != "" && failed == nil {
			t.Fatalf("%s: the fault gave no error", f.done)
		}
		f.at = 0
		l.judgeThe(t, press)
		all := l.entries(t)
		if len(all) != 1 || !all[0].Key.Exemption() || all[0].State != journal.Told || !slices.Equal(l.handed(), []string{all[0].ID}) || strings.Count(string(all[0].With), `"by"`) != 1 {
			t.Errorf("%s, after its effect: %v: got %+v, handed over %v; want one exemption", f.done, f.after, all, l.sent)
		}
	}
}

// TestAnExemptionThatWasCutShort holds that a second press finds the exemptions that the first began and did not get to have told.
func TestAnExemptionThatWasCutShort(t *testing.T) {
	l := newServices(t, "propose")
	f := &faulty{line: l, at: 3} // the record after the begin
	l.judge.Journal = f
	if err := l.judge.Event(t.Context(), []byte(pressed("p", "Exempt", clock, hub("1", "S3.8", "one")).String())); err == nil || f.done != "record told" {
		t.Fatalf("%s: %v", f.done, err)
	}
	l.judge.Journal = l
	l.judgeThe(t, pressed("q", "Exempt", clock, hub("1", "S3.5", "one")))
	all := l.entries(t)
	if len(all) != 1 || all[0].State != journal.Told || all[0].Told || strings.Count(string(all[0].With), `"by"`) != 2 || len(l.sent) != 1 {
		t.Errorf("got %+v, handed over %v; want two exemptions to be told", all, l.sent)
	}
}

// TestWhatWaits holds that a report of what waits is for the clock, and that only a press hastens it.
func TestWhatWaits(t *testing.T) {
	s38, after := hub("1", "S3.8", "one"), clock.Add(time.Minute)
	tests := []struct {
		name     string
		change   func(*journal.Entry)
		event    occurrence
		want     journal.State
		approved bool
		handed   int
	}{
		{"a report", func(*journal.Entry) {}, hub("2", "S3.8", "two"), journal.Waiting, false, 0},
		{"another control", func(*journal.Entry) {}, configRule("2", bucketRule), journal.Waiting, false, 0},
		{"a press", func(*journal.Entry) {}, pressed("p", "Fix", after, s38), journal.Open, false, 1},
		{"a press on what was shown", shown, pressed("p", "Fix", after, s38), journal.Open, true, 1},
		{"a press before it was told", func(e *journal.Entry) { e.Told = false }, pressed("p", "Fix", after, s38), journal.Waiting, false, 1},
		{"the press that led to it", func(*journal.Entry) {}, pressed("p", "Fix", clock.Add(-time.Minute), s38), journal.Waiting, false, 1},
		{"a trusted press", func(e *journal.Entry) { e.Told = false }, pressed("p", "Fix all", after, s38), journal.Open, false, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newServices(t, "propose")
			l.judgeThe(t, s38)
			l.acted(t, journal.Waiting, func(e *journal.Entry) { e.Held, e.Due = journal.Freeze, clock.Add(time.Hour) }, test.change)
			l.sent = nil
			l.judgeThe(t, test.event)
			got := l.entries(t)
			if len(got) != 1 || got[0].State != test.want || got[0].Approved != test.approved || len(l.sent) != test.handed || len(l.told) != 0 {
				t.Errorf("got %+v, handed over %v; want it %s", got, l.sent, test.want)
			}
			if due := got[0].Due.IsZero(); due != (test.want == journal.Open) {
				t.Errorf("it is due %s", got[0].Due)
			}
		})
	}
}

// TestQuiet holds that what a policy gathers for a digest is recorded so and not sent, and all else is sent.
func TestQuiet(t *testing.T) {
	const digest = "\nnotify: {digest: 24h}"
	tests := []struct {
		mode     string
		gathered bool
		told     int
	}{
		{"notify" + digest, true, 0},
		{"observe" + digest, true, 0},
		{"notify", false, 1},
		{"observe", false, 0},
	}
	for _, test := range tests {
		l := newLine(t, test.mode)
		l.judgeAll(t, tagEvent("1", "vol-1", 1, `{}`), tagEvent("2", "vol-1", 2, `{}`))
		if all := l.entries(t); len(all) != 1 || all[0].Gathered != test.gathered || !all[0].Told || len(l.told) != test.told || len(l.sent) != 0 {
			t.Errorf("%q: got %+v, told %d times; want it gathered: %v, told %d times", test.mode, all, len(l.told), test.gathered, test.told)
		}
	}
	l := newServices(t, "notify"+digest)
	l.judgeThe(t, hub("x", "S3.8", "one", object{"AwsAccountId": "444455556666"}))
	if len(l.told) != 1 || notify.Outcome(l.entries(t)[0]) != "refused" {
		t.Errorf("told %d times of what is forged, want once", len(l.told))
	}
}

// TestWhoOwnsIt holds which tag names the owner of a resource, and that it is bounded.
func TestWhoOwnsIt(t *testing.T) {
	long := strings.Repeat("ä", 300)
	for want, tags := range map[string]map[string]string{
		"":                       {"Own": "x"},
		"exact":                  {"Owner": "exact", "OWNER": "other"},
		"first":                  {"oWner": "second", "OWNER": "first"},
		strings.Repeat("ä", 256): {"owner": long},
	} {
		if got := (finding.Resource{Tags: tags}).Owner(); got != want {
			t.Errorf("%v: got %q, want %q", tags, got, want)
		}
	}
	l := newLine(t, "fix")
	l.judgeAll(t, tagEvent("1", "vol-1", 1, `{"owner":"team-a"}`))
	if got := l.entries(t)[0].Owner; got != "team-a" {
		t.Errorf("the owner is %q", got)
	}
}
