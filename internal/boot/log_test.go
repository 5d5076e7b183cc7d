package boot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"
)

func TestTheTextOfAnAnswerIsNotLogged(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: attribute}))
	log.Error("finding answered", "err", fmt.Errorf("tag a volume: %w", &smithy.GenericAPIError{Code: "InvalidParameterValue", Message: "hunter2 is no value"}))
	log.Error("finding answered", "err", errors.New("no journal"))
	if got := out.String(); strings.Contains(got, "hunter2") || !strings.Contains(got, "AWS answered InvalidParameterValue") || !strings.Contains(got, "no journal") {
		t.Errorf("logged %s", got)
	}
}

// Lambda filters by the level of a line, and takes one that has no time for INFO.
func TestALineHasALevelAndATime(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: attribute})).Warn("finding not answered yet")
	var line struct {
		Level     string    `json:"level"`
		Timestamp time.Time `json:"timestamp"`
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line.Level != "WARN" || line.Timestamp.IsZero() {
		t.Errorf("logged %s, %v; want a level, and a time under the name that Lambda looks for", out.String(), err)
	}
}
