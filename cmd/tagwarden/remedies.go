package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

func newRemedies() *cobra.Command {
	c := &cobra.Command{
		Use:   "remedies [ID]",
		Short: "List the remedies, or show one: what it answers, changes and needs, and whether it can be undone",
		Args:  takes(0, 1, "the id of one remedy, or none"),
	}
	f := addFormat(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		list := byID(remedies.All)
		if len(args) == 1 {
			i := slices.IndexFunc(list, func(r remedy.Remedy) bool { return r.ID == args[0] })
			if i < 0 {
				return fmt.Errorf("there is no remedy %q; `tagwarden remedies` lists them", args[0])
			}
			list = list[i : i+1]
		}
		switch {
		case f.json():
			return encodeRemedies(c.OutOrStdout(), list)
		case len(args) == 1:
			return describe(c.OutOrStdout(), list[0])
		}
		return listRemedies(c.OutOrStdout(), list)
	}
	return c
}

// byID are remedies in the order in which people look for one.
func byID(list []remedy.Remedy) []remedy.Remedy {
	return slices.SortedFunc(slices.Values(list), func(a, b remedy.Remedy) int { return cmp.Compare(a.ID, b.ID) })
}

// A remedyRow is a remedy as the command prints it.
type remedyRow struct {
	ID       string         `json:"id"`
	Summary  string         `json:"summary"`
	Answers  []string       `json:"answers"`
	Resource string         `json:"resource"`
	Setting  string         `json:"setting"`
	Changes  string         `json:"changes"`
	Breaks   string         `json:"breaks"`
	With     []remedy.Param `json:"with"`
	Reads    []string       `json:"reads"`
	Writes   []string       `json:"writes"`
	Undo     string         `json:"undo"`
	UndoNote string         `json:"undo_note"`
}

func rowOf(r remedy.Remedy) remedyRow {
	return remedyRow{
		ID: r.ID, Summary: summary(r), Answers: r.Answers, Resource: r.Resource, Setting: r.Setting, Changes: r.Changes, Breaks: r.Breaks,
		With: append([]remedy.Param{}, r.With...), Reads: actions(r.Reads), Writes: actions(r.Writes), Undo: r.Undo.String(), UndoNote: r.UndoNote,
	}
}

func summary(r remedy.Remedy) string {
	first, _, _ := strings.Cut(r.Doc, "\n")
	return first
}

// actions are the IAM actions of grants, each once, sorted.
func actions(grants []remedy.Grant) []string {
	all := make([]string, 0, len(grants))
	for _, g := range grants {
		all = append(all, g.Action)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func encodeRemedies(w io.Writer, list []remedy.Remedy) error {
	encoder := json.NewEncoder(w)
	for _, r := range list {
		if err := encoder.Encode(rowOf(r)); err != nil {
			return err
		}
	}
	return nil
}

func listRemedies(w io.Writer, list []remedy.Remedy) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tANSWERS\tRESOURCE\tUNDO\tSUMMARY")
	for _, r := range list {
		answers, more := inShort(r.Answers)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.ID, strings.Join(answers, " ")+more, r.Resource, r.Undo, summary(r))
	}
	return table.Flush()
}

// inShort are one or two of what a remedy answers, as far as a table has room, and how many more there are: " +7". The controls of Security Hub come first: they are short,
// and people know them.
func inShort(answers []string) (first []string, more string) {
	const room = 64 // characters
	hubs, others := split(answers, "securityhub:")
	first = slices.Concat(hubs, others)
	first = first[:min(2, len(first))]
	if len(strings.Join(first, " ")) > room {
		first = first[:1]
	}
	if left := len(answers) - len(first); left > 0 {
		more = fmt.Sprintf(" +%d", left)
	}
	return first, more
}

// split are the texts that begin with a prefix, and the others.
func split(texts []string, prefix string) (with, without []string) {
	for _, text := range texts {
		if strings.HasPrefix(text, prefix) {
			with = append(with, text)
		} else {
			without = append(without, text)
		}
	}
	return with, without
}

// describe shows all of one remedy.
func describe(w io.Writer, r remedy.Remedy) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n\n", r.ID, r.Doc)
	for _, line := range []struct{ name, text string }{
		{"Changes", r.Changes},
		{"Breaks", r.Breaks},
		{"Answers", strings.Join(r.Answers, " ")},
		{"Resource", r.Resource},
		{"Setting", r.Setting + perPart(r)},
		{"Undo", strings.TrimSpace(r.Undo.String() + " " + r.UndoNote)},
	} {
		if line.text != "" {
			fmt.Fprintf(&b, "%-9s %s\n", line.name+":", line.text)
		}
	}
	if len(r.With) > 0 {
		b.WriteString("\nParameters (with):\n")
	}
	for _, p := range r.With {
		fmt.Fprintf(&b, "  %s (%s): %s\n", p.Name, strings.Join(bounds(p), ", "), p.Doc)
	}
	for _, grants := range []struct {
		name string
		list []remedy.Grant
	}{{"Reads", r.Reads}, {"Writes", r.Writes}} {
		fmt.Fprintf(&b, "\n%s:\n", grants.name)
		for _, g := range grants.list {
			fmt.Fprintf(&b, "  %s on %s\n", g.Action, g.On)
		}
	}
	for i, e := range r.Examples {
		if i == 0 {
			b.WriteString("\nExamples:\n")
		}
		fmt.Fprintf(&b, "  %s%s\n    before %s\n    after  %s\n", e.Name, given(e), e.Before, e.After)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// perPart says what of a resource has a claim of its own; "" where the setting is one.
func perPart(r remedy.Remedy) string {
	if r.Per == "" {
		return ""
	}
	return ", each " + r.Per + " for itself"
}

// bounds are what a parameter may be, and what it is where a rule does not give it.
func bounds(p remedy.Param) []string {
	list := []string{string(p.Kind)}
	if p.Min != 0 || p.Max != 0 {
		list = append(list, fmt.Sprintf("%d to %d", p.Min, p.Max))
	}
	if p.Pattern != "" {
		list = append(list, "as "+p.Pattern)
	}
	switch {
	case p.Required:
		list = append(list, "required")
	case p.Default != "":
		list = append(list, "default "+p.Default)
	}
	return list
}

// given says under which conditions an example holds; "" where there are none.
func given(e remedy.Example) string {
	var list []string
	if e.Control != "" {
		list = append(list, "for "+e.Control)
	}
	if e.With != "" {
		list = append(list, "with "+e.With)
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}
