package local

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/report"
)

// A Report is what became of the events.
type Report struct {
	Results     []report.Result // in the order of the events
	Waves       [][]string      // where the events of each wave stand
	Policy      string          // the policy's file
	Summary     report.Summary
	Findings    []Noted        // of Security Hub, where the deployment stands
	Faulty      bool           // something was no event, or not as AWS documents it; it was named on Stderr
	Endpoint    string         // of the emulator, if it was kept
	Process     int            // that the emulator runs in, if it was kept
	Folder      string         // of its logs and the functions', if it was kept
	Invocations map[string]int // how often each function was invoked, retries included
}

// A mailbox is what people were told, by what it was about: an entry's id, or an event's.
type mailbox map[string]string

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
	r := Report{Waves: m.waves(), Policy: m.Policy, Invocations: map[string]int{}}
	lost, err := m.lost(ctx, &r.Summary)
	if err != nil {
		return r, err
	}
	if r.Findings, err = m.noted(ctx); err != nil {
		return r, err
	}
	for _, s := range m.sources {
		r.Faulty = r.Faulty || s.Err != nil || s.broken != nil
		if s.Err != nil {
			continue
		}
		r.Summary.Events++
		for _, result := range m.resultsOf(s, m.answers[s.wave], lost) {
			result.Wave = s.wave
			r.Summary.Count(result)
			r.Results = append(r.Results, result)
		}
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

func (m *machine) resultsOf(s source, a answers, lost map[string]bool) []report.Result {
	var results []report.Result
	if s.broken != nil || len(s.findings) == 0 {
		results = append(results, unfound(s, a.told, lost))
	}
	for i, decisions := range m.policy.DecideAll(s.findings) {
		f := s.findings[i]
		for _, d := range decisions {
			result := report.Unrecorded(f, d)
			entry, recorded := report.Find(a.entries, f, d)
			if recorded {
				result = report.Answer(f, d, entry)
				if !f.Gone { // a deletion tells nobody; what it ended did
					result.Message = a.told[entry.ID]
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
	case told[s.envelope.ID] != "":
		result.Outcome, result.Message = "told", told[s.envelope.ID]
	}
	return result
}

// mail takes what the topic has sent.
func (m *machine) mail(ctx context.Context) (mailbox, error) {
	told := mailbox{}
	err := m.wires.drain(ctx, m.wires.messages, func(message types.Message) {
		var notice struct{ Subject, Message string }
		var body struct {
			ID    string `json:"id"`
			Event string `json:"event"`
		}
		if json.Unmarshal([]byte(aws.ToString(message.Body)), &notice) != nil || json.Unmarshal([]byte(notice.Message), &body) != nil {
			m.complain("a message of the topic is unreadable: %s", aws.ToString(message.Body))
			return
		}
		told[body.ID] = notice.Subject
		if body.ID == "" {
			told[body.Event] = notice.Subject
		}
	})
	return told, err
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
