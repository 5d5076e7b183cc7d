package local

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func TestFailures(t *testing.T) {
	batch := []types.Message{{MessageId: aws.String("a")}, {MessageId: aws.String("b")}}
	both := map[string]bool{"a": true, "b": true}
	for _, c := range []struct {
		name, body string
		want       map[string]bool
	}{
		{"none", `{"batchItemFailures":[]}`, map[string]bool{}},
		{"no list", `{}`, map[string]bool{}},
		{"null", `null`, map[string]bool{}},
		{"one", `{"batchItemFailures":[{"itemIdentifier":"b"}]}`, map[string]bool{"b": true}},
		{"one that is not of the batch", `{"batchItemFailures":[{"itemIdentifier":"c"}]}`, both},
		{"one without a name", `{"batchItemFailures":[{"itemIdentifier":""}]}`, both},
		{"unreadable", `[`, both},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := failures([]byte(c.body), batch); !maps.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestBatch(t *testing.T) {
	w := &wire{arn: "arn:aws:sqs:us-east-1:111122223333:q"}
	got, err := json.Marshal(w.event([]types.Message{{
		MessageId: aws.String("a"), ReceiptHandle: aws.String("h"), Body: aws.String("text"), MD5OfBody: aws.String("5"),
		Attributes: map[string]string{"ApproximateReceiveCount": "2", "MessageGroupId": "g"},
	}}))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Records":[{"messageId":"a","receiptHandle":"h","body":"text","md5OfBody":"5","md5OfMessageAttributes":"",` +
		`"attributes":{"ApproximateReceiveCount":"2","MessageGroupId":"g"},"messageAttributes":null,` +
		`"eventSourceARN":"arn:aws:sqs:us-east-1:111122223333:q","eventSource":"aws:sqs","awsRegion":"us-east-1"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
