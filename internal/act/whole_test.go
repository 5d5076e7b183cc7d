package act

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestAResourceKnownByItsIDAloneIsFound holds that what is found is what is reached, what exemptions are asked of, and what people read; and that it is looked for once.
func TestAResourceKnownByItsIDAloneIsFound(t *testing.T) {
	const exempt = "exempt: [{resources: ['arn:aws:rds:*:*:db:orders'], reason: r, owner: o, until: 2027-01-01}]\n"
	for _, test := range []struct {
		name, policy string
		err          error
		state        journal.State
		reached      []string // ARNs, in their order
	}{
		{"found", policyText, nil, journal.Fixed, []string{"", "arn:aws:rds:eu-west-1:111122223333:db:orders"}},
		{"found to be exempt", policyText + exempt, nil, journal.Exempted, []string{""}},
		{"gone", policyText, remedy.ErrGone, journal.Gone, []string{""}},
		{"denied", policyText, &remedy.RefusedError{Why: "no"}, journal.Refused, []string{""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.policy)
			w.tags = maps.Clone(wrong)
			var reached []string
			w.actor.Reach = func(_ context.Context, _ remedy.Remedy, r finding.Resource, _ string) (aws.Config, error) {
				reached = append(reached, r.ARN)
				return aws.Config{}, nil
			}
			w.actor.Remedies[0].Find = func(_ context.Context, _ aws.Config, r finding.Resource) (finding.Resource, error) {
				r.ARN = "arn:aws:rds:eu-west-1:111122223333:db:orders"
				return r, test.err
			}
			entry := w.open(t, clock.Add(-young))
			entry.Resource = finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::RDS::DBInstance", ID: "db-A"}
			entry, err := w.journal.Record(t.Context(), entry)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.act(entry, false); err != nil {
				t.Fatal(err)
			}
			got := w.entry(t, entry.ID)
			if got.State != test.state || len(reached) != len(test.reached) || reached[len(reached)-1] != test.reached[len(reached)-1] {
				t.Errorf("%s, reached %q; want %s, %q", got.State, reached, test.state, test.reached)
			}
			if found := got.Resource.ARN != ""; found != (test.err == nil) || got.Key != entry.Key {
				t.Errorf("the entry is of %v with the key %v", got.Resource, got.Key)
			}
		})
	}
}

// TestWhatWasFoundIsNotLookedForAgain holds that a later delivery, and an undo, know the resource.
func TestWhatWasFoundIsNotLookedForAgain(t *testing.T) {
	w := newWorld(t, policyText)
	w.tags = maps.Clone(wrong)
	looked := 0
	w.actor.Remedies[0].Find = func(_ context.Context, _ aws.Config, r finding.Resource) (finding.Resource, error) {
		looked++
		r.ARN = "arn:aws:rds:eu-west-1:111122223333:db:orders"
		return r, nil
	}
	entry := w.open(t, clock)
	entry.Resource.ARN = ""
	entry, err := w.journal.Record(t.Context(), entry)
	if err != nil {
		t.Fatal(err)
	}
	w.failWrite = errors.New("throttled")
	if err := w.act(entry, false); err == nil {
		t.Fatal("the failed write gave no error")
	}
	w.failWrite = nil
	if err := w.act(entry, false); err != nil {
		t.Fatal(err)
	}
	undo := w.begin(t, journal.Undo(w.entry(t, entry.ID), "me", "press"))
	if err := w.act(undo, false); err != nil || w.entry(t, undo.ID).State != journal.Fixed || looked != 1 {
		t.Errorf("%s, looked %d times, %v; want fixed, once", w.entry(t, undo.ID).State, looked, err)
	}
	again := w.template(clock)
	again.Event, again.ID, again.Fingerprint, again.Resource.ARN, again.Seen.Number = "again", journal.NewID(again.Key, "again", "tags"), "", "", 9
	if got := w.must(t, w.begin(t, again)); got.State != journal.Exempted || looked != 2 {
		t.Errorf("reported again by its id alone, it is %s, looked %d times: %s; want exempt, for that was undone", got.State, looked, got.Reason)
	}
}
