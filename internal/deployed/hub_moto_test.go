//go:build moto

package deployed

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/emulator"
)

// TestForwarding holds that what happens in a member comes to the hub's queues by the rules that are deployed there and here: an event to its judge, a heartbeat to the clock, and
// what no rule wants to nobody. Rights are not evaluated: the emulator does not.
func TestForwarding(t *testing.T) {
	ctx, member := t.Context(), cloud(t, "888888888888")
	center := cloud(t, hub["HubAccount"])
	golden := read(t, "../../testdata/stack/hub.template.json")
	here, err := Parse(golden.File, []byte(strings.ReplaceAll(string(golden.Body), `"eu-west-1"`, `"`+emulator.Region+`"`))) // the golden policy's scope
	if err != nil {
		t.Fatal(err)
	}
	if err := center.Create(ctx, here, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := center.TakeMappings(ctx); err != nil {
		t.Fatal(err)
	}
	if err := member.Create(ctx, read(t, "../../testdata/stack/member-rules.template.json"), hub); err != nil {
		t.Fatal(err)
	}
	for _, e := range []struct{ source, kind, detail string }{
		{"aws.tag", "Tag Change on Resource", `{"service":"sqs"}`},
		{"tagwarden.tagwarden", "Tagwarden Heartbeat", `{"kind":"tags","policy":"0123456789ab"}`},
		{"aws.health", "AWS Health Event", `{"service":"EC2"}`},
		{"tagwarden.staging", "Tagwarden Heartbeat", `{"kind":"tags","policy":"0123456789ab"}`},
	} {
		out, err := eventbridge.NewFromConfig(member.cfg).PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
			{Source: &e.source, DetailType: &e.kind, Detail: &e.detail},
		}})
		if err != nil || out.FailedEntryCount > 0 {
			t.Fatalf("put the event %s: %v %v", e.kind, err, out)
		}
	}
	for queue, want := range map[string]string{"tagwarden-tags": "Tag Change on Resource", "tagwarden-clock": "Tagwarden Heartbeat", "tagwarden-config": ""} {
		if got := received(t, center, queue); got != want {
			t.Errorf("the hub's queue %s has %q, want %q", queue, got, want)
		}
	}
}

// received are the kinds of the events on a queue, joined.
func received(t *testing.T, c *Cloud, name string) string {
	t.Helper()
	client := sqs.NewFromConfig(c.cfg)
	at, err := client.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: at.QueueUrl, MaxNumberOfMessages: 10})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, message := range out.Messages {
		var event struct {
			Kind string `json:"detail-type"`
		}
		if err := json.Unmarshal([]byte(aws.ToString(message.Body)), &event); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, event.Kind)
	}
	return strings.Join(kinds, ", ")
}
