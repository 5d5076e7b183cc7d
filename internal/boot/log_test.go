package boot

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

func TestTheTextOfAnAnswerIsNotLogged(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: discreet}))
	log.Error("finding answered", "err", fmt.Errorf("tag a volume: %w", &smithy.GenericAPIError{Code: "InvalidParameterValue", Message: "hunter2 is no value"}))
	log.Error("finding answered", "err", errors.New("no journal"))
	if got := out.String(); strings.Contains(got, "hunter2") || !strings.Contains(got, "AWS answered InvalidParameterValue") || !strings.Contains(got, "no journal") {
		t.Errorf("logged %s", got)
	}
}
