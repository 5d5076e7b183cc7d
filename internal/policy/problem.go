package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Problem is one thing wrong with a policy file, with its place and the way out.
type Problem struct {
	File      string
	Line, Col int    // from 1; a column counts characters
	Problem   string // what is wrong
	Way       string // what would do
}

// String is one line, "FILE:LINE:COL: what is wrong; what would do".
func (p Problem) String() string {
	text := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Problem)
	if p.Way == "" {
		return text
	}
	return text + "; " + p.Way
}

// Errors is everything that is wrong with a policy file, in the order of the file. It is the only type of error that Parse gives.
type Errors struct{ List []Problem }

// Error is one line a problem.
func (e *Errors) Error() string {
	lines := make([]string, len(e.List))
	for i, p := range e.List {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// tidy gives the problems in the order of the file, each once.
func tidy(list []Problem) []Problem {
	slices.SortFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Problem, b.Problem), cmp.Compare(a.Way, b.Way))
	})
	return slices.Compact(list)
}
