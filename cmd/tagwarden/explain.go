package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/recorded"
	"github.com/tagwarden/tagwarden/internal/report"
)

func newExplain() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain EVENT",
		Short: "Say in sentences what the policy makes of an event: which rules were looked at, which acted, and why",
		Args:  takes(cobra.ExactArgs(1)),
	}
	file, f := addPolicy(c), addFormat(c)
	c.RunE = func(c *cobra.Command, paths []string) error {
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		faulty := false
		for text := range recorded.Read(paths, c.InOrStdin()) {
			if f.json() {
				err = explainJSON(c.OutOrStdout(), p, text)
			} else {
				err = explain(c.OutOrStdout(), p, text)
			}
			if err != nil {
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

// An explained is a row with the rules that were looked at.
type explained struct {
	report.Row
	Rules []lookedAt `json:"rules"`
}

type lookedAt struct {
	Rule    string `json:"rule"`
	Applies bool   `json:"applies"`
	Why     string `json:"why"`
}

func explainJSON(w io.Writer, p *policy.Policy, text recorded.Text) error {
	return eachFinding(p, text, func(e events.Envelope, kind string, f *finding.Finding, decisions []policy.Decision) error {
		if f == nil {
			return writeLine(w, explained{report.Ignored(e.ID, kind, e.AccountID, e.Region, "No rule's event pattern selects the event."), []lookedAt{}})
		}
		looks := []lookedAt{}
		for _, l := range p.Look(*f) {
			looks = append(looks, lookedAt(l))
		}
		for _, d := range decisions {
			if err := writeLine(w, explained{report.Of(*f, d), looks}); err != nil {
				return err
			}
		}
		return nil
	})
}

func writeLine(w io.Writer, v any) error {
	line, err := report.Line(v)
	if err != nil {
		return err
	}
	_, err = w.Write(line)
	return err
}

// eachFinding opens, decodes and decides about a text. f is nil for an event that no kind wants.
func eachFinding(p *policy.Policy, text recorded.Text, do func(e events.Envelope, kind string, f *finding.Finding, decisions []policy.Decision) error) error {
	if text.Err != nil {
		return text.Err
	}
	envelope, kind, known, err := events.Open(text.Data)
	if err != nil {
		return err
	}
	if !known {
		return do(envelope, "", nil, nil)
	}
	findings, unread := kind.Decode(envelope)
	for i, decisions := range p.DecideAll(findings) { // what of it can be read is judged all the same, as a judge does
		if err := do(envelope, kind.ID, &findings[i], decisions); err != nil {
			return err
		}
	}
	return unread
}

func explain(w io.Writer, p *policy.Policy, text recorded.Text) error {
	return eachFinding(p, text, func(e events.Envelope, kind string, f *finding.Finding, decisions []policy.Decision) error {
		at := ""
		if !e.Time.IsZero() {
			at = " at " + e.Time.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(w, "Event %s is a %q of %s%s.\n", e.ID, e.DetailType, e.Source, at)
		if f == nil {
			_, err := fmt.Fprintln(w, "No kind of event that Tagwarden hears has a pattern that selects it, so it never starts a function.")
			return err
		}
		explainFinding(w, p, kind, *f, decisions)
		return nil
	})
}

func explainFinding(w io.Writer, p *policy.Policy, kind string, f finding.Finding, decisions []policy.Decision) {
	fmt.Fprintf(w, "The kind %s selects it. It is about %s %s in account %s, region %s.\n", kind, dash(f.Resource.Type), f.Resource, f.Resource.Account, f.Resource.Region)
	for _, l := range p.Look(f) {
		applies := "does not apply"
		if l.Applies {
			applies = "applies"
		}
		fmt.Fprintf(w, "Rule %q %s: %s.\n", l.Rule, applies, l.Why)
	}
	for _, d := range decisions {
		explainDecision(w, f, d)
	}
	if len(decisions) == 0 {
		fmt.Fprintln(w, "The event names it with others, and no rule does something to it. Nothing happens.")
	}
}

// next is what happens after a verdict.
var next = map[policy.Verdict]string{
	policy.Ignored: "Nothing happens.", policy.Compliant: "Nothing happens, but that it ends what was open about the resource.", policy.Exempt: "Nothing is changed, and nobody is told.",
	policy.Observe: "It is written down in the journal; nothing is changed, and nobody is told.", policy.Notify: "People are told; nothing is changed.",
	policy.Propose: "The resource is read, and people are told the exact change; nothing is changed.",
	policy.Fix:     "The resource is read again, the change is recorded, made, verified, and people are told.",
}

// consequence is what happens after a decision.
func consequence(f finding.Finding, d policy.Decision) string {
	pressed := f.Pressed()
	switch {
	case d.Forged, pressed && !d.Verdict.Violates():
		return "Nothing is changed; people are told of it, once."
	case d.Undoes:
		return "The last change is taken back, if nobody changed the same since, and people are told."
	case d.Approves && d.Verdict == policy.Propose:
		return "If the change was shown and is still as it was shown, it is made; else the resource is read, and people are told the exact change."
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
	fmt.Fprintln(w, consequence(f, d))
}
