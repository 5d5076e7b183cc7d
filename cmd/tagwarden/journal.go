package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/local"
	"github.com/tagwarden/tagwarden/internal/notify"
)

func newJournal() *cobra.Command {
	c := &cobra.Command{
		Use:   "journal",
		Short: "List the entries of the journal, the newest first",
		Long:  "journal lists what was found and what became of it. For now it reads the journal of one machine: of an emulator that `tagwarden local --keep` left running.",
		Args:  takesNothing,
	}
	endpoint, f := addEndpoint(c), addFormat(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		deployment, err := deploymentAt(*endpoint)
		if err != nil {
			return err
		}
		entries, err := deployment.Entries(c.Context())
		if err != nil {
			return fmt.Errorf("read the journal at %s: %w", *endpoint, err)
		}
		if f.json() {
			for _, e := range entries {
				if err := writeLine(c.OutOrStdout(), listedOf(e)); err != nil {
					return err
				}
			}
			return nil
		}
		return tableJournal(c.OutOrStdout(), entries)
	}
	return c
}

// addEndpoint adds the flag --endpoint.
func addEndpoint(c *cobra.Command) *string {
	return c.Flags().String("endpoint", os.Getenv("AWS_ENDPOINT_URL"), "the `URL` of the emulator that \"tagwarden local --keep\" left running (default: AWS_ENDPOINT_URL)")
}

func deploymentAt(endpoint string) (local.Deployment, error) {
	if endpoint == "" {
		return local.Deployment{}, errors.New("no deployment is named: give --endpoint URL, the last line that `tagwarden local --keep` printed")
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" || u.Port() == "" {
		return local.Deployment{}, fmt.Errorf("%q is no endpoint: give --endpoint http://127.0.0.1:PORT, the last line that `tagwarden local --keep` printed", endpoint)
	}
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() {
		return local.Deployment{}, fmt.Errorf("%s is not on this machine: for now the command works on an emulator that `tagwarden local --keep` left running", endpoint)
	}
	connection, err := net.DialTimeout("tcp", u.Host, time.Second)
	if err != nil {
		return local.Deployment{}, fmt.Errorf("no emulator answers at %s: start one with `tagwarden local --keep`", endpoint)
	}
	return local.Open(endpoint), connection.Close()
}

// A listed is an entry as programs read it.
type listed struct {
	Time     time.Time `json:"time"` // of its newest revision
	Entry    string    `json:"entry"`
	Event    string    `json:"event"`
	Account  string    `json:"account"`
	Region   string    `json:"region"`
	Resource string    `json:"resource"`
	Rule     string    `json:"rule"`
	Remedy   string    `json:"remedy"`
	Outcome  string    `json:"outcome"`
	Reason   string    `json:"reason"`
	Told     bool      `json:"told"` // whether nothing is owed to people any more
	Undoes   string    `json:"undoes,omitempty"`
	Error    string    `json:"error,omitempty"` // what went wrong last, for operators: of what is failed or refused, the cause
}

func listedOf(e journal.Entry) listed {
	return listed{
		Time: e.Updated.UTC(), Entry: e.ID, Event: e.Event, Account: e.Key.Account, Region: e.Key.Region, Resource: e.Key.Resource,
		Rule: e.Rule, Remedy: e.Remedy, Outcome: notify.Outcome(e), Reason: e.Reason, Told: e.Told, Undoes: e.Undoes, Error: e.Err,
	}
}

func tableJournal(out io.Writer, entries []journal.Entry) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "TIME\tENTRY\tRESOURCE\tRULE\tOUTCOME\tTOLD")
	for _, e := range entries {
		told := "yes"
		if !e.Told {
			told = "not yet"
		}
		outcome := notify.Outcome(e)
		if e.Undoes != "" {
			outcome += " (undo of " + e.Undoes + ")"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", e.Updated.UTC().Format(time.RFC3339), e.ID, e.Key.Resource, e.Rule, outcome, told)
	}
	return table.Flush()
}
