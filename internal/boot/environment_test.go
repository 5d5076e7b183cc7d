package boot

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

func TestWhatIsMissingIsToldAtOnce(t *testing.T) {
	t.Setenv(wiring.Table, "")
	t.Setenv(wiring.Topic, "")
	t.Setenv(wiring.Queue, "url")
	var env Environment
	env.Text(wiring.Table)
	env.Text(wiring.Topic)
	if got := env.Text(wiring.Queue); got != "url" {
		t.Errorf("got %q, want url", got)
	}
	err := env.Err()
	if err == nil || !strings.Contains(err.Error(), wiring.Table) || !strings.Contains(err.Error(), wiring.Topic) || strings.Contains(err.Error(), wiring.Queue) {
		t.Errorf("got %v, want an error that names table and topic", err)
	}
}

func TestReadPolicy(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a sound one", "version: 1\n", ""},
		{"a wrong one", "version: 1\nmood: fix\n", "policy.yaml:2:1"},
		{"one with fields that have no effect yet", "version: 1\ntag_policies: [org.json]\n", "not built yet"},
		{"none", "", "read the policy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			unknown := `{"tags": {"a": {"tag_key": {"@@assign": "A"}, "report_required_tag_for": {"@@assign": ["none:thing"]}}}}`
			if err := os.WriteFile(filepath.Join(dir, "org.json"), []byte(unknown), 0o600); err != nil {
				t.Fatal(err)
			}
			if test.text != "" {
				if err := os.WriteFile(filepath.Join(dir, wiring.PolicyFile), []byte(test.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("LAMBDA_TASK_ROOT", dir)
			t.Setenv(wiring.Policy, "")
			_, err := readPolicy()
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestAPanicFailsItsOwnMessage(t *testing.T) {
	var out bytes.Buffer
	b := Base{Log: slog.New(slog.NewJSONHandler(&out, nil))}
	err := b.Safely(t.Context(), batch.Message{ID: "m1"}, func(context.Context, batch.Message) error { panic("no such thing") })
	if err == nil || !strings.Contains(err.Error(), "m1") || !strings.Contains(out.String(), "function panicked") {
		t.Errorf("got %v and the log %q; want an error about m1, logged", err, out.String())
	}
}

func TestTheClockGoesAheadOnlyWhereATestBedSaysSo(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	machine := func() time.Time { return noon }
	for offset, ahead := range map[string]time.Duration{"": 0, "0s": 0, "72h": 72 * time.Hour} {
		now, err := clockOf(offset, machine)
		if err != nil || !now().Equal(noon.Add(ahead)) {
			t.Errorf("%q: got %v, %v", offset, err, now())
		}
	}
	if _, err := clockOf("three days", machine); err == nil || !strings.Contains(err.Error(), wiring.Offset) {
		t.Errorf("got %v", err)
	}
}

func TestCountIsAWholeNumberFromOne(t *testing.T) {
	for value, want := range map[string]int{"1": 1, "5": 5, "": 0, "0": 0, "-1": 0, "x": 0, "1.5": 0} {
		t.Setenv(wiring.Attempts, value)
		var env Environment
		got, err := env.Count(wiring.Attempts), env.Err()
		if (err == nil) != (want > 0) || err == nil && got != want || err != nil && !strings.Contains(err.Error(), wiring.Attempts) {
			t.Errorf("%q: got %d, %v; want %d", value, got, err, want)
		}
	}
}
