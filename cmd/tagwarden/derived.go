package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

func newPatterns() *cobra.Command {
	c := &cobra.Command{
		Use:   "patterns",
		Short: "Print the EventBridge patterns that a policy makes",
		Args:  takes(cobra.NoArgs),
	}
	file, f, prefix := addPolicy(c), addFormat(c), addPrefix(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		for _, function := range listen.Functions(p, events.All(), rights.Names{Prefix: *prefix}) {
			for _, rule := range function.Rules {
				if f.json() {
					err = json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"kind": rule.Kind.ID, "pattern": rule.Pattern})
				} else {
					_, err = fmt.Fprintf(c.OutOrStdout(), "%s  %s\n", rule.Kind.ID, rule.Pattern)
				}
				if err != nil {
					return err
				}
			}
		}
		return nil
	}
	return c
}

// addPrefix adds the flag of a deployment's prefix.
func addPrefix(c *cobra.Command) *string {
	return c.Flags().String("prefix", "tagwarden", "the deployment's prefix: what names of roles, queues, buttons and table begin with")
}

func newIAM() *cobra.Command {
	c := &cobra.Command{
		Use:   "iam",
		Short: "Print the IAM roles that a policy needs, and what the functions themselves may do",
		Long: "iam prints the service roles that the policy needs, and then the functions' own roles (function/NAME): what the stack deploys is made of the same lists.\n" +
			"A policy that only observes and notifies needs no service role at all. ${Partition}, ${Region} and ${Account} stand for those of the deployment.",
		Args: takes(cobra.NoArgs),
	}
	file, f, prefix := addPolicy(c), addFormat(c), addPrefix(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		names, roles := rights.Names{Prefix: *prefix}, rights.Roles(p, remedies.All)
		var rows []roleRow
		for _, role := range roles {
			rows = append(rows, roleRow{role.Service, role.Remedies, role.Document})
		}
		functions := []string{}
		for _, f := range listen.Functions(p, events.All(), names) {
			functions = append(functions, f.Name)
		}
		for _, function := range append(functions, rights.ActName) {
			rows = append(rows, roleRow{"function/" + function, []string{}, names.Document(function, awsdynamodb.TableActions(), roles, p.WritesBack())})
		}
		return printRoles(c.OutOrStdout(), rows, f.json())
	}
	return c
}

// A roleRow is one role as the command prints it.
type roleRow struct {
	Role     string          `json:"role"`
	Remedies []string        `json:"remedies"`
	Document rights.Document `json:"document"`
}

func printRoles(w io.Writer, rows []roleRow, asJSON bool) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	if !asJSON {
		fmt.Fprintln(table, "ROLE\tACTIONS\tON")
	}
	for _, row := range rows {
		if asJSON {
			if err := json.NewEncoder(w).Encode(row); err != nil {
				return err
			}
			continue
		}
		name := row.Role
		for _, s := range row.Document.Statement {
			for i := range max(len(s.Action), len(s.Resource)) {
				fmt.Fprintf(table, "%s\t%s\t%s\n", name, at(s.Action, i), at(s.Resource, i))
				name = ""
			}
		}
	}
	return table.Flush()
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func newRemedies() *cobra.Command {
	c := &cobra.Command{
		Use:   "remedies [ID]",
		Short: "List the remedies, or show one: what it answers, changes and needs, and whether it can be undone",
		Args:  takes(cobra.MaximumNArgs(1)),
	}
	f := addFormat(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		list := remedies.All
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

// A remedyRow is a remedy as the command prints it.
type remedyRow struct {
	ID       string   `json:"id"`
	Summary  string   `json:"summary"`
	Answers  []string `json:"answers"`
	Resource string   `json:"resource"`
	Setting  string   `json:"setting"`
	Reads    []string `json:"reads"`
	Writes   []string `json:"writes"`
	Undo     string   `json:"undo"`
	UndoNote string   `json:"undo_note"`
}

func rowOf(r remedy.Remedy) remedyRow {
	return remedyRow{
		ID: r.ID, Summary: summary(r), Answers: r.Answers, Resource: r.Resource, Setting: r.Setting, Reads: actions(r.Reads), Writes: actions(r.Writes),
		Undo: r.Undo.String(), UndoNote: r.UndoNote,
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
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.ID, strings.Join(r.Answers, " "), r.Resource, r.Undo, summary(r))
	}
	return table.Flush()
}

func describe(w io.Writer, r remedy.Remedy) error {
	_, err := fmt.Fprintf(w, "%s\n\n%s\n\nAnswers: %s\nResource: %s\nSetting: %s\nUndo: %s %s\n\nReads:  %s\n\nWrites: %s\n", r.ID, r.Doc, strings.Join(r.Answers, " "), r.Resource, r.Setting,
		r.Undo, r.UndoNote, strings.Join(actions(r.Reads), " "), strings.Join(actions(r.Writes), " "))
	return err
}
