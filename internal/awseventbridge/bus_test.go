package awseventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/notify"
)

// put asks a bus that answers so, and gives what it was sent.
func put(t *testing.T, status int, answer string) (sent map[string]any, err error) {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		if _, err := io.WriteString(w, answer); err != nil {
			t.Error(err)
		}
	}))
	defer s.Close()
	client := eventbridge.New(eventbridge.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	})
	e := notify.EventOf(journal.Entry{ID: "tw-1", State: journal.Fixed, Resource: finding.Resource{ARN: "arn:aws:s3:::b"}}, "acme")
	err = New(client, "tagwarden.acme").Put(t.Context(), e)
	return sent, err
}

func TestPut(t *testing.T) {
	sent, err := put(t, 200, `{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	entries := sent["Entries"].([]any)
	entry := entries[0].(map[string]any)
	var detail notify.Event
	if err := json.Unmarshal([]byte(entry["Detail"].(string)), &detail); err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entry["Source"] != "tagwarden.acme" || entry["DetailType"] != notify.OutcomeType || entry["EventBusName"] != nil || entry["Resources"].([]any)[0] != "arn:aws:s3:::b" || detail.Entry != "tw-1" {
		t.Errorf("sent %v", sent)
	}
}

// Source: EventBridge API reference, PutEvents: what failed of a request stands in an answer of 200.
func TestWhatFailsIsTriedAgainOrNot(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		status       int
		final        bool
	}{
		{"denied", `{"__type":"AccessDeniedException","message":"no"}`, 400, true},
		{"denied within an answer", `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"NotAuthorizedForSourceException","ErrorMessage":"no"}]}`, 200, true},
		{"throttled within an answer", `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException","ErrorMessage":"slow"}]}`, 200, false},
		{"AWS's own fault", `{"__type":"InternalException","message":"sorry"}`, 500, false},
	} {
		_, err := put(t, test.status, test.answer)
		if err == nil || errors.Is(err, notify.ErrNotTaken) != test.final {
			t.Errorf("%s: got %v; final is to be %v", test.name, err, test.final)
		}
	}
}
