package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/report"
)

// rows prints rows as JSON, a line each, as they come, or as a table at the end.
type rows struct {
	out   io.Writer
	json  bool
	place string // where the event stands whose rows come now
	table []placed
	count map[string]int // by what the totals call a row
}

// A placed is a row of the table.
type placed struct {
	report.Row
	place, verdict string
}

func newRows(out io.Writer, asJSON bool) *rows {
	return &rows{out: out, json: asJSON, count: map[string]int{}}
}

func (r *rows) add(list ...report.Row) error {
	for _, row := range list {
		if err := r.print(row, row, word(row)); err != nil {
			return err
		}
	}
	return nil
}

// word is what the table calls a verdict: a press that takes a change back is no fix.
func word(row report.Row) string {
	if row.Undo && row.Verdict == policy.Fix {
		return "undo"
	}
	return string(row.Verdict)
}

// print counts a row and takes it into the table, or prints what programs read of it.
func (r *rows) print(row report.Row, object any, verdict string) error {
	r.count[word(row)]++
	if r.json {
		return writeLine(r.out, object)
	}
	r.table = append(r.table, placed{row, r.place, verdict})
	return nil
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
		before = word(*was)
	}
	if row == nil {
		gone := *was
		gone.Verdict, gone.Reason, gone.Violations, gone.Before, gone.After = policy.Ignored, "The policy does not do this any more.", nil, nil, nil
		row = &gone
	}
	return r.print(*row, difference{*row, was}, before+" -> "+word(*row))
}

// flush prints the table with its totals. Where it is of several events each row says of which.
func (r *rows) flush() error {
	if r.json {
		return nil
	}
	table := tabwriter.NewWriter(r.out, 0, 4, 2, ' ', 0)
	names, several := shortPlaces(r.table), slices.ContainsFunc(r.table, func(row placed) bool { return row.place != r.table[0].place })
	head, event := "", func(int) string { return "" }
	if several {
		head, event = "EVENT\t", func(i int) string { return names[i] + "\t" }
	}
	fmt.Fprintln(table, head+"VERDICT\tRESOURCE\tRULE\tREMEDY\tBEFORE\tAFTER\tREASON")
	for i, row := range r.table {
		fmt.Fprintf(table, "%s%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			event(i), row.verdict, nameOf(row.Resource), dash(row.Rule), dash(row.Remedy), report.Tags(row.Before), report.Tags(row.After), row.Reason)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var totals []string
	for _, word := range slices.Sorted(maps.Keys(r.count)) {
		totals = append(totals, fmt.Sprintf("%d %s", r.count[word], word))
	}
	if totals == nil {
		totals = []string{"nothing"}
	}
	_, err := fmt.Fprintln(r.out, strings.Join(totals, ", "))
	return err
}

// shortPlaces are the places of rows, without the folder that all of them are in.
func shortPlaces(list []placed) []string {
	var places []string
	for _, row := range list {
		places = append(places, filepath.ToSlash(row.place))
	}
	for len(places) > 0 {
		folder, _, below := strings.Cut(places[0], "/")
		if !below || slices.ContainsFunc(places, func(p string) bool { return !strings.HasPrefix(p, folder+"/") }) {
			break
		}
		for i := range places {
			places[i] = strings.TrimPrefix(places[i], folder+"/")
		}
	}
	return places
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
