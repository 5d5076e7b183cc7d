// Package notify makes an entry of the journal into a message: a subject and a text for people, and a JSON document for programs; and what was gathered into a digest. Pure.
package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A Message is an entry as people and programs read it. It is within the limits of Amazon SNS, and says so where something was cut.
type Message struct {
	ID         string            // of the entry
	Subject    string            // ASCII, 1 to 99 characters, no line breaks
	Email      string            // plain text, at most 16 KiB, for a phone's screen
	JSON       string            // see the type document; what every protocol without a text of its own gets
	Default    string            // one line of ASCII for SMS, at most 140 characters
	Attributes map[string]string // for filter policies: severity, verdict, outcome, account, region, type, rule; what is not known is left out
	Topic      string            // ARN of the topic that it goes to; "" for the stack's own
	Telling    string            // tells tellings of one outcome apart, where an entry has several; letters and digits
}

// About is what a message says of the deployment that sends it.
type About struct {
	Policy  string // short hash of the policy; "" if it is not known
	Tool    string // how people run the command line; "" means "tagwarden"
	Approve bool   // whether `approve` works in this deployment: only then do proposals name it
	Button  string // the button that approves what a finding of Security Hub led to; "" where there is none
	Posts   bool   // whether proposals are put into Security Hub, so that the button works there on those that no finding of it led to
	Topic   string // ARN of the topic that the message goes to; "" for the stack's own

	Origin string        // who owns the code that made the resource, within a sentence ("the CloudFormation stack web"); "" where it is not known
	Patch  []iac.Snippet // how that code is to be changed
}

// How much a message holds, in bytes.
const (
	// Source: SNS API reference, Publish: at most 262,144 bytes by default, message body and attributes together.
	maxMessage = 262_144
	// The subject is counted along, though AWS does not say so, and so are the attributes' data types, and what is added where a route's topic does not take it.
	reserve = 2048
	// Our own limit: nobody reads more than this on a phone.
	maxEmail = 16 << 10
)

// Render makes the message of an entry. It never fails: what does not fit loses detail step by step, and the message says that it was cut.
func Render(e journal.Entry, about About) Message {
	if about.Tool == "" {
		about.Tool = "tagwarden"
	}
	s := view(e, about)
	m := Message{ID: e.ID, Subject: s.subject(), Default: s.short(), Attributes: s.attributes(), Topic: about.Topic, Telling: telling(e)}
	for _, d := range steps {
		if m.Email = s.email(d); len(m.Email) <= maxEmail {
			break
		}
	}
	for _, d := range steps {
		m.JSON = s.document(d)
		if body, err := m.Body(); err == nil && m.size(body) <= maxMessage {
			break
		}
	}
	return m
}

// size is what SNS counts of the message, in bytes.
func (m Message) size(body string) int {
	n := len(body) + len(m.Subject) + reserve
	for name, value := range m.Attributes {
		n += len(name) + len(value)
	}
	return n
}

// Key tells one telling of an entry from another: its id and what became of it. Letters, digits, "-" and "." only.
//
// An entry is told once an outcome, but for those that Telling tells apart, so that a second delivery of the same telling has the same key.
func (m Message) Key() string {
	key := strings.Map(plain, m.ID) + "." + strings.Map(plain, m.Attributes["outcome"])
	if m.Telling != "" {
		key += "." + m.Telling
	}
	return key
}

// telling names what an entry tells with one outcome: what waits may wait for something else next, what is proposed may be shown again, and of exemptions and notices people
// hear more than once.
func telling(e journal.Entry) string {
	several := e.State == journal.Waiting || e.State == journal.Proposed || e.Key.Exemption() || e.Key.Noticed() != ""
	if !several {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", e.Held, e.Shown, e.Reason))
	return hex.EncodeToString(sum[:4])
}

// Redirected is the message as the stack's own topic gets it, since that of its route, for this reason, did not take it.
func (m Message) Redirected(reason string) Message {
	why, _ := cut(clean(fmt.Sprintf("This message was meant for %s, which did not take it%s.", m.Topic, reason)), maxRedirected)
	m.Email, m.Topic = m.Email+"\n"+why+"\n", ""
	return m
}

// maxRedirected bounds what Redirected adds, in characters, which are mostly ASCII: the ARN of a topic is shorter, and it is within reserve.
const maxRedirected = 500

func plain(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '.':
		return r
	}
	return '-'
}
