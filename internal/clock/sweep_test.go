package clock

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A list is a source with canned pages.
type list struct {
	name  string
	pages map[string]Page // by token
	err   error
	asked []string // tokens
	types []string
}

func (s *list) Name() string { return s.name }

func (s *list) Page(_ context.Context, types []string, token string) (Page, error) {
	s.asked, s.types = append(s.asked, token), types
	return s.pages[token], s.err
}

func found(volumes ...string) []Found {
	var list []Found
	for _, v := range volumes {
		list = append(list, Found{Resource: finding.Resource{Type: "AWS::EC2::Volume", ID: v}})
	}
	return list
}

func newSweep(t *testing.T) (l *line, config, explorer *list) {
	t.Helper()
	l = newLine(t, "")
	config = &list{name: "AWS Config", pages: map[string]Page{
		"": {Found: found("vol-1", "vol-2"), Next: "0 a"}, "0 a": {Found: found("vol-3"), Next: "1 "}, "1 ": {Found: []Found{{Resource: finding.Resource{ID: "q"}, Unread: "not shown"}}},
	}}
	explorer = &list{name: "Resource Explorer", pages: map[string]Page{"": {Found: found("vol-9")}}}
	l.clock.Sources = []Source{config, explorer}
	return l, config, explorer
}

// run carries out a message and all that it leads to.
func (l *line) run(t *testing.T, body string) {
	t.Helper()
	for bodies := []string{body}; len(bodies) > 0; bodies = bodies[1:] {
		l.pages = nil
		if err := l.do(bodies[0]); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, l.pages...)
	}
}

const monday = `{"do":"sweep","id":"2026-11-23T03:00:00Z"}`

func TestASweepGoesPageByPage(t *testing.T) {
	l, config, explorer := newSweep(t)
	l.run(t, monday)
	var got []string
	for _, f := range l.judged {
		got = append(got, f.Resource.ID+" "+f.Event)
		if f.Kind != "clock" || f.Control != "tags" || !f.Time.Equal(noon) || f.Changed || f.Gone {
			t.Errorf("judged %+v", f)
		}
	}
	want := []string{
		"vol-1 sweep 2026-11-23T03:00:00Z 0 0", "vol-2 sweep 2026-11-23T03:00:00Z 0 0", "vol-3 sweep 2026-11-23T03:00:00Z 0 1", "q sweep 2026-11-23T03:00:00Z 0 2",
	}
	if !slices.Equal(got, want) || l.judged[3].Unread != "not shown" {
		t.Errorf("judged %q, want %q", got, want)
	}
	if !slices.Equal(config.asked, []string{"", "0 a", "1 "}) || len(explorer.asked) != 0 {
		t.Errorf("AWS Config was asked for %q, Resource Explorer for %q", config.asked, explorer.asked)
	}
	if types := []string{"AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::SQS::Queue"}; !slices.Equal(config.types, types) {
		t.Errorf("asked for %q, want %q", config.types, types)
	}
}

func TestThePageThatFailsComesAgain(t *testing.T) {
	l, _, _ := newSweep(t)
	l.unsound = errors.New("no journal")
	if err := l.do(monday); err == nil || len(l.pages) != 0 {
		t.Fatalf("got %v, %d pages", err, len(l.pages))
	}
	err := l.clock.Do(t.Context(), t.Context(), Delivery{Body: []byte(monday), Last: true})
	if err == nil || len(l.pages) != 1 {
		t.Errorf("the last delivery: got %v, %d pages; want the error and the next page", err, len(l.pages))
	}
}

func TestAnotherSource(t *testing.T) {
	l, config, explorer := newSweep(t)
	config.err = fmt.Errorf("query: %w", &UnavailableError{Why: "it records nothing here"})
	l.run(t, monday)
	if len(l.judged) != 1 || l.judged[0].Event != "sweep 2026-11-23T03:00:00Z 1 0" || len(explorer.asked) != 1 {
		t.Errorf("judged %+v", l.judged)
	}
}

func TestATroubleIsNoReasonForAnotherSource(t *testing.T) {
	l, config, explorer := newSweep(t)
	config.err = errors.New("throttled")
	if err := l.do(monday); err == nil || len(explorer.asked) != 0 {
		t.Errorf("got %v, asked %q", err, explorer.asked)
	}
	config.err = &UnavailableError{Why: "it answered AccessDenied"} // in the midst of a sweep
	if err := l.do(`{"do":"sweep","id":"1","token":"0 a","page":1}`); err == nil || len(explorer.asked) != 0 {
		t.Errorf("got %v, asked %q", err, explorer.asked)
	}
}

func TestPeopleHearOfWhatIsNotSwept(t *testing.T) {
	refused := &UnavailableError{Why: "it answered AccessDenied"}
	for _, test := range []struct {
		name          string
		plant         func(config, explorer *list)
		key, severity string
		reason        string
	}{
		{"no source", func(config, explorer *list) { config.err, explorer.err = refused, refused }, "notice unswept", "medium", "AWS Config: it answered AccessDenied; Resource Explorer: it answered AccessDenied"},
		{"types", func(config, _ *list) { config.pages[""] = Page{Missing: []string{"AWS::SQS::Queue"}} }, "notice uncovered", "informational", "AWS::SQS::Queue"},
		{"cut", func(config, _ *list) {
			config.pages[""] = Page{Cut: "of the service ec2, only the first 1000 resources"}
		}, "notice cut of the service ec2, only the first 1000 resources", "low", "only the first 1000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, config, explorer := newSweep(t)
			test.plant(config, explorer)
			l.run(t, monday)
			e, open, err := l.Memory.Open(t.Context(), journal.Key{Resource: "sweep", Setting: test.key})
			if err != nil || !open || e.State != journal.Told || e.Severity != test.severity || !strings.Contains(e.Reason, test.reason) || len(l.sent) != 1 || l.sent[0].Entry != e.ID {
				t.Fatalf("got %v, %v, %+v, handed over %+v", err, open, e, l.sent)
			}
			e.Told = true
			if _, err := l.Memory.Record(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			l.run(t, strings.Replace(monday, "23T", "24T", 1))
			if len(l.sent) != 1 || slices.Contains(l.calls[len(l.calls)-2:], "record told") {
				t.Errorf("it is told again, and is the same: %v", l.calls)
			}
		})
	}
}

func TestManyTypesAreCounted(t *testing.T) {
	types := make([]string, 100)
	for i := range types {
		types[i] = fmt.Sprintf("AWS::X::Y%d", i)
	}
	if got := missed("AWS Config", types); !strings.Contains(got, "100 types") || !strings.Contains(got, "and 60 more") || strings.Contains(got, "Y40") {
		t.Errorf("got %s", got)
	}
}

func TestNothingToSweep(t *testing.T) {
	l, config, _ := newSweep(t)
	for _, text := range []string{"on: [config, clock]", "on: [config]"} {
		l.clock.Policy = policyOf(t, strings.Replace("version: 1\nmode: fix\ntags: [{key: A, required: true}]\nrules: [{name: a, RULE, do: [tags]}]", "RULE", text, 1))
		config.asked = nil
		l.run(t, monday)
		if asked := len(config.asked) > 0; asked != strings.Contains(text, "clock") {
			t.Errorf("%s: asked %q", text, config.asked)
		}
	}
}

// TestASweepThatDies holds that a clock which dies before or after any call of a sweep's page has judged the same when the page was delivered again.
func TestASweepThatDies(t *testing.T) {
	plant := func() *line {
		l, config, _ := newSweep(t)
		page := config.pages[""]
		page.Missing = []string{"AWS::SQS::Queue"}
		config.pages[""] = page
		return l
	}
	whole := plant()
	whole.run(t, monday)
	calls := slices.Clone(whole.calls)
	for n := range calls {
		for _, after := range []bool{false, true} {
			l := plant()
			l.fault, l.after = n+1, after
			for bodies := []string{monday}; len(bodies) > 0; {
				l.pages = nil
				if err := l.do(bodies[0]); err != nil {
					l.revive()
					continue // delivered again
				}
				bodies = append(bodies[1:], l.pages...)
			}
			if !reflect.DeepEqual(keysOf(l.judged), keysOf(whole.judged)) || !reflect.DeepEqual(l.outcome(t), whole.outcome(t)) {
				t.Errorf("%s (%d, after it: %v): judged %v, want %v\n%v", calls[n], n, after, keysOf(l.judged), keysOf(whole.judged), l.outcome(t))
			}
		}
	}
	if len(calls) < 9 {
		t.Errorf("only %d calls: %v", len(calls), calls)
	}
}

// keysOf are the findings as the journal tells them apart.
func keysOf(list []finding.Finding) map[string]bool {
	keys := map[string]bool{}
	for _, f := range list {
		keys[f.Event+" "+f.Resource.ID] = true
	}
	return keys
}

func TestMessagesAreWhatTheSchedulesSend(t *testing.T) {
	for body, want := range map[string]message{wiring.Tick: {Do: tick}, wiring.Sweep: {Do: sweep, ID: "<aws.scheduler.scheduled-time>"}} {
		if got, err := decode([]byte(body)); err != nil || got != want {
			t.Errorf("%s: got %v, %+v", body, err, got)
		}
	}
	l, _, _ := newSweep(t)
	if err := l.do(monday); err != nil {
		t.Fatal(err)
	}
	var next map[string]any
	if err := json.Unmarshal([]byte(l.pages[0]), &next); err != nil || next["do"] != "sweep" || next["id"] != "2026-11-23T03:00:00Z" || next["token"] != "0 a" || next["page"] != 1.0 {
		t.Errorf("got %v, %s", err, l.pages[0])
	}
}
