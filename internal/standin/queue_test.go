package standin_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/standin"
)

const visibility = 6 * time.Minute

// A line is a FIFO queue with its dead-letter queue, and our own adapter before it.
type line struct {
	*testing.T
	clock *standin.Clock
	queue *standin.Queue
	sends *awssqs.Queue
}

func newLine(t *testing.T) *line {
	clock := standin.NewClock(noon)
	cloud := standin.New(clock)
	queue := cloud.NewQueue("act.fifo", visibility, 2, cloud.NewQueue("dead.fifo", 0, 0, nil))
	client := sqs.NewFromConfig(standin.Config(standin.NewProcess(nil).To(cloud), "us-east-1"))
	return &line{t, clock, queue, awssqs.New(client, queue.URL)}
}

func (l *line) send(entry, account string) {
	l.Helper()
	if err := l.sends.Send(l.Context(), handover.Handover{Entry: entry, Revision: 1, Account: account}); err != nil {
		l.Fatal(err)
	}
}

// receive gives what was received, and holds that it is these entries.
func (l *line) receive(most int, want ...string) []standin.Message {
	l.Helper()
	batch := l.queue.Receive(most)
	var got []string
	for _, m := range batch {
		h, err := handover.Decode(m.Body)
		if err != nil {
			l.Fatal(err)
		}
		got = append(got, h.Entry)
	}
	if !slices.Equal(got, want) {
		l.Fatalf("received %v, want %v", got, want)
	}
	return batch
}

func TestGroupsAreInOrder(t *testing.T) {
	l := newLine(t)
	l.send("a1", "a")
	l.send("a2", "a")
	l.send("b1", "b")
	l.send("a3", "a")
	batch := l.receive(2, "a1", "a2")
	l.send("a4", "a")
	other := l.receive(10, "b1") // the others of group a wait
	l.queue.Delete(batch[0].Receipt)
	l.queue.Delete(other[0].Receipt)
	l.receive(10) // for a2
	l.clock.Move(visibility)
	l.receive(10, "a2", "a3", "a4")
}

func TestDuplicatesAreDropped(t *testing.T) {
	l := newLine(t)
	l.send("a1", "a")
	l.queue.Delete(l.receive(10, "a1")[0].Receipt)
	l.clock.Move(5*time.Minute - time.Second)
	l.send("a1", "a")
	l.receive(10)
	l.clock.Move(time.Second)
	l.send("a1", "a")
	l.receive(10, "a1")
}

func TestWhatFailsGoesToTheDeadLetterQueue(t *testing.T) {
	l := newLine(t)
	l.send("a1", "a")
	first := l.receive(10, "a1")[0]
	if err := l.sends.Postpone(t.Context(), first.Receipt, 1); err != nil {
		t.Fatal(err)
	}
	if at, ok := l.queue.Next(); !ok || !at.Equal(noon.Add(awssqs.Pause(1))) {
		t.Errorf("it comes back at %s, %v", at, ok)
	}
	l.clock.Move(awssqs.Pause(1))
	second := l.receive(10, "a1")[0]
	if first.Receives != 1 || second.Receives != 2 {
		t.Errorf("received %d and %d times", first.Receives, second.Receives)
	}
	if err := l.sends.Postpone(t.Context(), first.Receipt, 1); err == nil {
		t.Error("an old receipt was taken")
	}
	l.queue.Delete(first.Receipt)
	l.clock.Move(visibility)
	l.receive(10)
	if l.queue.Len() != 0 || l.queue.Dead.Len() != 1 {
		t.Errorf("%d on the queue, %d dead", l.queue.Len(), l.queue.Dead.Len())
	}
}
