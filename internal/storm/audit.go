package storm

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/standin"
)

// maxBreaches is how many breaches a report names.
const maxBreaches = 100

func (r *Report) breach(format string, args ...any) {
	if len(r.Breaches) < maxBreaches {
		r.Breaches = append(r.Breaches, fmt.Sprintf(format, args...))
	}
}

// audit holds all that is left against what had to be made of it.
func (s *storm) audit(ctx context.Context, out *Report) error {
	entries, err := s.rig.Journal(standin.NewProcess(nil)).Recent(ctx, time.Time{}, math.MaxInt)
	if err != nil {
		return err
	}
	out.Answers = map[string]int{}
	of := map[string][]journal.Entry{}
	for _, e := range entries {
		out.Answers[string(e.State)]++
		of[e.Key.Resource] = append(of[e.Key.Resource], e)
		if !e.State.Answered() {
			out.breach("entry %s of %s is %s: nobody answered it", e.ID, e.Key.Resource, e.State)
		}
	}
	for _, r := range s.resources {
		s.auditResource(out, r, of[r.arn])
		delete(of, r.arn)
	}
	for _, arn := range slices.Sorted(maps.Keys(of)) {
		out.breach("%d entries are about %s, which is none of ours", len(of[arn]), arn)
	}
	s.auditTelling(out, entries)
	s.auditQueues(out)
	return nil
}

// auditResource holds that each violation was answered by one entry, as the rule's mode wants, and that the resource is as it must be.
func (s *storm) auditResource(out *Report, r *resource, entries []journal.Entry) {
	var answers []journal.Entry
	for _, e := range entries {
		if len(s.told.messages[e.ID]) > 0 {
			answers = append(answers, e)
		}
	}
	if len(answers) < len(r.violations) || len(answers) > len(r.violations)+r.maybe {
		out.breach("%s, mode %s: %d violations, and %d that may have been seen; %d answers that were told: %s",
			r.arn, r.mode, len(r.violations), r.maybe, len(answers), outline(entries))
		return
	}
	slices.SortFunc(answers, func(a, b journal.Entry) int { return cmp.Or(a.Since.Compare(b.Since), a.Updated.Compare(b.Updated)) })
	for i, e := range answers {
		if wanted := map[policy.Verdict]string{policy.Fix: "fixed", policy.Propose: "proposed", policy.Notify: "told"}[r.mode]; s.told.messages[e.ID][wanted] == 0 {
			out.breach("%s: entry %s was told as %v, want %s", r.arn, e.ID, s.told.messages[e.ID], wanted)
		}
		if r.mode == policy.Fix {
			s.auditChange(out, r, e, r.violations[i])
		}
	}
	s.auditTags(out, r)
}

// auditChange holds that the change in the journal leads from the violation as it was found to what it must be, and back.
func (s *storm) auditChange(out *Report, r *resource, e journal.Entry, v violation) {
	for _, way := range []struct {
		name     string
		from, to map[string]string
	}{{"forward", v.before, v.after}, {"back", v.after, v.before}} {
		c := e.Change
		if way.name == "back" {
			c = c.Reverse()
		}
		from, _ := json.Marshal(way.from) // strings only
		to, err := c.Apply(from)
		var tags map[string]string
		if err == nil {
			err = json.Unmarshal(to, &tags)
		}
		if err != nil || !maps.Equal(tags, way.to) {
			out.breach("%s: the change of entry %s does not lead %s from %v to %v, but to %v, %v", r.arn, e.ID, way.name, way.from, way.to, tags, err)
		}
	}
}

// auditTags holds that the tags are right, and that nothing was written that need not be.
func (s *storm) auditTags(out *Report, r *resource) {
	now, there := s.rig.Cloud.Tags.Get(r.arn)
	if there == (r.fate == gone) {
		out.breach("%s exists: %v", r.arn, there)
		return
	}
	want, writes := r.tags, 0
	if r.mode == policy.Fix {
		for _, v := range r.violations {
			want = v.after
			writes += calls(v)
		}
	}
	if r.fate != gone && (!maps.Equal(now.Tags, want) || now.Changes != writes) {
		out.breach("%s, mode %s: the tags are %v after %d changes, want %v after %d", r.arn, r.mode, now.Tags, now.Changes, want, writes)
	}
}

// calls is how many calls a change needs: one that adds, one that removes.
func calls(v violation) int {
	add, remove := 0, 0
	for key, value := range v.after {
		if was, there := v.before[key]; !there || was != value {
			add = 1
		}
	}
	for key := range v.before {
		if _, there := v.after[key]; !there {
			remove = 1
		}
	}
	return add + remove
}

// auditTelling holds that each message is about an answer that the journal knows, with one outcome, and that what could not be read was told or logged.
func (s *storm) auditTelling(out *Report, entries []journal.Entry) {
	known := map[string]bool{}
	for _, e := range entries {
		known[e.ID] = true
	}
	heard := map[string]bool{}
	for _, p := range s.poison {
		for id, n := range p.told {
			heard[id] = true
			if got := s.told.messages[id]["unreadable"]; got < n {
				out.breach("%d events %s could not be read, and %d were told", n, id, got)
			}
		}
		for id := range p.logged {
			if _, ok := s.logged.events.Load(id); !ok {
				out.breach("event %s is of no known kind, and was not logged", id)
			}
		}
	}
	for id, outcomes := range s.told.messages {
		if !known[id] && !heard[id] || len(outcomes) != 1 {
			out.breach("messages about %s: %v, known to the journal: %v", id, outcomes, known[id])
		}
		for _, n := range outcomes {
			out.Messages++
			out.Repeated += min(1, n-1)
		}
	}
	if s.told.garbled > 0 {
		out.breach("%d messages name no entry", s.told.garbled)
	}
}

// auditQueues holds that nothing waits, and that nothing is in a dead-letter queue: every fault is over at last.
func (s *storm) auditQueues(out *Report) {
	for _, q := range []*standin.Queue{s.config, s.tags, s.rig.HandOver} {
		if n, dead := q.Len(), q.Dead.Len(); n+dead > 0 {
			out.breach("%s holds %d messages, its dead-letter queue %d", q.URL, n, dead)
		}
	}
}

// outline is what an audit says of some entries.
func outline(entries []journal.Entry) string {
	text := ""
	for _, e := range entries {
		text += fmt.Sprintf("%s %s by %s since %s (%s %s); ", e.ID, e.State, e.Event, e.Since.Format(time.TimeOnly), e.Reason, e.Err)
	}
	return text
}
