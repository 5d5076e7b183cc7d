package listen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/pattern"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

var ours = rights.Names{Prefix: "tagwarden"}

// forwarding are a member's rules of all kinds.
func forwarding(t *testing.T, names rights.Names) []listen.Rule {
	t.Helper()
	rules, err := listen.Forwarding(events.All(), names)
	if err != nil || len(rules) != len(events.All()) {
		t.Fatalf("%d rules, %v; want %d", len(rules), err, len(events.All()))
	}
	return rules
}

// forwarded are the kinds whose rules take an event.
func forwarded(t *testing.T, rules []listen.Rule, event []byte) string {
	t.Helper()
	var kinds []string
	for _, r := range rules {
		matched, err := r.Pattern.Match(event)
		if err != nil {
			t.Fatal(err)
		}
		if matched {
			kinds = append(kinds, r.Kind.ID)
		}
	}
	return strings.Join(kinds, " ")
}

// beat is an event like those that a member's schedules put.
func beat(source, detailType, kind string) []byte {
	return fmt.Appendf(nil, `{"id":"b","source":%q,"detail-type":%q,"account":"111122223333","region":"eu-west-1","time":"2026-11-23T09:00:00Z","resources":[],"detail":{"kind":%q}}`, source, detailType, kind)
}

// TestEachSampleIsForwardedByItsRule holds that each kind's samples are forwarded by exactly its rule, and near misses by none. The presses of the samples are those of buttons of
// the prefix "tagwarden".
func TestEachSampleIsForwardedByItsRule(t *testing.T) {
	rules := forwarding(t, ours)
	files, err := filepath.Glob("../../testdata/events/*.json")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, _, _ := strings.Cut(filepath.Base(file), "_")
		if want == "none" {
			want = ""
		}
		if got := forwarded(t, rules, text); got != want {
			t.Errorf("%s is forwarded by the rules %q, want %q", filepath.Base(file), got, want)
		}
	}
}

// TestEachBeatIsForwardedByItsRule holds that a heartbeat which arrives proves the very rule that it names, and that no rule takes what only looks like one.
func TestEachBeatIsForwardedByItsRule(t *testing.T) {
	rules := forwarding(t, ours)
	for _, kind := range events.All() {
		event := beat("tagwarden.tagwarden", "Tagwarden Heartbeat", kind.ID)
		if got := forwarded(t, rules, event); got != kind.ID {
			t.Errorf("the beat of %s is forwarded by %q", kind.ID, got)
		}
		if matched, err := listen.Beats(ours).Match(event); err != nil || !matched {
			t.Errorf("the hub does not hear the beat of %s: %v", kind.ID, err)
		}
	}
	for name, event := range map[string][]byte{
		"of another deployment":       beat("tagwarden.staging", wiring.Heartbeat, "config"),
		"of no kind":                  beat("tagwarden.tagwarden", wiring.Heartbeat, "other"),
		"of the roles":                beat("tagwarden.tagwarden", wiring.Heartbeat, wiring.RolesKind),
		"an outcome":                  beat("tagwarden.tagwarden", "Tagwarden Outcome", "config"),
		"a beat's type of AWS":        beat("aws.config", wiring.Heartbeat, "config"),
		"Config's type of our source": beat("tagwarden.tagwarden", "Config Configuration Item Change", "config"),
	} {
		if got := forwarded(t, rules, event); got != "" {
			t.Errorf("%s is forwarded by %q, want none", name, got)
		}
	}
	if matched, err := listen.Beat(wiring.RolesKind, ours).Match(beat("tagwarden.tagwarden", wiring.Heartbeat, wiring.RolesKind)); err != nil || !matched {
		t.Errorf("the beat of the roles is not forwarded: %v", err)
	}
	for _, other := range []string{beatOf("staging"), `{"source":"tagwarden.tagwarden","detail-type":"Tagwarden Outcome","detail":{}}`} {
		if matched, err := listen.Beats(ours).Match([]byte(other)); err != nil || matched {
			t.Errorf("the hub takes %s for a beat: %v", other, err)
		}
	}
}

func beatOf(prefix string) string {
	return string(beat("tagwarden."+prefix, wiring.Heartbeat, "config"))
}

// TestForwardingFits holds that the patterns fit EventBridge's rules with the longest prefix that a deployment may have.
func TestForwardingFits(t *testing.T) {
	for _, r := range forwarding(t, rights.Names{Prefix: strings.Repeat("p", 24)}) {
		if r.Pattern.Len() > pattern.MaxLength {
			t.Errorf("the forwarding rule of %s has %d characters", r.Kind.ID, r.Pattern.Len())
		}
	}
	long := events.Kind{ID: "long", Pattern: pattern.MustParse(`{"source":["` + strings.Repeat("x", pattern.MaxLength-20) + `"]}`)}
	if _, err := listen.Forwarding([]events.Kind{long}, ours); err == nil || !strings.Contains(err.Error(), "the kind long: its pattern has") {
		t.Errorf("got %v, want a pattern of a rule's length refused where the beat no longer fits", err)
	}
	set := events.Kind{ID: "set", Pattern: pattern.MustParse(`{"resources":["x"]}`), Pressed: []string{"resources"}}
	if _, err := listen.Forwarding([]events.Kind{set}, ours); err == nil || !strings.Contains(err.Error(), "the kind set") {
		t.Errorf("got %v, want a kind refused that cannot be narrowed to the deployment's buttons", err)
	}
}

// TestPressesAreForwarded holds for all prefixes and names of buttons that the presses of a deployment's own buttons are forwarded, whatever the policy calls them later.
func TestPressesAreForwarded(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		names := rights.Names{Prefix: rapid.StringMatching(`[A-Za-z][A-Za-z0-9-]{0,23}`).Draw(r, "prefix")}
		id := names.Action(rapid.StringN(1, 20, 60).Draw(r, "button"))
		event := `{"source":"aws.securityhub","detail-type":"Security Hub Findings - Custom Action","resources":["arn:aws-cn:securityhub:cn-north-1:111122223333:action/custom/` + id + `"],"detail":{}}`
		rules, err := listen.Forwarding(events.All(), names)
		if err != nil {
			r.Fatal(err)
		}
		if got := forwarded(t, rules, []byte(event)); got != "securityhub-action" {
			r.Fatalf("the action %s of %s is forwarded by %q", id, names.Prefix, got)
		}
	})
	foreign := `{"source":"aws.securityhub","detail-type":"Security Hub Findings - Custom Action","resources":["arn:aws:securityhub:eu-west-1:111122223333:action/custom/Ticket"],"detail":{}}`
	if got := forwarded(t, forwarding(t, ours), []byte(foreign)); got != "" {
		t.Errorf("somebody else's action is forwarded by %q", got)
	}
}
