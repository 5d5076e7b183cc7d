package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/tagwarden/tagwarden/internal/local"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/report"
)

// showLocal prints what became of the events, and the totals last. all shows in the table also what no rule wants.
func showLocal(out io.Writer, became local.Report, asJSON, all bool) error {
	var err error
	if asJSON {
		err = linesLocal(out, became)
	} else {
		err = tableLocal(out, became, all)
	}
	switch {
	case err != nil:
		return err
	case became.Summary.Bad():
		return errWrong
	case became.Faulty:
		return errFault
	}
	return nil
}

// A lastLine is the summary, with what the findings of Security Hub say, and where an emulator is that was kept.
type lastLine struct {
	Summary  report.Summary `json:"summary"`
	Findings []local.Noted  `json:"findings,omitempty"`
	Endpoint string         `json:"endpoint,omitempty"`
	Process  int            `json:"process,omitempty"` // end it by this id
	Folder   string         `json:"folder,omitempty"`  // of the logs
}

func linesLocal(out io.Writer, became local.Report) error {
	for _, result := range became.Results {
		if err := writeLine(out, result); err != nil {
			return err
		}
	}
	return writeLine(out, lastLine{became.Summary, became.Findings, became.Endpoint, became.Process, became.Folder})
}

func tableLocal(out io.Writer, became local.Report, all bool) error {
	table, left := localTable(became, all)
	if err := table.print(out); err != nil {
		return err
	}
	if left > 0 {
		fmt.Fprintf(out, "\n%d events or resources that no rule wants are left out: --all shows them\n", left)
	}
	totals := []string{fmt.Sprintf("%d events", became.Summary.Events)}
	became.Summary.Words(func(count int, outcome string) { totals = append(totals, fmt.Sprintf("%d %s", count, outcome)) })
	fmt.Fprintln(out, "\n"+strings.Join(totals, ", "))
	if err := tableFindings(out, became.Findings); err != nil {
		return err
	}
	if became.Endpoint != "" {
		fmt.Fprintf(out, "\nThe emulator goes on; `kill %d` ends it, and its logs are in %s. Take a change back with: tagwarden undo ENTRY --policy %s --endpoint %s\n%s\n",
			became.Process, became.Folder, fromHere(became.Policy), became.Endpoint, became.Endpoint)
	}
	return nil
}

// localTable is a row a result, by wave, and how many are left out because no rule wants them.
func localTable(became local.Report, all bool) (table sheet, left int) {
	table = sheet{head: []string{"RESOURCE", "EVENT", "RULE", "REMEDY", "BEFORE", "AFTER", "OUTCOME", "MESSAGE"}, most: []int{30, 20, 20, 22, 18, 18, 10}}
	answered, wave := map[string]bool{}, -1
	for _, r := range became.Results {
		if r.Outcome == string(policy.Ignored) && !all {
			left++
			continue
		}
		for ; wave < r.Wave; wave++ {
			begin(&table, became, wave+1)
		}
		said, before := sayOf(r), r.By == "" && answered[r.Entry+" "+r.Outcome]
		if before {
			said = "(answered above)"
		}
		answered[r.Entry+" "+r.Outcome] = r.Entry != ""
		table.row(shortName(r.Resource), kindOf(r), dash(r.Rule), dash(r.Remedy), sideOf(r.Before), sideOf(r.After), r.Outcome, said)
		if !before {
			annotate(&table, r)
		}
	}
	return table, left
}

// begin heads a wave, and shows what was edited by hand before its events.
func begin(table *sheet, became local.Report, wave int) {
	if len(became.Waves) > 1 || became.Later > 0 {
		table.heading(waveName(became, wave))
	}
	for _, e := range became.Edits {
		if e.Wave == wave {
			table.row(shortName(report.Resource{Type: e.Type, ARN: e.ARN}), "edit by hand", "-", "-", "-", sideOf(e.Tags), "-", "(somebody sets tags)")
		}
	}
}

// annotate says in full what no event explains: what became of what people asked for, notices, and what a message says to do.
func annotate(table *sheet, r report.Result) {
	if r.Kind == report.OperatorKind || r.Kind == report.NoticeKind || len(r.Notes) > 0 {
		table.note(r.Reason)
	}
	for _, note := range r.Notes {
		table.note(note)
	}
}

// sideOf shows one side of a change. Of paths into a setting their last part tells most, where it names each.
func sideOf(values map[string]string) string {
	short := map[string]string{}
	for path, value := range values {
		short[path[strings.LastIndex(path, ".")+1:]] = value
	}
	if len(short) < len(values) {
		return report.Tags(values)
	}
	return report.Tags(short)
}

// waveName says when the events of a wave were sent, and where they stand.
func waveName(became local.Report, wave int) string {
	if wave == len(became.Waves) {
		return fmt.Sprintf("As if it were %s later", spanOf(became.Later))
	}
	var from []string
	for _, path := range became.Waves[wave] {
		from = append(from, fromHere(path))
	}
	if wave == 0 {
		return "First: " + strings.Join(from, ", ")
	}
	return "When those were answered: " + strings.Join(from, ", ")
}

// fromHere is a path as it is written in the working folder.
func fromHere(path string) string {
	if path == "-" {
		return "standard input"
	}
	if here, err := os.Getwd(); err == nil && filepath.IsAbs(path) {
		if below, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(below) {
			return below
		}
	}
	return path
}

// kindOf is what brought a result: a kind of event, a button, or somebody by name.
func kindOf(r report.Result) string {
	switch {
	case r.Press != "":
		return "press of " + r.Press
	case r.By != "":
		return r.Asked + " by " + r.By[strings.LastIndexAny(r.By, ":/")+1:]
	}
	return dash(r.Kind)
}

// sayOf is what people were told, or why they were told nothing. Of what was refused or failed the reason says more than the message's subject.
func sayOf(r report.Result) string {
	switch {
	case r.Kind == report.OperatorKind && r.Message != "": // the reason stands below
	case r.Outcome == "refused", r.Outcome == "failed":
		return cmp.Or(r.Error, r.Reason) // a cause tells what happened to what the reason wanted
	case r.Message == "":
		return "(none) " + r.Reason
	}
	return r.Message
}

// tableFindings prints what findings of Security Hub say, if there are any.
func tableFindings(out io.Writer, findings []local.Noted) error {
	if len(findings) == 0 {
		return nil
	}
	table := sheet{head: []string{"FINDING IN SECURITY HUB", "WORKFLOW", "NOTE"}, most: []int{60, 12}}
	for _, f := range findings {
		table.row(clipFront(f.ID, 60), f.Workflow, dash(f.Note))
	}
	fmt.Fprintln(out)
	return table.print(out)
}

// shortName names a resource in a table: its type without the vendor, and what of its ARN names it.
func shortName(r report.Resource) string {
	name := r.ID
	if parts := strings.SplitN(r.ARN, ":", 6); len(parts) == 6 {
		name = parts[5]
		if i := strings.IndexAny(name, ":/"); i > 0 {
			name = name[i+1:]
		}
	}
	if name == "" {
		return dash("")
	}
	return strings.TrimSpace(strings.TrimPrefix(r.Type, "AWS::") + " " + name)
}
