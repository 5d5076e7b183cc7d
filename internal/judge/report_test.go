package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

const services = `
version: 1
mode: %s
administrators: ["999988887777"]
buttons:
  - {name: Fix, do: fix}
  - {name: Fix all, do: fix, trust: true}
  - {name: Undo, do: undo, trust: true}
  - {name: Exempt, do: exempt, for: 30d, trust: true}
rules:
  - {name: bucket, on: [securityhub, config-rule, guardduty], controls: ["securityhub:S3.8", "config:s3-*", "guardduty:Policy:S3/*"], do: [s3-block-public-access]}
  - {name: tls, on: [securityhub], controls: ["securityhub:S3.5"], do: [s3-require-tls]}
  - {name: foreign, on: [securityhub], controls: ["securityhub:S3.6"], do: [s3-deny-foreign-actions]}
  - {name: address, on: [securityhub], controls: ["securityhub:S3.1"], do: [release], mode: propose}
  - {name: ports, on: [securityhub], controls: ["securityhub:EC2.*"], do: [close-ports]}
  - {name: key, on: [guardduty], where: {type: ["AWS::IAM::User"]}, do: [iam-deactivate-key]}
  - {name: both, on: [securityhub], controls: ["securityhub:S3.9", "securityhub:S3.10"], do: [log, expire]}
  - {name: told, on: [securityhub], controls: ["securityhub:S3.22"], mode: notify}
  - {name: threats, on: [guardduty], mode: notify}
exempt:
  - {resources: ['arn:aws:s3:::exempt'], reason: r, owner: o, until: 2027-01-01}
`

// newServices is a line whose policy is about findings of services.
func newServices(t testing.TB, mode string) *line {
	t.Helper()
	return servicesBy(t, fmt.Sprintf(services, mode))
}

// servicesBy is a line with a policy about findings of services.
func servicesBy(t testing.TB, text string) *line {
	t.Helper()
	bucket := func(id, setting, undo string, answers ...string) policy.CatalogRemedy {
		return policy.CatalogRemedy{ID: id, Setting: setting, Answers: answers, Resource: "AWS::S3::Bucket", Undo: undo}
	}
	p, err := policy.Parse("policy.yaml", []byte(text), policy.Catalog{
		Kinds: []string{"securityhub", "config-rule", "guardduty"},
		Remedies: []policy.CatalogRemedy{
			bucket("s3-block-public-access", "s3:public-access-block", "exact", "securityhub:S3.8", "config:s3-bucket-level-public-access-prohibited", "guardduty:Policy:S3/*"),
			bucket("s3-require-tls", "s3:bucket-policy", "exact", "securityhub:S3.5"), bucket("s3-deny-foreign-actions", "s3:bucket-policy", "exact", "securityhub:S3.6"),
			bucket("log", "s3:logging", "exact", "securityhub:S3.9"), bucket("expire", "s3:lifecycle", "exact", "securityhub:S3.10"),
			bucket("release", "s3:release", "none", "securityhub:S3.1"),
			{ID: "close-ports", Setting: "ec2:rules", Per: "control", Answers: []string{"securityhub:EC2.*"}, Resource: "AWS::EC2::SecurityGroup", Undo: "exact"},
			{ID: "iam-deactivate-key", Setting: "iam:access-keys", Per: "key", Answers: []string{"guardduty:*"}, Resource: "AWS::IAM::User", Undo: "exact"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(t, "fix")
	l.judge.Policy, l.judge.Product = p, ownProduct
	return l
}

// An occurrence is an event about findings, and what is changed of it.
type occurrence struct {
	id, source, typ string
	account         string
	time            time.Time
	resources       []string
	detail          map[string]any
}

func (o occurrence) String() string {
	text, err := json.Marshal(map[string]any{
		"version": "0", "id": o.id, "source": o.source, "detail-type": o.typ, "account": o.account, "time": o.time, "region": "eu-west-1", "resources": o.resources, "detail": o.detail,
	})
	if err != nil {
		panic(err)
	}
	return string(text)
}

type object = map[string]any

// hub is an event of Security Hub about the bucket b, by a standard's finding of a control; change changes the finding.
func hub(id, control, standard string, change ...object) occurrence {
	const account = "arn:aws:securityhub:eu-west-1:111122223333:"
	f := object{
		"SchemaVersion": "2018-10-08", "Id": account + standard + "/" + control, "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
		"GeneratorId": "security-control/" + control, "AwsAccountId": "111122223333", "Region": "eu-west-1", "Title": "A title", "Severity": object{"Label": "HIGH"},
		"Compliance": object{"Status": "FAILED", "SecurityControlId": control}, "Workflow": object{"Status": "NEW"}, "RecordState": "ACTIVE",
		"Resources": []any{object{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::b", "Partition": "aws", "Region": "eu-west-1"}},
	}
	for _, c := range change {
		maps.Copy(f, c)
	}
	return occurrence{id, "aws.securityhub", "Security Hub Findings - Imported", "111122223333", clock, nil, object{"findings": []any{f}}}
}

var (
	passed = object{"Compliance": object{"Status": "PASSED", "SecurityControlId": "S3.8"}}
	group  = object{"Resources": []any{object{
		"Type": "AwsEc2SecurityGroup", "Id": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718", "Partition": "aws", "Region": "eu-west-1",
	}}}
	exempt = object{"Resources": []any{object{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::exempt", "Partition": "aws", "Region": "eu-west-1"}}}
)

// pressed is the press of a button for the findings of events.
func pressed(id, button string, at time.Time, events ...occurrence) occurrence {
	var findings []any
	for _, e := range events {
		findings = append(findings, e.detail["findings"].([]any)...)
	}
	return occurrence{
		id, "aws.securityhub", "Security Hub Findings - Custom Action", "111122223333", at,
		[]string{"arn:aws:securityhub:eu-west-1:111122223333:action/custom/x"},
		object{"actionName": button, "actionDescription": "D.", "findings": findings},
	}
}

// guardDuty is an event about a finding of a type; resource is what it is about.
func guardDuty(id, finding, typ string, resource object) occurrence {
	return occurrence{id, "aws.guardduty", "GuardDuty Finding", "111122223333", clock, nil, object{
		"schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1", "partition": "aws", "id": finding, "type": typ, "severity": 8, "title": "A title",
		"arn":      "arn:aws:guardduty:eu-west-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0/finding/" + finding,
		"resource": resource, "service": object{"serviceName": "guardduty", "detectorId": "12abc34d567e8fa901bc2d34e56789f0", "archived": false},
	}}
}

var (
	instance = object{"resourceType": "Instance", "instanceDetails": object{"instanceId": "i-0a1b2c3d4e5f60718"}}
	opened   = object{"resourceType": "S3Bucket", "s3BucketDetails": []any{object{"arn": "arn:aws:s3:::b", "name": "b", "type": "Destination"}}}
)

func accessKey(id string) object {
	return object{"resourceType": "AccessKey", "accessKeyDetails": object{"accessKeyId": id, "principalId": "AIDAIOSFODNN7EXAMPLE", "userType": "IAMUser", "userName": "alice"}}
}

// configRule is a rule's result about the bucket b.
func configRule(id, rule string) occurrence {
	return occurrence{id, "aws.config", "Config Rules Compliance Change", "111122223333", clock, nil, object{
		"messageType": "ComplianceChangeNotification", "awsAccountId": "111122223333", "awsRegion": "eu-west-1", "configRuleName": rule,
		"configRuleARN": "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-abc123", "resourceType": "AWS::S3::Bucket", "resourceId": "b",
		"newEvaluationResult": object{"complianceType": "NON_COMPLIANT"},
	}}
}

func (o occurrence) from(account string) occurrence { o.account = account; return o }

func (o occurrence) at(t time.Time) occurrence { o.time = t; return o }

func (o occurrence) named(id string) occurrence { o.id = id; return o }

func (l *line) judgeThe(t *testing.T, list ...occurrence) {
	t.Helper()
	for _, o := range list {
		l.judgeAll(t, o.String())
	}
}

// entries are the newest revisions of all entries, the latest first.
func (l *line) entries(t testing.TB) []journal.Entry {
	t.Helper()
	all, err := l.Recent(context.Background(), time.Time{}, 100)
	for i := range all {
		if err == nil {
			all[i], err = l.Get(context.Background(), all[i].ID) // with what was reported since
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// handed are the entries that were handed over, each once.
func (l *line) handed() []string {
	var ids []string
	for _, h := range l.sent {
		if !slices.Contains(ids, h.Entry) {
			ids = append(ids, h.Entry)
		}
	}
	return ids
}

// TestOneViolationHasOneAnswer holds that whoever reports a violation, and however often, there is one entry, one hand-over that waits, and one message.
func TestOneViolationHasOneAnswer(t *testing.T) {
	const threat, open = "Backdoor:EC2/C&CActivity.B", "Policy:S3/BucketAnonymousAccessGranted"
	five := []occurrence{
		configRule("c", "s3-bucket-level-public-access-prohibited"), hub("h1", "S3.8", "one"), hub("h2", "S3.8", "two"), hub("h3", "S3.8", "three"), guardDuty("g", "f1", open, opened),
	}
	forged := hub("x", "S3.8", "one", object{"AwsAccountId": "444455556666"})
	var ten []occurrence
	for range 10 {
		ten = append(ten, forged)
	}
	tests := []struct {
		name, mode                       string
		events                           []occurrence
		entries, handed, told, reporters int // reporters of the latest entry
	}{
		{"a threat is told", "notify", []occurrence{guardDuty("1", "f1", threat, instance)}, 1, 0, 1, 1},
		{"its repeat makes nothing", "notify", []occurrence{guardDuty("1", "f1", threat, instance), guardDuty("2", "f1", threat, instance)}, 1, 0, 1, 1},
		{"another finding is told", "notify", []occurrence{guardDuty("1", "f1", threat, instance), guardDuty("2", "f2", threat, instance)}, 2, 0, 2, 1},
		{
			"two findings that go on are told once each", "notify",
			[]occurrence{guardDuty("1", "f1", threat, instance), guardDuty("2", "f2", threat, instance), guardDuty("3", "f1", threat, instance), guardDuty("4", "f2", threat, instance)},
			2, 0, 2, 2,
		},
		{"threats to one key that a remedy answers, while the first is on its way", "propose", []occurrence{
			guardDuty("1", "f1", threat, accessKey("AKIAIOSFODNN7EXAMPLE")), guardDuty("2", "f2", threat, accessKey("AKIAIOSFODNN7EXAMPLE")),
		}, 1, 1, 0, 2},
		{"five reporters, to be fixed", "fix", five, 1, 1, 0, 5},
		{"five reporters, to be proposed", "propose", five, 1, 1, 0, 5},
		{"five reporters, to be told", "notify", five, 1, 0, 1, 5},
		{
			"a member and its administrator", "fix",
			[]occurrence{guardDuty("1", "f1", open, opened), guardDuty("2", "f1", open, opened).from("999988887777")},
			1, 1, 0, 1,
		},
		{"what we wrote back ourselves", "fix", []occurrence{hub("1", "S3.8", "one", object{"Workflow": object{"Status": "NOTIFIED"}})}, 0, 0, 0, 0},
		{"two keys of a user", "fix", []occurrence{
			guardDuty("1", "f1", threat, accessKey("AKIAIOSFODNN7EXAMPLE")), guardDuty("2", "f2", threat, accessKey("AKIAI44QH8DHBEXAMPLE")),
		}, 2, 2, 0, 1},
		{"two remedies that share a setting", "fix", []occurrence{hub("1", "S3.5", "one"), hub("2", "S3.6", "one"), hub("3", "S3.5", "two")}, 2, 2, 0, 2},
		{"two controls that one remedy answers in two ways", "fix", []occurrence{
			hub("1", "EC2.13", "one", group), hub("2", "EC2.14", "one", group), hub("3", "EC2.13", "two", group),
		}, 2, 2, 0, 2},
		{"forged, ten times and by two events", "fix", append(ten, forged.named("y")), 1, 0, 1, 1},
		{"forged, and another account's", "fix", []occurrence{forged, hub("z", "S3.8", "one").from("444455556666"), hub("z", "S3.8", "one").from("444455556666")}, 2, 0, 2, 1},
		{"forged, which holds nothing of the resource", "fix", []occurrence{forged, hub("h1", "S3.8", "one")}, 2, 1, 1, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newServices(t, test.mode)
			now := clock
			l.judge.Now = func() time.Time { now = now.Add(time.Second); return now }
			l.judgeThe(t, test.events...)
			all := l.entries(t)
			got := []int{len(all), len(l.handed()), len(l.told), 0}
			if len(all) > 0 {
				for _, e := range all {
					got[3] = max(got[3], len(e.Reporters))
				}
			}
			if want := []int{test.entries, test.handed, test.told, test.reporters}; !slices.Equal(got, want) {
				t.Errorf("entries, handed over, told and reporters: got %v, want %v\n%s", got, want, l.log.String())
			}
		})
	}
}

// TestForgedIsRefused holds that a forged finding is recorded as refused, and told, and that nothing is written into the findings that it names.
func TestForgedIsRefused(t *testing.T) {
	l := newServices(t, "fix")
	forged := pressed("x", "Fix", clock, hub("h", "S3.8", "one", object{"AwsAccountId": "444455556666"}))
	l.failTell = errNo
	if err := l.judge.Event(context.Background(), []byte(forged.String())); err == nil {
		t.Fatal("a failed message gave no error")
	}
	l.failTell = nil
	l.judgeThe(t, forged, forged.named("y"))
	all := l.entries(t)
	if len(all) != 1 || all[0].State != journal.Refused || all[0].Press != "" || !strings.Contains(all[0].Reason, "forged") || len(l.told) != 1 || len(l.sent) != 0 {
		t.Errorf("got %+v, told %d times, handed over %d times; want one refusal, told once", all, len(l.told), len(l.sent))
	}
}

// TestWhatPassesEndsWhatItReported holds that a control that passes ends what was opened for it alone, and before.
func TestWhatPassesEndsWhatItReported(t *testing.T) {
	later := clock.Add(time.Minute)
	many := []occurrence{configRule("1", "s3-bucket-level-public-access-prohibited")}
	for i := range 25 { // more than an entry names
		many = append(many, hub(fmt.Sprint("h", i), "S3.8", fmt.Sprint("standard ", i)))
	}
	tests := []struct {
		name   string
		before []occurrence
		state  journal.State // that act leaves, if any
		passed occurrence
		want   journal.State
	}{
		{"one reporter", []occurrence{hub("1", "S3.8", "one")}, journal.Proposed, hub("2", "S3.8", "one", passed).at(later), journal.Compliant},
		{"two standards, one control", []occurrence{hub("1", "S3.8", "one"), hub("2", "S3.8", "two")}, journal.Proposed, hub("3", "S3.8", "one", passed).at(later), journal.Compliant},
		{"what waits to be looked at", []occurrence{hub("1", "S3.8", "one")}, "", hub("2", "S3.8", "one", passed).at(later), journal.Compliant},
		{
			"another control among the reporters",
			[]occurrence{hub("1", "S3.8", "one"), configRule("2", "s3-bucket-level-public-access-prohibited")},
			journal.Proposed,
			hub("3", "S3.8", "one", passed).at(later), journal.Proposed,
		},
		{
			"another control that opened it",
			[]occurrence{configRule("1", "s3-bucket-level-public-access-prohibited"), hub("2", "S3.8", "one")},
			journal.Proposed,
			hub("3", "S3.8", "one", passed).at(later), journal.Proposed,
		},
		{"another control that opened it, long ago", many, journal.Proposed, hub("p", "S3.8", "one", passed).at(later), journal.Proposed},
		{"an earlier pass", []occurrence{hub("1", "S3.8", "one")}, journal.Proposed, hub("2", "S3.8", "one", passed).at(clock.Add(-time.Minute)), journal.Proposed},
		{"act is writing", []occurrence{hub("1", "S3.8", "one")}, journal.Applying, hub("2", "S3.8", "one", passed).at(later), journal.Applying},
		{"of another setting", []occurrence{hub("1", "S3.5", "one")}, journal.Proposed, hub("2", "S3.8", "one", passed).at(later), journal.Proposed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newServices(t, "propose")
			l.judgeThe(t, test.before...)
			if test.state != "" {
				l.acted(t, test.state)
			}
			l.judgeThe(t, test.passed)
			if all := l.entries(t); len(all) != 1 || all[0].State != test.want || len(l.told) != 0 {
				t.Errorf("got %+v, told %d times; want one entry that is %s, and nobody told", all, len(l.told), test.want)
			}
		})
	}
}

// acted is the latest entry as act leaves it: answered, told, and its findings noted if a button was pressed.
func (l *line) acted(t testing.TB, state journal.State, change ...func(*journal.Entry)) journal.Entry {
	t.Helper()
	entry := l.entries(t)[0]
	entry.State, entry.Told, entry.Updated, entry.Noted = state, true, l.judge.Now(), entry.Press != ""
	if entry.Fingerprint != "" {
		_, violations, _ := strings.Cut(entry.Fingerprint, ":")
		entry.Fingerprint = entry.Mode + ":" + violations
	}
	for _, c := range change {
		c(&entry)
	}
	entry, err := l.Memory.Record(context.Background(), entry)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

// TestAStandingAnswerIsNotUndercut holds that what asks for less than what stands takes its place no more than a repeat does, and that what asks for more does.
func TestAStandingAnswerIsNotUndercut(t *testing.T) {
	policies := func(mode string) *policy.Policy { return newServices(t, mode).judge.Policy }
	tests := []struct {
		name    string
		stands  journal.State
		mode    string // by now
		event   occurrence
		entries int
	}{
		{"less is asked for", journal.Proposed, "notify", hub("2", "S3.8", "two"), 1},
		{"as much", journal.Proposed, "propose", hub("2", "S3.8", "two"), 1},
		{"more", journal.Proposed, "fix", hub("2", "S3.8", "two"), 2},
		{"a repeated threat, and more is asked for", journal.Told, "fix", guardDuty("2", "f1", "Policy:S3/BucketAnonymousAccessGranted", opened), 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newServices(t, "propose")
			l.judgeThe(t, hub("1", "S3.8", "one"), guardDuty("g", "f1", "Policy:S3/BucketAnonymousAccessGranted", opened))
			l.acted(t, test.stands)
			l.judge.Policy = policies(test.mode)
			l.judgeThe(t, test.event)
			if all := l.entries(t); len(all) != test.entries {
				t.Errorf("got %d entries, want %d: %+v", len(all), test.entries, all)
			}
		})
	}
}

// TestAnOpenEntryIsNotUndercut holds that an entry that waits for act keeps what it was opened for when a rule that only tells reports the same, and does more when a rule
// asks for more.
func TestAnOpenEntryIsNotUndercut(t *testing.T) {
	for _, test := range []struct{ first, second, want string }{
		{"fix", "notify", "fix"},
		{"propose", "fix", "fix"},
		{"fix", "propose", "fix"},
	} {
		l := newServices(t, test.first)
		l.judgeThe(t, hub("1", "S3.8", "one"))
		l.judge.Policy = newServices(t, test.second).judge.Policy
		l.judgeThe(t, configRule("2", "s3-bucket-level-public-access-prohibited"))
		all := l.entries(t)
		if len(all) != 1 || all[0].State != journal.Open || all[0].Mode != test.want || len(l.told) != 0 || len(l.sent) == 0 || l.sent[len(l.sent)-1].Revision != all[0].Revision {
			t.Errorf("%s, then %s: got %+v, handed over %v, told %d times; want it open in mode %s", test.first, test.second, all, l.sent, len(l.told), test.want)
		}
	}
}

// TestWhatWasNotToldYetIsNotForgotten holds that an entry whose message did not go out yet hands its reporters on to the one that takes its place.
func TestWhatWasNotToldYetIsNotForgotten(t *testing.T) {
	l := newServices(t, "notify")
	first, second := guardDuty("1", "f1", "Recon:EC2/Portscan", instance), guardDuty("2", "f2", "Recon:EC2/Portscan", instance)
	l.failTell = errNo
	if err := l.judge.Event(context.Background(), []byte(first.String())); err == nil {
		t.Fatal("a failed message gave no error")
	}
	l.failTell = nil
	l.judgeThe(t, second, first, second)
	if len(l.told) != 1 || !strings.Contains(l.told[0].Email, "f1") || !strings.Contains(l.told[0].Email, "f2") {
		t.Errorf("told %d times, want once about both: %+v", len(l.told), l.told)
	}
}
