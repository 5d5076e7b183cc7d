package journal_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/frozen"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// noon is the time of the samples.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 123_456_000, time.UTC)

// thing is a resource of the samples.
var thing = finding.Resource{
	Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Volume", ID: "vol-0abc", Name: "data",
	ARN: "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0abc",
}

// opened is an entry as a judge opens it.
func opened() journal.Entry {
	key := journal.KeyOf(thing, "tags")
	return journal.Entry{
		ID: journal.NewID(key, "e1", "tags"), Revision: 1, State: journal.Open, Key: key,
		Event: "e1", Kind: "tags", Control: "tags", Rule: "all tags", Remedy: "tags", Mode: "fix", Severity: "low", Resource: thing,
		Seen: finding.Version{Source: "tags", Number: 9_007_199_254_740_993, Time: noon}, Since: noon, Updated: noon.Add(time.Second),
		Reporters: []journal.Reporter{{Kind: "tags", Event: "e1", Control: "tags"}},
		Reason:    "Owner is missing.", Violations: json.RawMessage(`[{"key":"Owner","detail":"<b> & \"c\" 資源","n":12345678901234567890}]`), Fingerprint: "fix:0123456789abcdef",
	}
}

// changed is an entry of which every field is set.
func changed() journal.Entry {
	e := opened()
	e.Revision, e.State, e.Actor, e.Unread, e.Once = 7, journal.Fixed, "arn:aws:iam::111122223333:user/å", "oversized", "once"
	e.Resource.Tags, e.Resource.Attributes = map[string]string{}, json.RawMessage(`{"a":1.50}`)
	e.Reporters = []journal.Reporter{{
		Kind: "securityhub", Event: "e2", Control: "securityhub:S3.8",
		Report: finding.Report{Service: "securityhub", ID: "f", Product: "arn:aws:securityhub:eu-west-1::product/aws/securityhub", Title: "é", Region: "eu-west-1"},
	}}
	e.Subject, e.Attributes, e.With = finding.Subject{"key": "AKIAIOSFODNN7EXAMPLE"}, map[string]string{"configuration.vpcId": "vpc-1"}, json.RawMessage(`{"ports":[22,2.50,null]}`)
	e.Change = change.Change{Remedy: "tags", Schema: 1, Touched: []change.Touch{
		{Path: "Secret", Before: json.RawMessage(`"p&ss<w>ord \u00e9 =="`)}, {Path: "a~1b", After: json.RawMessage(`{"b":[1,2]}`)},
	}}
	e.Calls, e.Err, e.Told, e.Undoes, e.Redoes = []string{"ec2:CreateTags"}, "a\nb", true, "tw-other", true
	e.Prior = &journal.Prior{ID: "tw-0", State: journal.Told, Fingerprint: "x", Told: true, Undone: "tw-00", Settled: true}
	e.Held, e.Due, e.Tries, e.Spent, e.Left, e.Shown = journal.Grace, noon.Add(time.Hour), 2, true, "f2", "0123456789abcdef"
	e.Flips, e.Owner, e.Agent = journal.Flips{noon, noon.Add(time.Minute)}, "équipe <a>", "Terraform 1.9.5"
	e.Origin = iac.Origin{Tool: iac.CloudFormation, Stack: "shop", LogicalID: "Bucket", Group: true}
	e.Approver, e.Override = "arn:aws:iam::111122223333:role/ops", journal.Override{Freeze: true, Brake: true, All: true, Force: true, Bulk: true}
	e.Gathered, e.Press, e.Approved, e.Noted, e.Unproved = true, "Remediate", true, true, true
	return e
}

// states are all states of an entry's life.
var states = []journal.State{
	journal.Open, journal.Waiting, journal.Planned, journal.Applying, journal.Settling, journal.Observed, journal.Told, journal.Proposed,
	journal.Fixed, journal.Compliant, journal.Exempted, journal.Gone, journal.Refused, journal.Failed, journal.Lapsed, journal.Undone,
}

func entriesV1() map[string]journal.Entry {
	all := map[string]journal.Entry{"whole": changed()}
	for _, state := range states {
		e := opened()
		e.State = state
		all[string(state)] = e
	}
	exempt := journal.Key{Resource: thing.ARN, Setting: "exemption"}
	all["exemption"] = journal.Entry{
		ID: "tw-exempt", Revision: 1, State: journal.Told, Key: exempt, Event: "ask-1", Kind: "operator", Control: "exemption", Mode: "notify", Resource: thing, Since: noon, Updated: noon,
		Reason: "It is exempt.", With: json.RawMessage(`[{"rules":["all tags"],"until":"2027-01-31T00:00:00Z","reason":"moved","owner":"web","by":"arn:aws:iam::111122223333:role/ops","event":"ask-1"}]`),
	}
	return all
}

func claimsV1() map[string]journal.Claim {
	return map[string]journal.Claim{"held": {
		Version: 7, Entry: changed(), Seen: map[string]finding.Version{"tags": {Source: "tags", Number: 3}}, Holder: "m1", Until: noon.Add(time.Minute), Touched: noon,
		Answered: []string{"once"}, Changed: "tw-changed",
	}}
}

func countersV1() map[string]journal.Counter {
	return map[string]journal.Counter{"breaker": {
		Name: "breaker/failed/all tags", Version: 3, Per: time.Hour, Slots: map[int64]int{1_795_694_400: 2}, Opened: noon, Held: 4, HeldAt: noon, Touched: noon,
	}}
}

func grantsV1() map[string][]journal.Grant {
	return map[string][]journal.Grant{"two": {
		{
			Rules: []string{"all tags"}, Until: noon.Add(time.Hour), Reason: "moved", Owner: "web", By: "arn:aws:iam::111122223333:role/ops", Undo: "tw-undo", Event: "ask-1",
			Reminded: true,
		},
		{Until: noon.Add(time.Hour), Reason: "all rules", Owner: "web", By: "button Exempt 30 days"},
	}}
}

func brakesV1() map[string]journal.Brake {
	return map[string]journal.Brake{"on": {Account: "111122223333", On: true, By: "arn:aws:iam::111122223333:role/ops", Reason: "a bad day", Since: noon}}
}

func asJSON[T any](v T) ([]byte, error) { return json.Marshal(v) }

func fromJSON[T any](data []byte) (v T, err error) { return v, json.Unmarshal(data, &v) }

// This version reads all that version 1 kept, to the last field.
func TestFrozenV1(t *testing.T) {
	frozen.Each(t, "testdata/v1/entries", entriesV1(), journal.Encode, journal.Decode)
	frozen.Each(t, "testdata/v1/claims", claimsV1(), journal.EncodeClaim, journal.DecodeClaim)
	frozen.Each(t, "testdata/v1/counters", countersV1(), journal.EncodeCounter, journal.DecodeCounter)
	frozen.Each(t, "testdata/v1/brakes", brakesV1(), asJSON[journal.Brake], fromJSON[journal.Brake])
	frozen.Each(t, "testdata/v1/grants", grantsV1(), asJSON[[]journal.Grant], func(data []byte) ([]journal.Grant, error) { return journal.Grants(journal.Entry{With: data}) })
}

// Whatever is kept stands in a frozen file, in every field.
func TestFrozenIsWhole(t *testing.T) {
	frozen.Whole(t, entriesV1())
	frozen.Whole(t, claimsV1())
	frozen.Whole(t, countersV1())
	frozen.Whole(t, brakesV1())
	frozen.Whole(t, map[string]journal.Grant{"first": grantsV1()["two"][0]})
}

// A change that was shown by one version is approved by the next under the same name.
func TestFrozenSeal(t *testing.T) {
	if got, want := journal.Seal(changed().Change), "39f60af6a4810b80"; got != want {
		t.Errorf("got %s, want %s: proposals that were told could not be approved any more", got, want)
	}
}

// What a newer version wrote is kept by this one, and written again, so that it is there when the newer version is.
func TestALaterFieldIsKept(t *testing.T) {
	data, err := journal.Encode(changed())
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(data), `{"id":`, `{"weight":1.50,"id":`, 1)
	newer = strings.TrimSuffix(newer, "}") + `,"zone":{"a":["<é>",null]}}`
	e, err := journal.Decode([]byte(newer))
	if err != nil {
		t.Fatal(err)
	}
	e.Told = false
	for range 2 {
		again, err := journal.Encode(e)
		if err != nil || !strings.HasSuffix(string(again), `,"weight":1.50,"zone":{"a":["<é>",null]}}`) {
			t.Fatalf("got %s, %v", again, err)
		}
		if e, err = journal.Decode(again); err != nil || e.Told {
			t.Fatalf("got %+v, %v", e, err)
		}
	}
	if e, err = journal.Reread(e); err != nil || !strings.Contains(string(must(t, e)), `"weight":1.50`) {
		t.Errorf("reread, got %s, %v", must(t, e), err)
	}
}

func must(t *testing.T, e journal.Entry) []byte {
	t.Helper()
	data, err := journal.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The same holds for a claim, its entry, and a counter, through whatever this version does to them.
func TestLaterFieldsOfClaimsAndCountersAreKept(t *testing.T) {
	held := claimsV1()["held"]
	held.Entry.State = journal.Told
	data, err := journal.EncodeClaim(held)
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(data), `"id":"`+held.Entry.ID, `"weight":1.50,"id":"`+held.Entry.ID, 1)
	newer = strings.TrimSuffix(newer, "}") + `,"shared":"yes"}`
	c, err := journal.DecodeClaim([]byte(newer))
	if err != nil {
		t.Fatal(err)
	}
	report := opened()
	report.ID, report.Event, report.Fingerprint, report.Seen, report.Once = "tw-next", "e9", "notify:0", finding.Version{}, ""
	step := c.Begin(report, noon)
	if step.Claim == nil || len(step.Append) != 2 {
		t.Fatalf("got %+v", step)
	}
	again, err := journal.EncodeClaim(*step.Claim)
	lapsed, lapsedErr := journal.Encode(step.Append[0])
	if err != nil || !strings.Contains(string(again), `"shared":"yes"`) || lapsedErr != nil || !strings.Contains(string(lapsed), `"weight":1.50`) {
		t.Errorf("got %s and %s, %v, %v", again, lapsed, err, lapsedErr)
	}
	count, err := journal.DecodeCounter([]byte(`{"name":"n","version":1,"per":3600000000000,"slots":{},"shade":"blue"}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, moved := range map[string]func() (journal.Counter, error){
		"marked": func() (journal.Counter, error) { return count.Mark(journal.Mark{Counter: "n", Per: time.Hour}, noon) },
		"reset":  func() (journal.Counter, error) { return count.Reset(noon), nil },
	} {
		next, err := moved()
		data, encodeErr := journal.EncodeCounter(next)
		if err != nil || encodeErr != nil || !strings.Contains(string(data), `"shade":"blue"`) {
			t.Errorf("%s: got %s, %v, %v", name, data, err, encodeErr)
		}
	}
}

// A state that this version does not know is refused, with the way out: what it would do about the entry, nobody knows.
func TestAStateOfANewerVersionIsRefused(t *testing.T) {
	e := must(t, opened())
	parked := strings.Replace(string(e), `"state":"open"`, `"state":"parked"`, 1)
	_, err := journal.Decode([]byte(parked))
	_, claimErr := journal.DecodeClaim([]byte(`{"version":1,"entry":` + parked + `}`))
	for _, err := range []error{err, claimErr} {
		if err == nil || !errors.Is(err, journal.ErrNewer) || !strings.Contains(err.Error(), `"parked"`) || !strings.Contains(err.Error(), "deploy that version again") {
			t.Errorf("got %v", err)
		}
	}
	for _, state := range states {
		if _, err := journal.Decode([]byte(strings.Replace(string(e), `"state":"open"`, `"state":"`+string(state)+`"`, 1))); err != nil {
			t.Errorf("%s: %v", state, err)
		}
	}
}
