package main

import (
	"io"
	"strings"
	"unicode/utf8"
)

// How wide a table is that is kept to a screen, in characters. The last column has what the others leave of it.
const (
	sheetWidth = 180
	sheetLast  = 24 // the least that the last column has
	sheetGap   = 2
)

// A sheet is a table that is kept to a screen: what is too long is cut, and JSON has it whole.
type sheet struct {
	head []string
	most []int      // the most characters of each column but the last
	rows [][]string // one of a single cell is a heading, one that begins with an empty cell a note
}

func (s *sheet) row(cells ...string) { s.rows = append(s.rows, cells) }
func (s *sheet) heading(text string) { s.rows = append(s.rows, []string{text}) }

// note is what belongs to the row before it, whole: in lines of its own.
func (s *sheet) note(text string) { s.rows = append(s.rows, []string{"", text}) }

// print prints the head, and the rows under their headings.
func (s *sheet) print(out io.Writer) error {
	widths := s.widths()
	var b strings.Builder
	s.line(&b, widths, s.head)
	for _, row := range s.rows {
		switch {
		case len(row) == 1:
			b.WriteString("\n" + row[0] + "\n")
		case row[0] == "":
			inset(&b, row[1])
		default:
			s.line(&b, widths, row)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// widths are how wide the columns are.
func (s *sheet) widths() []int {
	widths, left := make([]int, len(s.head)), sheetWidth
	for i := range s.most {
		widths[i] = utf8.RuneCountInString(s.head[i])
		for _, row := range s.rows {
			if len(row) > 1 && row[0] != "" {
				widths[i] = max(widths[i], min(s.most[i], utf8.RuneCountInString(row[i])))
			}
		}
		left -= widths[i] + sheetGap
	}
	widths[len(s.most)] = max(left, sheetLast)
	return widths
}

func (s *sheet) line(b *strings.Builder, widths []int, cells []string) {
	for i, cell := range cells {
		cell = clip(cell, widths[i])
		b.WriteString(cell)
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+sheetGap))
		}
	}
	b.WriteString("\n")
}

// clip keeps the beginning of a text.
func clip(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

// clipFront keeps the end of a text.
func clipFront(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return "…" + string(runes[len(runes)-most+1:])
	}
	return s
}

// sheetInset is how far a note is set in, in characters.
const sheetInset = 6

// inset writes a note: each of its lines set in, and broken between words where it is longer than a screen is wide.
func inset(b *strings.Builder, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		rest := line
		for utf8.RuneCountInString(rest) > sheetWidth-sheetInset {
			runes := []rune(rest)[:sheetWidth-sheetInset]
			cut := strings.LastIndexByte(string(runes), ' ')
			if cut <= 0 {
				cut = len(string(runes))
			}
			b.WriteString(strings.Repeat(" ", sheetInset) + rest[:cut] + "\n")
			rest = strings.TrimPrefix(rest[cut:], " ")
		}
		b.WriteString(strings.Repeat(" ", sheetInset) + rest + "\n")
	}
}
