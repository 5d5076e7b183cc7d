package pattern

import "strings"

// An Error says where a pattern is at fault, what is wrong there, and what would do. It is the only type of
// error that Parse gives.
type Error struct {
	Path    []string // the keys down to the fault; an element of an array is "[N]", counted from 0. Empty: the pattern as a whole
	Problem string   // what is wrong
	Way     string   // what would do
}

// Error is one line: detail.severity[0].numeric: what is wrong; what would do.
func (e *Error) Error() string {
	return e.place() + ": " + e.Problem + "; " + e.Way
}

func (e *Error) place() string {
	if len(e.Path) == 0 {
		return "event pattern"
	}
	var b strings.Builder
	for i, step := range e.Path {
		if i > 0 && !strings.HasPrefix(step, "[") {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}

// A place is a path under construction; it is shared by the steps that lead to it and never changed.
type place struct {
	up   *place
	step string
}

func (p *place) down(step string) *place { return &place{up: p, step: step} }

func (p *place) path() []string {
	if p == nil {
		return nil
	}
	return append(p.up.path(), p.step)
}

func (p *place) fault(problem, way string) *Error {
	return &Error{Path: p.path(), Problem: problem, Way: way}
}
