package act

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// plan reads the setting and says what is to be written. It ends the entry where nothing is, or where the policy does not want it written.
func (a *Actor) plan(ctx context.Context, in admitted) (planned, error) {
	in, err := a.whole(ctx, in)
	p := planned{admitted: in, guard: guard.New(in.remedy)}
	if err != nil {
		return p, err
	}
	cfg, err := a.Reach(ctx, in.remedy, in.target, in.entry.ID)
	if err != nil {
		return p, err
	}
	p.cfg = p.guard.Config(cfg)
	p.from, err = in.remedy.Lens.Read(ctx, p.cfg, in.target)
	p.entry.Calls = p.guard.Calls()
	if err != nil {
		return p, a.unreadable(p, p.refusal(err))
	}
	if in.entry.Undoes != "" {
		return a.planUndo(ctx, p)
	}
	return a.planFix(ctx, p)
}

func (a *Actor) planFix(ctx context.Context, p planned) (planned, error) {
	judged, err := a.rejudge(ctx, p)
	if err != nil {
		return p, p.refusal(err)
	}
	decision, facts := judged.Decision, judged.facts
	p.entry = reconsider(p.entry, judged)
	switch {
	case begun(p.entry):
		return a.planRest(p, decision, facts)
	case p.entry.Approved && !p.entry.Change.Empty() && (decision.Verdict == policy.Propose || decision.Verdict == policy.Fix):
		if approved, ok, err := planApproved(p); ok || err != nil {
			return approved, err
		}
		p.entry.Approved, p.entry.Held = false, ""
		p.entry.Reason = "It changed since it was shown and approved, so it is shown again. " + p.entry.Reason
	}
	if p.entry.Change, err = a.anew(&p, facts); err != nil {
		return p, err
	}
	p.entry.Calls = p.guard.Calls()
	return p, verdict(p, decision)
}

// fix is the setting as it should be.
func (a *Actor) fix(p planned, facts tag.Facts) (remedy.State, error) {
	params := a.params(p.entry)
	params.Tags = func(tags map[string]string) map[string]string { return a.fixTags(p.entry.Resource.Type, tags, facts) }
	return p.remedy.Lens.Fix(p.from, params)
}

// verdict ends the entry where the policy, now that the setting is known, does not want a change made.
func verdict(p planned, d policy.Decision) error {
	nothing := p.entry.Change.Empty()
	switch {
	case d.Verdict == policy.Exempt:
		return &end{event: journal.Excuse}
	case d.Verdict == policy.Compliant, d.Verdict == policy.Ignored:
		return &end{event: journal.Nothing}
	case d.Verdict == policy.Observe:
		return &end{event: journal.Watch}
	case d.Verdict == policy.Notify:
		return &end{event: journal.Tell}
	case nothing:
		return already(p, d)
	case takenBack(p.entry):
		return &end{event: journal.Tell, reason: fmt.Sprintf("%s: entry %s had put it right, and somebody took that back. It is not done again.", p.entry.Control, p.entry.Prior.Undone)}
	case d.Verdict == policy.Propose, p.remedy.Undo == remedy.None:
		return &end{event: journal.Propose}
	}
	return nil
}

// takenBack tells whether somebody took back what would be done again. Somebody who presses a button asks for it anew; and a threat that opens an entry is another one than
// that whose answer was taken back, for its repeats open none. A resource that can be exempt is exempt for a while, and then no more.
func takenBack(e journal.Entry) bool {
	_, exemptable := journal.ExemptionKey(e.Resource)
	return !exemptable && e.Prior != nil && e.Prior.Undone != "" && e.Press == "" && !finding.Threat(e.Control)
}

// already ends an entry for which nothing is to be changed: where the remedy judges by the setting alone, all is right. A threat is told all the same; another
// finding that is answered once only is, too, unless what answers it was made, and told, by us.
func already(p planned, d policy.Decision) error {
	switch {
	case len(d.Violations) > 0:
		return &end{event: journal.Tell}
	case p.entry.Once != "" && (threatens(p.entry) || p.entry.Prior == nil || !p.entry.Prior.Settled):
		return &end{event: journal.Tell, reason: fmt.Sprintf("%s is reported, and nothing is to be changed: it is as %s would make it.", p.entry.Control, p.remedy.ID)}
	}
	return &end{event: journal.Nothing, reason: fmt.Sprintf("Nothing is to be changed: it is as %s would make it.", p.remedy.ID)}
}

// planApproved plans exactly what was shown and approved. ok is false where something of it is not as it was shown any more.
func planApproved(p planned) (planned, bool, error) {
	todo, changed, err := remaining(p.entry.Change, p.from)
	switch {
	case err != nil || len(changed) > 0 || p.entry.Change.Schema != p.remedy.Schema:
		return p, false, err
	case todo.Empty():
		return p, true, &end{event: journal.Nothing, reason: "What was approved is so already."}
	}
	to, err := todo.Apply(p.from)
	p.entry.Change, p.to = todo, remedy.State(to)
	return p, true, err
}

// planRest plans what an earlier try may have left undone. What was begun is carried through as it was recorded, so that a rename that was cut in two is finished and its
// before-image stays the first one. Only then, and only if the policy still wants changes made, what else is wrong by now is planned on top.
func (a *Actor) planRest(p planned, d policy.Decision, facts tag.Facts) (planned, error) {
	todo, foreign, err := remaining(p.entry.Change, p.from)
	if err != nil {
		return p, err
	}
	p.entry.Change = without(p.entry.Change, foreign)
	if !todo.Empty() {
		if err := a.unsettled(p); err != nil {
			return p, err
		}
		to, err := todo.Apply(p.from)
		p.to = remedy.State(to)
		return p, err
	}
	if d.Verdict == policy.Fix {
		anew, err := a.anew(&p, facts)
		if err != nil {
			return p, err
		}
		if !anew.Empty() {
			p.entry.Change, err = anew.Over(p.entry.Change, p.from)
			return p, err
		}
	}
	switch {
	case d.Verdict.Violates() && len(foreign) > 0:
		return p, &end{event: journal.Fail, reason: "Somebody changed it while it was put right, and what is wrong now is not for this rule to fix."}
	case p.entry.Change.Empty():
		return p, &end{event: journal.Nothing}
	}
	if len(d.Violations) > 0 {
		p.entry.Left = d.Fingerprint
	}
	return p, &end{event: journal.Verify} // an earlier try wrote it
}

// anew plans from what was read, and gives what that changes.
func (a *Actor) anew(p *planned, facts tag.Facts) (change.Change, error) {
	to, err := a.fix(*p, facts)
	if err != nil {
		return change.Change{}, err
	}
	p.to = to
	return change.Between(p.remedy.ID, p.remedy.Schema, p.from, p.to)
}

// more tells whether the policy wants more changed than was written, now that the write shows: something was reported, or changed, while it was on its way. left names what is
// still wrong and not for this entry to change.
func (a *Actor) more(ctx context.Context, p planned, state remedy.State) (more bool, left string, err error) {
	if p.entry.Undoes != "" {
		return false, "", nil
	}
	p.from = state
	judged, err := a.rejudge(ctx, p)
	decision, facts := judged.Decision, judged.facts
	if len(decision.Violations) > 0 {
		left = decision.Fingerprint
	}
	if err != nil || decision.Verdict != policy.Fix {
		return false, left, err
	}
	c, err := a.anew(&p, facts)
	return !c.Empty(), left, err
}

// without leaves the paths of some touches out of a change.
func without(c change.Change, foreign []change.Touch) change.Change {
	kept := change.Change{Remedy: c.Remedy, Schema: c.Schema}
	for _, t := range c.Touched {
		if !slices.ContainsFunc(foreign, func(f change.Touch) bool { return f.Path == t.Path }) {
			kept.Touched = append(kept.Touched, t)
		}
	}
	return kept
}

// begun tells whether an earlier try may have written already.
func begun(e journal.Entry) bool { return e.State == journal.Applying || e.State == journal.Settling }

// A judgement is what the policy says of a resource after a read, and by what.
type judgement struct {
	policy.Decision
	facts tag.Facts
	tags  map[string]string // of the resource; nil where they are not known
}

// rejudge asks the policy again, with what the read showed and with the facts that its fills need.
func (a *Actor) rejudge(ctx context.Context, p planned) (judgement, error) {
	resource := p.entry.Resource
	if p.remedy.Show != nil {
		var err error
		if resource, err = p.remedy.Show(p.from, resource); err != nil {
			return judgement{}, err
		}
	}
	facts := tag.Facts{Attributes: p.entry.Attributes}
	if p.entry.Actor != "" {
		facts.Creator = &p.entry.Actor
	}
	d, err := a.decide(ctx, p.entry, resource, facts)
	j := judgement{Decision: d, facts: facts, tags: resource.Tags}
	if err != nil {
		return j, err
	}
	if j.Untagged && p.remedy.About == nil { // else it is another thing that is changed
		return a.rejudgeTagged(ctx, p, resource, facts)
	}
	if !j.Verdict.Violates() || a.Policy.TagJudge() == nil || p.remedy.Facts == nil {
		return j, nil
	}
	parent, account, _, _ := a.Policy.TagJudge().Wants(resource.Type)
	if !parent && !account {
		return j, nil
	}
	read, err := p.remedy.Facts(ctx, p.cfg, resource, remedy.FactsWanted{Parent: parent, Account: account})
	if err != nil {
		return j, err
	}
	j.facts.Parent, j.facts.Account = read.Parent, read.Account
	j.Decision, err = a.decide(ctx, p.entry, resource, j.facts)
	return j, err
}

// known is what the policy is told of the finding that opened an entry, and the time now.
func (a *Actor) known(e journal.Entry) policy.Known {
	k := policy.Known{Rule: e.Rule, Remedy: e.Remedy, Control: e.Control, Kind: e.Kind, Time: a.Now(), Press: e.Press, Once: e.Once != ""}
	if i := slices.IndexFunc(e.Reporters, func(r journal.Reporter) bool { return r.Control == e.Control }); i >= 0 {
		k.Report = e.Reporters[i].Report
	}
	return k
}

// fixTags gives tags as the policy wants them. A key whose value waits for a fact that is not known even now stays as it is.
func (a *Actor) fixTags(typ string, tags map[string]string, facts tag.Facts) map[string]string {
	judge := a.Policy.TagJudge()
	if judge == nil {
		return tags
	}
	result := judge.Judge(typ, tags, facts)
	if len(result.Pending) == 0 {
		return result.After
	}
	after := maps.Clone(result.After)
	for _, v := range result.Violations {
		if !slices.ContainsFunc(result.Pending, func(p tag.Pending) bool { return p.Key == v.Key }) {
			continue
		}
		for _, key := range []string{v.Key, v.Found} {
			if value, there := tags[key]; there {
				after[key] = value
			}
		}
	}
	return after
}

// reconsider is the entry with what was decided after the read.
func reconsider(entry journal.Entry, d judgement) journal.Entry {
	if d.tags != nil {
		entry.Owner = cmp.Or(finding.Resource{Tags: d.tags}.Owner(), entry.Owner)
		entry.Origin, _ = iac.OriginOf(d.tags, "")
	}
	violations, err := json.Marshal(d.Violations)
	if err != nil {
		violations = nil // strings only: cannot happen
	}
	entry.Reason, entry.Fingerprint = d.Reason, d.Mark()
	if len(d.Violations) > 0 {
		entry.Violations = violations
	}
	if d.Verdict.Violates() {
		entry.Mode = string(d.Verdict)
	}
	if d.Severity != finding.Unset {
		entry.Severity = d.Severity.String()
	}
	if d.Rule != "" {
		entry.Rule = d.Rule
	}
	return entry
}

// threatens tells whether somebody's doings are among what was reported, and not only how a resource is set up.
func threatens(e journal.Entry) bool {
	return slices.ContainsFunc(e.Reporters, func(r journal.Reporter) bool { return finding.Threat(r.Control) })
}
