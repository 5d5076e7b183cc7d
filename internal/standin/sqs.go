package standin

import (
	"crypto/md5" //nolint:gosec // SQS answers with it
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Queue is an SQS queue, standard or FIFO. Who plays the event source mapping receives and deletes by its methods; the functions send by the wire. It is safe for
// concurrent use.
type Queue struct {
	URL         string
	Visibility  time.Duration // how long a message is hidden that was received
	MaxReceives int           // after that many deliveries a message goes to Dead; 0: never
	Dead        *Queue
	clock       *Clock
	fifo        bool

	mu     sync.Mutex
	sent   int
	groups []*group // in the order in which they are asked
	hidden map[string]*Message
	recent map[string]deduplicated // FIFO: what was sent lately, by its deduplication id
	swept  time.Time
}

// A group is the visible messages of a FIFO message group in their order; a standard queue has one.
type group struct {
	name     string
	messages []*Message
	hidden   int // how many were received and are neither deleted nor visible again
}

// A Message is a message as it was received.
type Message struct {
	ID, Body, Receipt string
	Receives          int // this time included
	sequence          int
	group             *group
	visible           time.Time // while hidden: when it comes back
}

type deduplicated struct {
	id string
	at time.Time
}

// deduplication is how long a FIFO queue drops what has the deduplication id of an earlier message.
//
// Source: SQS developer guide, "Using the message deduplication ID in Amazon SQS".
const deduplication = 5 * time.Minute

// NewQueue makes a queue; a FIFO one where the name ends so. A dead-letter queue may be nil.
func (c *Cloud) NewQueue(name string, visibility time.Duration, maxReceives int, dead *Queue) *Queue {
	q := &Queue{
		URL: "https://sqs.stand-in.invalid/" + Account + "/" + name, Visibility: visibility, MaxReceives: maxReceives, Dead: dead, clock: c.Clock,
		fifo: strings.HasSuffix(name, ".fifo"), hidden: map[string]*Message{}, recent: map[string]deduplicated{},
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queues[q.URL] = q
	return q
}

// Send puts a message on a standard queue.
func (q *Queue) Send(body string) { q.send(body, "", "") }

func (q *Queue) send(body, groupID, dedup string) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	if was, ok := q.recent[dedup]; ok && q.clock.Now().Sub(was.at) < deduplication {
		return was.id
	}
	q.sent++
	m := &Message{ID: fmt.Sprintf("m-%s-%d", q.URL[strings.LastIndex(q.URL, "/")+1:], q.sent), Body: body, sequence: q.sent}
	if q.fifo {
		q.recall(dedup, m.ID)
	}
	q.add(m, groupID)
	return m.ID
}

// recall remembers a deduplication id, and now and then forgets what is over.
func (q *Queue) recall(dedup, id string) {
	now := q.clock.Now()
	if now.Sub(q.swept) >= deduplication {
		q.swept = now
		maps.DeleteFunc(q.recent, func(_ string, was deduplicated) bool { return now.Sub(was.at) >= deduplication })
	}
	q.recent[dedup] = deduplicated{id, now}
}

func (q *Queue) add(m *Message, groupID string) {
	i := slices.IndexFunc(q.groups, func(g *group) bool { return g.name == groupID })
	if i < 0 {
		i = len(q.groups)
		q.groups = append(q.groups, &group{name: groupID})
	}
	m.group = q.groups[i]
	m.group.messages = append(m.group.messages, m)
}

// Receive gives up to so many messages, and hides them. Of a FIFO group it gives several at once, in their order, and no more while one of them is hidden. What was
// received too often goes to the dead-letter queue instead.
//
// Source: SQS developer guide, "FIFO queue delivery logic" and "Using dead-letter queues in Amazon SQS".
func (q *Queue) Receive(most int) []Message {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.reappear()
	var out []Message
	for range len(q.groups) {
		g := q.groups[0]
		q.groups = append(q.groups[1:], g) // the next one is asked first the next time
		out = append(out, q.from(g, most-len(out))...)
		if len(out) == most {
			break
		}
	}
	return out
}

func (q *Queue) from(g *group, most int) []Message {
	var out []Message
	for (!q.fifo || g.hidden == len(out)) && len(g.messages) > 0 && len(out) < most {
		m := g.messages[0]
		g.messages = g.messages[1:]
		if q.MaxReceives > 0 && m.Receives >= q.MaxReceives {
			q.Dead.take(m)
			continue
		}
		m.Receives++
		m.Receipt = m.ID + "/" + strconv.Itoa(m.Receives)
		m.visible = q.clock.Now().Add(q.Visibility)
		q.hidden[m.ID] = m
		g.hidden++
		out = append(out, *m)
	}
	return out
}

// take adds what another queue gave up.
func (q *Queue) take(m *Message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.add(&Message{ID: m.ID, Body: m.Body, sequence: m.sequence}, m.group.name)
}

// reappear makes those messages visible again whose time has come, each at its place.
func (q *Queue) reappear() {
	now := q.clock.Now()
	for id, m := range q.hidden {
		if m.visible.After(now) {
			continue
		}
		delete(q.hidden, id)
		m.group.hidden--
		i, _ := slices.BinarySearchFunc(m.group.messages, m.sequence, func(o *Message, n int) int { return o.sequence - n })
		m.group.messages = slices.Insert(m.group.messages, i, m)
	}
}

// Delete takes a message off the queue, if it is still hidden since it was received so.
func (q *Queue) Delete(receipt string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	id, _, _ := strings.Cut(receipt, "/")
	if m := q.hidden[id]; m != nil && m.Receipt == receipt {
		delete(q.hidden, id)
		m.group.hidden--
	}
}

// Next is when the next hidden message comes back; false if none is hidden.
func (q *Queue) Next() (time.Time, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var next time.Time
	for _, m := range q.hidden {
		if next.IsZero() || m.visible.Before(next) {
			next = m.visible
		}
	}
	return next, len(q.hidden) > 0
}

// Len is how many messages are on the queue, the hidden ones included.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.hidden)
	for _, g := range q.groups {
		n += len(g.messages)
	}
	return n
}

func (c *Cloud) queue(url string) (*Queue, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if q := c.queues[url]; q != nil {
		return q, nil
	}
	return nil, &Error{Status: http.StatusBadRequest, Code: "QueueDoesNotExist", Message: "there is no queue " + url}
}

type sendInput struct{ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId string } //nolint:revive // the names are SQS's

type sendAnswer struct{ MessageId, MD5OfMessageBody string } //nolint:revive // the names are SQS's

func sendMessage(c *Cloud, _ request, in sendInput) (sendAnswer, error) {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return sendAnswer{}, err
	}
	if q.fifo != (in.MessageGroupId != "") || q.fifo != (in.MessageDeduplicationId != "") {
		return sendAnswer{}, &Error{Status: http.StatusBadRequest, Code: "InvalidParameterValue", Message: "a FIFO queue needs, and another takes no, group and deduplication id"}
	}
	sum := md5.Sum([]byte(in.MessageBody)) //nolint:gosec // as SQS does
	return sendAnswer{q.send(in.MessageBody, in.MessageGroupId, in.MessageDeduplicationId), hex.EncodeToString(sum[:])}, nil
}

func changeMessageVisibility(c *Cloud, _ request, in struct {
	QueueUrl, ReceiptHandle string //nolint:revive // the names are SQS's
	VisibilityTimeout       int
},
) (any, error) {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	id, _, _ := strings.Cut(in.ReceiptHandle, "/")
	m := q.hidden[id]
	if m == nil || m.Receipt != in.ReceiptHandle {
		return nil, &Error{Status: http.StatusBadRequest, Code: "MessageNotInflight", Message: "the message is not in flight"}
	}
	m.visible = q.clock.Now().Add(time.Duration(in.VisibilityTimeout) * time.Second)
	return struct{}{}, nil
}
