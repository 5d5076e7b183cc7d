package main

import (
	"os"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/recorded"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// halfRead is a sample of an event with two findings, the second of which names no resource.
func halfRead(t *testing.T) recorded.Text {
	t.Helper()
	sample, err := os.ReadFile("../../testdata/events/securityhub-action_two.json")
	if err != nil {
		t.Fatal(err)
	}
	at := strings.LastIndex(string(sample), `"Resources"`)
	return recorded.Text{Place: "sample", Data: []byte(string(sample[:at]) + `"Nothing"` + string(sample[at+len(`"Resources"`):]))}
}

// TestReplayOfWhatIsHalfRead holds that of an event whose second finding cannot be read the first is judged all the same, as a judge does, and that the error is told.
func TestReplayOfWhatIsHalfRead(t *testing.T) {
	p, err := policy.Parse("policy.yaml", []byte("version: 1\nrules: [{name: all, on: [securityhub]}]\nbuttons: [{name: Remediate, do: fix}]\n"), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := judged(p, nil, halfRead(t))
	if err == nil || len(rows) != 2 || !strings.Contains(rows[0].Reason, "not as AWS documents it") || rows[1].Control == "" {
		t.Errorf("got %v, %+v; want the error, its row and the row of the other finding", err, rows)
	}
	var explained strings.Builder
	if err := (explainer{p, nil, rights.Names{Prefix: "tagwarden"}, &explained}).say(halfRead(t)); err == nil || strings.Count(explained.String(), "It is about ") != 1 {
		t.Errorf("explain: got %v\n%s", err, explained.String())
	}
}
