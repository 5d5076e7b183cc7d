package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/operator"
)

func newMembers() *cobra.Command {
	c := &cobra.Command{
		Use:   "members",
		Short: "List the accounts of the organization: where they stand, what was heard of them and when, and whether their roles are those of the deployed policy",
		Long: "members asks the operator of a hub. An account is enrolled where the service roles that it has are those that the deployed policy needs: \"policy N\". " +
			"Its roles and the rules of each region beat every four hours; a kind that was silent for nine is marked with !.\n\n" +
			"With --format json an object a line is printed, which replay, explain and local take with --directory.",
		Args: takesNothing,
	}
	at, f := addPlace(c), addFormat(c)
	at.looks = true
	c.RunE = func(c *cobra.Command, _ []string) error {
		d, done, err := at.open(c)
		if err != nil {
			return err
		}
		defer done()
		var all []members.View
		policy := ""
		for from, more := "", true; more; {
			got, err := d.Do(c.Context(), operator.Request{Members: &operator.Members{From: from}})
			if err != nil {
				return answered(c, err)
			}
			all, policy, from, more = append(all, got.Members...), got.Policy, got.Next, got.Next != ""
		}
		return listMembers(c.OutOrStdout(), all, policy, f.json())
	}
	return c
}

func listMembers(out io.Writer, all []members.View, policy string, asJSON bool) error {
	if asJSON {
		for _, v := range all {
			if err := writeLine(out, v); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "ACCOUNT\tNAME\tBELOW\tROLES\tREGION\tKINDS\tLAST")
	for _, v := range all {
		roles := rolesOf(v, policy)
		lines := v.Regions
		if len(lines) == 0 {
			lines = []members.Region{{}}
		}
		for _, r := range lines {
			last := "never"
			if !r.Last.IsZero() {
				last = r.Last.UTC().Format(time.RFC3339)
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", v.Account.Account, dash(v.Name), dash(strings.Join(v.OUs, " ")), roles, dash(r.Region), dash(kindsOf(r)), last)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	enrolled := 0
	for _, v := range all {
		if v.Enrolled {
			enrolled++
		}
	}
	_, err := fmt.Fprintf(out, "%d accounts, %d of them enrolled at policy %s\n", len(all), enrolled, dash(policy))
	return err
}

// rolesOf is which policy an account's roles are of.
func rolesOf(v members.View, policy string) string {
	switch {
	case v.Suspended:
		return "closed"
	case v.Roles == "":
		return "never heard of"
	case v.Enrolled:
		return v.Roles
	}
	return v.Roles + ", not " + dash(policy)
}

// kindsOf are the kinds that beat in a region; those that do no more are marked.
func kindsOf(r members.Region) string {
	kinds := slices.Clone(r.Kinds)
	for i, kind := range kinds {
		if slices.Contains(r.Silent, kind) {
			kinds[i] += "!"
		}
	}
	return strings.Join(kinds, " ")
}
