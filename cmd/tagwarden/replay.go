package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/members"
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
	file, f, directory := addPolicy(c), addFormat(c), addDirectory(c)
	against := c.Flags().String("against", "", "another policy: show only what differs from what it makes of the events")
	c.RunE = func(c *cobra.Command, paths []string) error {
		r := replay{stderr: c.ErrOrStderr(), rows: newRows(c.OutOrStdout(), f.json())}
		var err error
		if r.policy, err = usePolicy(*file, r.stderr); err != nil {
			return err
		}
		if r.accounts, err = readDirectory(*directory); err != nil {
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
	accounts    members.File
	stderr      io.Writer
	rows        *rows
	faulty      bool // something was no event
	differs     bool
}

func (r *replay) run(texts func(func(recorded.Text) bool)) error {
	bar := newProgress(r.stderr, "events", -1)
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
	now, err := judged(r.policy, r.accounts, text)
	if err != nil {
		fmt.Fprintf(r.stderr, "%s: %s\n", text.Place, oneLine(err.Error()))
		r.faulty = true
	}
	r.rows.place = text.Place
	if r.old == nil {
		return r.rows.add(now...)
	}
	was, _ := judged(r.old, r.accounts, text) // the same text, so the same error, which was told
	return r.compare(was, now)
}

// compare shows what differs between what two policies make of one event.
func (r *replay) compare(was, now []report.Row) error {
	differences, _ := report.Compare(was, now)
	for _, d := range differences {
		r.differs = true
		if err := r.rows.differ(d.Was, d.Now); err != nil {
			return err
		}
	}
	return nil
}

// judged is what a policy makes of a text: a row for each finding and remedy. An event that is not as AWS documents it is an error and a row.
func judged(p *policy.Policy, accounts members.File, text recorded.Text) ([]report.Row, error) {
	r, err := open(text)
	if err != nil {
		return nil, err
	}
	accounts.Put(r.findings)
	var rows []report.Row
	if why := r.without(); why != "" {
		rows = append(rows, r.ignored(why))
	}
	return append(rows, report.Judged(p, r.findings)...), r.unread // what of it can be read is judged all the same, as a judge does
}
