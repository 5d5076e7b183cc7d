package meter

import (
	"bytes"
	"testing"
	"time"
)

func TestFlush(t *testing.T) {
	m := &Meter{Function: "tags"}
	m.Handled(1500 * time.Microsecond)
	m.Handled(2 * time.Millisecond)
	m.Outcome("fixed", "tags", 3*time.Second)
	m.Outcome("compliant", "tags", 0)
	var got bytes.Buffer
	if err := m.Flush(&got, time.UnixMilli(1700000000000)); err != nil {
		t.Fatal(err)
	}
	want := `{"_aws":{"CloudWatchMetrics":[{"Dimensions":[["function"]],"Metrics":[{"Name":"handled","Unit":"Count"},{"Name":"handling","Unit":"Milliseconds"}],"Namespace":"Tagwarden"}],"Timestamp":1700000000000},"function":"tags","handled":2,"handling":[1.5,2]}
{"_aws":{"CloudWatchMetrics":[{"Dimensions":[["function","outcome"]],"Metrics":[{"Name":"answered","Unit":"Count"}],"Namespace":"Tagwarden"}],"Timestamp":1700000000000},"answered":1,"function":"tags","outcome":"compliant"}
{"_aws":{"CloudWatchMetrics":[{"Dimensions":[["function","outcome"]],"Metrics":[{"Name":"answered","Unit":"Count"}],"Namespace":"Tagwarden"}],"Timestamp":1700000000000},"answered":1,"function":"tags","outcome":"fixed"}
{"_aws":{"CloudWatchMetrics":[{"Dimensions":[["function","source"]],"Metrics":[{"Name":"age","Unit":"Milliseconds"}],"Namespace":"Tagwarden"}],"Timestamp":1700000000000},"age":[3000],"function":"tags","source":"tags"}
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	got.Reset()
	if err := m.Flush(&got, time.UnixMilli(0)); err != nil || got.Len() != 0 {
		t.Errorf("a second flush wrote %q, %v; want nothing", got.String(), err)
	}
}

// TestCompliantIsSilent holds that a batch of nothing but what complies writes nothing, and that one error or answer among it is written with all the rest.
func TestCompliantIsSilent(t *testing.T) {
	for name, c := range map[string]struct {
		more func(*Meter)
		want int // lines
	}{
		"nothing else":  {func(*Meter) {}, 0},
		"what is ruled": {func(m *Meter) { m.Outcome("ignored", "config", 0) }, 0},
		"an answer":     {func(m *Meter) { m.Outcome("fixed", "config", 0) }, 4},
		"an error":      {func(m *Meter) { m.Error("again") }, 4},
	} {
		m := &Meter{Function: "config"}
		m.Handled(time.Millisecond)
		m.Outcome("compliant", "config", time.Second)
		c.more(m)
		var got bytes.Buffer
		if err := m.Flush(&got, time.UnixMilli(0)); err != nil || bytes.Count(got.Bytes(), []byte("\n")) != c.want {
			t.Errorf("%s: got %v and\n%swant %d lines", name, err, got.String(), c.want)
		}
		m.Outcome("fixed", "config", 0)
		got.Reset()
		if err := m.Flush(&got, time.UnixMilli(0)); err != nil || bytes.Contains(got.Bytes(), []byte("compliant")) {
			t.Errorf("%s: the next batch writes %q, %v: what was silent is counted again", name, got.String(), err)
		}
	}
}
