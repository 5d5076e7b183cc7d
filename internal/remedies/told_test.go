package remedies

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestTold(t *testing.T) {
	if got, err := told(finding.Resource{}, "whether it is on", aws.Bool(false)); got || err != nil {
		t.Errorf("got %t, %v; want off", got, err)
	}
	if got, err := told[bool](finding.Resource{}, "whether it is on", nil); err == nil || errors.Is(err, remedy.ErrGone) {
		t.Errorf("got %t, %v; want that it is not known", got, err)
	}
}
