package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// remediesDocument says of each remedy all that stands in its value.
func remediesDocument(list []remedy.Remedy) string {
	list = byID(list)
	undo := map[remedy.UndoKind]int{}
	for _, r := range list {
		undo[r.Undo]++
	}
	var b strings.Builder
	b.WriteString("# Remedies\n\n")
	fmt.Fprintf(&b, generated, "the list remedies.All")
	fmt.Fprintf(&b, "What Tagwarden can put right: %d remedies. Of %d the undo is exact, of %d it is the nearest that AWS offers, of %d there is none: those are only ever proposed.\n\n",
		len(list), undo[remedy.Exact], undo[remedy.Nearest], undo[remedy.None])
	b.WriteString("A rule names them in `do`. Which finding of GuardDuty has which remedy: [guardduty.md](guardduty.md). How to write one: [adding-a-remedy.md](adding-a-remedy.md).\n\n" +
		"- **Answers** are the controls that a remedy is for; `*` stands for any text. The table shows one or two, the sections show all.\n" +
		"- **Rights** are all that a remedy can use. The stack gives only those that the policy's rules in mode `fix` or `propose` need, and each use is narrowed to the one\n" +
		"  resource. `tagwarden iam` prints them for your policy. A role is named by the deployment's prefix and the service: `tagwarden-ec2`.\n" +
		"- **Examples** show the setting as it is read, and as it should be. They run as tests.\n\n" +
		"| remedy | what it does | answers | type | undo |\n|---|---|---|---|---|\n")
	for _, r := range list {
		answers, more := inShort(r.Answers)
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s%s | `%s` | %s |\n", r.ID, r.ID, summary(r), backquoted(answers), more, r.Resource, r.Undo)
	}
	for _, r := range list {
		writeRemedy(&b, r)
	}
	return b.String()
}

func writeRemedy(b *strings.Builder, r remedy.Remedy) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| | |\n|---|---|\n", r.ID, r.Doc)
	resources := "`" + r.Resource + "`"
	switch {
	case r.Resource == "*" && r.About != nil:
		resources = "whatever a finding is about"
	case r.Resource == "*":
		resources = "any taggable type"
	}
	undo := map[remedy.UndoKind]string{
		remedy.Exact: "exact: it comes back as it was", remedy.Nearest: "nearest: it comes back, but not all of it", remedy.None: "none: it is only ever proposed",
	}[r.Undo]
	if r.UndoNote != "" {
		undo += ". " + r.UndoNote
	}
	for _, row := range [][2]string{
		{"changes", r.Changes},
		{"breaks", r.Breaks},
		{"undo", undo},
		{"answers", backquoted(r.Answers)},
		{"type", resources},
		{"setting", "`" + r.Setting + "`" + perPart(r)},
	} {
		if row[1] != "" {
			fmt.Fprintf(b, "| %s | %s |\n", row[0], row[1])
		}
	}
	writeParameters(b, r.With)
	writeRights(b, r)
	writeExamples(b, r.Examples)
}

func writeParameters(b *strings.Builder, params []remedy.Param) {
	if len(params) == 0 {
		return
	}
	b.WriteString("\nParameters, in a rule's `with`:\n\n| name | takes | default | meaning |\n|---|---|---|---|\n")
	for _, p := range params {
		takes := string(p.Kind)
		if p.Min != 0 || p.Max != 0 {
			takes += fmt.Sprintf(", %d to %d", p.Min, p.Max)
		}
		if p.Pattern != "" {
			takes += ", as `" + strings.ReplaceAll(p.Pattern, "|", "\\|") + "`"
		}
		otherwise := ""
		switch {
		case p.Required:
			otherwise = "required"
		case p.Default != "":
			otherwise = "`" + p.Default + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", p.Name, takes, otherwise, p.Doc)
	}
}

func writeRights(b *strings.Builder, r remedy.Remedy) {
	b.WriteString("\nRights:\n\n| role | reads | writes | on |\n|---|---|---|---|\n")
	for _, row := range joined(grantRows(r)) {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", row.role, cell(sortedKeys(row.reads)), cell(sortedKeys(row.writes)), row.on)
	}
}

// writeExamples folds the examples, so that the page stays short.
func writeExamples(b *strings.Builder, examples []remedy.Example) {
	if len(examples) == 0 {
		return
	}
	b.WriteString("\n<details><summary>Examples</summary>\n")
	for _, e := range examples {
		fmt.Fprintf(b, "\n%s%s:\n\n```json\n{\"before\": %s,\n \"after\":  %s}\n```\n", strings.ToUpper(e.Name[:1])+e.Name[1:], given(e), e.Before, e.After)
	}
	b.WriteString("\n</details>\n")
}

// cell is a list of actions, folded where it is long.
func cell(actions []string) string {
	if len(actions) <= 12 {
		return backquoted(actions)
	}
	return fmt.Sprintf("<details><summary>%d actions</summary>%s</details>", len(actions), backquoted(actions))
}

// A grantRow is what one role may do on one kind of resource.
type grantRow struct {
	role, on      string
	reads, writes map[string]bool
}

// grantRows gathers a remedy's grants by role and resource.
func grantRows(r remedy.Remedy) []*grantRow {
	var rows []*grantRow
	row := func(g remedy.Grant) *grantRow {
		service, _, _ := strings.Cut(g.Action, ":")
		role, on := "`"+cmp.Or(g.Role, service)+"`", "`"+g.On+"`"
		switch suffix, very := strings.CutPrefix(g.On, "${ARN}"); {
		case very && suffix == "":
			on = "the resource itself"
		case very:
			on = "the resource itself, `" + suffix + "` behind its ARN"
		}
		for _, key := range sortedKeys(g.When) {
			on += " if `" + key + "` is " + backquoted(g.When[key])
		}
		i := slices.IndexFunc(rows, func(row *grantRow) bool { return row.role == role && row.on == on })
		if i < 0 {
			rows = append(rows, &grantRow{role, on, map[string]bool{}, map[string]bool{}})
			i = len(rows) - 1
		}
		return rows[i]
	}
	for _, g := range r.Reads {
		row(g).reads[g.Action] = true
	}
	for _, g := range r.Writes {
		row(g).writes[g.Action] = true
	}
	slices.SortStableFunc(rows, func(a, b *grantRow) int { return cmp.Or(cmp.Compare(a.role, b.role), cmp.Compare(b.on, a.on)) })
	return rows
}

// joined says once what every role may do.
func joined(rows []*grantRow) []*grantRow {
	roles := map[string]bool{}
	same := map[string]int{}
	said := func(row *grantRow) string { return fmt.Sprint(row.on, row.reads, row.writes) }
	for _, row := range rows {
		roles[row.role] = true
		same[said(row)]++
	}
	var list []*grantRow
	for _, row := range rows {
		switch text := said(row); {
		case len(roles) == 1 || same[text] < len(roles):
			list = append(list, row)
		case same[text] == len(roles):
			row.role, same[text] = "every role", same[text]+1 // the first one stands for all
			list = append([]*grantRow{row}, list...)
		}
	}
	return list
}
