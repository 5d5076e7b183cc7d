package judge

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tagwarden/tagwarden/internal/notify"
)

// bus keeps what was announced, or fails.
type bus struct {
	events []notify.Event
	fail   error
}

func (b *bus) Put(_ context.Context, e notify.Event) error {
	if b.fail != nil {
		return b.fail
	}
	b.events = append(b.events, e)
	return nil
}

// TestWhatAJudgeAnswersIsAnnounced holds that programs hear what people hear, and that a bus that takes nothing keeps no message back.
func TestWhatAJudgeAnswersIsAnnounced(t *testing.T) {
	event := []byte(tagEvent("1", "vol-1", 1, `{}`))
	for _, test := range []struct {
		name            string
		fail            error
		told, announced int
	}{
		{"taken", nil, 1, 1},
		{"denied", fmt.Errorf("%w: denied", notify.ErrNotTaken), 1, 0},
		{"throttled", errors.New("slow down"), 0, 0},
	} {
		l, b := newLine(t, "notify"), &bus{fail: test.fail}
		l.judge.Events, l.judge.Prefix = b, "acme"
		err := l.judge.Event(t.Context(), event)
		if (err == nil) != (test.told == 1) || len(l.told) != test.told || len(b.events) != test.announced {
			t.Errorf("%s: told %d, announced %d, %v; want %d, %d", test.name, len(l.told), len(b.events), err, test.told, test.announced)
		}
		b.fail = nil
		if err := l.judge.Event(t.Context(), event); err != nil || len(l.told) != 1 {
			t.Errorf("%s, delivered again: told %d, %v", test.name, len(l.told), err)
		}
		if test.announced+test.told == 0 && (len(b.events) != 1 || b.events[0].Outcome != "told" || b.events[0].Deployment != "acme") {
			t.Errorf("%s, delivered again: announced %+v", test.name, b.events)
		}
	}
}
