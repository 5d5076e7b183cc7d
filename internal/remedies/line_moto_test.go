//go:build moto

package remedies_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/awssecurityhub"
	"github.com/tagwarden/tagwarden/internal/awssts"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/judge"
	"github.com/tagwarden/tagwarden/internal/local"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// TestEveryRemedyOnTheWholeLine takes each remedy from the event that a service would send to what people are told and what Security Hub shows, and back by a button: through
// the judge, the hand-over, the actor, the guard and the roles, against the emulator. The tags remedy has events of its own.
//
// The first case of a remedy is put right at once, the others are proposed and approved by a button.
func TestEveryRemedyOnTheWholeLine(t *testing.T) {
	address := ownEmulator(t)
	each(t, anyCase, func(t *testing.T, r remedy.Remedy, i int, c remedytest.Case) {
		mode := policy.Fix
		if i > 0 || r.Undo == remedy.None {
			mode = policy.Propose
		}
		newLine(t, address, r, c, mode, "").run()
	})
}

// TestEveryRemedyThatAWSConfigReports does the same with the events of AWS Config's rules, which name a resource by an id of their own.
func TestEveryRemedyThatAWSConfigReports(t *testing.T) {
	address := ownEmulator(t)
	reported := func(r remedy.Remedy, i int, c remedytest.Case) bool {
		return i == 0 && r.Undo != remedy.None && c.Control == "" && configRule(r) >= 0
	}
	each(t, reported, func(t *testing.T, r remedy.Remedy, _ int, c remedytest.Case) {
		reset(t, address) // all databases of the emulator have one id
		newLine(t, address, r, c, policy.Fix, r.Answers[configRule(r)]).run()
	})
}

// configRule is where the first rule of AWS Config stands among what a remedy answers; -1 if there is none.
func configRule(r remedy.Remedy) int {
	return slices.IndexFunc(r.Answers, func(a string) bool { return strings.HasPrefix(a, "config:") })
}

func anyCase(remedy.Remedy, int, remedytest.Case) bool { return true }

// ownEmulator starts an emulator and its front: the cases may have been planted in the one of all tests by others.
func ownEmulator(t *testing.T) string {
	t.Helper()
	endpoint, stop, err := local.Emulator(t.Context(), filepath.Join("..", ".."), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	front, err := emulator.New(endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = front.Close() })
	return front.Address
}

// reset takes all that was planted from an emulator that is ours alone.
func reset(t *testing.T, address string) {
	t.Helper()
	answer, err := http.Post(address+"/moto-api/reset", "", nil)
	if err != nil || answer.Body.Close() != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("reset the emulator: %v, %v", err, answer)
	}
}

// each runs a test for each case of each remedy.
func each(t *testing.T, wanted func(remedy.Remedy, int, remedytest.Case) bool, test func(t *testing.T, r remedy.Remedy, i int, c remedytest.Case)) {
	for _, r := range remedies.All {
		for i, c := range remedies.Cases[r.ID] {
			if !wanted(r, i, c) {
				continue
			}
			t.Run(r.ID+"/"+c.Name, func(t *testing.T) { test(t, r, i, c) })
		}
	}
}

// A line is one remedy's whole line, and a violation for it.
type line struct {
	*testing.T
	remedy  remedy.Remedy
	c       remedytest.Case
	planted remedytest.Planted
	report  report
	mode    policy.Verdict
	policy  *policy.Policy
	journal *journal.Memory
	judge   *judge.Judge
	actor   *act.Actor
	hub     *securityhub.Client
	cfg     aws.Config
	now     time.Time
	events  int
	queue   []handover.Handover
	entries []string // ids, in the order in which they were handed over
	told    []notify.Message
}

func newLine(t *testing.T, address string, r remedy.Remedy, c remedytest.Case, mode policy.Verdict, control string) *line {
	t.Helper()
	cfg := emulator.In(emulator.Config(address, remedytest.Region), remedytest.Account)
	planted, err := c.Plant(t.Context(), cfg)
	if err != nil {
		t.Fatalf("plant: %v", err)
	}
	l := &line{
		T: t, remedy: r, c: c, planted: planted, mode: mode, journal: journal.NewMemory(), hub: securityhub.NewFromConfig(cfg), cfg: cfg, now: time.Now().UTC().Truncate(time.Second),
	}
	if l.c.Control = cmp.Or(control, c.Control); l.c.Control == "" {
		l.c.Control = firstOf(t, r, planted.Resource.Type)
	}
	l.report = reportOf(t, cfg, l.c.Control, planted)
	l.policy = l.parsed()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	clock := func() time.Time { return l.now }
	l.judge = &judge.Judge{Policy: l.policy, Journal: l.journal, Queue: l, Topic: l, Log: log, Meter: &meter.Meter{Function: "judge"}, Now: clock}
	l.actor = &act.Actor{
		Policy: l.policy, Remedies: remedies.All, Journal: l.journal, Topic: l, Hub: awssecurityhub.New(cfg, finding.Product("aws", "us-east-1", "123456789012")),
		Reach: awssts.Roles{Config: cfg, Names: rights.Names{Prefix: "tagwarden"}}.Reach,
		Log:   log, Meter: &meter.Meter{Function: "act"}, Now: clock, Wait: func(context.Context, time.Duration) error { return nil },
	}
	return l
}

// The policy's buttons.
const (
	fixButton, trustedButton, undoButton = "Fix", "Fix all", "Undo"
)

// parsed is the policy: one rule, for the control and with the case's parameters.
func (l *line) parsed() *policy.Policy {
	l.Helper()
	text := fmt.Sprintf(`
version: 1
buttons:
  - {name: %s, do: fix}
  - {name: %s, do: fix, trust: true}
  - {name: %s, do: undo, trust: true}
rules:
  - {name: line, controls: ['%s'], do: [%s], mode: %s`, fixButton, trustedButton, undoButton, l.report.control, l.remedy.ID, l.mode)
	if l.report.service() == "guardduty" && l.remedy.Resource != "*" {
		text += ", where: {type: ['" + l.planted.Resource.Type + "']}" // a finding names several resources
	}
	if l.c.With != "" {
		text += ", with: {" + l.remedy.ID + ": " + l.with() + "}"
	}
	p, err := policy.Parse("policy.yaml", []byte(text+"}\n"), catalog.Known())
	if err != nil {
		l.Fatalf("%v\n%s", err, text)
	}
	return p
}

// with are the case's parameters.
func (l *line) with() string {
	text := l.c.With
	for name, value := range l.planted.Names {
		text = strings.ReplaceAll(text, "{{"+name+"}}", value)
	}
	return text
}

// Send takes what the judge hands over.
func (l *line) Send(_ context.Context, h handover.Handover) error {
	l.queue = append(l.queue, h)
	if !slices.Contains(l.entries, h.Entry) {
		l.entries = append(l.entries, h.Entry)
	}
	return nil
}

// Tell takes what people are told.
func (l *line) Tell(_ context.Context, m notify.Message) error {
	l.told = append(l.told, m)
	return nil
}

// run takes the violation through its life.
func (l *line) run() {
	l.store(l.asff())
	before := l.state()
	event := l.event()
	l.give(event)
	if l.mode == policy.Propose {
		l.proposed(before)
	}
	fixed := l.fixed()
	l.quietly("the same event again", event)
	l.quietly("what Security Hub says of our own note", l.imported())
	if l.remedy.Undo == remedy.None {
		return
	}
	l.undone(before, fixed)
	l.notAgain()
}

// proposed holds that the violation is shown, changed in nothing, and approved by a button.
func (l *line) proposed(before remedy.State) {
	l.Helper()
	e := l.newest()
	if len(l.entries) != 1 || e.State != journal.Proposed || len(l.told) != 1 {
		l.Fatalf("%d entries, the newest is %s (%s %s), %d messages; want one that is proposed and told", len(l.entries), e.State, e.Reason, e.Err, len(l.told))
	}
	l.message(e)
	if differs := l.differing(before, l.state()); len(differs) > 0 {
		l.Errorf("a proposal changed %s", show(differs))
	}
	l.told = nil
	button := fixButton
	if l.remedy.Undo == remedy.None {
		l.press(button)
		if e := l.newest(); e.State != journal.Refused || len(l.told) != 1 {
			l.Errorf("a press without trust of what cannot be undone: the entry is %s (%s), %d messages", e.State, e.Reason, len(l.told))
		}
		l.entries, l.told, button = l.entries[:1], nil, trustedButton
	}
	l.press(button)
}

// fixed holds that the violation was put right by one entry that keeps within its rights, and that this was said once, to people and in the finding.
func (l *line) fixed() journal.Entry {
	l.Helper()
	e := l.newest()
	if len(l.entries) != 1 || e.State != journal.Fixed || len(l.told) != 1 {
		l.Fatalf("%d entries, the newest is %s (%s %s), %d messages; want one that is fixed and told", len(l.entries), e.State, e.Reason, e.Err, len(l.told))
	}
	l.message(e)
	l.within(e)
	state := l.state()
	if stale, err := e.Change.Reverse().Stale(state); err != nil || e.Change.Empty() || len(stale) > 0 {
		l.Errorf("after the fix, %v, the change holds %d paths, and these are not as it says: %s", err, len(e.Change.Touched), show(stale))
	}
	workflow := "NOTIFIED"
	switch {
	case l.report.service() != "securityhub" && l.mode == policy.Fix:
		workflow = "NEW" // the service's own event names no finding of Security Hub
	case strings.HasPrefix(l.report.control, "guardduty:Policy:"):
		workflow = "RESOLVED"
	}
	l.noted(workflow)
	l.told = nil
	return e
}

// undone holds that a button takes the change back, and that this is said.
func (l *line) undone(before remedy.State, fixed journal.Entry) {
	l.Helper()
	entries := len(l.entries)
	l.press(undoButton)
	e := l.newest()
	if len(l.entries) != entries+1 || e.State != journal.Fixed || e.Undoes != fixed.ID || len(l.told) != 1 {
		l.Fatalf("undo: %d entries, the newest is %s (%s %s) and undoes %q, %d messages; want one that undid %s and is told",
			len(l.entries)-entries, e.State, e.Reason, e.Err, e.Undoes, len(l.told), fixed.ID)
	}
	l.message(e)
	l.within(e)
	if first := l.entry(fixed.ID); first.State != journal.Undone {
		l.Errorf("what was undone is %s", first.State)
	}
	for _, touch := range l.differing(before, l.state()) {
		touched := slices.ContainsFunc(fixed.Change.Touched, func(t change.Touch) bool { return t.Path == touch.Path })
		if touched && !slices.Contains(l.c.Rests, touch.Path) {
			l.Errorf("the undo left %s", show([]change.Touch{touch}))
		}
	}
	l.noted("NEW")
	l.told = nil
}

// notAgain holds that what somebody took back is not put right again by itself: people are told, once, if the finding is not a repeat that was answered for good.
func (l *line) notAgain() {
	l.Helper()
	undone := l.state()
	l.give(l.event())
	l.give(l.imported())
	if len(l.told) > 1 {
		l.Errorf("the finding after the undo made %d messages, want one at most", len(l.told))
	}
	for _, m := range l.told {
		if outcome := m.Attributes["outcome"]; outcome == "fixed" {
			l.Errorf("after the undo, the finding came to %s: %s", outcome, m.Subject)
		}
	}
	if differs := l.differing(undone, l.state()); len(differs) > 0 {
		l.Errorf("after the undo, the finding changed %s", show(differs))
	}
}

// quietly holds that an event makes no message, no entry and no change.
func (l *line) quietly(what string, event []byte) {
	l.Helper()
	entries, state := len(l.entries), l.state()
	l.give(event)
	for _, id := range l.entries[entries:] { // a report by somebody else is looked at anew
		if e := l.entry(id); e.State != journal.Compliant || e.Kind == l.entry(l.entries[0]).Kind {
			l.Errorf("%s made an entry that is %s", what, e.State)
		}
	}
	if len(l.told) != 0 {
		l.Errorf("%s made %d messages", what, len(l.told))
	}
	if differs := l.differing(state, l.state()); len(differs) > 0 {
		l.Errorf("%s changed %s", what, show(differs))
	}
	l.told = nil
}

// most is how often the hand-over queue delivers.
const most = 5

// give judges an event, and has all that is handed over worked on.
func (l *line) give(event []byte) {
	l.Helper()
	l.now = l.now.Add(time.Minute)
	if err := l.judge.Event(l.Context(), event); err != nil {
		l.Fatalf("judge: %v\n%s", err, event)
	}
	for len(l.queue) > 0 {
		h := l.queue[0]
		l.queue = l.queue[1:]
		var err error
		for n := 1; n <= most; n++ {
			l.now = l.now.Add(time.Minute)
			if err = l.actor.Act(l.Context(), l.Context(), act.Delivery{Handover: h, Holder: h.Entry, Last: n == most}); err == nil {
				break
			}
		}
		if err != nil {
			l.Fatalf("act: %v", err)
		}
	}
}

func (l *line) press(button string) {
	l.Helper()
	l.now = l.now.Add(time.Minute)
	l.events++
	l.give(l.report.press(l, button))
}

// event is the event that the service sends of the violation; each has its own id.
func (l *line) event() []byte {
	l.now = l.now.Add(time.Minute)
	l.events++
	return l.report.event(l)
}

// imported is what Security Hub says of its finding as it is now: its product has updated it since.
func (l *line) imported() []byte {
	l.Helper()
	l.now = l.now.Add(time.Minute)
	l.events++
	f := l.kept()
	if f["Workflow"].(map[string]any)["Status"] == "NEW" {
		f["UpdatedAt"] = l.stamp()
	}
	return l.envelope("aws.securityhub", "Security Hub Findings - Imported", nil, map[string]any{"findings": []any{f}})
}

func (l *line) entry(id string) journal.Entry {
	l.Helper()
	e, err := l.journal.Get(l.Context(), id)
	if err != nil {
		l.Fatal(err)
	}
	return e
}

// newest is the entry that was handed over last.
func (l *line) newest() journal.Entry {
	l.Helper()
	if len(l.entries) == 0 {
		l.Fatalf("nothing was handed over; %d messages: %+v", len(l.told), l.told)
	}
	return l.entry(l.entries[len(l.entries)-1])
}

// message holds that the message names the resource, and what reported it.
func (l *line) message(e journal.Entry) {
	l.Helper()
	m := l.told[0]
	_, control, _ := strings.Cut(l.report.control, ":")
	for _, want := range []string{cmp.Or(e.Resource.ARN, e.Resource.ID), "REPORTED BY", control} {
		if !strings.Contains(m.Email, want) {
			l.Errorf("the e-mail does not name %s:\n%s", want, m.Email)
		}
	}
	if !strings.Contains(m.JSON, strconv.Quote(l.report.id)) {
		l.Errorf("the document does not name %s:\n%s", l.report.id, m.JSON)
	}
}

// within holds that an entry's calls are within the declared grants, and that the session for what the event named reaches the planted resource.
func (l *line) within(e journal.Entry) {
	l.Helper()
	for _, call := range e.Calls {
		if !slices.ContainsFunc(slices.Concat(l.remedy.Reads, l.remedy.Writes), func(g remedy.Grant) bool { return g.Action == call }) {
			l.Errorf("%s was called, and is not declared", call)
		}
	}
	if len(e.Calls) == 0 {
		l.Error("no call is recorded")
	}
	want, errWant := rights.Session(l.remedy, l.target(l.planted.Resource, l.planted.Subject))
	got, errGot := rights.Session(l.remedy, l.target(e.Resource, e.Subject))
	if errWant != nil || errGot != nil {
		l.Fatalf("session: %v, %v", errWant, errGot)
	}
	for _, st := range want.Statement {
		for _, action := range st.Action {
			for _, on := range st.Resource {
				if !strings.Contains(on, "*") && !allows(got, action, on) {
					l.Errorf("a session for %s does not reach %s with %s: %+v", e.Resource, on, action, got)
				}
			}
		}
	}
}

// allows tells whether a session allows an action on a resource. A * stands for any text but "/", which is all that the sessions hold.
func allows(d rights.Document, action, on string) bool {
	return slices.ContainsFunc(d.Statement, func(s rights.Statement) bool {
		return slices.Contains(s.Action, action) && slices.ContainsFunc(s.Resource, func(pattern string) bool {
			ok, err := path.Match(pattern, on)
			return pattern == "*" || pattern == on || ok && err == nil
		})
	})
}

// target is what the remedy works on.
func (l *line) target(r finding.Resource, s finding.Subject) finding.Resource {
	l.Helper()
	if l.remedy.Find != nil && r.ARN == "" {
		found, err := l.remedy.Find(l.Context(), l.cfg, r)
		if err != nil {
			l.Fatal(err)
		}
		r = found
	}
	if l.remedy.About == nil {
		return r
	}
	p := remedy.Params{Control: l.report.control, Subject: s, Now: l.now}
	if l.c.With != "" {
		p.With = json.RawMessage(l.with())
	}
	about, err := l.remedy.About(r, p)
	if err != nil {
		l.Fatal(err)
	}
	return about
}

// state is the setting as it is.
func (l *line) state() remedy.State {
	l.Helper()
	state, err := l.remedy.Lens.Read(l.Context(), l.cfg, l.target(l.planted.Resource, l.planted.Subject))
	if err != nil {
		l.Fatalf("read: %v", err)
	}
	return state
}

func (l *line) differing(from, to remedy.State) []change.Touch {
	l.Helper()
	c, err := change.Between(l.remedy.ID, l.remedy.Schema, from, to)
	if err != nil {
		l.Fatal(err)
	}
	return c.Touched
}

func show(touches []change.Touch) string {
	var text bytes.Buffer
	for _, t := range touches {
		fmt.Fprintf(&text, "\n%s: %s -> %s", t.Path, t.Before, t.After)
	}
	return text.String()
}

// store puts a finding into Security Hub.
func (l *line) store(f map[string]any) {
	l.Helper()
	text, err := json.Marshal(f)
	if err != nil {
		l.Fatal(err)
	}
	var asff types.AwsSecurityFinding // its members have the names that ASFF has
	if err := json.Unmarshal(text, &asff); err != nil {
		l.Fatal(err)
	}
	out, err := l.hub.BatchImportFindings(l.Context(), &securityhub.BatchImportFindingsInput{Findings: []types.AwsSecurityFinding{asff}})
	if err != nil || *out.FailedCount != 0 {
		l.Fatalf("import the finding: %v, %+v", err, out)
	}
}

// kept is the finding as Security Hub has it.
func (l *line) kept() map[string]any {
	l.Helper()
	f := l.asff()
	out, err := l.hub.GetFindings(l.Context(), &securityhub.GetFindingsInput{Filters: &types.AwsSecurityFindingFilters{
		Id: []types.StringFilter{{Comparison: types.StringFilterComparisonEquals, Value: aws.String(f["Id"].(string))}},
	}})
	if err != nil || len(out.Findings) != 1 {
		l.Fatalf("read the finding: %v, %+v", err, out)
	}
	f["Workflow"] = map[string]any{"Status": string(out.Findings[0].Workflow.Status)}
	if note := out.Findings[0].Note; note != nil {
		f["Note"] = map[string]any{"Text": note.Text, "UpdatedBy": note.UpdatedBy, "UpdatedAt": note.UpdatedAt}
	}
	return f
}

// noted holds what Security Hub shows of the finding.
func (l *line) noted(want string) {
	l.Helper()
	if got := l.kept()["Workflow"].(map[string]any)["Status"]; got != want {
		l.Errorf("the finding's workflow is %s, want %s", got, want)
	}
}
