package awssqs

import (
	"context"
	"crypto/md5" //nolint:gosec // SQS answers with the body's MD5, and its client compares it.
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

const queueURL = "https://sqs.eu-west-1.amazonaws.com/111122223333/tagwarden-act.fifo"

// A call is what SQS got.
type call struct {
	Target string
	Body   map[string]any
}

// server answers every call alike and keeps the calls.
func server(t *testing.T, status int, answer func(body string) string) (*sqs.Client, *[]call) {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	calls := &[]call{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		c := call{Target: r.Header.Get("X-Amz-Target")}
		if err := json.Unmarshal(data, &c.Body); err != nil {
			t.Error(err)
		}
		*calls = append(*calls, c)
		body, _ := c.Body["MessageBody"].(string)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		if _, err := io.WriteString(w, answer(body)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	client := sqs.New(sqs.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	})
	return client, calls
}

func sent(body string) string {
	sum := md5.Sum([]byte(body)) //nolint:gosec // As above.
	return `{"MD5OfMessageBody":"` + hex.EncodeToString(sum[:]) + `","MessageId":"219f8380-5770-4cc2-8c3e-5c715e145f5e","SequenceNumber":"18849496460467696128"}`
}

func sample() handover.Handover {
	return handover.Handover{
		Entry: "tw-1", Revision: 2, Account: "111122223333", Region: "eu-west-1", Service: "ec2", Urgent: true,
		EventTime: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC), Source: "tags",
	}
}

func TestSend(t *testing.T) {
	client, got := server(t, http.StatusOK, sent)
	if err := New(client, queueURL).Send(t.Context(), sample()); err != nil {
		t.Fatal(err)
	}
	want := []call{{Target: "AmazonSQS.SendMessage", Body: map[string]any{
		"QueueUrl":               queueURL,
		"MessageGroupId":         "111122223333/eu-west-1/ec2/urgent",
		"MessageDeduplicationId": "tw-1/2",
		"MessageBody": `{"entry":"tw-1","revision":2,"account":"111122223333","region":"eu-west-1","service":"ec2","urgent":true,` +
			`"event_time":"2026-03-01T09:30:00Z","source":"tags"}`,
	}}}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("got  %v\nwant %v", *got, want)
	}
}

func TestSendErrors(t *testing.T) {
	const tried = "send the hand-over of tw-1 to " + queueURL
	cases := []struct {
		name, code, want string
		status           int
	}{
		{"no right", "com.amazonaws.sqs#AccessDeniedException", tried + " (the function's role does not allow sqs:SendMessage): ", 400},
		{"no queue", "com.amazonaws.sqs#QueueDoesNotExist", tried + " (there is no such queue): ", 400},
		{"no right to the key", "com.amazonaws.sqs#KmsAccessDenied", tried + " (the queue's key cannot be used: ", 400},
		{"key throttled", "com.amazonaws.sqs#KmsThrottled", tried + ": ", 400},
		{"throttled", "com.amazonaws.sqs#RequestThrottled", tried + ": ", 400},
		{"broken", "InternalFailure", tried + ": ", 500},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, _ := server(t, c.status, func(string) string { return `{"__type":"` + c.code + `","message":"no"}` })
			err := New(client, queueURL).Send(t.Context(), sample())
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Fatalf("got %v, want %q first", err, c.want)
			}
			var coded smithy.APIError
			if !errors.As(err, &coded) {
				t.Errorf("got %v, want the code within", err)
			}
		})
	}
}

func TestSendRefusesWhatActCouldNotRead(t *testing.T) {
	client, got := server(t, http.StatusOK, sent)
	h := sample()
	h.Entry = ""
	if err := New(client, queueURL).Send(t.Context(), h); err == nil || len(*got) > 0 {
		t.Errorf("got %v and %d calls", err, len(*got))
	}
}

func TestSendNoticesADamagedBody(t *testing.T) {
	client, _ := server(t, http.StatusOK, func(body string) string { return sent(body + "x") })
	if err := New(client, queueURL).Send(t.Context(), sample()); err == nil {
		t.Error("got no error for a body that SQS got otherwise")
	}
}

func TestPostpone(t *testing.T) {
	client, got := server(t, http.StatusOK, func(string) string { return "{}" })
	if err := New(client, queueURL).Postpone(t.Context(), "receipt", 2); err != nil {
		t.Fatal(err)
	}
	want := []call{{Target: "AmazonSQS.ChangeMessageVisibility", Body: map[string]any{"QueueUrl": queueURL, "ReceiptHandle": "receipt", "VisibilityTimeout": 90.0}}}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("sent %v, want %v", *got, want)
	}
}

func TestPauseGrowsAndEnds(t *testing.T) {
	var got []time.Duration
	var all time.Duration
	for receives := range 6 {
		got = append(got, Pause(receives))
	}
	for receives := 1; receives < wiring.MaxReceives; receives++ {
		all += Pause(receives)
	}
	want := []time.Duration{30 * time.Second, 30 * time.Second, 90 * time.Second, 3 * time.Minute, 6 * time.Minute, 6 * time.Minute}
	if !reflect.DeepEqual(got, want) || all < 10*time.Minute || all >= journal.Overdue {
		t.Errorf("got %v, together %s; want %v, together more than ten minutes, and less than %s", got, all, want, journal.Overdue)
	}
}
