package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

func newPatterns() *cobra.Command {
	c := &cobra.Command{
		Use:   "patterns",
		Short: "Print the EventBridge patterns that a policy makes",
		Args:  takesNothing,
	}
	file, f, prefix, organization := addPolicy(c), addFormat(c), addPrefix(c), addOrganization(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		rows, err := patternRows(p, rights.Names{Prefix: *prefix}, organization.id)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if f.json() {
				err = json.NewEncoder(c.OutOrStdout()).Encode(row)
			} else {
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s  %s\n", row.Kind, row.Pattern)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// A patternRow is one rule as the command prints it.
type patternRow struct {
	Kind    string          `json:"kind"`
	Pattern pattern.Pattern `json:"pattern"`
}

// patternRows are the rules of a deployment; those of a hub and then those of its members, which the policy does not change.
func patternRows(p *policy.Policy, names rights.Names, organization string) ([]patternRow, error) {
	var rows []patternRow
	for _, function := range listen.Functions(p, events.All(), names) {
		for _, rule := range function.Rules {
			rows = append(rows, patternRow{rule.Kind.ID, rule.Pattern})
		}
	}
	if organization == "" {
		return rows, nil
	}
	forwarding, err := listen.Forwarding(events.All(), names)
	rows = append(rows, patternRow{"heartbeat", listen.Beats(names)}, patternRow{"member/" + wiring.RolesKind, listen.Beat(wiring.RolesKind, names)})
	for _, rule := range forwarding {
		rows = append(rows, patternRow{"member/" + rule.Kind.ID, rule.Pattern})
	}
	return rows, err
}

// An organizationFlag is the id of an organization, as a flag takes it.
type organizationFlag struct{ id string }

func (o *organizationFlag) String() string { return o.id }

// Type is what the help calls the value.
func (*organizationFlag) Type() string { return "ID" }

// Set refuses what is no id of an organization.
func (o *organizationFlag) Set(text string) error {
	if !rights.IsOrganization(text) {
		return errors.New("this is no organization's id; aws organizations describe-organization shows it")
	}
	o.id = text
	return nil
}

// addOrganization adds the flag that asks for a hub.
func addOrganization(c *cobra.Command) *organizationFlag {
	o := &organizationFlag{}
	c.Flags().Var(o, "organization", "the id of the organization for which the deployment is the hub (member/NAME: what stands in each of its accounts)")
	return o
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
			"A policy that only observes and notifies needs no service role at all. ${Partition}, ${Region} and ${Account} stand for those of the deployment.\n" +
			"With --organization the service roles stand in each of its accounts, as do those by which its rules forward and beat (member/NAME).\n\n" +
			"With --against or --against-stack it prints, a line an action, what each role may do and could not before, and what it may no longer: exit code 1 where anything differs.",
		Args: takesNothing,
	}
	file, f, prefix, organization := addPolicy(c), addFormat(c), addPrefix(c), addOrganization(c)
	against := addAgainst(c)
	directory := c.Flags().String("directory", "", "the `ARN` of the role by which the hub reads the organization (-c directory=ARN)")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := checkDirectory(*directory, organization.id); err != nil {
			return misused(c, err)
		}
		p, err := usePolicy(*file, c.ErrOrStderr())
		if err != nil {
			return err
		}
		names := rights.Names{Prefix: *prefix}
		rows := roleRows(p, names, organization.id, *directory)
		if against.named() {
			against.organization, against.directory = organization.id, *directory
			return against.show(c, rows, names, f.json())
		}
		if organization.id != "" && !p.Shadow() { // they are the same whatever the policy says
			for _, role := range []string{rights.ForwardRole, rights.HeartbeatRole} {
				rows = append(rows, roleRow{"member/" + role, []string{}, names.MemberDocument(role)})
			}
		}
		return printRoles(c.OutOrStdout(), rows, f.json())
	}
	return c
}

// checkDirectory refuses what a deployment refuses as -c directory=ARN.
func checkDirectory(directory, organization string) error {
	if directory == "" || rights.IsRole(directory) && organization != "" {
		return nil
	}
	return fmt.Errorf("--directory %s: give the ARN of a role in the management account, and the organization by --organization", directory)
}

// roleRows are the service roles that a policy needs, and then the functions' own. organization and directory are those of a hub; "" for none.
func roleRows(p *policy.Policy, names rights.Names, organization, directory string) []roleRow {
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
		Organization: organization, Directory: directory,
	}
	_, needs.AccountTags = p.NeedsDirectory()
	if p.Shadow() { // its stack has nothing but judges, and they have nothing but queue and log
		rows, needs.Shadow = nil, true
	} else {
		functions = append(functions, rights.ActName, rights.OperatorName, rights.ClockName)
	}
	for _, function := range functions {
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
