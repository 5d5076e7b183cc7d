package awssqs

import (
	"crypto/md5" //nolint:gosec // SQS answers with the body's MD5, and its client compares it.
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	client, calls := server(t, 200, func(body string) string {
		sum := md5.Sum([]byte(body))
		return fmt.Sprintf(`{"MessageId":"m1","MD5OfMessageBody":%q}`, hex.EncodeToString(sum[:]))
	})
	if err := NewPlain(client, queueURL).Send(t.Context(), `{"do":"tick"}`); err != nil {
		t.Fatal(err)
	}
	if c := (*calls)[0]; len(*calls) != 1 || c.Body["MessageBody"] != `{"do":"tick"}` || c.Body["QueueUrl"] != queueURL || c.Body["MessageGroupId"] != nil {
		t.Errorf("got %+v", *calls)
	}
	client, _ = server(t, 403, func(string) string { return `{"__type":"AccessDeniedException","message":"no"}` })
	if err := NewPlain(client, queueURL).Send(t.Context(), "{}"); err == nil || !strings.Contains(err.Error(), "sqs:SendMessage") {
		t.Errorf("got %v", err)
	}
}
