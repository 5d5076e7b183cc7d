//go:build moto

package remedies

import (
	"testing"
)

// TestDetachLeavesAnotherProfile holds that a profile which somebody attached after the read stays.
func TestDetachLeavesAnotherProfile(t *testing.T) {
	ctx, cfg := t.Context(), onEmulator(t)
	p, err := plantWithProfile(ctx, cfg, "tagwarden-attached-meanwhile")
	if err != nil {
		t.Fatal(err)
	}
	now, err := readInstanceProfile(ctx, cfg, p.Resource)
	if err != nil || now.Profile == "" {
		t.Fatalf("got %v, %v; want a profile", now, err)
	}
	read := instanceProfile{Profile: "arn:aws:iam::111122223333:instance-profile/before"}
	if err := writeInstanceProfile(ctx, cfg, p.Resource, read, instanceProfile{}); err == nil {
		t.Error("got no error, want one")
	}
	if got, err := readInstanceProfile(ctx, cfg, p.Resource); err != nil || got != now {
		t.Errorf("got %v, %v; want %v", got, err, now)
	}
}
