package local

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/recorded"
)

// A sink is a queue that remembers the batches that were sent to it.
type sink struct{ batches [][]string }

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Entries []struct{ ID, MessageBody string }
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if in.Entries == nil {
		_, _ = io.WriteString(w, `{"Attributes":{"ApproximateNumberOfMessages":"0","ApproximateNumberOfMessagesNotVisible":"0","ApproximateNumberOfMessagesDelayed":"0"}}`)
		return
	}
	var bodies []string
	for _, e := range in.Entries {
		bodies = append(bodies, e.MessageBody)
	}
	s.batches = append(s.batches, bodies)
	_, _ = io.WriteString(w, `{"Successful":[],"Failed":[]}`)
}

// newWire gives a queue that is a sink.
func newWire(t *testing.T) (*wire, *sink) {
	t.Helper()
	s := &sink{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	cfg := config(server.URL, Region)
	client := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.DisableMessageChecksumValidation = true })
	return &wire{client: client, url: server.URL + "/111122223333/q"}, s
}

func TestSend(t *testing.T) {
	large := strings.Repeat("x", maxBatchBytes/2)
	for _, c := range []struct {
		name   string
		bodies []string
		want   []int // sizes of the batches
	}{
		{"nothing", nil, nil},
		{"few", []string{"a", "b"}, []int{2}},
		{"more than a batch holds", strings.Split(strings.Repeat("a", 12), ""), []int{10, 2}},
		{"large ones", []string{large, large, "a", large + large + large, "b"}, []int{2, 1, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, s := newWire(t)
			if err := w.send(t.Context(), c.bodies, func(int) error { return nil }); err != nil {
				t.Fatal(err)
			}
			var sizes []int
			var sent []string
			for _, batch := range s.batches {
				sizes, sent = append(sizes, len(batch)), append(sent, batch...)
			}
			if !reflect.DeepEqual(sizes, c.want) || !reflect.DeepEqual(sent, c.bodies) {
				t.Errorf("got batches of %v, want %v, and everything in its order", sizes, c.want)
			}
		})
	}
}

// TestNow holds that the events of a later wave are about the time when they are sent, and that those which were sent stay as they were.
func TestNow(t *testing.T) {
	const event = `{"id":"1","detail-type":"Tag Change on Resource","source":"aws.tag","account":"111122223333","time":"{{now}}","region":"us-east-1",
		"resources":["arn:aws:s3:::b"],"detail":{"tags":{}}}`
	at := time.Date(2026, 3, 7, 9, 0, 0, 400_000_000, time.UTC)
	m := &machine{Options: Options{Stderr: io.Discard}, sources: []source{{Text: recorded.Text{Data: []byte(event)}}, {Text: recorded.Text{Data: []byte(event)}, wave: 1}}}
	for wave, want := range [][]string{{"09:00:01", "09:00:01"}, {"09:00:01", "10:00:01"}} {
		if err := m.fill(wave, at.Add(time.Duration(wave)*time.Hour)); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range m.sources {
			got = append(got, s.findings[0].Time.Format(time.TimeOnly))
		}
		if !slices.Equal(got, want) {
			t.Errorf("wave %d: got %q, want %q", wave, got, want)
		}
	}
}

func TestRoute(t *testing.T) {
	const event = `{"version":"0","id":"1","detail-type":"Tag Change on Resource","source":"aws.tag","account":"111122223333","time":"2026-03-06T13:00:00Z","region":"us-east-1",
		"resources":["{{b.arn}}"],"detail":{"tags":{}}}`
	w, s := newWire(t)
	w.rules = []listen.Rule{{Pattern: pattern.MustParse(`{"source":["aws.tag"]}`)}}
	other, none := newWire(t)
	other.rules = []listen.Rule{{Pattern: pattern.MustParse(`{"source":["aws.config"]}`)}}
	var complaints strings.Builder
	m := &machine{
		Options: Options{Stderr: &complaints, Progress: func(int, int, string) {}},
		wires:   &wires{client: w.client, judges: []*wire{other, w}}, places: places{"b": {"b", "arn:aws:s3:::b"}},
		sources: []source{
			{Text: recorded.Text{Place: "a.json", Data: []byte(event)}},
			{Text: recorded.Text{Place: "b.json", Data: []byte(`{"no":"event"}`)}},
			{Text: recorded.Text{Place: "c.json", Data: []byte(strings.Replace(event, "{{b.arn}}", "no ARN", 1))}},
			{Text: recorded.Text{Place: "later.json", Data: []byte(event)}, wave: 1},
			{Text: recorded.Text{Place: "d.json", Data: []byte(strings.Replace(event, "aws.tag", "aws.ec2", 1))}},
		},
	}
	if err := m.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.route(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	compact := strings.ReplaceAll(event, "\n\t\t", "")
	want := [][]string{{strings.Replace(compact, "{{b.arn}}", "arn:aws:s3:::b", 1), strings.Replace(compact, "{{b.arn}}", "no ARN", 1)}}
	if !reflect.DeepEqual(s.batches, want) || none.batches != nil {
		t.Errorf("got %q and %q, want %q and nothing", s.batches, none.batches, want)
	}
	if got, want := complaints.String(), "b.json: this is no event: source is missing: this is no EventBridge event\nc.json: resources holds what is no ARN"; !strings.HasPrefix(got, want) {
		t.Errorf("got complaints %q, want them to begin with %q", got, want)
	}
	if got, want := m.wanted(), 2; got != want {
		t.Errorf("got %d wanted events, want %d", got, want)
	}
}
