package notify

import (
	"fmt"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// fights tells whether an entry is left alone because what was put right is changed back again and again.
func fights(e journal.Entry) bool { return e.State == journal.Told && e.Held == journal.Fight }

func wordsOfFight(e journal.Entry) words {
	return words{"Changed back", fmt.Sprintf("Nothing was changed now: it was put right, and changed back %s. It is left alone until %s.", times(len(e.Flips)), moment(e.Due))}
}

func times(n int) string {
	switch n {
	case 0:
		return "each time"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// adviceOnFight is how a fight ends.
func (s story) adviceOnFight() []string {
	if !fights(s.entry) {
		return nil
	}
	return s.adviceToExempt()
}

// opponent says who changes back what was put right, as far as that is known, and when it was.
func (s story) opponent(p *page) {
	if !fights(s.entry) {
		return
	}
	p.line("\nWHO CHANGES IT BACK")
	known := false
	for _, f := range [][2]string{{"Code: ", s.about.Origin}, {"Program: ", s.entry.Agent}, {"Principal: ", s.entry.Actor}} {
		if f[1] != "" {
			p.line("- ", f[0], p.text(f[1]))
			known = true
		}
	}
	if !known {
		p.line("It is not known: no event told. Look for the last writes to the resource in CloudTrail.")
	}
	if len(s.entry.Flips) == 0 {
		return
	}
	p.line("\nWHEN")
	p.each(len(s.entry.Flips), func(i int) { p.line("- ", moment(s.entry.Flips[i])) })
}
