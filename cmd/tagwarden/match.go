package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/pattern"
)

func newMatch() *cobra.Command {
	c := &cobra.Command{
		Use:   "match CASES.jsonl",
		Short: "Try EventBridge patterns on events, offline, as AWS's own engine would",
		Long: `match reads a line {"name":..,"pattern":{..},"event":{..}[,"want":true|false|"invalid"]} a case and prints {"name":..,"match":true} (or false, or "invalid") for each.
"-" reads standard input. A pattern that is invalid is explained on standard error. Exit code 1 if a want differs, 2 if a line is no case.`,
		Args: takes(1, 1, "one file of cases, a line each, or - for standard input"),
	}
	f := format("json")
	c.Flags().Var(&f, "format", "table or json; json is one object a line")
	c.RunE = func(c *cobra.Command, args []string) error {
		in, name, err := openCases(args[0], c.InOrStdin())
		if err != nil {
			return err
		}
		defer in.Close()
		return match(in, name, matches{c.OutOrStdout(), f.json()}, c.ErrOrStderr())
	}
	return c
}

// matches prints results as they come.
type matches struct {
	out  io.Writer
	json bool
}

func (m matches) print(result matched) error {
	if m.json {
		return json.NewEncoder(m.out).Encode(result)
	}
	_, err := fmt.Fprintf(m.out, "%-7v  %s\n", result.Match, result.Name)
	return err
}

// openCases opens a file, or standard input for "-".
func openCases(path string, stdin io.Reader) (io.ReadCloser, string, error) {
	if path == "-" {
		return io.NopCloser(stdin), "standard input", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, "", fmt.Errorf("read the cases: %w; name a file of cases, or - for standard input", err)
	}
	return f, path, nil
}

// A matchCase is one line of the input.
type matchCase struct {
	Name    string          `json:"name"`
	Pattern json.RawMessage `json:"pattern"`
	Event   json.RawMessage `json:"event"`
	Want    any             `json:"want"`
}

// A matched is one line of the output.
type matched struct {
	Name  string `json:"name"`
	Match any    `json:"match"`
}

func match(in io.Reader, file string, results matches, stderr io.Writer) error {
	lines := bufio.NewReader(in)
	out := bufio.NewWriter(results.out)
	results.out = out
	wrong, faulty := false, false
	for number := 1; ; number++ {
		line, readErr := lines.ReadBytes('\n')
		if readErr != nil && readErr != io.EOF {
			return fmt.Errorf("read %s: %w", file, readErr)
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if len(bytes.TrimSpace(line)) > 0 {
			differs, err := matchLine(line, fmt.Sprintf("%s:%d", file, number), results, stderr)
			wrong, faulty = wrong || differs, faulty || err != nil
			if err != nil {
				fmt.Fprintf(stderr, "%s:%d: %v\n", file, number, err)
			}
		}
		if readErr == io.EOF {
			break
		}
	}
	return verdictOf(out.Flush(), faulty, wrong)
}

// verdictOf is how a command ends that looked at many things: an error, some that could not be read, or some that are wrong.
func verdictOf(err error, faulty, wrong bool) error {
	switch {
	case err != nil:
		return err
	case faulty:
		return errFault
	case wrong:
		return errWrong
	}
	return nil
}

// matchLine answers one case. differs says that it is not as wanted; an error, that it is no case.
func matchLine(line []byte, place string, results matches, stderr io.Writer) (differs bool, err error) {
	var c matchCase
	if err := json.Unmarshal(line, &c); err != nil {
		return false, fmt.Errorf(`not a case: %w; write {"name":..,"pattern":{..},"event":{..}}`, err)
	}
	if c.Pattern == nil || c.Event == nil {
		return false, errors.New(`not a case: it needs "pattern" and "event"`)
	}
	result := matched{Name: c.Name}
	p, err := pattern.Parse(c.Pattern)
	if err != nil {
		result.Match = "invalid"
		if c.Want != "invalid" {
			fmt.Fprintf(stderr, "%s: the pattern of %q is invalid: %v\n", place, c.Name, err)
		}
	} else if result.Match, err = p.Match(c.Event); err != nil {
		return false, fmt.Errorf("the event of %q: %w", c.Name, err)
	}
	if err := results.print(result); err != nil {
		return false, err
	}
	if c.Want != nil && c.Want != result.Match {
		fmt.Fprintf(stderr, "%s: %q gives %v, wanted %v\n", place, c.Name, result.Match, c.Want)
		return true, nil
	}
	return false, nil
}
