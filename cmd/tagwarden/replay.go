package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/recorded"
	"github.com/tagwarden/tagwarden/internal/report"
)

func newReplay() *cobra.Command {
	c := &cobra.Command{
		Use:   "replay PATH...",
		Short: "Show what the policy makes of recorded events, offline: no AWS call is made",
		Long: "replay judges recorded events: JSON files, JSON lines, gzip, whole folders, or - for standard input. The clock is each event's own time.\n\n" +
			"With --against OLD only what differs between the two policies is shown, and the exit code is 1 if anything does. What is no event is named on standard error, the " +
			"others are still answered, and the exit code is 2.",
		Args: takes(1, 0, "recorded events: files, folders, or - for standard input"),
	}
	file, f := addPolicy(c), addFormat(c)
	against := c.Flags().String("against", "", "another policy: show only what differs from what it makes of the events")
	c.RunE = func(c *cobra.Command, paths []string) error {
		r := replay{stderr: c.ErrOrStderr(), rows: newRows(c.OutOrStdout(), f.json())}
		var err error
		if r.policy, err = usePolicy(*file, r.stderr); err != nil {
			return err
		}
		if *against != "" {
			if r.old, err = usePolicy(*against, r.stderr); err != nil {
				return fmt.Errorf("--against: %w", err)
			}
		}
		return r.run(recorded.Read(paths, c.InOrStdin()))
	}
	return c
}

// A replay judges recorded events by one policy, or shows what differs between two.
type replay struct {
	policy, old *policy.Policy
	stderr      io.Writer
	rows        *rows
	faulty      bool // something was no event
	differs     bool
}

func (r *replay) run(texts func(func(recorded.Text) bool)) error {
	bar := newProgress(r.stderr, "events")
	for text := range texts {
		if err := r.one(text); err != nil {
			return err
		}
		bar.step()
	}
	bar.done()
	return verdictOf(r.rows.flush(), r.faulty, r.differs)
}

// one judges one recorded text.
func (r *replay) one(text recorded.Text) error {
	now, err := judged(r.policy, text)
	if err != nil {
		fmt.Fprintf(r.stderr, "%s: %s\n", text.Place, oneLine(err.Error()))
		r.faulty = true
	}
	if r.old == nil {
		return r.rows.add(now...)
	}
	was, _ := judged(r.old, text) // the same text, so the same error, which was told
	return r.compare(was, now)
}

// compare shows what differs between what two policies make of one event.
func (r *replay) compare(was, now []report.Row) error {
	byRemedy := map[string][2]*report.Row{}
	key := func(row report.Row) string { return row.Resource.ARN + "\x00" + row.Resource.ID + "\x00" + row.Remedy }
	// An ignored finding has no remedy: it is compared with whatever the other policy does about the resource.
	if len(was) == 1 && len(now) == 1 {
		key = func(report.Row) string { return "" }
	}
	for i := range was {
		pair := byRemedy[key(was[i])]
		pair[0] = &was[i]
		byRemedy[key(was[i])] = pair
	}
	for i := range now {
		pair := byRemedy[key(now[i])]
		pair[1] = &now[i]
		byRemedy[key(now[i])] = pair
	}
	for _, k := range slices.Sorted(maps.Keys(byRemedy)) {
		pair := byRemedy[k]
		if same(pair[0], pair[1]) {
			continue
		}
		r.differs = true
		if err := r.rows.differ(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// same compares all that a policy decides; the sentence that explains it may differ.
func same(a, b *report.Row) bool {
	return a != nil && b != nil && a.Verdict == b.Verdict && a.Rule == b.Rule && a.Remedy == b.Remedy && slices.Equal(a.Violations, b.Violations) &&
		maps.Equal(a.Before, b.Before) && maps.Equal(a.After, b.After)
}

// judged is what a policy makes of a text: a row for each finding and remedy. An event that is not as AWS documents it is an error and a row.
func judged(p *policy.Policy, text recorded.Text) ([]report.Row, error) {
	r, err := open(text)
	if err != nil {
		return nil, err
	}
	var rows []report.Row
	if why := r.without(); why != "" {
		rows = append(rows, r.ignored(why))
	}
	for _, f := range r.findings { // what of it can be read is judged all the same, as a judge does
		for _, d := range p.Decide(f) {
			rows = append(rows, report.Of(f, d))
		}
	}
	return rows, r.unread
}

// rows prints rows as a table or as JSON, a line each, as they come.
type rows struct {
	out   io.Writer
	table *tabwriter.Writer
	json  bool
	count map[policy.Verdict]int
}

func newRows(out io.Writer, asJSON bool) *rows {
	r := &rows{out: out, json: asJSON, count: map[policy.Verdict]int{}}
	if !asJSON {
		r.table = tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(r.table, "VERDICT\tRESOURCE\tRULE\tBEFORE\tAFTER\tREASON")
	}
	return r
}

func (r *rows) add(list ...report.Row) error {
	for _, row := range list {
		r.count[row.Verdict]++
		if err := r.print(row, func() string { return string(row.Verdict) }); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) print(row report.Row, verdict func() string) error {
	if r.json {
		line, err := report.Line(row)
		if err != nil {
			return err
		}
		_, err = r.out.Write(line)
		return err
	}
	_, err := fmt.Fprintf(r.table, "%s\t%s\t%s\t%s\t%s\t%s\n", verdict(), nameOf(row.Resource), dash(row.Rule), report.Tags(row.Before), report.Tags(row.After), row.Reason)
	return err
}

// A difference is a row as the new policy has it, and as it was.
type difference struct {
	report.Row
	Was *report.Row `json:"was"` // null where the old policy says nothing of it
}

// differ prints what differs. now is nil where the new policy says nothing of what the old one answered.
func (r *rows) differ(was, now *report.Row) error {
	row, before := now, "none"
	if was != nil {
		before = string(was.Verdict)
	}
	if row == nil {
		gone := *was
		gone.Verdict, gone.Reason, gone.Violations, gone.Before, gone.After = policy.Ignored, "The policy does not do this any more.", nil, nil, nil
		row = &gone
	}
	r.count[row.Verdict]++
	if !r.json {
		return r.print(*row, func() string { return before + " -> " + string(row.Verdict) })
	}
	line, err := report.Line(difference{*row, was})
	if err != nil {
		return err
	}
	_, err = r.out.Write(line)
	return err
}

// flush ends a table with its totals.
func (r *rows) flush() error {
	if r.json {
		return nil
	}
	if err := r.table.Flush(); err != nil {
		return err
	}
	var totals []string
	for _, v := range slices.Sorted(maps.Keys(r.count)) {
		totals = append(totals, fmt.Sprintf("%d %s", r.count[v], v))
	}
	if totals == nil {
		totals = []string{"nothing"}
	}
	_, err := fmt.Fprintln(r.out, strings.Join(totals, ", "))
	return err
}

func nameOf(r report.Resource) string {
	switch {
	case r.ARN != "":
		return r.ARN
	case r.Type != "":
		return r.Type + " " + r.ID
	}
	return dash("")
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
