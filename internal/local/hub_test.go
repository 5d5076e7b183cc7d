package local

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/recorded"
)

// hubEvent is an event with a finding of Security Hub.
func hubEvent(id, region, finding string) string {
	return `{"version":"0","id":"` + id + `","detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","account":"111122223333","time":"2026-03-06T13:00:00Z",
		"region":"` + region + `","resources":[],"detail":{"findings":[` + finding + `]}}`
}

// TestFindingsOfEvents holds that Security Hub has the findings of the events before any is sent, those of each region in its own hub, and that what it would not take is named.
func TestFindingsOfEvents(t *testing.T) {
	const whole = `{"SchemaVersion":"2018-10-08","Id":"a","ProductArn":"arn:aws:securityhub:us-east-1::product/aws/securityhub","GeneratorId":"g","AwsAccountId":"111122223333",
		"CreatedAt":"2026-03-06T13:00:00Z","UpdatedAt":"2026-03-06T13:00:00Z","Title":"t","Description":"d","Resources":[{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::b"}]}`
	suppressed := strings.NewReplacer(`"Id":"a"`, `"Id":"c"`, `"Title"`, `"Workflow":{"Status":"SUPPRESSED"},"Note":{"Text":"known","UpdatedBy":"me","UpdatedAt":"2026-03-06T13:00:00Z"},"Title"`).Replace(whole)
	front, err := emulator.New("http://127.0.0.1:1", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = front.Close() })
	var complaints strings.Builder
	m := &machine{Options: Options{Stderr: &complaints}, front: front}
	for place, text := range map[string]string{
		"a.json": hubEvent("1", "us-east-1", whole+","+suppressed), "b.json": hubEvent("2", "us-east-1", strings.Replace(whole, `"Title":"t",`, "", 1)),
		"c.json": hubEvent("3", "eu-west-1", strings.Replace(whole, `"Id":"a"`, `"Id":"elsewhere"`, 1)),
	} {
		m.sources = append(m.sources, source{Text: recorded.Text{Place: place, Data: []byte(text)}})
	}
	if err := m.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.importFindings(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := m.noted(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const product = "arn:aws:securityhub:us-east-1::product/aws/securityhub"
	want := []Noted{{ID: "a", Product: product, Workflow: "NEW"}, {ID: "c", Product: product, Workflow: "SUPPRESSED", Note: "known"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := complaints.String(), "b.json: detail.findings[0] is not put into Security Hub: Title is missing\n"; got != want {
		t.Errorf("got complaints %q, want %q", got, want)
	}
}
