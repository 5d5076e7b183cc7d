package local

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/recorded"
)

// A source is one recorded event and what is known of it before it is sent.
type source struct {
	recorded.Text
	wave     int    // sent when all of the waves before are answered
	template []byte // with names of the seed, as it was recorded
	envelope events.Envelope
	kind     string // "" for an event of no known kind
	findings []finding.Finding
	wanted   bool  // whether a rule selects it
	broken   error // why the event is not as AWS documents its kind; Text.Err says why it is no event
}

// open puts the names of the seed into the texts and reads the events. What is no event is named on Stderr; the others go on.
func (m *machine) open(context.Context) error {
	if err := m.fill(0, time.Now()); err != nil {
		return err
	}
	for _, s := range m.sources {
		for _, fault := range []error{s.Err, s.broken} {
			if fault != nil {
				m.complain("%s: %v", s.Place, fault)
			}
		}
	}
	return nil
}

// now is the name that stands for when an event is sent, in an event: {{now}}.
const now = "now"

// fill puts the names of the seed, and the time, into the texts of a wave and of those after it, and reads them. EventBridge tells whole seconds: the one that begins next
// is the first that is certainly after all that happened before.
func (m *machine) fill(wave int, at time.Time) error {
	if m.places == nil {
		m.places = places{}
	}
	m.places[now] = place{id: at.Add(time.Second).UTC().Truncate(time.Second).Format(time.RFC3339)}
	for i := range m.sources {
		s := &m.sources[i]
		if s.template == nil {
			s.template = s.Data
		}
		if s.wave < wave || s.template == nil || s.Err != nil {
			continue
		}
		data, err := m.places.fill(s.Place, s.template)
		if err != nil {
			return err
		}
		s.read(data)
	}
	return nil
}

func (s *source) read(data []byte) {
	var compact bytes.Buffer // as EventBridge sends it
	if err := json.Compact(&compact, data); err != nil {
		s.Err = fmt.Errorf("this is no event: %w", err)
		return
	}
	s.Data = compact.Bytes()
	envelope, kind, known, err := events.Open(s.Data)
	if err != nil {
		s.Err = fmt.Errorf("this is no event: %w", err)
		return
	}
	s.envelope = envelope
	if known {
		s.kind = kind.ID
		s.findings, s.broken = kind.Decode(envelope)
	}
}

// route plays EventBridge: each event of a wave goes to the queue of every rule whose pattern selects it.
func (m *machine) route(ctx context.Context, wave int) error {
	for _, w := range m.wires.judges {
		var bodies []string
		for i := range m.sources {
			s := &m.sources[i]
			if s.Err != nil || s.wave != wave {
				continue
			}
			for _, rule := range w.rules {
				selected, err := rule.Pattern.Match(s.Data)
				if err != nil {
					return fmt.Errorf("match %s: %w", s.Place, err)
				}
				if selected {
					s.wanted = true
					bodies = append(bodies, string(s.Data))
				}
			}
		}
		sent := func(n int) error {
			m.Progress(n, len(bodies), "sending the events")
			return m.ease(ctx, w)
		}
		if err := w.send(ctx, bodies, sent); err != nil {
			return err
		}
	}
	return nil
}

// crowd is how many messages a queue holds before the router waits: the emulator gets slower with every message.
const crowd = 50

// ease waits until a queue is short enough for more, or its function is gone.
func (m *machine) ease(ctx context.Context, w *wire) error {
	for since := time.Now(); time.Since(since) < stall; sleep(ctx, pollPause) {
		n, err := m.wires.waiting(ctx, w.url)
		if err != nil || n < crowd {
			return err
		}
		if err := m.gone(); err != nil {
			return err
		}
	}
	return nil
}

// maxBatchBytes bounds a batch. Source: SQS API reference, SendMessageBatch (262,144 bytes until 2025; the emulator holds to it).
const maxBatchBytes = 256 << 10

// send puts messages on the queue, in batches.
func (w *wire) send(ctx context.Context, bodies []string, sent func(int) error) error {
	for done := 0; done < len(bodies); {
		var entries []types.SendMessageBatchRequestEntry
		size := 0
		for _, body := range bodies[done:] {
			if size += len(body); len(entries) == batchSize || size > maxBatchBytes && len(entries) > 0 {
				break
			}
			entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(len(entries))), MessageBody: aws.String(body)})
		}
		out, err := w.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &w.url, Entries: entries})
		if err != nil {
			return fmt.Errorf("send to %s: %w", w.url, err)
		}
		for _, failed := range out.Failed {
			return fmt.Errorf("send to %s: %s", w.url, aws.ToString(failed.Message))
		}
		done += len(entries)
		if err := sent(done); err != nil {
			return err
		}
	}
	return nil
}
