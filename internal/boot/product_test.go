package boot

import (
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/wiring"
)

func TestProduct(t *testing.T) {
	got, err := Product("arn:aws-cn:sns:cn-north-1:111122223333:tagwarden")
	if want := "arn:aws-cn:securityhub:cn-north-1:111122223333:product/111122223333/default"; err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if got, err := Product("tagwarden"); err == nil || !strings.Contains(err.Error(), wiring.Topic) {
		t.Errorf("got %q, %v; want an error that names the variable", got, err)
	}
}
