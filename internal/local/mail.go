package local

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/report"
)

// A mailbox is what people were told, by what it was about: an entry's id, or an event's.
type mailbox map[string]letter

// A letter is what a message of the topic says.
type letter struct {
	subject string
	notes   []string // beyond the subject and the entry's reason, what people can do about it
}

// A document is what is read of a message: see docs/messages.md.
type document struct {
	ID      string    `json:"id"`
	Event   string    `json:"event"`
	Outcome string    `json:"outcome"`
	Held    string    `json:"held"`
	Origin  string    `json:"origin"`
	Due     time.Time `json:"due"`
	Force   string    `json:"force"`
	Code    []struct{ Language, Code, Note string }
}

// mail takes what the topic has sent.
func (m *machine) mail(ctx context.Context) (mailbox, error) {
	told := mailbox{}
	err := m.wires.drain(ctx, m.wires.messages, func(message types.Message) {
		var notice struct{ Subject, Message string }
		var d document
		if json.Unmarshal([]byte(aws.ToString(message.Body)), &notice) != nil || json.Unmarshal([]byte(notice.Message), &d) != nil {
			m.complain("a message of the topic is unreadable: %s", aws.ToString(message.Body))
			return
		}
		about := d.ID
		if about == "" {
			about = d.Event
		}
		told[about] = letter{notice.Subject, d.notes()}
	})
	return told, err
}

// notes are what a message says to do, where that is the point of it: of a fight, and of an undo.
func (d document) notes() []string {
	var notes []string
	if d.Force != "" {
		notes = append(notes, "To put the earlier values back all the same: "+d.Force)
	}
	if d.Outcome == string(journal.Undone) && !d.Due.IsZero() {
		notes = append(notes, "The rule leaves it alone until "+d.Due.Format(time.RFC3339)+": the undo granted an exemption.")
	}
	if d.Held == journal.Fight {
		if d.Origin != "" {
			notes = append(notes, "Who changes it back: "+d.Origin+".")
		}
		for _, c := range d.Code {
			notes = append(notes, strings.TrimSpace(strings.TrimSpace(c.Language+": "+c.Note)+"\n"+c.Code))
		}
	}
	return notes
}

// aside tells whether an entry is about Tagwarden itself, or about an exemption: what answers no event.
func aside(e journal.Entry) bool { return e.Key.Noticed() != "" || e.Key.Exemption() }

// notices are what people were told of Tagwarden itself and of exemptions, the oldest first.
func (a answers) notices() []report.Result {
	var results []report.Result
	for _, e := range slices.Backward(a.entries) {
		if l, told := a.told[e.ID]; told && aside(e) {
			r := report.Notice(e)
			r.Message, r.Notes = l.subject, l.notes
			results = append(results, r)
		}
	}
	return results
}
