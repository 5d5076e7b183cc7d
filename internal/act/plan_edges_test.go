package act

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// filled is the policy whose Owner comes from somewhere.
func filled(from string) string {
	return strings.Replace(policyText, "fill: [{value: nobody}]", "fill: ["+from+"]", 1)
}

// TestFactsAreReadWhereTheyAreWanted holds that the tags of a parent and of the account are read where a fill draws on them, each by itself, and nowhere else.
func TestFactsAreReadWhereTheyAreWanted(t *testing.T) {
	for _, test := range []struct {
		name, policy, owner string
		tags                map[string]string
		want                []remedy.FactsWanted
	}{
		{"of the parent", filled("{from: parent}"), "mum", wrong, []remedy.FactsWanted{{Parent: true}}},
		{"of the account", filled("{from: account}"), "team", wrong, []remedy.FactsWanted{{Account: true}}},
		{"of neither", policyText, "nobody", wrong, nil},
		{"of what is right", filled("{from: parent}"), "me", map[string]string{"Owner": "me", "Cost": "A"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.policy)
			var asked []remedy.FactsWanted
			w.actor.Remedies[0].Facts = func(_ context.Context, _ aws.Config, _ finding.Resource, want remedy.FactsWanted) (remedy.Facts, error) {
				asked = append(asked, want)
				return remedy.Facts{Parent: map[string]string{"Owner": "mum"}, Account: map[string]string{"Owner": "team"}}, nil
			}
			e := w.template(clock)
			e.Fingerprint, e.Resource.Type = "", "AWS::EC2::Snapshot"
			e = w.begin(t, e)
			w.tags = maps.Clone(test.tags)
			got := w.must(t, e)
			if w.tags["Owner"] != test.owner || !reflect.DeepEqual(asked, test.want) {
				t.Errorf("%s with %v after asking for %+v; want the owner %s, %+v", got.State, w.tags, asked, test.owner, test.want)
			}
		})
	}
}

// TestFactsThatCannotBeReadAreNotAbsent holds that nothing is written without a fact that may be there.
func TestFactsThatCannotBeReadAreNotAbsent(t *testing.T) {
	w := newWorld(t, filled("{from: parent}, {value: nobody}"))
	w.actor.Remedies[0].Facts = func(context.Context, aws.Config, finding.Resource, remedy.FactsWanted) (remedy.Facts, error) {
		return remedy.Facts{}, errNo
	}
	e := w.template(clock)
	e.Fingerprint, e.Resource.Type = "", "AWS::EC2::Snapshot"
	e = w.begin(t, e)
	w.tags = maps.Clone(wrong)
	if err := w.act(e, false); !errors.Is(err, errNo) || w.writes != 0 {
		t.Errorf("got %v after %d writes, want the error and none", err, w.writes)
	}
}

// TestTheCreatorFills holds that who made a change is its resource's creator, and that nobody is where the event named none.
func TestTheCreatorFills(t *testing.T) {
	for actor, want := range map[string]string{"ann": "ann", "": "nobody"} {
		w := newWorld(t, filled("{from: creator}, {value: nobody}"))
		e := w.template(clock)
		e.Fingerprint, e.Actor = "", actor
		e = w.begin(t, e)
		w.tags = maps.Clone(wrong)
		if got := w.must(t, e); w.tags["Owner"] != want {
			t.Errorf("by %q it is %s with %v; want the owner %s", actor, got.State, w.tags, want)
		}
	}
}

// TestKnown holds that the policy is told of the report of the very control, and whether it is answered once.
func TestKnown(t *testing.T) {
	w := newWorld(t, policyText)
	first, second := hubReporter("e1", "securityhub:S3.1", "f1"), hubReporter("e2", "securityhub:S3.8", "f2")
	for _, test := range []struct {
		control, once string
		want          finding.Report
	}{
		{"securityhub:S3.1", "", first.Report},
		{"securityhub:S3.8", "x", second.Report},
		{"securityhub:S3.9", "", finding.Report{}},
	} {
		got := w.actor.known(journal.Entry{Control: test.control, Once: test.once, Reporters: []journal.Reporter{first, second}})
		if got.Report != test.want || got.Once != (test.once != "") {
			t.Errorf("%s: got %+v, once %v; want %+v", test.control, got.Report, got.Once, test.want)
		}
	}
}

// TestReconsider holds that what a read tells takes the place of what was known, and what it does not tell stays.
func TestReconsider(t *testing.T) {
	was := journal.Entry{
		Owner: "old", Origin: iac.Origin{Tool: iac.CloudFormation, Stack: "shop"}, Mode: "fix", Severity: "low", Rule: "tags", Violations: json.RawMessage(`["old"]`),
	}
	none := reconsider(was, judgement{Decision: policy.Decision{Verdict: policy.Compliant}})
	if none.Owner != "old" || none.Origin.Stack != "shop" || none.Mode != "fix" || none.Severity != "low" || none.Rule != "tags" || string(none.Violations) != `["old"]` {
		t.Errorf("of nothing told it is %+v", none)
	}
	d := policy.Decision{Verdict: policy.Notify, Rule: "other", Severity: finding.High, Violations: []tag.Violation{{Key: "Owner"}}}
	told := reconsider(was, judgement{Decision: d, tags: map[string]string{"Owner": "new"}})
	if told.Owner != "new" || told.Origin.Stack != "" || told.Mode != "notify" || told.Severity != "high" || told.Rule != "other" || !strings.Contains(string(told.Violations), "Owner") {
		t.Errorf("of all told it is %+v", told)
	}
}

// TestEveryKeyThatWaitsForAFactStays holds it where other keys, that wait for nothing, come before them and between.
func TestEveryKeyThatWaitsForAFactStays(t *testing.T) {
	const text = `
version: 1
mode: fix
tags:
  - {key: Cost, required: true, values: [A], fill: [{value: A}]}
  - {key: Owner, required: true, pattern: '[a-z]+', fill: [{from: attribute, path: configuration.owner}]}
  - {key: Env, required: true, values: [Prod], fill: [{value: Prod}]}
  - {key: Team, required: true, pattern: '[a-z]+', fill: [{from: attribute, path: configuration.team}]}
rules:
  - {name: tags, on: [config], do: [tags]}
`
	w := newWorld(t, text)
	tags := map[string]string{"Cost": "B", "Owner": "BAD", "Env": "Test", "Team": "WORSE"}
	want := map[string]string{"Cost": "A", "Owner": "BAD", "Env": "Prod", "Team": "WORSE"}
	if got := w.actor.fixTags("AWS::EC2::Volume", tags, tag.Facts{}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestALowerModeEndsWhatWasWritten holds that what was spoilt while a write was on its way is left to the next event where the policy wants no more changes by then.
func TestALowerModeEndsWhatWasWritten(t *testing.T) {
	w := newWorld(t, policyText)
	e := w.violate(t, "1", "vol-1")
	lower := newWorld(t, policyText+"    mode: propose\n").actor.Policy
	w.onWrite = func(to map[string]string) {
		to["tmp-y"] = "1"
		w.actor.Policy = lower
	}
	if got := w.must(t, e); got.State != journal.Fixed || w.writes != 1 || got.Left == "" {
		t.Errorf("%s after %d writes, with %q left; want fixed after 1, and something left", got.State, w.writes, got.Left)
	}
}

// TestAForcedUndoOfWhatNobodyChanged holds that it says that it is over nobody's change.
func TestAForcedUndoOfWhatNobodyChanged(t *testing.T) {
	w := newWorld(t, policyText)
	fixed := w.must(t, w.violate(t, "1", "vol-1"))
	undo := journal.Undo(fixed, "me", "u")
	undo.Override.Force = true
	if got := w.must(t, w.begin(t, undo)); got.State != journal.Fixed || strings.Contains(got.Reason, "over what others changed") {
		t.Errorf("%s: %s", got.State, got.Reason)
	}
}
