package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/recorded"
	"github.com/tagwarden/tagwarden/internal/report"
	"github.com/tagwarden/tagwarden/internal/rights"
)

func newExplain() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain EVENT",
		Short: "Say in sentences what the policy makes of an event: which rules were looked at, which acted, and why",
		Args:  takes(1, 1, "one recorded event: a file, or - for standard input"),
	}
	file, f, prefix, directory := addPolicy(c), addFormat(c), addPrefix(c), addDirectory(c)
	c.RunE = func(c *cobra.Command, paths []string) error {
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		accounts, err := readDirectory(*directory)
		if err != nil {
			return err
		}
		e := explainer{p, accounts, rights.Names{Prefix: *prefix}, c.OutOrStdout()}
		say := e.say
		if f.json() {
			say = e.encode
		}
		faulty := false
		for text := range recorded.Read(paths, c.InOrStdin()) {
			if err := say(text); err != nil {
				fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", text.Place, oneLine(err.Error()))
				faulty = true
			}
		}
		if faulty {
			return errFault
		}
		return nil
	}
	return c
}

// An explainer says what a policy makes of events.
type explainer struct {
	policy   *policy.Policy
	accounts members.File
	names    rights.Names // of the deployment whose rules of EventBridge are meant
	out      io.Writer
}

// An explained is a row with the rules that were looked at.
type explained struct {
	report.Row
	Selected bool       `json:"selected"` // whether a rule of EventBridge brings the event to a function
	Rules    []lookedAt `json:"rules"`
}

type lookedAt struct {
	Rule    string `json:"rule"`
	Applies bool   `json:"applies"`
	Why     string `json:"why"`
}

// encode prints an object a finding and remedy.
func (e explainer) encode(text recorded.Text) error {
	r, err := open(text)
	if err != nil {
		return err
	}
	e.accounts.Put(r.findings)
	why := e.unselected(r.kind, text.Data)
	if without := r.without(); without != "" {
		if err := writeLine(e.out, explained{r.ignored(without), why == "", []lookedAt{}}); err != nil {
			return err
		}
	}
	for i, decisions := range e.policy.DecideAll(r.findings) { // what of it can be read is judged all the same, as a judge does
		f, looks := r.findings[i], []lookedAt{}
		for _, l := range e.policy.Look(f) {
			looks = append(looks, lookedAt(l))
		}
		for _, d := range decisions {
			if err := writeLine(e.out, explained{report.Of(f, d), why == "", looks}); err != nil {
				return err
			}
		}
	}
	return r.unread
}

func writeLine(w io.Writer, v any) error {
	line, err := report.Line(v)
	if err != nil {
		return err
	}
	_, err = w.Write(line)
	return err
}

// unselected says why no rule of EventBridge brings an event to a function; "" where one does.
func (e explainer) unselected(kind events.Kind, event []byte) string {
	if kind.ID == "" {
		return "No kind of event that Tagwarden hears has a pattern that selects it, so it never starts a function."
	}
	deployed := false
	for _, function := range listen.Functions(e.policy, events.All(), e.names) {
		for _, rule := range function.Rules {
			if rule.Kind.ID != kind.ID {
				continue
			}
			deployed = true
			if selected, err := rule.Pattern.Match(event); err == nil && selected {
				return ""
			}
		}
	}
	switch {
	case deployed && kind.Pressed != nil:
		return "No rule of EventBridge selects it: it is a custom action that is no button of this policy and deployment, so it starts no function."
	case deployed:
		return "No rule of EventBridge selects it: the policy narrows the pattern of the kind " + kind.ID + " (`tagwarden patterns` shows it), so it starts no function."
	}
	return "No rule of EventBridge selects it: the policy wants no event of the kind " + kind.ID + ", which is not deployed, so it starts no function."
}

// say explains an event in sentences.
func (e explainer) say(text recorded.Text) error {
	r, err := open(text)
	if err != nil {
		return err
	}
	e.accounts.Put(r.findings)
	at := ""
	if !r.envelope.Time.IsZero() {
		at = " at " + r.envelope.Time.UTC().Format(time.RFC3339)
	}
	fmt.Fprintf(e.out, "Event %s is a %q of %s%s.\n", r.envelope.ID, r.envelope.DetailType, r.envelope.Source, at)
	unselected := e.unselected(r.kind, text.Data)
	switch {
	case unselected != "":
		fmt.Fprintln(e.out, unselected)
	default:
		fmt.Fprintf(e.out, "The kind %s selects it.\n", r.kind.ID)
	}
	if why := r.without(); why != "" && r.kind.ID != "" {
		fmt.Fprintf(e.out, "Verdict: %s. %s\n", policy.Ignored, why)
	}
	for i, decisions := range e.policy.DecideAll(r.findings) { // what of it can be read is judged all the same, as a judge does
		e.sayFinding(r.findings[i], decisions, unselected == "")
	}
	return r.unread
}

func (e explainer) sayFinding(f finding.Finding, decisions []policy.Decision, selected bool) {
	w := e.out
	fmt.Fprintf(w, "It is about %s %s in account %s, region %s.\n", dash(f.Resource.Type), f.Resource, f.Resource.Account, f.Resource.Region)
	for _, l := range e.policy.Look(f) {
		applies := "does not apply"
		if l.Applies {
			applies = "applies"
		}
		fmt.Fprintf(w, "Rule %q %s: %s.\n", l.Rule, applies, l.Why)
	}
	for _, d := range decisions {
		explainDecision(w, f, d)
		if selected {
			fmt.Fprintln(w, consequence(f, d, e.policy.Doubt(f, d.Rule)))
		} else {
			fmt.Fprintln(w, "Nothing happens: no function is started.")
		}
	}
	if len(decisions) == 0 {
		fmt.Fprintln(w, "The event names it beside what it is about, and no rule does something to it. Nothing happens.")
	}
}

// next is what happens after a verdict.
var next = map[policy.Verdict]string{
	policy.Ignored: "Nothing happens.", policy.Compliant: "Nothing happens, but that it ends what was open about the resource.", policy.Exempt: "Nothing is changed, and nobody is told.",
	policy.Observe: "It is written down in the journal; nothing is changed, and nobody is told.", policy.Notify: "People are told; nothing is changed.",
	policy.Propose: "The resource is read, and people are told the exact change; nothing is changed.",
	policy.Fix:     "The resource is read again, the change is recorded, made, verified, and people are told.",
}

// unsure is what happens after a verdict where something that is not known decides whether the rule applies.
var unsure = map[policy.Verdict]string{
	policy.Propose: "If the rule applies, which depends on %s, the resource is read, and people are told the exact change; nothing is changed.",
	policy.Fix: "If the rule applies, which depends on %s, the resource is read again, the change is recorded, made, verified, and people are told; " +
		"else nothing is changed.",
}

// consequence is what happens after a decision. doubt is what decides whether its rule applies and is not known; "" where it is.
func consequence(f finding.Finding, d policy.Decision, doubt string) string {
	pressed := f.Press != finding.Press{}
	switch {
	case d.Forged, pressed && !d.Verdict.Violates():
		return "Nothing is changed; people are told of it, once."
	case d.Exempts > 0:
		return "The resource is exempt from the rule until then, and people are told; nothing is changed."
	case d.Undoes:
		return "The last change is taken back, if nobody changed the same since, and people are told."
	case d.Approves && d.Verdict == policy.Propose:
		return "If the change was shown and is still as it was shown, it is made; else the resource is read, and people are told the exact change."
	}
	if text := unsure[d.Verdict]; doubt != "" && text != "" {
		return fmt.Sprintf(text, doubt)
	}
	return next[d.Verdict]
}

func explainDecision(w io.Writer, f finding.Finding, d policy.Decision) {
	switch {
	case d.Rule != "" && d.Remedy != "":
		fmt.Fprintf(w, "Rule %q decides, for the remedy %s. ", d.Rule, d.Remedy)
	case d.Rule != "":
		fmt.Fprintf(w, "Rule %q decides; it has no remedy for it. ", d.Rule)
	}
	fmt.Fprintf(w, "Verdict: %s. %s\n", d.Verdict, d.Reason)
	for _, v := range d.Violations {
		fixable := "a person must put it right"
		if v.Fixable {
			fixable = "the policy can put it right"
		}
		fmt.Fprintf(w, "  - %s (%s; %s)\n", v.Detail, v.Problem, fixable)
	}
	if len(d.Before)+len(d.After) > 0 {
		fmt.Fprintf(w, "What a fix changes: %s becomes %s.\n", report.Tags(d.Before), report.Tags(d.After))
	}
}
