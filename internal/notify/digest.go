package notify

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A DigestOf is what one owner is told together.
type DigestOf struct {
	Owner        string // value of the Owner tag; "" for what has none
	Since, Until time.Time
	Entries      []journal.Entry // in any order
	Totals       map[string]int  // by outcome, since the last digest
	Policy       string          // short hash of the policy
	Topic        string          // ARN of the topic; "" for the stack's own
}

// digested is the outcome of a digest, as messages name it.
const digested = "digest"

// Digest makes the messages of a digest, the worst first; none where there is nothing to be told. The same digest makes the same messages. What does not fit is counted, so that
// one message is enough: outcomes are few.
func Digest(d DigestOf) []Message {
	if len(d.Entries) == 0 && len(d.Totals) == 0 {
		return nil
	}
	d.Entries = slices.Clone(d.Entries)
	slices.SortFunc(d.Entries, worse)
	m := Message{
		ID: digested + "-" + d.Until.UTC().Format("20060102T150405Z"), Subject: shorten(d.subject(), maxSubject), Default: shorten("Tagwarden: "+d.subject(), maxSMS),
		Attributes: map[string]string{"outcome": digested}, Topic: d.Topic,
	}
	if worst := d.worst(); worst != finding.Unset {
		m.Attributes["severity"] = worst.String()
	}
	lines := d.lines()
	most(len(lines), func(n int) bool {
		m.Email = d.email(lines[:n])
		return len(m.Email) <= maxEmail
	})
	k := &knife{detail: detail{runes: 2048}}
	items := d.items(k)
	most(len(items), func(n int) bool {
		m.JSON = d.document(items[:n], k.fields)
		body, err := m.Body()
		return err == nil && m.size(body) <= maxMessage
	})
	return []Message{m}
}

// most writes as many of n as fit, the last time that it writes; none always do.
func most(n int, write func(n int) bool) {
	if !write(n) {
		write(sort.Search(n, func(n int) bool { return !write(n + 1) }))
	}
}

// worse orders entries: what still stands first, then by severity, then by age.
func worse(a, b journal.Entry) int {
	return cmp.Or(over(a)-over(b), -cmp.Compare(severityOf(a), severityOf(b)), a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
}

func over(e journal.Entry) int {
	if e.State.Final() {
		return 1
	}
	return 0
}

// severityOf is an entry's severity; one that is none is below all.
func severityOf(e journal.Entry) finding.Severity {
	severity, err := finding.ParseSeverity(e.Severity)
	if err != nil {
		return finding.Unset
	}
	return severity
}

func (d DigestOf) worst() finding.Severity {
	worst := finding.Unset
	for _, e := range d.Entries {
		worst = max(worst, severityOf(e))
	}
	return worst
}

// subject names no owner: that is the value of a tag.
func (d DigestOf) subject() string {
	worst := ""
	if n := d.urgent(); n > 0 {
		worst = fmt.Sprintf(", %d of them high or critical", n)
	}
	return fmt.Sprintf("Digest: %s%s (%s)", findings(len(d.Entries)), worst, day(d.Until))
}

func findings(n int) string {
	if n == 0 {
		return "nothing new"
	}
	return count(n, "finding")
}

func (d DigestOf) urgent() int {
	n := 0
	for _, e := range d.Entries {
		if severityOf(e) >= finding.High {
			n++
		}
	}
	return n
}

// email is the text for people: one line an entry, the totals, and the command that lists what is not shown.
func (d DigestOf) email(lines []string) string {
	p := &page{detail: detail{runes: maxAttribute}}
	p.line("What Tagwarden found from ", moment(d.Since), " to ", moment(d.Until), ".")
	if d.Owner != "" {
		p.line("Owner: ", p.text(d.Owner))
	}
	if len(d.Entries) > 0 {
		p.line("\nWORST FIRST")
	}
	for _, line := range lines {
		p.line("- ", line)
	}
	if more := len(d.Entries) - len(lines); more > 0 {
		p.line(fmt.Sprintf("and %d more: %s", more, d.command()))
	}
	if len(d.Totals) > 0 {
		p.line("\nALL SINCE THE LAST DIGEST")
		p.line(strings.Join(d.totals(), ", "))
	}
	p.line("\nOne of them, whole: tagwarden journal ENTRY")
	if d.Policy != "" {
		p.line("Policy ", p.text(d.Policy))
	}
	return p.String()
}

// lines are the first entries, each in its line, and not many more than an e-mail holds.
func (d DigestOf) lines() []string {
	var lines []string
	size := 0
	for _, e := range d.Entries {
		if size > maxEmail {
			break
		}
		lines = append(lines, fit(line(e), maxAttribute))
		size += len(lines[len(lines)-1])
	}
	return lines
}

// line says an entry in one line, without any value of a tag.
func line(e journal.Entry) string {
	s, r := view(e, About{}), e.Resource
	parts := []string{strings.TrimSpace(s.topic() + " of " + kind(r) + " " + name(r)), strings.TrimSpace(orUnknown(r.Account) + " " + r.Region)}
	if e.Rule != "" {
		parts = append(parts, "rule "+quoteRule(e.Rule))
	}
	for _, part := range []string{e.Severity, Outcome(e), "since " + day(e.Since), e.ID} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// command lists what the digest tells of. The entries that are gathered are told or observed, mostly, and what became of them stands with them.
func (d DigestOf) command() string { return "tagwarden journal --since " + day(d.Since) }

// totals are the outcomes that occurred, the most frequent first.
func (d DigestOf) totals() []string {
	outcomes := slices.SortedFunc(maps.Keys(d.Totals), func(a, b string) int { return cmp.Or(-cmp.Compare(d.Totals[a], d.Totals[b]), cmp.Compare(a, b)) })
	list := make([]string, len(outcomes))
	for i, outcome := range outcomes {
		list[i] = fmt.Sprintf("%d %s", d.Totals[outcome], clean(outcome))
	}
	return list
}

// A digest is a digest as programs read it.
type digest struct {
	Version  int            `json:"version"`
	Severity string         `json:"severity,omitempty"` // of the worst
	Outcome  string         `json:"outcome"`            // digest
	Owner    string         `json:"owner,omitempty"`
	Since    string         `json:"since"` // RFC 3339
	Until    string         `json:"until"`
	Totals   map[string]int `json:"totals"` // by outcome, of all that happened
	Entries  []item         `json:"entries"`
	More     int            `json:"more,omitempty"` // how many are left out
	List     string         `json:"list"`           // the command that lists them
	Policy   string         `json:"policy,omitempty"`
	Cut      []string       `json:"cut,omitempty"`
}

// An item is an entry in a digest as programs read it.
type item struct {
	ID       string   `json:"id"`
	Severity string   `json:"severity,omitempty"`
	Outcome  string   `json:"outcome"`
	Rule     string   `json:"rule,omitempty"`
	What     string   `json:"what"` // "2 tag violations"
	Resource resource `json:"resource"`
	Since    string   `json:"since,omitempty"`
}

// items are the first entries as programs read them, and not many more than a message holds.
func (d DigestOf) items(k *knife) []item {
	const field = "entries"
	items := []item{}
	size := 0
	for _, e := range d.Entries {
		if size > maxMessage {
			break
		}
		s := view(e, About{})
		next := item{
			ID: k.text(field, e.ID), Severity: k.text(field, e.Severity), Outcome: Outcome(e), Rule: k.text(field, e.Rule), What: k.text(field, s.topic()),
			Resource: s.shownResource(k), Since: stamp(e.Since),
		}
		text, _ := encode(next) // strings only: cannot fail
		items, size = append(items, next), size+len(text)
	}
	return items
}

// document is the JSON for programs. cut are the fields of items that are shortened.
func (d DigestOf) document(items []item, cut []string) string {
	k := &knife{detail: detail{runes: maxAttribute}, fields: slices.Clone(cut)}
	doc := digest{
		Version: Version, Outcome: digested, Owner: k.text("owner", d.Owner), Since: stamp(d.Since), Until: stamp(d.Until), Totals: d.Totals, Entries: items,
		More: len(d.Entries) - len(items), List: d.command(), Policy: d.Policy,
	}
	if worst := d.worst(); worst != finding.Unset {
		doc.Severity = worst.String()
	}
	if doc.More > 0 {
		k.mark("entries")
	}
	doc.Cut = k.fields
	text, err := encode(doc)
	if err != nil {
		return `{"outcome":"digest"}` // strings and numbers only: cannot happen
	}
	return text
}
