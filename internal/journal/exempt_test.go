package journal

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// TestExemptionKey holds that a resource has one key, however an event, or a person who knows its ARN only, names it.
func TestExemptionKey(t *testing.T) {
	for _, test := range []struct {
		name, want string
		same       []finding.Resource
	}{
		{"a bucket", "arn:aws:s3:::b", []finding.Resource{
			{ARN: "arn:aws:s3:::b"},
			{Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b", Account: "111122223333", Region: "eu-west-1", Partition: "aws", ID: "b"},
			{Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b", Region: "us-east-1"},
		}},
		{"a role", "arn:aws:iam::111122223333:role/web", []finding.Resource{
			{ARN: "arn:aws:iam::111122223333:role/service-role/web"},
			{ARN: "arn:aws:iam::111122223333:role/web"},
			{Type: "AWS::IAM::Role", ARN: "arn:aws:iam::111122223333:role/a/b/web", Account: "111122223333", Region: "us-east-1"},
		}},
		{"a snapshot", "arn:aws:ec2:eu-west-1::snapshot/snap-1", []finding.Resource{
			{ARN: "arn:aws:ec2:eu-west-1::snapshot/snap-1"},
			{ARN: "arn:aws:ec2:eu-west-1:111122223333:snapshot/snap-1"},
			{Type: "AWS::EC2::Snapshot", ARN: "arn:aws:ec2:eu-west-1:111122223333:snapshot/snap-1", Account: "111122223333"},
		}},
		{"a log group", "arn:aws:logs:eu-west-1:111122223333:log-group:/x", []finding.Resource{
			{ARN: "arn:aws:logs:eu-west-1:111122223333:log-group:/x:*"},
			{ARN: "arn:aws:logs:eu-west-1:111122223333:log-group:/x"},
			{Type: "AWS::Logs::LogGroup", ARN: "arn:aws:logs:eu-west-1:111122223333:log-group:/x:*"},
		}},
		{"an address", "arn:aws:ec2:eu-west-1:111122223333:elastic-ip/eipalloc-1", []finding.Resource{
			{ARN: "arn:aws:ec2:eu-west-1:111122223333:eip-allocation/eipalloc-1"},
			{ARN: "arn:aws:ec2:eu-west-1:111122223333:elastic-ip/eipalloc-1"},
		}},
		{"a type that nobody knows", "arn:aws:brandnew:::x", []finding.Resource{
			{ARN: "arn:aws:brandnew:::x"},
			{Type: "AWS::Brand::New", ARN: "arn:aws:brandnew:::x", Account: "111122223333"},
		}},
	} {
		for _, r := range test.same {
			k, ok := ExemptionKey(r)
			if want := (Key{Resource: test.want, Setting: "exemption"}); k != want || !ok || !k.Exemption() {
				t.Errorf("%s, %+v: got %v, %v; want %v", test.name, r, k, ok, want)
			}
		}
	}
	for _, r := range []finding.Resource{{}, {Type: "AWS::EC2::Instance", ID: "i-1"}, {ARN: "i-1"}, {ARN: "arn:aws:s3"}} {
		if k, ok := ExemptionKey(r); ok {
			t.Errorf("%+v has the key %v", r, k)
		}
	}
	if KeyOf(finding.Resource{ARN: "arn:aws:s3:::b"}, "tags").Exemption() {
		t.Error("a setting is taken for an exemption")
	}
}

func TestGrants(t *testing.T) {
	until := noon.Add(24 * time.Hour)
	all, tags := Grant{Until: until, Event: "1"}, Grant{Rules: []string{"tags", "s3"}, Until: until, Event: "2"}
	long := Grant{Rules: []string{"tags"}, Until: until.Add(time.Hour), Event: "3"}
	undone := Grant{Until: until.Add(time.Hour), Event: "4", Undo: "tw-1"}
	for _, test := range []struct {
		name   string
		grants []Grant
		rule   string
		anew   bool
		at     time.Time
		want   Grant
	}{
		{"none", nil, "tags", false, noon, Grant{}},
		{"of all rules", []Grant{all}, "tags", false, noon, all},
		{"of the rule", []Grant{tags}, "s3", false, noon, tags},
		{"of another rule", []Grant{tags}, "ec2", false, noon, Grant{}},
		{"the longest", []Grant{all, long, tags}, "tags", false, noon, long},
		{"the longest of the rule", []Grant{long, all}, "s3", false, noon, all},
		{"at the last moment", []Grant{all}, "tags", false, until.Add(-1), all},
		{"at its end", []Grant{all}, "tags", false, until, Grant{}},
		{"one of two is over", []Grant{long, all}, "tags", false, until, long},
		{"of an undo", []Grant{undone}, "tags", false, noon, undone},
		{"of an undo, asked for anew", []Grant{undone}, "tags", true, noon, Grant{}},
		{"of a person, asked for anew", []Grant{undone, all}, "tags", true, noon, all},
	} {
		got, ok := Exempting(test.grants, test.rule, test.anew, test.at)
		if !reflect.DeepEqual(got, test.want) || ok != (test.want.Event != "") {
			t.Errorf("%s: got %+v, %v; want %+v", test.name, got, ok, test.want)
		}
	}
}

// TestGranted holds that a grant joins those that still hold, and takes the place of itself; and that nobody's list is changed.
func TestGranted(t *testing.T) {
	over, one, two := Grant{Until: noon, Event: "0"}, Grant{Until: noon.Add(1), Event: "1"}, Grant{Until: noon.Add(2), Event: "2"}
	again := Grant{Until: noon.Add(3), Event: "1", Reason: "anew"}
	for _, test := range []struct {
		name   string
		grants []Grant
		g      Grant
		want   []Grant
	}{
		{"the first", nil, one, []Grant{one}},
		{"another", []Grant{one}, two, []Grant{one, two}},
		{"what is over goes", []Grant{over, one}, two, []Grant{one, two}},
		{"delivered again", []Grant{one, two}, again, []Grant{two, again}},
		{"of no event", []Grant{{Until: noon.Add(1)}}, Grant{Until: noon.Add(2)}, []Grant{{Until: noon.Add(1)}, {Until: noon.Add(2)}}},
	} {
		before := slices.Clone(test.grants)
		if got := Granted(test.grants, test.g, noon); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
		if !reflect.DeepEqual(test.grants, before) {
			t.Errorf("%s: the list was changed to %+v", test.name, test.grants)
		}
	}
}

func TestNextTurn(t *testing.T) {
	day := 24 * time.Hour
	at := func(days ...int) []Grant {
		var grants []Grant
		for _, n := range days {
			grants = append(grants, Grant{Until: noon.Add(time.Duration(n) * day)})
		}
		return grants
	}
	for _, test := range []struct {
		name   string
		grants []Grant
		now    time.Time
		want   time.Time
	}{
		{"none", nil, noon, time.Time{}},
		{"a week before the end", at(30), noon, noon.Add(23 * day)},
		{"reminded: the end", at(30), noon.Add(23 * day), noon.Add(30 * day)},
		{"over", at(30), noon.Add(30 * day), time.Time{}},
		{"too short to remind of", at(5), noon, noon.Add(5 * day)},
		{"the next of several", at(30, 3, 10), noon, noon.Add(3 * day)},
	} {
		if got := NextTurn(test.grants, test.now); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestExempt holds what the entry of exemptions says: the last grant, and all of them for who asks.
func TestExempt(t *testing.T) {
	r := finding.Resource{Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b", Tags: map[string]string{"Owner": "x"}}
	k, _ := ExemptionKey(r)
	grants := []Grant{
		{Until: noon.Add(time.Hour), Event: "1", Owner: "a", Reason: "old", By: "x"},
		{Rules: []string{"tags"}, Until: noon.Add(240 * time.Hour), Event: "2", Owner: "b", Reason: "moving", By: "me"},
	}
	e, err := Exempt(r, k, grants, noon)
	if err != nil {
		t.Fatal(err)
	}
	got := []any{e.ID, e.Key, e.Actor, e.Owner, e.Reason, e.Due, e.Resource.Tags}
	want := []any{NewID(k, "2", "exemption"), k, "me", "b", "It is exempt until 2026-03-11T12:00:30Z by b: moving.", noon.Add(time.Hour), map[string]string(nil)}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if kept, err := Grants(e); err != nil || !reflect.DeepEqual(normal(kept), normal(grants)) {
		t.Errorf("kept %+v, %v; want %+v", kept, err, grants)
	}
	if r.Tags["Owner"] != "x" {
		t.Error("the caller's resource was changed")
	}
	if other, _ := Exempt(r, k, grants[:1], noon); other.Fingerprint == e.Fingerprint {
		t.Error("other grants have the same fingerprint")
	}
	if e, err := Exempt(r, k, nil, noon); err == nil {
		t.Errorf("an exemption by nothing: %+v", e)
	}
	if got, err := Grants(Entry{Key: k, With: []byte(`{"not":"a list"}`)}); err == nil {
		t.Errorf("what cannot be read is %v", got)
	}
	if got, err := Grants(Entry{Key: k}); len(got) > 0 || err != nil {
		t.Errorf("no grants are %v, %v", got, err)
	}
}

func normal(grants []Grant) []Grant {
	all := slices.Clone(grants)
	for i := range all {
		all[i].Until = all[i].Until.UTC()
	}
	return all
}

func TestFlips(t *testing.T) {
	var f Flips
	for _, minutes := range []int{0, 20, 40, 60} {
		f = f.With(noon.Add(time.Duration(minutes)*time.Minute), time.Hour)
	}
	want := Flips{noon.Add(20 * time.Minute), noon.Add(40 * time.Minute), noon.Add(60 * time.Minute)}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("got %v, want %v", f, want)
	}
}

func TestNoticed(t *testing.T) {
	n := Notice("rule/tags", "budget", "2026-03-01T12", "medium", "50 are made", noon)
	if n.Key.Noticed() != "budget" || n.Control != "budget" || n.Key.Exemption() {
		t.Errorf("got %+v", n)
	}
	if other := Notice("rule/tags", "budget", "2026-03-01T13", "medium", "50 are made", noon); other.ID == n.ID || other.Key != n.Key {
		t.Errorf("another time: %s %v, the first %s %v", other.ID, other.Key, n.ID, n.Key)
	}
	if got := (Key{Resource: "arn:aws:s3:::b", Setting: "tags"}).Noticed(); got != "" {
		t.Errorf("a setting is the notice %q", got)
	}
}

// TestTellOnce holds what is owed for an entry that waited: its end is told, also where that is no news of others; and what people know to wait for is not told again.
func TestTellOnce(t *testing.T) {
	for _, test := range []struct {
		name string
		e    Entry
		on   Event
		want Move
	}{
		{"it waits", Entry{State: Open, Held: Grace}, Hold, Move{Waiting, true}},
		{"held back by a budget, and put right: a notice told of it", Entry{State: Proposed, Held: Budget, Told: true}, Nothing, Move{Compliant, false}},
		{"put right while it waited", Entry{State: Waiting, Held: Grace, Told: true}, Nothing, Move{Compliant, true}},
		{"gone while it waited", Entry{State: Waiting, Held: Freeze, Told: true}, Vanish, Move{Gone, true}},
		{"put right", Entry{State: Open}, Nothing, Move{Compliant, false}},
		{"it waits no more", Entry{State: Waiting, Held: Grace, Told: true}, Resume, Move{Open, false}},
	} {
		if got, ok := test.e.Next(test.on); got != test.want || !ok {
			t.Errorf("%s: got %+v, %v; want %+v", test.name, got, ok, test.want)
		}
	}
	if got, ok := (Entry{State: Fixed, Held: Grace}).Next(Nothing); ok || got != (Move{}) {
		t.Errorf("what cannot happen is %+v", got)
	}
}

// TestUndosOfOnePressAreApart holds that a grant takes the place of the one that the same event granted, and that one press which takes two changes back grants two.
func TestUndosOfOnePressAreApart(t *testing.T) {
	of := func(rule, undo string) Grant {
		return Grant{Rules: []string{rule}, Until: noon.Add(time.Hour), Event: "press", Undo: undo}
	}
	one, two := of("a", "tw-1"), of("b", "tw-2")
	both := Granted(Granted(nil, one, noon), two, noon)
	if want := []Grant{one, two}; !reflect.DeepEqual(both, want) {
		t.Errorf("kept %+v, want %+v", both, want)
	}
	if again := Granted(both, one, noon); len(again) != 2 {
		t.Errorf("granted again, there are %+v, want two", again)
	}
}

// TestInstead holds that what another grant says takes the place of all that was said, to be told anew, and that a press is kept where nobody pressed.
func TestInstead(t *testing.T) {
	pressed := []Reporter{{Kind: "securityhub", Event: "p"}}
	kept := Entry{ID: "tw-1", Revision: 3, State: Told, Told: true, Noted: true, Gathered: true, Press: "Exempt", Reporters: pressed, Owner: "old"}
	next := Entry{ID: "tw-2", With: []byte(`[]`), Due: noon, Reason: "new", Fingerprint: "f", Event: "e", Actor: "ann", Owner: "web", Since: noon}
	want := kept
	want.With, want.Due, want.Reason, want.Fingerprint, want.Event, want.Actor, want.Owner, want.Updated = next.With, noon, "new", "f", "e", "ann", "web", noon
	want.Told, want.Noted, want.Gathered = false, false, false
	if got := kept.Instead(next); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	next.Press, next.Reporters = "Other", []Reporter{{Kind: "securityhub", Event: "q"}}
	if got := kept.Instead(next); got.Press != "Other" || !reflect.DeepEqual(got.Reporters, next.Reporters) {
		t.Errorf("pressed anew: %q by %+v", got.Press, got.Reporters)
	}
}
