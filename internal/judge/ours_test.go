package judge

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// ownProduct is where findings of our own are.
const ownProduct = "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default"

// entryOfBucket is the entry that GuardDuty's finding f1 about the bucket b opens, as event 1.
var entryOfBucket = journal.NewID(
	journal.KeyOf(finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b"}, "s3:public-access-block"),
	"1", "s3-block-public-access")

// ours is what Security Hub says of a finding of our own about an entry; change changes it.
func ours(id, entry, shown string, change ...object) occurrence {
	own := object{
		"Id": "tagwarden/" + entry, "ProductArn": ownProduct, "GeneratorId": "tagwarden/security-control/S3.8", "Types": []any{"Software and Configuration Checks/Tagwarden"},
		"Compliance": object{}, "ProductFields": object{"tagwarden/entry": entry, "tagwarden/shown": shown, "tagwarden/rule": "bucket"},
		"Resources": []any{object{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b", "Partition": "aws", "Region": "eu-west-1"}},
	}
	return hub(id, "S3.8", "one", append([]object{own}, change...)...)
}

// ourPress is the press of a button for such a finding.
func ourPress(id, button string, at time.Time, entry, shown string, change ...object) occurrence {
	return pressed(id, button, at, ours("h", entry, shown, change...))
}

// shown makes an entry one that a finding of ours shows.
func shown(e *journal.Entry) { e.Shown, e.Noted = "seal", true }

// bucketRule is a rule of AWS Config about the bucket b.
const bucketRule = "s3-bucket-level-public-access-prohibited"

// compliant is the rule's result when nothing is wrong.
func compliant(id, rule string) occurrence {
	o := configRule(id, rule)
	o.detail["newEvaluationResult"] = object{"complianceType": "COMPLIANT"}
	return o
}

// portscan is a threat to an instance, another one each time.
func portscan(id, threat string) occurrence {
	return guardDuty(id, threat, "Recon:EC2/Portscan", instance)
}

// TestPressesOnOurs holds what becomes of a press on a finding of our own: it is for the very entry that it names, as it was shown, or for nothing.
func TestPressesOnOurs(t *testing.T) {
	before, after := clock.Add(-time.Second), clock.Add(time.Minute)
	irreversible := func(e *journal.Entry) { shown(e); e.Remedy = "release" }
	waiting := func(e *journal.Entry) { shown(e); e.Held = journal.Freeze }
	untold := func(e *journal.Entry) { shown(e); e.Told = false }
	tests := []struct {
		name   string
		stands journal.State
		change func(*journal.Entry)
		press  occurrence
		want   journal.State // of the entry
		reason string        // why the press came to nothing; "" where it came to something
	}{
		{"approves what it shows", journal.Proposed, shown, ourPress("p", "Fix", after, entryOfBucket, "seal"), journal.Open, ""},
		{"of another account's resource", journal.Proposed, shown, ourPress("p", "Fix", after, entryOfBucket, "seal", object{
			"Resources": []any{object{"Type": "AwsS3Bucket", "Id": "arn:aws:rds:eu-west-1:444455556666:db:x", "Partition": "aws", "Region": "eu-west-1"}},
		}), journal.Open, ""},
		{"archived, and proposed all the same", journal.Proposed, shown, ourPress("p", "Fix", after, entryOfBucket, "seal", object{"RecordState": "ARCHIVED"}), journal.Open, ""},
		{"approves what waits", journal.Waiting, waiting, ourPress("p", "Fix", after, entryOfBucket, "seal"), journal.Open, ""},
		{"another change than it shows", journal.Proposed, shown, ourPress("p", "Fix", after, entryOfBucket, "other"), journal.Proposed, "press again"},
		{"before it was shown", journal.Proposed, shown, ourPress("p", "Fix", before, entryOfBucket, "seal"), journal.Proposed, ""},
		{"before it was told", journal.Proposed, untold, ourPress("p", "Fix", after, entryOfBucket, "seal"), journal.Proposed, ""},
		{"trusted, before it was shown", journal.Proposed, shown, ourPress("p", "Fix all", before, entryOfBucket, "seal"), journal.Proposed, ""},
		{"what cannot be undone, without trust", journal.Proposed, irreversible, ourPress("p", "Fix", after, entryOfBucket, "seal"), journal.Proposed, "without trust"},
		{"what cannot be undone, with trust", journal.Proposed, irreversible, ourPress("p", "Fix all", after, entryOfBucket, "seal"), journal.Open, ""},
		{"what is fixed", journal.Fixed, shown, ourPress("p", "Fix", after, entryOfBucket, "seal"), journal.Fixed, "proposes nothing any more"},
		{"what is worked on", journal.Applying, shown, ourPress("p", "Fix", after, entryOfBucket, "seal"), journal.Applying, "proposes nothing any more"},
		{"what nobody proposed", journal.Told, func(*journal.Entry) {}, ourPress("p", "Fix", after, entryOfBucket, ""), journal.Told, "names no proposal"},
		{"of an unknown entry", journal.Proposed, shown, ourPress("p", "Fix", after, "tw-nothing", "seal"), journal.Proposed, "names no proposal"},
		{"that names no entry", journal.Proposed, shown, ourPress("p", "Fix", after, "", "seal"), journal.Proposed, "names no proposal"},
		{"in another region", journal.Proposed, shown, ourPress("p", "Fix", after, entryOfBucket, "seal", object{
			"ProductArn": "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default", "Region": "us-east-1",
		}), journal.Proposed, "did not put"},
		{"of another account", journal.Proposed, shown, ourPress("p", "Fix", after, entryOfBucket, "seal", object{
			"ProductArn": "arn:aws:securityhub:eu-west-1:999988887777:product/999988887777/default", "AwsAccountId": "999988887777",
		}).from("999988887777"), journal.Proposed, "forged"}, // its action is of the account whose event it says it is
		{"suppressed", journal.Proposed, shown, ourPress("p", "Fix", after, entryOfBucket, "seal", object{"Workflow": object{"Status": "SUPPRESSED"}}), journal.Proposed, "suppressed"},
		{"an unknown button", journal.Proposed, shown, ourPress("p", "Delete", after, entryOfBucket, "seal"), journal.Proposed, `no button "Delete"`},
		{"undo", journal.Fixed, shown, ourPress("p", "Undo", after, entryOfBucket, "seal", object{"RecordState": "ARCHIVED"}), journal.Fixed, ""},
		{"undo of what was not changed", journal.Proposed, shown, ourPress("p", "Undo", after, entryOfBucket, "seal"), journal.Proposed, "no change of it"},
		{"exempt", journal.Proposed, shown, ourPress("p", "Exempt", after, entryOfBucket, "seal"), journal.Exempted, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newServices(t, "propose")
			l.judgeThe(t, guardDuty("1", "f1", "Policy:S3/BucketAnonymousAccessGranted", opened))
			l.acted(t, test.stands, test.change)
			l.sent, l.told = nil, nil
			l.judge.Now = func() time.Time { return after.Add(time.Second) }
			for range 3 { // two deliveries more
				l.judgeThe(t, test.press)
			}
			e, err := l.Get(t.Context(), entryOfBucket)
			if err != nil || e.State != test.want || e.Approved != (e.State == journal.Open) || e.Approved && e.Noted {
				t.Errorf("it is %s, approved: %v, %v; want %s", e.State, e.Approved, err, test.want)
			}
			declined := slices.DeleteFunc(l.entries(t), func(e journal.Entry) bool { return e.State != journal.Refused })
			if got := len(declined); (got > 0) != (test.reason != "") || got > 0 && (got > 1 || !strings.Contains(declined[0].Reason, test.reason)) {
				t.Errorf("declined %+v, want %q", declined, test.reason)
			}
			if len(l.sent)+len(l.told) == 0 {
				t.Error("nobody says anything about the press")
			}
		})
	}
}

// TestOurOwnFindingsMakeNothing holds that what Security Hub says of a finding of our own, or of one that claims to be, leads to nothing, in either format.
func TestOurOwnFindingsMakeNothing(t *testing.T) {
	inOCSF := occurrence{"v2", "aws.securityhub", "Findings Imported V2", "111122223333", clock, nil, object{"findings": []any{object{
		"activity_id": 1, "status_id": 1, "severity_id": 4,
		"finding_info": object{"uid": "tagwarden/" + entryOfBucket, "title": "A title"},
		"metadata":     object{"product": object{"uid": strings.Replace(ownProduct, ":product/", ":productv2/", 1)}},
		"cloud":        object{"region": "eu-west-1", "account": object{"uid": "111122223333"}},
		"resources":    []any{object{"type": "AWS::S3::Bucket", "uid": "arn:aws:s3:::b", "region": "eu-west-1"}},
	}}}}
	for name, o := range map[string]occurrence{
		"active":                 ours("1", entryOfBucket, "seal"),
		"archived":               ours("1", entryOfBucket, "seal", object{"RecordState": "ARCHIVED"}),
		"another id":             ours("1", entryOfBucket, "seal", object{"Id": "x"}),
		"in OCSF":                inOCSF,
		"that says PASSED":       ours("1", entryOfBucket, "seal", object{"Compliance": object{"Status": "PASSED"}}),
		"of a foreign resource":  ours("1", entryOfBucket, "seal", object{"Resources": []any{object{"Type": "Other", "Id": "arn:aws:rds:eu-west-1:444455556666:db:x"}}}),
		"whose rule is of S3.8":  ours("1", entryOfBucket, "seal", object{"GeneratorId": "tagwarden/S3.8"}),
		"with a control's title": ours("1", entryOfBucket, "seal", object{"Compliance": object{"Status": "FAILED", "SecurityControlId": "S3.8"}}),
	} {
		l := newServices(t, "fix")
		l.judgeThe(t, o)
		if len(l.calls) > 0 {
			t.Errorf("%s: it led to %q", name, l.calls)
		}
	}
}

// TestAProposalThatEndsSaysSo holds that act hears of the end of every entry that a finding of ours shows, and of nothing else.
func TestAProposalThatEndsSaysSo(t *testing.T) {
	passes := compliant("2", bucketRule).at(clock.Add(time.Minute))
	inHub := hub("2", "S3.8", "one", passed).at(clock.Add(time.Minute))
	told := func(e *journal.Entry) { e.Held, e.Due = journal.Grace, clock.Add(time.Hour) }
	tests := []struct {
		name        string
		first, then occurrence
		stands      journal.State
		change      func(*journal.Entry)
		want        journal.State
		owed        string // what act has to say, "" for nothing
	}{
		{"that no finding shows", configRule("1", bucketRule), passes, journal.Proposed, func(*journal.Entry) {}, journal.Compliant, ""},
		{"that Security Hub reported", hub("1", "S3.8", "one"), inHub, journal.Proposed, shown, journal.Compliant, ""},
		{"that ours shows", configRule("1", bucketRule), passes, journal.Proposed, shown, journal.Compliant, "finding"},
		{"that people wait for", hub("1", "S3.8", "one"), inHub, journal.Waiting, told, journal.Compliant, "message"},
		{"that was not told yet", hub("1", "S3.8", "one"), inHub, journal.Waiting, func(e *journal.Entry) { told(e); e.Told = false }, journal.Compliant, ""},
		{"that waits and is reported again", hub("1", "S3.8", "one"), hub("2", "S3.8", "one"), journal.Waiting, told, journal.Waiting, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newServices(t, "propose")
			l.judgeThe(t, test.first)
			e := l.acted(t, test.stands, test.change)
			l.sent = nil
			l.judgeThe(t, test.then)
			once := len(l.sent)
			l.judgeThe(t, test.then)
			e, err := l.Get(t.Context(), e.ID)
			if err != nil || e.State != test.want || len(l.told) != 0 || e.State.Final() && !e.Due.IsZero() {
				t.Errorf("it is %s, due %s, told %d times, %v; want %s", e.State, e.Due, len(l.told), err, test.want)
			}
			owed := ""
			switch {
			case once > 0 && !e.Told:
				owed = "message"
			case once > 0 && !e.Noted:
				owed = "finding"
			}
			if owed != test.owed || once > 1 {
				t.Errorf("handed over %v, and owed is %q, want %q", l.sent, owed, test.owed)
			}
		})
	}
}

// TestWithoutAButtonNothingIsOwed holds that act is not troubled with findings of ours where the policy makes none.
func TestWithoutAButtonNothingIsOwed(t *testing.T) {
	l := newLine(t, "propose")
	l.judgeAll(t, tagEvent("1", "vol-1", 1, `{}`))
	l.acted(t, journal.Proposed, shown)
	l.sent = nil
	l.judgeAll(t, tagEvent("2", "vol-1", 2, `{"Owner":"me"}`))
	if e := l.entries(t)[0]; e.State != journal.Compliant || len(l.sent) != 0 {
		t.Errorf("it is %s, handed over %v", e.State, l.sent)
	}
}

// TestAnUndoThatIsOverIsLeftAlone holds that events about what was taken back long ago are not handed over.
func TestAnUndoThatIsOverIsLeftAlone(t *testing.T) {
	l := newServices(t, "propose")
	l.judgeThe(t, configRule("1", bucketRule))
	l.acted(t, journal.Fixed)
	l.judgeThe(t, pressed("p", "Undo", clock.Add(time.Minute), hub("1", "S3.8", "one")))
	l.acted(t, journal.Fixed)
	l.sent = nil
	l.judge.Now = func() time.Time { return clock.Add(24 * time.Hour) }
	l.judgeThe(t, compliant("2", bucketRule).at(clock.Add(24*time.Hour)))
	if len(l.sent) != 0 {
		t.Errorf("handed over %v", l.sent)
	}
}

// TestTheFindingOfAReplacedProposalIsEnded holds that act is told of an entry that took the place of a proposal which a finding of ours may show, and once only.
func TestTheFindingOfAReplacedProposalIsEnded(t *testing.T) {
	l := newServices(t, "notify")
	l.judgeThe(t, portscan("1", "one"))
	l.acted(t, journal.Proposed, shown)
	l.judgeThe(t, portscan("2", "two"))
	latest := l.entries(t)[0]
	if latest.State != journal.Told || !slices.Equal(l.handed(), []string{latest.ID}) || l.sent[0].Revision != latest.Revision {
		t.Fatalf("it is %s, handed over %v; want it told, and handed over", latest.State, l.sent)
	}
	latest.Noted = true
	if _, err := l.Memory.Record(t.Context(), latest); err != nil {
		t.Fatal(err)
	}
	l.sent = nil
	l.judgeThe(t, portscan("2", "two"))
	if len(l.sent) != 0 {
		t.Errorf("handed over %v again", l.sent)
	}
}
