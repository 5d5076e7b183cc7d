package judge

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// keyOf is what the claim holds for a decision.
func keyOf(f finding.Finding, d policy.Decision) journal.Key {
	return journal.KeyOf(f.Resource, d.Setting)
}

// renew is an entry that is still open, about what is seen of its resource now.
func renew(entry journal.Entry, f finding.Finding, d policy.Decision) journal.Entry {
	now := entryOf(f, d)
	entry.Event, entry.Kind, entry.Rule, entry.Mode, entry.Severity, entry.Since = now.Event, now.Kind, now.Rule, now.Mode, now.Severity, now.Since
	entry.Reason, entry.Violations, entry.Fingerprint, entry.Unread = now.Reason, now.Violations, now.Fingerprint, now.Unread
	entry.Attributes, entry.With, entry.Seen = now.Attributes, now.With, now.Seen
	entry.Control, entry.Subject, entry.Remedy = now.Control, now.Subject, now.Remedy
	entry.Owner, entry.Agent = cmp.Or(now.Owner, entry.Owner), cmp.Or(now.Agent, entry.Agent)
	return entry
}

// mostKept bounds, in bytes, what an entry keeps of one list: 50 tags of the largest size are far below it, and the journal refuses entries of 390 KiB.
const mostKept = 128 << 10

// short cuts a reason, in code points: it names keys, and an event may hold any number of them.
func short(reason string) string {
	const most = 4000
	if runes := []rune(reason); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return reason
}

// entryOf is the entry that a violation opens.
func entryOf(f finding.Finding, d policy.Decision) journal.Entry {
	key := keyOf(f, d)
	resource := f.Resource
	resource.Attributes = nil
	if len(resource.Tags) > 0 {
		resource.Tags = nil // that there are none is kept: where AWS shows only resources with tags, act has no other proof
	}
	violations, err := json.Marshal(d.Violations)
	if err != nil || len(violations) > mostKept {
		violations = nil // no resource has so many tags, so the event is no truth to be kept whole
	}
	return journal.Entry{
		ID: journal.NewID(key, f.Event, d.Remedy), Key: key, State: journal.Open,
		Event: f.Event, Kind: f.Kind, Control: f.Control, Rule: d.Rule, Remedy: d.Remedy, Mode: string(d.Verdict), Severity: d.Severity.String(),
		Resource: resource, Seen: f.Seen, Since: f.Time, Actor: f.Actor, Unread: f.Unread,
		Reason: short(d.Reason), Violations: violations, Fingerprint: d.Mark(), Attributes: d.Attributes, With: d.With,
		Reporters: []journal.Reporter{reporterOf(f)}, Subject: f.Subject, Once: d.Once, Press: f.Press.Name,
		Owner: f.Resource.Owner(), Agent: agentOf(f.Agent), Origin: originOf(f.Resource),
	}
}

// originOf is whose code made a resource; its zero value where its tags do not tell.
func originOf(r finding.Resource) iac.Origin {
	o, _ := iac.OriginOf(r.Tags, "")
	return o
}

// agentOf names the program behind a user agent for people, else gives it as it is.
func agentOf(userAgent string) string { return bounded(cmp.Or(iac.AgentOf(userAgent, ""), userAgent)) }

// bounded cuts a text of an event to the length of a tag's value, in code points.
func bounded(text string) string {
	const most = 256
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// advice is what would put the violations right, as far as the event shows it: for people who are told, and never applied.
func advice(d policy.Decision) change.Change {
	before, errBefore := json.Marshal(d.Before)
	after, errAfter := json.Marshal(d.After)
	c, err := change.Between(d.Remedy, 0, before, after)
	if errors.Join(errBefore, errAfter, err) != nil || len(before)+len(after) > mostKept {
		return change.Change{}
	}
	return c
}

func handoverOf(f finding.Finding, d policy.Decision, entry journal.Entry) handover.Handover {
	return handover.Handover{
		Entry: entry.ID, Revision: entry.Revision, Account: entry.Key.Account, Region: entry.Key.Region, Service: journal.Entry{Resource: f.Resource}.Service(), Urgent: d.Urgent,
		EventTime: f.Time, Source: f.Kind,
	}
}

// about names a decision in the log: never a tag's value.
func about(f finding.Finding, d policy.Decision) []any {
	return []any{
		"event", f.Event, "control", f.Control, "account", f.Resource.Account, "region", f.Resource.Region, "resource", f.Resource.String(),
		"rule", d.Rule, "remedy", d.Remedy, "verdict", string(d.Verdict),
	}
}

// tally logs and counts what became of a decision; nothing calls it for what complies.
func (j *Judge) tally(ctx context.Context, f finding.Finding, d policy.Decision, outcome string) {
	j.Log.InfoContext(ctx, "finding judged", append(about(f, d), "outcome", outcome)...)
	j.Meter.Outcome(outcome)
}

// count counts a decision that needs no answer, without a line.
func (j *Judge) count(d policy.Decision) {
	if d.Verdict != policy.Exempt { // counted and logged by tally
		j.Meter.Outcome(string(d.Verdict))
	}
}

func (j *Judge) outcome(ctx context.Context, f finding.Finding, entry journal.Entry) {
	j.Log.InfoContext(ctx, "finding answered", "event", f.Event, "finding", entry.ID, "control", entry.Control, "account", entry.Key.Account, "region", entry.Key.Region,
		"resource", entry.Key.Resource, "rule", entry.Rule, "remedy", entry.Remedy, "verdict", entry.Mode, "outcome", string(entry.State))
	j.Meter.Outcome(string(entry.State))
}
