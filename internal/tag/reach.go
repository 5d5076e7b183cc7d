package tag

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// reaches says whether a pattern matches, as a whole, some value that AWS takes and that glob matches too. The pattern is a regular expression.
//
// It walks the pattern's program and the glob side by side, breadth first, one character a step, and ends at the longest value. What `\b` and its kin see is
// kept as the kind of the last character and a guess of the next one.
func reaches(pattern, glob string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return false
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return false
	}
	w := &walk{prog: prog, glob: []rune(glob), seen: map[place]bool{}, takes: map[taking]bool{}}
	for _, next := range kinds() {
		w.enter(place{pc: prog.Start, last: edge, next: next})
	}
	for range general().value + 1 {
		if w.matched {
			return true
		}
		now := w.ahead
		w.ahead = nil
		for _, at := range now {
			w.step(at)
		}
	}
	return false
}

// A kind is what word borders can tell of a character: an ASCII word character, another one, or none, at the ends. It is such a character.
type kind rune

const (
	edge  kind = -1
	word  kind = 'a'
	other kind = '-'
)

func kinds() []kind { return []kind{edge, word, other} }

func kindOf(r rune) kind {
	if syntax.IsWordChar(r) {
		return word
	}
	return other
}

// A place is a state of the walk: instruction, position in the glob, kind of the last character and of the next.
type place struct {
	pc         int
	at         int
	last, next kind
}

// A taking is a question about an instruction: does it take some character of a kind that AWS takes?
type taking struct {
	pc   int
	kind kind
}

type walk struct {
	prog    *syntax.Prog
	glob    []rune
	seen    map[place]bool
	ahead   []place // at instructions that take a character
	takes   map[taking]bool
	matched bool
}

// enter goes on from a place without taking a character.
func (w *walk) enter(first place) {
	stack := []place{first}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if w.seen[at] {
			continue
		}
		w.seen[at] = true
		if at.at < len(w.glob) && w.glob[at.at] == '*' {
			past := at
			past.at++
			stack = append(stack, past)
		}
		stack = w.follow(stack, at)
	}
}

// follow adds the places that an instruction leads to without taking a character.
func (w *walk) follow(stack []place, at place) []place {
	inst := &w.prog.Inst[at.pc]
	to := func(pc uint32) place { return place{pc: int(pc), at: at.at, last: at.last, next: at.next} }
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return append(stack, to(inst.Out), to(inst.Arg))
	case syntax.InstCapture, syntax.InstNop:
		return append(stack, to(inst.Out))
	case syntax.InstEmptyWidth:
		if need := syntax.EmptyOp(inst.Arg); need&^syntax.EmptyOpContext(rune(at.last), rune(at.next)) == 0 {
			return append(stack, to(inst.Out))
		}
	case syntax.InstMatch:
		if at.next == edge && at.at == len(w.glob) {
			w.matched = true
		}
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		if at.next != edge {
			w.ahead = append(w.ahead, at)
		}
	}
	return stack
}

// step takes one character of the guessed kind, if instruction and glob take the same one.
func (w *walk) step(at place) {
	if at.at == len(w.glob) {
		return
	}
	inst := &w.prog.Inst[at.pc]
	to := place{pc: int(inst.Out), at: at.at, last: at.next}
	if c := w.glob[at.at]; c == '*' {
		if !w.take(at.pc, at.next) {
			return
		}
	} else {
		if kindOf(c) != at.next || !common(c) || !inst.MatchRune(c) {
			return
		}
		to.at++
	}
	for _, next := range kinds() {
		to.next = next
		w.enter(to)
	}
}

// take says whether an instruction takes some character of a kind that AWS takes.
func (w *walk) take(pc int, k kind) bool {
	question := taking{pc, k}
	answer, known := w.takes[question]
	if !known {
		answer = takesSome(&w.prog.Inst[pc], k)
		w.takes[question] = answer
	}
	return answer
}

func takesSome(inst *syntax.Inst, k kind) bool {
	for r := rune(0); r < utf8.RuneSelf; r++ {
		if kindOf(r) == k && common(r) && inst.MatchRune(r) {
			return true
		}
	}
	if k == word || !beyondASCII(inst) {
		return false
	}
	for _, table := range []*unicode.RangeTable{unicode.L, unicode.Z, unicode.N} {
		for _, t := range table.R16 {
			if takesOf(inst, rune(t.Lo), rune(t.Hi), rune(t.Stride)) {
				return true
			}
		}
		for _, t := range table.R32 {
			if takesOf(inst, rune(t.Lo), rune(t.Hi), rune(t.Stride)) {
				return true
			}
		}
	}
	return false
}

// beyondASCII says whether an instruction could take a character beyond ASCII; letter cases of ASCII letters, as the Kelvin sign, count.
func beyondASCII(inst *syntax.Inst) bool {
	switch n := len(inst.Rune); {
	case inst.Op == syntax.InstRuneAny || inst.Op == syntax.InstRuneAnyNotNL || n == 1 && syntax.Flags(inst.Arg)&syntax.FoldCase != 0:
		return true
	default:
		return n > 0 && inst.Rune[n-1] >= utf8.RuneSelf
	}
}

// takesOf says whether an instruction takes one of the characters lo, lo+stride, ... hi beyond ASCII.
func takesOf(inst *syntax.Inst, lo, hi, stride rune) bool {
	if inst.Op == syntax.InstRuneAny || inst.Op == syntax.InstRuneAnyNotNL {
		return hi >= utf8.RuneSelf
	}
	if len(inst.Rune) == 1 {
		for r := inst.Rune[0]; ; {
			if r >= utf8.RuneSelf && lo <= r && r <= hi && (r-lo)%stride == 0 && inst.MatchRune(r) {
				return true
			}
			if r = unicode.SimpleFold(r); r == inst.Rune[0] {
				return false
			}
		}
	}
	for i := 0; i+1 < len(inst.Rune); i += 2 {
		from := max(lo, inst.Rune[i], utf8.RuneSelf)
		if off := (from - lo) % stride; off != 0 {
			from += stride - off
		}
		if from <= min(hi, inst.Rune[i+1]) {
			return true
		}
	}
	return false
}
