package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
)

func newPatterns() *cobra.Command {
	c := &cobra.Command{
		Use:   "patterns",
		Short: "Print the EventBridge patterns that a policy makes",
		Args:  takesNothing,
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
			"A policy that only observes and notifies needs no service role at all. ${Partition}, ${Region} and ${Account} stand for those of the deployment.\n\n" +
			"With --against or --against-stack it prints, a line an action, what each role may do and could not before, and what it may no longer: exit code 1 where anything differs.",
		Args: takesNothing,
	}
	file, f, prefix := addPolicy(c), addFormat(c), addPrefix(c)
	against := addAgainst(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		rows := roleRows(p, rights.Names{Prefix: *prefix})
		if against.named() {
			return against.show(c, rows, rights.Names{Prefix: *prefix}, f.json())
		}
		return printRoles(c.OutOrStdout(), rows, f.json())
	}
	return c
}

// roleRows are the service roles that a policy needs, and then the functions' own.
func roleRows(p *policy.Policy, names rights.Names) []roleRow {
	roles := rights.Roles(p, remedies.All)
	var rows []roleRow
	for _, role := range roles {
		rows = append(rows, roleRow{role.Service, role.Remedies, role.Document})
	}
	functions := []string{}
	for _, f := range listen.Functions(p, events.All(), names) {
		functions = append(functions, f.Name)
	}
	needs := rights.Needs{
		Journal: awsdynamodb.TableActions(), Indexed: awsdynamodb.IndexActions(), Roles: roles, Notes: p.WritesBack(), Posts: p.Posts(), Sweeps: p.Sweeps(), Topics: p.Topics(),
	}
	for _, function := range append(functions, rights.ActName, rights.OperatorName, rights.ClockName) {
		rows = append(rows, roleRow{"function/" + function, []string{}, names.Document(function, needs)})
	}
	return rows
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
