package act

import (
	"testing"
	"time"
)

// TestAMessageGoesToItsRoute holds that act's messages go to the topic of the first route that fits, by what is known of the entry.
func TestAMessageGoesToItsRoute(t *testing.T) {
	const topic = "arn:aws:sns:eu-west-1:111122223333:data"
	for owner, want := range map[string]string{"team-data": topic, "team-web": ""} {
		w := newWorld(t, policyText+"notify: {routes: [{match: {owner: [team-data], rule: [tags]}, topic: \""+topic+"\"}]}\n")
		w.tags = wrong
		e := w.template(clock.Add(-time.Minute))
		e.Owner, e.Fingerprint = owner, ""
		if err := w.act(w.begin(t, e), false); err != nil {
			t.Fatal(err)
		}
		if len(w.told) != 1 || w.told[0].Topic != want {
			t.Errorf("the owner %s: told %+v, want one message to %q", owner, w.told, want)
		}
	}
}
