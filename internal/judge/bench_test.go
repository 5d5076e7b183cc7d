package judge

import (
	"context"
	"io"
	"log/slog"
	"testing"
)

// BenchmarkCompliantEvent is what one event of a resource that complies costs a function, from its bytes to the answer. It makes no call.
func BenchmarkCompliantEvent(b *testing.B) {
	l := newLine(b, "fix")
	l.judge.Log = slog.New(slog.NewJSONHandler(io.Discard, nil))
	event := []byte(configEvent("1", "OK", "Configuration.Size", `{"Owner":"me","Cost":"A","Name":"a"}`, capture))
	b.ReportAllocs()
	for b.Loop() {
		if err := l.judge.Event(context.Background(), event); err != nil {
			b.Fatal(err)
		}
	}
	if l.calls != nil {
		b.Fatalf("a compliant event made the calls %q", l.calls)
	}
}
