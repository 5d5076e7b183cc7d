package awssns

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/notify"
)

const (
	topic     = "arn:aws:sns:eu-west-1:111122223333:tagwarden"
	published = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>94f20ce6-13c5-43a0-9a9e-ca52d816e90b</MessageId></PublishResult><ResponseMetadata><RequestId>f187a3c1-376f-11df-8963-01868b7c937a</RequestId></ResponseMetadata></PublishResponse>`
)

func failure(code, message string) string {
	return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>` + code + `</Code><Message>` + message +
		`</Message></Error><RequestId>f187a3c1-376f-11df-8963-01868b7c937a</RequestId></ErrorResponse>`
}

// server answers every call alike and keeps the last form that it got.
func server(t *testing.T, status int, answer string) (*sns.Client, *url.Values) {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	got := &url.Values{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			t.Error(err)
		}
		*got = form
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		if _, err := io.WriteString(w, answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	client := sns.New(sns.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	})
	return client, got
}

func message() notify.Message {
	return notify.Message{
		ID: "tw-1", Subject: "Fixed: 1 tag of web-1", Email: "Fixed: \"é\".\n", JSON: `{"id":"tw-1"}`, Default: "Fixed",
		Attributes: map[string]string{"outcome": "fixed"},
	}
}

func TestTell(t *testing.T) {
	standard := url.Values{
		"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {topic}, "Subject": {"Fixed: 1 tag of web-1"}, "MessageStructure": {"json"},
		"Message":                        {`{"default":"{\"id\":\"tw-1\"}","email":"Fixed: \"é\".\n","sms":"Fixed"}`},
		"MessageAttributes.entry.1.Name": {"outcome"}, "MessageAttributes.entry.1.Value.DataType": {"String"}, "MessageAttributes.entry.1.Value.StringValue": {"fixed"},
	}
	fifo := url.Values{"TopicArn": {topic + ".fifo"}, "MessageGroupId": {"tw-1.fixed"}, "MessageDeduplicationId": {dedup(message())}}
	bare := url.Values{}
	for name, value := range standard {
		if fifo[name] == nil {
			fifo[name] = value
		}
		if !strings.HasPrefix(name, "MessageAttributes") {
			bare[name] = value
		}
	}
	without := message()
	without.Attributes = nil
	cases := []struct {
		name, topic string
		message     notify.Message
		want        url.Values
	}{
		{"standard topic", topic, message(), standard},
		{"FIFO topic", topic + ".fifo", message(), fifo},
		{"no attributes", topic, without, bare},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, got := server(t, http.StatusOK, published)
			if err := New(client, c.topic).Tell(t.Context(), c.message); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("got  %v\nwant %v", *got, c.want)
			}
		})
	}
}

func TestTellErrors(t *testing.T) {
	const tried = "publish tw-1 to " + topic
	cases := []struct {
		name, code, want string
		status           int
	}{
		{"no right", "AuthorizationError", tried + " (the function's role, or the topic's policy, does not allow sns:Publish): ", 403},
		{"no topic", "NotFound", tried + " (there is no such topic): ", 404},
		{"no right to the key", "KMSAccessDenied", tried + " (the topic's key cannot be used: ", 400},
		{"key disabled", "KMSDisabled", tried + " (the topic's key cannot be used: ", 400},
		{"key throttled", "KMSThrottling", tried + ": ", 400},
		{"bad message", "InvalidParameter", tried + " (SNS does not take the message as it is): ", 400},
		{"throttled", "Throttled", tried + ": ", 429},
		{"broken", "InternalError", tried + ": ", 500},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, _ := server(t, c.status, failure(c.code, "no"))
			err := New(client, topic).Tell(t.Context(), message())
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Fatalf("got %v, want %q first", err, c.want)
			}
			var coded smithy.APIError
			if !errors.As(err, &coded) || !strings.HasPrefix(coded.ErrorCode(), c.code) {
				t.Errorf("got %v, want the code %s within", err, c.code)
			}
		})
	}
}

func TestTellRefusesTooLarge(t *testing.T) {
	client, got := server(t, http.StatusOK, published)
	m := message()
	m.Email = strings.Repeat("x", 300_000)
	if err := New(client, topic).Tell(t.Context(), m); err == nil || len(*got) > 0 {
		t.Errorf("got %v, and a call with %d fields", err, len(*got))
	}
}

// TestWhatAFIFOTopicDrops holds that the same message has the same deduplication id, and one that says something else of the same outcome another.
func TestWhatAFIFOTopicDrops(t *testing.T) {
	again, other := message(), message()
	other.Email = "Fixed, and something else."
	if dedup(message()) != dedup(again) || dedup(message()) == dedup(other) || len(dedup(other)) > 128 {
		t.Errorf("the ids are %q, %q and %q", dedup(message()), dedup(again), dedup(other))
	}
}
