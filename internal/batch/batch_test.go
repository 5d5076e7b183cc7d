package batch

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

const fifo = `{"Records":[
	{"messageId":"1","body":"a1","eventSource":"aws:sqs","receiptHandle":"r1","attributes":{"MessageGroupId":"a","ApproximateReceiveCount":"3"}},
	{"messageId":"2","body":"a2","eventSource":"aws:sqs","attributes":{"MessageGroupId":"a"}},
	{"messageId":"3","body":"b1","eventSource":"aws:sqs","attributes":{"MessageGroupId":"b","ApproximateReceiveCount":"1"}}]}`

func TestRun(t *testing.T) {
	tests := []struct {
		name, payload string
		fail          string
		handled       []string
		answer        string
		err           bool
	}{
		{"all well", fifo, "", []string{"a1", "a2", "b1"}, `{"batchItemFailures":[]}`, false},
		{"a failure holds no other message back", fifo, "a1", []string{"a1", "a2", "b1"}, `{"batchItemFailures":[{"itemIdentifier":"1"}]}`, false},
		{"the last one fails", fifo, "a2", []string{"a1", "a2", "b1"}, `{"batchItemFailures":[{"itemIdentifier":"2"}]}`, false},
		{
			"without groups each stands alone", `{"Records":[{"messageId":"1","body":"x","eventSource":"aws:sqs"},{"messageId":"2","body":"y","eventSource":"aws:sqs"}]}`,
			"x",
			[]string{"x", "y"},
			`{"batchItemFailures":[{"itemIdentifier":"1"}]}`, false,
		},
		{"where all fail, it is the function that fails", fifo, "*", []string{"a1", "a2", "b1"}, `null`, true},
		{"where the only one fails, too", `{"Records":[{"messageId":"1","body":"x","eventSource":"aws:sqs"}]}`, "x", []string{"x"}, `null`, true},
		{"a plain event", `{"id":"1"}`, "", []string{`{"id":"1"}`}, `null`, false},
		{"a plain event that fails", `{"id":"1"}`, `{"id":"1"}`, []string{`{"id":"1"}`}, `null`, true},
		{"what is no JSON object is handled as it is", `"x"`, "", []string{`"x"`}, `null`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var handled []string
			answer, err := Run(context.Background(), json.RawMessage(test.payload), func(_ context.Context, m Message) error {
				handled = append(handled, string(m.Body))
				if test.fail == "*" || string(m.Body) == test.fail {
					return errors.New("again")
				}
				return nil
			})
			data, marshalErr := json.Marshal(answer)
			if marshalErr != nil {
				t.Fatal(marshalErr)
			}
			got := []any{handled, string(data), err != nil}
			if want := []any{test.handled, test.answer, test.err}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestRunGivesBackWhatItHasNoTimeFor(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(reserve/2))
	defer cancel()
	answer, err := Run(ctx, json.RawMessage(fifo), func(context.Context, Message) error {
		t.Error("a message was handled")
		return nil
	})
	if all, ok := errors.AsType[*FailedError](err); !ok || all.Messages != 3 || !errors.Is(err, errShort) || answer != nil {
		t.Errorf("got %v, %v; want an error about 3 messages", answer, err)
	}
}

// What went well before the time ran short is not done again.
func TestRunGivesBackTheRest(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	late := &deadline{Context: ctx}
	answer, err := Run(late, json.RawMessage(fifo), func(context.Context, Message) error {
		late.at = time.Now()
		return nil
	})
	data, marshalErr := json.Marshal(answer)
	if want := `{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"3"}]}`; marshalErr != nil || err != nil || string(data) != want {
		t.Errorf("got %s, %v, %v; want %s", data, err, marshalErr, want)
	}
}

// A deadline is one that comes when the test says so.
type deadline struct {
	context.Context
	at time.Time
}

func (d *deadline) Deadline() (time.Time, bool) { return d.at, !d.at.IsZero() }

// What AWS answered does not come into the log with the error.
func TestTheErrorOfABatchQuotesNothing(t *testing.T) {
	_, err := Run(context.Background(), json.RawMessage(fifo), func(context.Context, Message) error { return errors.New("hunter2 is no value") })
	if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "3 messages") {
		t.Errorf("got %v", err)
	}
}

func TestMessagesTellTheirDelivery(t *testing.T) {
	var got []Message
	if _, err := Run(context.Background(), json.RawMessage(fifo), func(_ context.Context, m Message) error {
		got = append(got, m)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []Message{
		{ID: "1", Body: []byte("a1"), Receives: 3, Receipt: "r1"},
		{ID: "2", Body: []byte("a2"), Receives: 1},
		{ID: "3", Body: []byte("b1"), Receives: 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
