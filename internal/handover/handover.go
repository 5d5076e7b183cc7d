// Package handover is what the judging functions pass to act through the hand-over queue: the id of an entry, nothing secret. Pure.
package handover

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Handover names an entry that act is to take up. All else that act needs is in the journal.
type Handover struct {
	Entry     string    `json:"entry"`               // id of the entry
	Revision  int       `json:"revision"`            // of the entry when it was handed over, from 1
	Account   string    `json:"account"`             // of the resource
	Region    string    `json:"region"`              // of the resource
	Service   string    `json:"service,omitempty"`   // the ARN's service prefix: "ec2"; "" where the ARN is not known
	Urgent    bool      `json:"urgent,omitempty"`    // containment: never waits behind tags
	EventTime time.Time `json:"event_time,omitzero"` // of the event that was judged, for the age in metrics; zero where there was none
	Source    string    `json:"source,omitempty"`    // kind of the event, or "operator", "clock"
}

// maxID is how long a message group's id and a deduplication id may be, in characters of alphabet.
//
// Source: SQS API reference, SendMessage, MessageGroupId and MessageDeduplicationId.
const (
	maxID    = 128
	alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
)

// Group is the FIFO message group: account, region, service and urgency. One group is worked in order, and none waits for another.
func (h Handover) Group() string {
	urgency := "normal"
	if h.Urgent {
		urgency = "urgent"
	}
	return id(or(h.Account), or(h.Region), or(h.Service), urgency)
}

// Dedup is the deduplication id: the entry and its revision. SQS takes a second message with the same id within 5 minutes and drops it, even when the first one was
// received and deleted. That loses nothing:
//
//   - while the first is on the queue, it does the work of both;
//   - a first that was received and failed is not deleted: SQS delivers it again when its visibility timeout ends, and puts it in the dead-letter queue at last;
//   - a first that succeeded left a newer revision, or an entry for which nothing is to be done; whoever hands such an entry over again (clock, operator) does so
//     with the newer revision.
//
// So each hand-over must carry the revision that the journal has now, and never an older one.
func (h Handover) Dedup() string { return id(h.Entry, strconv.Itoa(h.Revision)) }

func or(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// id joins parts to an id that SQS takes. Where that needs a change, a hash keeps two different lists of parts apart.
func id(parts ...string) string {
	whole := strings.Join(parts, "/")
	fit := strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf || !strings.ContainsRune(alphabet, r) {
			return '_'
		}
		return r
	}, whole)
	if fit == whole && len(fit) <= maxID && strings.Count(whole, "/") == len(parts)-1 {
		return fit
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	tail := "#" + hex.EncodeToString(sum[:16])
	return fit[:min(len(fit), maxID-len(tail))] + tail
}

// maxSize bounds a message, in bytes: ours have a few hundred, and SQS takes 1 MiB.
const maxSize = 16 << 10

// nonCharacters may stand in JSON, but SQS refuses them; escaped they pass. Source: SQS API reference, SendMessage, MessageBody.
var nonCharacters = strings.NewReplacer("\ufffe", `\ufffe`, "\uffff", `\uffff`)

// Encode gives the hand-over as a message's body. It is an error if Decode would refuse it.
func (h Handover) Encode() (string, error) {
	if err := h.check(); err != nil {
		return "", fmt.Errorf("encode the hand-over of %q: %w", h.Entry, err)
	}
	data, err := json.Marshal(h)
	if err != nil {
		return "", fmt.Errorf("encode the hand-over of %q: %w", h.Entry, err)
	}
	if len(data) > maxSize {
		return "", fmt.Errorf("encode the hand-over of %q: %d bytes, at most %d are taken", h.Entry, len(data), maxSize)
	}
	return nonCharacters.Replace(string(data)), nil
}

// Decode reads a message's body, strictly: a field that is spelt otherwise, or null, and anything behind the object, is an error. A body that is refused once is refused always; it
// belongs in the dead-letter queue. A field of a name that is not known at all is passed over: a newer version sent it, and all that act needs is in the journal.
func Decode(body string) (Handover, error) {
	h, err := decode(body)
	if err != nil {
		return Handover{}, fmt.Errorf("decode a hand-over: %w", err)
	}
	return h, nil
}

var fields = map[string]bool{"entry": true, "revision": true, "account": true, "region": true, "service": true, "urgent": true, "event_time": true, "source": true}

func decode(body string) (Handover, error) {
	if len(body) > maxSize {
		return Handover{}, fmt.Errorf("%d bytes, at most %d are taken", len(body), maxSize)
	}
	if !utf8.ValidString(body) {
		return Handover{}, errors.New("not valid UTF-8")
	}
	var named map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &named); err != nil {
		return Handover{}, err
	}
	for name, value := range named {
		// encoding/json would take a field in another letter case, and null as absent.
		if known := strings.ToLower(name); name != known && fields[known] {
			return Handover{}, fmt.Errorf("field %q is spelt %q", name, known)
		}
		if fields[name] && bytes.Equal(value, []byte("null")) {
			return Handover{}, fmt.Errorf("field %q is null", name)
		}
	}
	var h Handover
	if err := json.Unmarshal([]byte(body), &h); err != nil {
		return Handover{}, err
	}
	if err := h.check(); err != nil {
		return Handover{}, err
	}
	return h, nil
}

// check holds what act relies on.
func (h Handover) check() error {
	switch {
	case h.Entry == "":
		return errors.New("the entry has no id")
	case !utf8.ValidString(h.Entry):
		return errors.New("the entry's id is not valid UTF-8")
	case h.Revision < 1:
		return fmt.Errorf("revision %d: revisions begin with 1", h.Revision)
	}
	return nil
}
