package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tagwarden/tagwarden/internal/operator"
)

// confirm asks whether to go on. Where nobody is there to answer, --yes must have said so.
func confirm(c *cobra.Command, yes bool, question string) error {
	if yes {
		return nil
	}
	if file, ok := c.InOrStdin().(*os.File); ok && !term.IsTerminal(int(file.Fd())) {
		return errors.New("nobody is there to answer: add --yes to go on without being asked")
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s [y/N] ", question)
	line, _ := bufio.NewReader(c.InOrStdin()).ReadString('\n') // what ends without a line is no yes
	if word := strings.ToLower(strings.TrimSpace(line)); word != "y" && word != "yes" {
		return errors.New("nothing was done: it was not answered with y")
	}
	return nil
}

// How long a command waits for what it asked for, and how often it looks.
const patience = 2 * time.Minute

var look = time.Second

// await gives an entry when it is answered or waits for its time, or as it is when patience ends.
func await(ctx context.Context, d desk, entry string) (operator.View, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		got, err := d.Do(ctx, operator.Request{Get: &operator.Get{Entry: entry}})
		if err != nil {
			return operator.View{}, fmt.Errorf("look what became of entry %s (`tagwarden journal %s` shows it): %w", entry, entry, err)
		}
		if got.Entry.Answered() || got.Entry.Waits() {
			return *got.Entry, nil
		}
		timer := time.NewTimer(look)
		select {
		case <-ctx.Done():
			timer.Stop()
			return *got.Entry, fmt.Errorf("entry %s is still on its way: `tagwarden journal %s` shows what becomes of it", entry, entry)
		case <-timer.C:
		}
	}
}
