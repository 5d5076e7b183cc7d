package local

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/report"
)

// A Report is what became of the events.
type Report struct {
	Results     []report.Result // by wave: of its events, of what people asked for, and what else they were told
	Edits       []Edit          // in the order in which they were made, each before the events of its wave
	Waves       [][]string      // where the events of each wave stand
	Later       time.Duration   // how long after all of them the clock ticked once more, as one more wave; 0 for not
	Policy      string          // the policy's file
	Summary     report.Summary
	Findings    []Noted        // of Security Hub, where the deployment stands
	Faulty      bool           // something was no event, or not as AWS documents it; it was named on Stderr
	Endpoint    string         // of the emulator, if it was kept
	Process     int            // that the emulator runs in, if it was kept
	Folder      string         // of its logs and the functions', if it was kept
	Invocations map[string]int // how often each function was invoked, retries included
}

// answers are what there was when the events of a wave were answered.
type answers struct {
	entries []journal.Entry // newest first
	told    mailbox         // since the wave before
}

// answered takes what there is now.
func (m *machine) answered(ctx context.Context) (a answers, err error) {
	if a.entries, err = m.entries(ctx); err != nil {
		return a, err
	}
	a.told, err = m.mail(ctx)
	return a, err
}

// report joins what the policy says of each event with what the journal and the topic have of it.
func (m *machine) report(ctx context.Context) (Report, error) {
	r := Report{Waves: m.waves(), Later: m.Later, Policy: m.Policy, Invocations: map[string]int{}}
	lost, err := m.lost(ctx, &r.Summary)
	if err != nil {
		return r, err
	}
	if r.Findings, err = m.noted(ctx); err != nil {
		return r, err
	}
	for _, s := range m.sources {
		r.Faulty = r.Faulty || s.Err != nil || s.broken != nil
		if s.Err == nil {
			r.Summary.Events++
		}
	}
	for wave, answers := range m.answers {
		for _, result := range m.became(wave, answers, lost) {
			result.Wave = wave
			r.Summary.Count(result)
			r.Results = append(r.Results, result)
		}
	}
	for _, e := range m.edits {
		r.Edits = append(r.Edits, e.made())
	}
	for _, f := range m.functions {
		f.runtime.mu.Lock()
		r.Invocations[f.name] += f.count
		f.runtime.mu.Unlock()
	}
	if m.Keep {
		r.Endpoint, r.Process, r.Folder = m.emulator.endpoint, m.emulator.command.Process.Pid, m.work
	}
	return r, nil
}

// became is what became of a wave: of its events, of what people asked for, and of what they were told beside that.
func (m *machine) became(wave int, got answers, lost map[string]bool) []report.Result {
	var results []report.Result
	for _, s := range m.sources {
		if s.wave == wave && s.Err == nil {
			results = append(results, m.resultsOf(s, got, lost)...)
		}
	}
	for _, a := range m.askings {
		if a.wave == wave {
			results = append(results, a.result(got))
		}
	}
	return append(results, got.notices()...)
}

func (m *machine) resultsOf(s source, a answers, lost map[string]bool) []report.Result {
	var results []report.Result
	if s.broken != nil || len(s.findings) == 0 {
		results = append(results, unfound(s, a.told, lost))
	}
	m.Accounts.Put(s.findings)
	for i, decisions := range m.policy.DecideAll(s.findings) {
		f := s.findings[i]
		for _, d := range decisions {
			result := report.Unrecorded(f, d)
			entry, recorded := report.Find(a.entries, f, d)
			if recorded {
				result = report.Answer(f, d, entry)
				if !f.Gone { // a deletion tells nobody; what it ended did
					result.Message, result.Notes = a.told[entry.ID].subject, a.told[entry.ID].notes
				}
			}
			if lost[f.Event] && !recorded || recorded && lost[entry.ID] {
				result.Outcome, result.Reason = "failed", "It was given up after every attempt, and lies in a dead-letter queue."
			}
			results = append(results, result)
		}
	}
	return results
}

// unfound is the result of an event without a finding, or of what could not be read of it.
func unfound(s source, told mailbox, lost map[string]bool) report.Result {
	reason := report.NoFinding
	switch {
	case s.broken != nil:
		reason = fmt.Sprintf("The event is not as AWS documents it: %v.", s.broken)
	case s.kind == "":
		reason = report.NotSelected
	}
	row := report.Ignored(s.envelope.ID, s.kind, s.envelope.AccountID, s.envelope.Region, reason)
	result := report.Result{Row: row, Outcome: "ignored", Calls: []string{}}
	switch {
	case !s.wanted:
	case lost[s.envelope.ID]:
		result.Outcome = "failed"
	case told[s.envelope.ID].subject != "":
		result.Outcome, result.Message = "told", told[s.envelope.ID].subject
	}
	return result
}

// lost counts what no function took, and gives the ids of events and entries that lie in dead-letter queues.
func (m *machine) lost(ctx context.Context, s *report.Summary) (map[string]bool, error) {
	lost := map[string]bool{}
	for _, w := range m.wires.functions() {
		left, err := m.wires.waiting(ctx, w.url)
		if err != nil {
			return nil, err
		}
		s.Lost += left
		err = m.wires.drain(ctx, w.dead, func(message types.Message) {
			s.Lost++
			body := aws.ToString(message.Body)
			if h, err := handover.Decode(body); err == nil {
				lost[h.Entry] = true
				return
			}
			var event struct{ ID string }
			if json.Unmarshal([]byte(body), &event) == nil {
				lost[event.ID] = true
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return lost, nil
}

// complain writes a line to Stderr.
func (m *machine) complain(format string, args ...any) {
	_, _ = fmt.Fprintf(m.Stderr, format+"\n", args...) // there is nobody else to tell
}
