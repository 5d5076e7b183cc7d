package journal

import (
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// older is an entry as the version before findings of services wrote it: reporters were texts, under "reporters".
const older = `{"id":"tw-1","revision":2,"state":"told",
	"key":{"account":"111122223333","region":"eu-west-1","resource":"arn:aws:ec2:eu-west-1:111122223333:volume/vol-1","setting":"tags"},"event":"e1","kind":"tags",
	"control":"tags","rule":"tags","remedy":"tags","mode":"notify","severity":"low",
	"resource":{"partition":"aws","account":"111122223333","region":"eu-west-1","type":"AWS::EC2::Volume","id":"vol-1","name":"","arn":"arn:aws:ec2:eu-west-1:111122223333:volume/vol-1","tags":null},
	"seen":{"source":"tags","number":3,"time":"2026-11-01T09:00:00Z"},"since":"2026-11-01T09:00:00Z","updated":"2026-11-01T09:00:01Z",
	"reporters":["tags e1","config e2"],"reason":"Owner is missing.","violations":[{"key":"Owner"}],"fingerprint":"notify:0123456789abcdef",
	"change":{"remedy":"tags","schema":1,"touched":null},"told":true,"prior":{"id":"tw-0","state":"fixed","fingerprint":"x","told":true}}`

// TestAnOlderEntryIsRead holds that a journal goes on with what an earlier version kept.
func TestAnOlderEntryIsRead(t *testing.T) {
	e, err := Decode([]byte(older))
	if err != nil || e.ID != "tw-1" || e.State != Told || len(e.Reporters) != 0 || e.Prior == nil || e.Prior.Settled {
		t.Fatalf("got %+v, %v", e, err)
	}
	claim, err := DecodeClaim([]byte(`{"version":7,"entry":` + older + `,
		"seen":{"tags":{"source":"tags","number":3}},"until":"0001-01-01T00:00:00Z","touched":"2026-11-01T09:00:01Z"}`))
	if err != nil || claim.Changed != "" || claim.Answered != nil {
		t.Fatalf("got %+v, %v", claim, err)
	}
	again := Entry{
		ID: "tw-2", Key: e.Key, Event: "e3", Kind: "tags", Control: "tags", Mode: "notify", Fingerprint: e.Fingerprint, Seen: finding.Version{Source: "tags", Number: 4},
	}
	if step := claim.Begin(again, time.Now()); step.Kind != Repeated || step.Entry.ID != "tw-1" || len(step.Entry.Reporters) != 1 {
		t.Errorf("reported again: %+v", step)
	}
	if _, err := Encode(e); err != nil {
		t.Error(err)
	}
}
