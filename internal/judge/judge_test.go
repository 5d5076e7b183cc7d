package judge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
)

var clock = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A line is a judge with a journal that counts what is asked of it, a queue and a topic.
type line struct {
	*journal.Memory
	judge *Judge
	log   bytes.Buffer

	calls    []string
	sent     []handover.Handover
	told     []notify.Message
	failSend error
	failTell error
}

func (l *line) Begin(ctx context.Context, e journal.Entry, now time.Time) (journal.Begun, error) {
	l.calls = append(l.calls, "begin")
	return l.Memory.Begin(ctx, e, now)
}

func (l *line) Open(ctx context.Context, k journal.Key) (journal.Entry, bool, error) {
	if k.Exemption() {
		l.calls = append(l.calls, "exempt?")
	} else {
		l.calls = append(l.calls, "open")
	}
	return l.Memory.Open(ctx, k)
}

func (l *line) Last(ctx context.Context, k journal.Key) (journal.Entry, bool, error) {
	l.calls = append(l.calls, "last")
	return l.Memory.Last(ctx, k)
}

func (l *line) Record(ctx context.Context, e journal.Entry, marks ...journal.Mark) (journal.Entry, error) {
	l.calls = append(l.calls, "record "+string(e.State))
	return l.Memory.Record(ctx, e, marks...)
}

func (l *line) Send(_ context.Context, h handover.Handover) error {
	if l.failSend != nil {
		return l.failSend
	}
	l.calls = append(l.calls, "send")
	l.sent = append(l.sent, h)
	return nil
}

func (l *line) Tell(_ context.Context, m notify.Message) error {
	if l.failTell != nil {
		return l.failTell
	}
	l.calls = append(l.calls, "tell")
	l.told = append(l.told, m)
	return nil
}

func newLine(t testing.TB, mode string) *line {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte(`
version: 1
mode: `+mode+`
tags:
  - {key: Owner, required: true, pattern: '[a-z]+', fill: [{value: nobody}]}
  - {key: Cost, values: [A, B]}
rules:
  - {name: tags, on: [config, tags], do: [tags]}
exempt:
  - {resources: ['arn:aws:ec2:*exempt*'], reason: r, owner: o, until: 2027-01-01}
`), policy.Catalog{
		Kinds: []string{"config", "tags"}, Remedies: []policy.CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l := &line{Memory: journal.NewMemory()}
	l.judge = &Judge{
		Policy: p, Journal: l, Queue: l, Topic: l, Log: slog.New(slog.NewJSONHandler(&l.log, nil)), Meter: &meter.Meter{Function: "test"},
		Now: func() time.Time { return clock },
	}
	return l
}

func (l *line) judgeAll(t *testing.T, list ...string) {
	t.Helper()
	for _, event := range list {
		if err := l.judge.Event(context.Background(), []byte(event)); err != nil {
			t.Fatal(err)
		}
	}
}

// tagEvent is an event of aws.tag about a volume.
func tagEvent(id, volume string, version int, tags string) string {
	return fmt.Sprintf(`{"version":"0","id":%q,"detail-type":"Tag Change on Resource","source":"aws.tag","account":"111122223333","time":"2026-11-23T11:59:00Z","region":"eu-west-1",
		"resources":["arn:aws:ec2:eu-west-1:111122223333:volume/%s"],
		"detail":{"changed-tag-keys":["Owner"],"service":"ec2","resource-type":"volume","version":%d,"tags":%s}}`, id, volume, version, tags)
}

// configEvent is a configuration item of a volume. changed is a path of its diff.
func configEvent(id, status, changed, tags string, capture string) string {
	return fmt.Sprintf(`{"version":"0","id":%q,"detail-type":"Config Configuration Item Change","source":"aws.config","account":"111122223333","time":"2026-11-23T11:59:00Z",
		"region":"eu-west-1","resources":["arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"],
		"detail":{"recordVersion":"1.3","messageType":"ConfigurationItemChangeNotification","notificationCreationTime":"2026-11-23T11:59:00Z",
			"configurationItemDiff":{"changeType":"UPDATE","changedProperties":{%q:{"changeType":"UPDATE"}}},
			"configurationItem":{"resourceType":"AWS::EC2::Volume","resourceId":"vol-1","ARN":"arn:aws:ec2:eu-west-1:111122223333:volume/vol-1","awsAccountId":"111122223333",
				"awsRegion":"eu-west-1","configurationItemStatus":%q,"configurationItemCaptureTime":%q,"tags":%s,"configuration":{}}}}`, id, changed, status, capture, tags)
}

const capture = "2026-11-23T11:58:00.000Z"

func TestWhatAJudgeDoes(t *testing.T) {
	bad, good := `{"Cost":"A"}`, `{"Owner":"me"}`
	tests := []struct {
		name, mode string
		events     []string
		calls      []string
		outcome    []string // of the log
	}{
		{"a violation is handed over", "fix", []string{tagEvent("1", "vol-1", 1, bad)}, []string{"exempt?", "begin", "send"}, []string{"handed over"}},
		{"propose is handed over", "propose", []string{tagEvent("1", "vol-1", 1, bad)}, []string{"exempt?", "begin", "send"}, []string{"handed over"}},
		{"notify is told by the judge", "notify", []string{tagEvent("1", "vol-1", 1, bad)}, []string{"exempt?", "begin", "record told", "tell", "record told"}, []string{"told"}},
		{"observe is only recorded", "observe", []string{tagEvent("1", "vol-1", 1, bad)}, []string{"exempt?", "begin", "record observed"}, []string{"observed"}},
		{"nothing of it can be fixed: told", "fix", []string{tagEvent("1", "vol-1", 1, `{"Owner":"me","Cost":"C"}`)}, []string{"exempt?", "begin", "record told", "tell", "record told"}, []string{"told"}},
		{
			"the same violation again is not told again", "notify",
			[]string{tagEvent("1", "vol-1", 1, bad), tagEvent("2", "vol-1", 2, bad), tagEvent("1", "vol-1", 1, bad)},
			[]string{"exempt?", "begin", "record told", "tell", "record told", "exempt?", "begin", "exempt?", "begin"},
			[]string{"told", "repeated", "repeated"},
		},
		{
			"another violation is told anew", "notify",
			[]string{tagEvent("1", "vol-1", 1, bad), tagEvent("2", "vol-1", 2, `{}`), tagEvent("3", "vol-1", 3, `{"Cost":"C"}`)},
			[]string{"exempt?", "begin", "record told", "tell", "record told", "exempt?", "begin", "exempt?", "begin", "record told", "tell", "record told"},
			[]string{"told", "repeated", "told"},
		},
		{"a stale event does nothing", "notify", []string{tagEvent("2", "vol-1", 2, bad), tagEvent("1", "vol-1", 1, `{"Cost":"C"}`)}, []string{"exempt?", "begin", "record told", "tell", "record told", "exempt?", "begin"}, []string{"told", "stale"}},
		{"a compliant tag event reads once", "fix", []string{tagEvent("1", "vol-1", 1, good)}, []string{"last"}, nil},
		{"it ends what was open", "notify", []string{tagEvent("1", "vol-1", 1, bad), tagEvent("2", "vol-1", 2, good)}, []string{"exempt?", "begin", "record told", "tell", "record told", "last", "record compliant"}, []string{"told", "compliant"}},
		{"a reordered compliant event ends nothing", "notify", []string{tagEvent("2", "vol-1", 2, bad), tagEvent("1", "vol-1", 1, good)}, []string{"exempt?", "begin", "record told", "tell", "record told", "last"}, []string{"told"}},
		{"a compliant item in which the tags did not change asks nothing", "fix", []string{configEvent("1", "OK", "Configuration.Size", good, capture)}, nil, nil},
		{"one in which they did reads once", "fix", []string{configEvent("1", "OK", "Tags.0", good, capture)}, []string{"last"}, nil},
		{
			"a deleted resource ends what was open", "notify",
			[]string{configEvent("1", "OK", "Tags.0", bad, capture), configEvent("2", "ResourceDeleted", "", `{}`, "2026-11-23T11:59:30.000Z")},
			[]string{"exempt?", "begin", "record told", "tell", "record told", "last", "record gone"},
			[]string{"told", "gone"},
		},
		{"an exempt resource is left alone", "fix", []string{tagEvent("1", "vol-exempt", 1, bad)}, []string{"last"}, []string{"exempt"}},
		{
			"what no fix can put right any more is told by the judge, before act has begun", "fix",
			[]string{tagEvent("1", "vol-1", 1, bad), tagEvent("2", "vol-1", 2, `{"Owner":"me","Cost":"C"}`)},
			[]string{"exempt?", "begin", "send", "exempt?", "begin", "record told", "tell", "record told"},
			[]string{"handed over", "told"},
		},
		{"what is right before act has begun ends", "fix", []string{tagEvent("1", "vol-1", 1, bad), tagEvent("2", "vol-1", 2, good)}, []string{"exempt?", "begin", "send", "last", "record compliant"}, []string{"handed over", "compliant"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLine(t, test.mode)
			l.judgeAll(t, test.events...)
			if !reflect.DeepEqual(l.calls, test.calls) {
				t.Errorf("calls %q, want %q", l.calls, test.calls)
			}
			if got := outcomes(t, l.log.String()); !reflect.DeepEqual(got, test.outcome) {
				t.Errorf("logged %q, want %q", got, test.outcome)
			}
		})
	}
}

// outcomes are the outcomes of the log's lines, in order.
func outcomes(t *testing.T, log string) []string {
	t.Helper()
	var all []string
	for line := range strings.Lines(log) {
		var entry struct{ Outcome string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		all = append(all, entry.Outcome)
	}
	return all
}

// applying is an entry that was handed over, and that act is writing for.
func (l *line) applying(t *testing.T) journal.Entry {
	t.Helper()
	l.judgeAll(t, tagEvent("1", "vol-1", 1, `{}`))
	entry, err := l.Get(context.Background(), l.sent[0].Entry)
	if err != nil {
		t.Fatal(err)
	}
	entry.State = journal.Applying
	if _, err := l.Memory.Record(context.Background(), entry); err != nil {
		t.Fatal(err)
	}
	return entry
}

// TestAnApplyingEntryIsActs holds that a compliant event, perhaps of our own write, leaves an entry alone that act is writing for.
func TestAnApplyingEntryIsActs(t *testing.T) {
	l := newLine(t, "fix")
	entry := l.applying(t)
	l.judgeAll(t, tagEvent("2", "vol-1", 2, `{"Owner":"nobody"}`))
	if got, err := l.Get(context.Background(), entry.ID); err != nil || got.State != journal.Applying {
		t.Errorf("the entry is %s, %v; want applying", got.State, err)
	}
}

// TestADeletionEndsWhatActWritesFor holds that nothing is left to be written for where the resource is gone.
func TestADeletionEndsWhatActWritesFor(t *testing.T) {
	l := newLine(t, "fix")
	entry := l.applying(t)
	l.judgeAll(t, configEvent("2", "ResourceDeleted", "", `{}`, "2026-11-23T11:59:30.000Z"))
	if got, err := l.Get(context.Background(), entry.ID); err != nil || got.State != journal.Gone {
		t.Errorf("the entry is %s, %v; want gone", got.State, err)
	}
}

// TestAMessageGoesToItsRoute holds that a judge's messages go to the topic of the first route that fits.
func TestAMessageGoesToItsRoute(t *testing.T) {
	l := newLine(t, "notify")
	const topic = "arn:aws:sns:eu-west-1:111122223333:volumes"
	p, err := policy.Parse("policy.yaml", []byte(`
version: 1
mode: notify
tags: [{key: Owner, required: true, values: [me]}, {key: Cost, values: [A]}]
rules: [{name: tags, on: [tags], do: [tags]}]
notify: {routes: [{match: {owner: [me], type: ["AWS::EC2::Volume"]}, topic: "`+topic+`"}]}
`), policy.Catalog{
		Kinds: []string{"tags"}, Remedies: []policy.CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l.judge.Policy = p
	l.judgeAll(t, tagEvent("1", "vol-1", 1, `{"Owner":"me","Cost":"C"}`), tagEvent("2", "vol-2", 1, `{"Owner":"you","Cost":"C"}`))
	if len(l.told) != 2 || l.told[0].Topic != topic || l.told[1].Topic != "" {
		t.Errorf("told %+v, want one message to %s and one to the stack's own topic", l.told, topic)
	}
}

// TestAnOpenEntryIsToldAsItIsNow holds that an entry that another event opened, and nobody answered, is told with what is seen now.
func TestAnOpenEntryIsToldAsItIsNow(t *testing.T) {
	l := newLine(t, "notify")
	l.failTell = errors.New("no topic")
	record := l.judge.Journal
	l.judge.Journal = struct{ Journal }{failing{l}}
	if err := l.judge.Event(context.Background(), []byte(tagEvent("1", "vol-1", 1, `{}`))); err == nil {
		t.Fatal("a failed record gave no error")
	}
	l.judge.Journal, l.failTell = record, nil
	l.judgeAll(t, tagEvent("2", "vol-1", 2, `{"Owner":"me","Cost":"C"}`))
	if len(l.told) != 1 || strings.Contains(l.told[0].Email, "Owner") || !strings.Contains(l.told[0].Email, "Cost") {
		t.Errorf("told %v, want one message about Cost", l.told)
	}
}

// failing is a journal that records nothing.
type failing struct{ *line }

func (failing) Record(context.Context, journal.Entry, ...journal.Mark) (journal.Entry, error) {
	return journal.Entry{}, errors.New("no journal")
}

// TestAnOpenUndoIsActs holds that no event answers an undo that act has not made yet.
func TestAnOpenUndoIsActs(t *testing.T) {
	for name, event := range map[string]string{"a violation": tagEvent("2", "vol-1", 2, `{"Cost":"C"}`), "a compliant event": tagEvent("2", "vol-1", 2, `{"Owner":"me"}`)} {
		l := newLine(t, "notify")
		l.judgeAll(t, tagEvent("1", "vol-1", 1, `{}`))
		told, err := l.Recent(context.Background(), time.Time{}, 1)
		if err != nil || len(told) != 1 {
			t.Fatal(told, err)
		}
		undo := told[0]
		undo.ID, undo.Undoes, undo.Fingerprint, undo.Seen = "tw-undo", undo.ID, "", finding.Version{}
		if begun, err := l.Memory.Begin(context.Background(), undo, clock); err != nil || begun.Kind != journal.Started {
			t.Fatal(begun, err)
		}
		l.judgeAll(t, event)
		if got, err := l.Get(context.Background(), "tw-undo"); err != nil || got.State != journal.Open {
			t.Errorf("%s: the undo is %s, %v; want open", name, got.State, err)
		}
	}
}

// TestWhatNobodyIsAtIsHandedOverAgain holds that an entry does not stay as it is for ever because its hand-over was lost.
func TestWhatNobodyIsAtIsHandedOverAgain(t *testing.T) {
	l := newLine(t, "fix")
	entry := l.applying(t)
	l.judge.Now = func() time.Time { return clock.Add(journal.Lease + time.Minute) }
	l.judgeAll(t, tagEvent("2", "vol-1", 2, `{"Owner":"nobody"}`))
	if len(l.sent) != 2 || l.sent[1].Entry != entry.ID {
		t.Errorf("handed over %v, want the entry again", l.sent)
	}
}

func TestWhatFailsIsDeliveredAgainAndDoneOnce(t *testing.T) {
	l := newLine(t, "fix")
	l.failSend = errors.New("no queue")
	event := tagEvent("1", "vol-1", 1, `{}`)
	if err := l.judge.Event(context.Background(), []byte(event)); err == nil {
		t.Fatal("a failed hand-over gave no error")
	}
	l.failSend = nil
	l.judgeAll(t, event, event)
	want := []handover.Handover{l.sent[0], l.sent[0]} // the queue drops the second: they have one deduplication id
	if len(l.sent) != 2 || !reflect.DeepEqual(l.sent, want) || l.sent[0].Dedup() != l.sent[1].Dedup() {
		t.Errorf("sent %v, want the same hand-over twice", l.sent)
	}

	l = newLine(t, "notify")
	l.failTell = errors.New("no topic")
	if err := l.judge.Event(context.Background(), []byte(event)); err == nil {
		t.Fatal("a failed message gave no error")
	}
	l.failTell = nil
	l.judgeAll(t, event, event)
	if len(l.told) != 1 {
		t.Errorf("told %d times, want once", len(l.told))
	}
}

// TestBadEvents holds that what cannot be read is final: logged once, told once, no retry. What no kind wants is logged, and nobody is told.
func TestBadEvents(t *testing.T) {
	tests := []struct {
		name, event string
		told        int
		outcome     string
	}{
		{"nothing", "", 1, "unreadable"},
		{"256 KB of nonsense", strings.Repeat("x", 256<<10), 1, "unreadable"},
		{"a truncated body", tagEvent("1", "vol-1", 1, "{}")[:200], 1, "unreadable"},
		{"an array", "[]", 1, "unreadable"},
		{"two objects", tagEvent("1", "vol-1", 1, "{}") + "{}", 1, "unreadable"},
		{"no detail", `{"id":"1","source":"aws.tag","detail-type":"Tag Change on Resource","account":"1","region":"r","time":"2026-11-23T11:59:00Z"}`, 1, "unreadable"},
		{"a tag event without a resource", strings.Replace(tagEvent("1", "vol-1", 1, "{}"), `"arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"`, "", 1), 1, "unreadable"},
		{"a resource that is no ARN", strings.Replace(tagEvent("1", "vol-1", 1, "{}"), "arn:aws:ec2", "urn:x", 1), 1, "unreadable"},
		{"tags that are a list", tagEvent("1", "vol-1", 1, "[1]"), 1, "unreadable"},
		{"an item without a type", strings.Replace(configEvent("1", "OK", "Tags", "{}", capture), `"resourceType":"AWS::EC2::Volume",`, "", 1), 1, "unreadable"},
		{"an unknown kind", `{"id":"1","source":"aws.ec2","detail-type":"EC2 Instance State-change Notification","account":"1","region":"r","time":"2026-11-23T11:59:00Z","detail":{"a":1}}`, 0, "ignored"},
		{"an ARN of an unknown service", strings.Replace(tagEvent("1", "vol-1", 1, `{"Owner":"me"}`), "arn:aws:ec2:", "arn:aws:brandnew:", 1), 0, ""},
		{"another partition", strings.Replace(tagEvent("1", "vol-1", 1, `{"Owner":"me"}`), "arn:aws:", "arn:aws-cn:", 1), 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLine(t, "fix")
			if err := l.judge.Event(context.Background(), []byte(test.event)); err != nil {
				t.Fatalf("got %v, want no error: a retry would not help", err)
			}
			var want []string
			if test.outcome != "" {
				want = []string{test.outcome}
			}
			if got := outcomes(t, l.log.String()); !reflect.DeepEqual(got, want) || len(l.told) != test.told {
				t.Errorf("logged %q and told %d times, want %q and %d", got, len(l.told), want, test.told)
			}
			for _, m := range l.told {
				if _, err := m.Body(); err != nil {
					t.Errorf("the message has no body: %v", err)
				}
			}
		})
	}
}

// TestAnEventOfAnySizeIsAnswered holds that an event with more than the journal keeps is answered all the same, once.
func TestAnEventOfAnySizeIsAnswered(t *testing.T) {
	var tags strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&tags, `"key %d":"%s",`, i, strings.Repeat("é", 20))
	}
	for _, mode := range []string{"notify", "fix"} {
		l := newLine(t, mode)
		l.judgeAll(t, tagEvent("1", "vol-1", 1, "{"+tags.String()+`"Cost":"C"}`))
		if len(l.told)+len(l.sent) != 1 {
			t.Errorf("%s: told %d times and handed over %d times, want one answer", mode, len(l.told), len(l.sent))
		}
		l = newLine(t, mode)
		l.judge.Policy = forbidding(t, mode)
		l.judgeAll(t, tagEvent("1", "vol-1", 1, "{"+tags.String()+`"Cost":"C"}`))
		if len(l.told)+len(l.sent) != 1 {
			t.Errorf("%s, all forbidden: told %d times and handed over %d times, want one answer", mode, len(l.told), len(l.sent))
		}
	}
}

// forbidding is a policy that names one key and allows no other.
func forbidding(t *testing.T, mode string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("policy.yaml", []byte("version: 1\nmode: "+mode+"\nunnamed: forbid\ntags: [{key: Owner, required: true}]\nrules: [{name: tags, on: [tags], do: [tags]}]\n"), policy.Catalog{
		Kinds: []string{"config", "tags"}, Remedies: []policy.CatalogRemedy{{ID: "tags", Setting: "tags", Answers: []string{"tags"}, Resource: "*", Undo: "exact"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestNothingSecretIsLogged holds that no tag value and no body of an event reaches the log.
func TestNothingSecretIsLogged(t *testing.T) {
	for _, event := range []string{
		tagEvent("1", "vol-1", 1, `{"Cost":"hunter2","x":"hunter2"}`), tagEvent("2", "vol-1", 2, `{"Cost":"hunter2"`), `{"hunter2":"hunter2"`,
		configEvent("3", "OK", "Tags", `"hunter2"`, capture), `{"id":"1","time":"hunter2"}`,
		strings.Replace(tagEvent("4", "vol-1", 1, `{}`), "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1", "hunter2", 1),
	} {
		l := newLine(t, "notify")
		l.judgeAll(t, event)
		if l.log.Len() == 0 || strings.Contains(l.log.String(), "hunter2") {
			t.Errorf("the log of %.60s is %q; want a line without the value", event, l.log.String())
		}
	}
}
