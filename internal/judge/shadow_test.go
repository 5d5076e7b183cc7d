package judge

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
)

const (
	shadowOld = "version: 1\nrules: [{name: all tags, on: [tags], do: [tags]}]\ntags:\n  - {key: Environment, values: [Prod, Dev]}\n"
	shadowNew = "version: 1\nshadow: true\nrules: [{name: tags anew, on: [tags], do: [tags], mode: fix}]\n" +
		"tags:\n  - {key: Environment, values: [Prod, Dev], synonyms: {Prod: [production]}}\n  - {key: Owner, required: true, fill: [{value: Nobody}]}\n"
)

func shadowOf(t *testing.T, old, next string) (*Shadow, *bytes.Buffer) {
	t.Helper()
	parse := func(text string) *policy.Policy {
		p, err := policy.Parse("policy.yaml", []byte(text), catalog.Known())
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	var out bytes.Buffer
	return &Shadow{Policy: parse(next), Against: parse(old), Log: slog.New(slog.NewJSONHandler(&out, nil))}, &out
}

func shadowSample(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../testdata/events/tags_bucket.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A difference is one line: what both policies decide, of which resource, about which keys, and never a tag's value.
func TestShadowWritesDownWhatDiffers(t *testing.T) {
	s, out := shadowOf(t, shadowOld, shadowNew)
	if err := s.Event(t.Context(), shadowSample(t)); err != nil {
		t.Fatal(err)
	}
	var line struct {
		Msg, Event, Kind, Account, Region, Type, Resource string
		Was, Now                                          struct{ Verdict, Rule, Remedy string }
		Keys                                              []string
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if line.Msg != "decision differs" || line.Event == "" || line.Kind != "tags" || line.Type != "AWS::S3::Bucket" || line.Resource == "" ||
		line.Was.Rule != "all tags" || line.Now.Rule != "tags anew" || line.Now.Verdict != "fix" || line.Now.Remedy != "tags" || strings.Join(line.Keys, " ") != "Owner owner" {
		t.Errorf("got %s", out)
	}
	for _, value := range tagValues(t, shadowSample(t)) {
		if strings.Contains(out.String(), `"`+value+`"`) {
			t.Errorf("the value %q is in the log: %s", value, out)
		}
	}
	if strings.Contains(out.String(), "Nobody") {
		t.Errorf("a value that would be written is in the log: %s", out)
	}
	out.Reset()
	s.Batch(t.Context())
	if !strings.Contains(out.String(), `"equal":0,"differs":1`) {
		t.Errorf("the batch ends with %s", out)
	}
	out.Reset()
	s.Batch(t.Context())
	if out.Len() > 0 {
		t.Errorf("a batch without differences writes %s", out)
	}
}

// tagValues are the values of the tags in a sample's event.
func tagValues(t *testing.T, sample []byte) (values []string) {
	t.Helper()
	var event struct {
		Detail struct {
			Tags map[string]string `json:"tags"`
		} `json:"detail"`
	}
	if err := json.Unmarshal(sample, &event); err != nil || len(event.Detail.Tags) == 0 {
		t.Fatalf("the sample has no tags: %v", err)
	}
	for _, value := range event.Detail.Tags {
		values = append(values, value)
	}
	return values
}

// What both policies decide alike writes nothing; it is counted only beside what differs.
func TestShadowIsSilentWhereNothingDiffers(t *testing.T) {
	s, out := shadowOf(t, shadowOld, shadowOld)
	for _, event := range [][]byte{shadowSample(t), []byte(`{"id":"1","source":"nobody.knows","detail-type":"x","detail":{}}`)} {
		if err := s.Event(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	s.Batch(t.Context())
	if out.Len() > 0 || s.equal != 1 {
		t.Errorf("%d are equal, and it writes %s", s.equal, out)
	}
}

// An event that cannot be read is logged and consumed, and tells nobody: that is for the deployment to do.
func TestShadowConsumesWhatItCannotRead(t *testing.T) {
	s, out := shadowOf(t, shadowOld, shadowNew)
	for _, event := range []string{"no JSON", strings.Replace(string(shadowSample(t)), `"resources"`, `"nothing"`, 1)} {
		out.Reset()
		if err := s.Event(t.Context(), []byte(event)); err != nil || !strings.Contains(out.String(), "event unreadable") {
			t.Errorf("got %v, %s", err, out)
		}
	}
}
