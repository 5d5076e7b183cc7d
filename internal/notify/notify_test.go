package notify

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/tag"
)

var update = flag.Bool("update", false, "write the golden files")

// entry is a tag violation that was fixed: an alias renamed, a value spelt right, a key filled, one violation left for people.
func entry() journal.Entry {
	return journal.Entry{
		ID: "tw-abcdefghij0123456789", Revision: 4, State: journal.Fixed,
		Key:   journal.Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc", Setting: "tags"},
		Event: "6a7e8feb-b491-4cf7-a9f1-bf3703467718", Kind: "config", Control: "tags", Rule: "tags", Remedy: "tags", Mode: "fix", Severity: "low",
		Resource: finding.Resource{
			Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Instance", ID: "i-0abc", Name: "web-1",
			ARN: "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc",
		},
		Since: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC), Updated: time.Date(2026, 3, 1, 9, 30, 7, 250_000_000, time.UTC),
		Actor: "arn:aws:iam::111122223333:user/ann", Reason: "the tags broke 2 rules and were put right",
		Violations: violations(
			tag.Violation{Key: "Environment", Found: "environment", Problem: tag.WrongKey, Value: "production", Fixable: true, Detail: "the key is spelt environment; it must be Environment"},
			tag.Violation{Key: "Environment", Found: "environment", Problem: tag.Value, Value: "production", Fixable: true, Detail: "production is no allowed value; Prod is meant"},
			tag.Violation{Key: "Owner", Found: "owned-by", Problem: tag.WrongKey, Value: "bob", Fixable: true, Detail: "owned-by stands for Owner"},
			tag.Violation{Key: "CostCenter", Problem: tag.Missing, Detail: "CostCenter is required"},
		),
		Change: tags("Environment", nil, "Prod", "environment", "production", nil, "owned-by", "bob", nil),
	}
}

func violations(list ...tag.Violation) json.RawMessage {
	data, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return data
}

// tags makes a change of triples: path, before, after.
func tags(triples ...any) change.Change {
	c := change.Change{Remedy: "tags", Schema: 1}
	for i := 0; i < len(triples); i += 3 {
		c.Touched = append(c.Touched, change.Touch{Path: triples[i].(string), Before: raw(triples[i+1]), After: raw(triples[i+2])})
	}
	return c
}

func raw(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// with gives the sample entry, changed.
func with(changes ...func(*journal.Entry)) journal.Entry {
	e := entry()
	for _, f := range changes {
		f(&e)
	}
	return e
}

func TestRenderGolden(t *testing.T) {
	cases := map[string]journal.Entry{
		"fixed": entry(),
		"told": with(func(e *journal.Entry) {
			e.State, e.Mode, e.Change = journal.Told, "notify", change.Change{}
			e.Reason = "the rule only notifies"
		}),
		"proposed": with(func(e *journal.Entry) {
			e.State, e.Mode, e.Severity = journal.Proposed, "propose", "high"
			e.Reason = "the rule proposes"
		}),
		"refused": with(func(e *journal.Entry) {
			e.State, e.Change = journal.Refused, change.Change{}
			e.Reason, e.Err = "the bucket has 50 tags, and AWS allows no more: remove one", "api error InvalidTag: too many"
		}),
		"failed": with(func(e *journal.Entry) {
			e.State = journal.Failed
			e.Reason, e.Err = "the tags were written 3 times and did not stay", "tags of i-0abc read back differently"
		}),
		"undone": with(func(e *journal.Entry) { e.State, e.Reason = journal.Undone, "ann took it back" }),
		"undo": with(func(e *journal.Entry) {
			e.Undoes, e.ID, e.Change, e.Violations = e.ID, "tw-zyxwvutsrq9876543210", e.Change.Reverse(), nil
			e.Reason = "ann took it back"
		}),
		"isolated": with(threat, func(e *journal.Entry) {
			e.Remedy, e.Key.Setting, e.Rule, e.Mode, e.Violations = "ec2-isolate", "ec2:interface-groups", "compromised instance", "fix", nil
			e.Change = tags("eni-1", json.RawMessage(`{"sg-1":true}`), json.RawMessage(`{"quarantine":true}`))
			e.Change.Remedy = "ec2-isolate"
		}),
		"asked": with(threat, func(e *journal.Entry) {
			e.State, e.Remedy, e.Key.Setting, e.Rule, e.Mode, e.Violations = journal.Proposed, "ec2-isolate", "ec2:interface-groups", "compromised instance", "propose", nil
			e.Change = tags("eni-1", json.RawMessage(`{"sg-1":true}`), json.RawMessage(`{"quarantine":true}`))
		}),
		"forged": with(threat, func(e *journal.Entry) {
			e.State, e.Remedy, e.Key.Setting, e.Rule, e.Mode = journal.Refused, "", finding.Forgery, "", "notify"
			e.Reason, e.Change, e.Violations = "It is refused as forged: the product is not the one that finds this.", change.Change{}, nil
		}),
		"declined": with(threat, func(e *journal.Entry) {
			e.State, e.Remedy, e.Key.Setting, e.Rule, e.Mode, e.Press = journal.Refused, "", journal.DeclinedSetting("e1", "x"), "", "notify", "Undo"
			e.Reason, e.Change, e.Violations = `The button "Undo" was pressed, and there is no change of Tagwarden's that could be taken back.`, change.Change{}, nil
		}),
		"threats": with(threat, func(e *journal.Entry) {
			e.Remedy, e.Key.Setting, e.Rule, e.Mode, e.Violations, e.Severity = "ec2-isolate", "ec2:interface-groups", "compromised instance", "fix", nil, "critical"
			e.Change = tags("eni-1", json.RawMessage(`{"sg-1":true}`), json.RawMessage(`{"quarantine":true}`))
			other := e.Reporters[0]
			other.Control, other.Report.ID, other.Report.Title = "guardduty:CryptoCurrency:EC2/BitcoinTool.B", "f2", "Bitcoin is mined."
			e.Reporters = append(e.Reporters, other)
		}),
		"threat": with(threat, func(e *journal.Entry) {
			e.State, e.Remedy, e.Key.Setting, e.Rule, e.Mode = journal.Told, "", e.Control, "other threats", "notify"
			e.Change, e.Violations = change.Change{}, nil
			e.Resource.Partition, e.Resource.ARN, e.Resource.Region = "aws-us-gov", "arn:aws-us-gov:ec2:us-gov-west-1:111122223333:instance/i-0abc", "us-gov-west-1"
		}),
		"cut": with(func(e *journal.Entry) {
			e.Reason = strings.Repeat("für ", 80_000)
			e.Change = tags("Note", strings.Repeat("ä", 150_000), "short", "Owner", nil, "ann")
		}),
		"unicode": with(func(e *journal.Entry) {
			e.Resource.Name, e.Rule = "Größe 東京 🎉\nSubject: x\u202e", "règle \"un\": été"
			e.Change = tags("a~1b~01", "line\nbreak\x00", "東京", "zero\u200bwidth", "\U0001F469\u200d\U0001F467", "a\ufffeb")
			e.Resource.ARN, e.Resource.Partition = "arn:aws-cn:ec2:cn-north-1:111122223333:instance/i-0abc", "aws-cn"
			e.Resource.Region = "cn-north-1"
			e.Reason = "bad bytes \xff\xfe here"
		}),
	}
	for name, e := range cases {
		t.Run(name, func(t *testing.T) {
			m := Render(e, About{Policy: "3f2a91c0", Approve: name != "asked", Button: "Remediate"})
			check(t, m)
			golden(t, name, show(t, m))
		})
	}
}

// threat makes an entry one that GuardDuty and Security Hub reported.
func threat(e *journal.Entry) {
	const id = "16afba5c5c43e07c9e3e5e2e544e95df"
	e.Kind, e.Control, e.Severity, e.Actor = "guardduty", "guardduty:Backdoor:EC2/C&CActivity.B!DNS", "high", ""
	e.Reason = "guardduty:Backdoor:EC2/C&CActivity.B!DNS is reported (Command and control server domain name queried.)"
	native := finding.Report{Service: "guardduty", ID: id, Title: "Command and control server domain name queried.", Region: "eu-west-1"}
	hub := native
	hub.ID, hub.Product = "arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/"+id, "arn:aws:securityhub:eu-west-1::product/aws/guardduty"
	e.Reporters = []journal.Reporter{{Kind: "guardduty", Event: e.Event, Control: e.Control, Report: native}, {Kind: "securityhub", Event: "e2", Control: e.Control, Report: hub}}
}

// TestLinks holds where a finding, its resource and its investigation are shown, by partition.
func TestLinks(t *testing.T) {
	guardduty := finding.Report{Service: "guardduty", ID: "abc", Region: "us-gov-west-1"}
	hub := finding.Report{Service: "securityhub", ID: "arn:x/1", Product: "p", Region: "cn-north-1"}
	for _, c := range []struct{ name, got, want string }{
		{"a finding", findingLink(guardduty, "aws-us-gov"), "https://console.amazonaws-us-gov.com/guardduty/home?region=us-gov-west-1#/findings?search=id%3Dabc"},
		{"its investigation", detectiveLink(guardduty, "aws-us-gov"), "https://console.amazonaws-us-gov.com/detective/home?region=us-gov-west-1#findings/GuardDuty/abc"},
		{"China has no Detective", detectiveLink(guardduty, "aws-cn"), ""},
		{"a partition that is not known", findingLink(guardduty, "aws-iso"), ""},
		{"a finding of Security Hub", findingLink(hub, "aws-cn"), "https://console.amazonaws.cn/securityhub/home?region=cn-north-1#/findings?search=Id%3D%255Coperator%255C%253AEQUALS%255C%253Aarn%253Ax%252F1"},
		{"nobody investigates a control", detectiveLink(hub, "aws"), ""},
		{"too long to be opened", findingLink(finding.Report{Service: "guardduty", ID: strings.Repeat("a", 3000)}, "aws"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

// TestNotes holds what findings of Security Hub say of an outcome.
func TestNotes(t *testing.T) {
	pressed := func(e *journal.Entry) { e.Press = "Remediate" }
	in := func(s journal.State) func(*journal.Entry) { return func(e *journal.Entry) { e.State = s } }
	for _, c := range []struct {
		name     string
		e        journal.Entry
		workflow string // of the only note; "-" for no note
	}{
		{"fixed", with(threat), "NOTIFIED"},
		{"a policy finding that nobody evaluates again", with(threat, func(e *journal.Entry) { e.Reporters[1].Control = "guardduty:Policy:S3/BucketAnonymousAccessGranted" }), "RESOLVED"},
		{"taken back", with(threat, func(e *journal.Entry) { e.Undoes = "tw-x" }), "NEW"},
		{"proposed, and nobody pressed", with(threat, in(journal.Proposed)), "-"},
		{"proposed by a press", with(threat, in(journal.Proposed), pressed), ""},
		{"refused after a press", with(threat, in(journal.Refused), pressed), ""},
		{"right already after a press", with(threat, in(journal.Compliant), pressed), "NOTIFIED"},
		{"no finding of Security Hub", with(pressed), "-"},
	} {
		got := "-"
		for _, n := range Notes(c.e) {
			got = n.Workflow
			if len(n.Findings) != 1 || n.Findings[0].Product == "" || n.Text == "" || utf8.RuneCountInString(n.Text) > 512 || n.Fields["tagwardenEntry"] != c.e.ID {
				t.Errorf("%s: got %+v", c.name, n)
			}
		}
		if got != c.workflow {
			t.Errorf("%s: got the workflow %q, want %q", c.name, got, c.workflow)
		}
	}
	short := with(threat, func(e *journal.Entry) { e.Reason = "Why." })
	if got, want := Notes(short)[0].Text, "Tagwarden ("+short.ID+"): Fixed: "+short.Remedy+". Why."; got != want {
		t.Errorf("got the note %q, want %q", got, want)
	}
	long := with(threat, func(e *journal.Entry) { e.Reason = strings.Repeat("ü", 2000) })
	if text := Notes(long)[0].Text; utf8.RuneCountInString(text) > 512 || !utf8.ValidString(text) {
		t.Errorf("a note has %d characters", utf8.RuneCountInString(text))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and look at the difference. got:\n%s", file, got)
	}
}

// show writes a message for review.
func show(t *testing.T, m Message) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "ID: %s\nKEY: %s\nSUBJECT: %s\nSMS: %s\n", m.ID, m.Key(), m.Subject, m.Default)
	for _, name := range slices.Sorted(maps.Keys(m.Attributes)) {
		fmt.Fprintf(&b, "ATTRIBUTE %s: %q\n", name, m.Attributes[name])
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(m.JSON), "", "  "); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "EMAIL:\n%s\nJSON:\n%s\n", m.Email, pretty.String())
	return b.String()
}

// check holds what AWS asks of every message.
func check(t *testing.T, m Message) {
	t.Helper()
	text, err := m.Body()
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 262_144-len(m.Subject) {
		t.Errorf("the body has %d bytes", len(text))
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("the body is no object of strings: %v", err)
	}
	if want := map[string]string{"default": m.JSON, "email": m.Email, "sms": m.Default}; m.JSON != "" && !reflect.DeepEqual(got, want) {
		t.Error("the body does not hold the message's parts")
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(m.JSON), &doc); err != nil {
		t.Errorf("the document is no JSON: %v", err)
	}
	checkTexts(t, m)
	if strings.ContainsAny(text, "\ufffe\uffff") {
		t.Error("a queue refuses the message: it has U+FFFE or U+FFFF")
	}
	if len(m.Attributes) > 10 {
		t.Errorf("%d attributes", len(m.Attributes))
	}
	for name, value := range m.Attributes {
		if value == "" || !utf8.ValidString(value) || utf8.RuneCountInString(value) > maxAttribute {
			t.Errorf("attribute %s: %q", name, value)
		}
	}
}

func checkTexts(t *testing.T, m Message) {
	t.Helper()
	for name, s := range map[string]string{"subject": m.Subject, "sms": m.Default} {
		if s == "" || len(s) > map[string]int{"subject": 99, "sms": 140}[name] || s[0] == ' ' {
			t.Errorf("%s of %d bytes: %q", name, len(s), s)
		}
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%s is not printable ASCII: %q", name, s)
		}
	}
	if len(m.Email) > maxEmail || !utf8.ValidString(m.Email) {
		t.Errorf("e-mail of %d bytes, valid UTF-8: %v", len(m.Email), utf8.ValidString(m.Email))
	}
	if strings.ContainsFunc(m.Email, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		t.Error("the e-mail has control characters")
	}
}

func TestRenderKeepsLimits(t *testing.T) {
	quotes := strings.Repeat(`"\<`, 700)
	cases := map[string]struct {
		entry journal.Entry
		cut   bool // in the document
	}{
		"50 tags of 256 four-byte characters": {with(func(e *journal.Entry) { e.Change = fill(50, "🎉", 128, 256) }), false},
		"50 tags of quotes":                   {with(func(e *journal.Entry) { e.Change = fill(50, `"`, 120, 256) }), false},
		"50 tags of control characters":       {with(func(e *journal.Entry) { e.Change = fill(50, "\x01", 120, 256) }), true},
		"200 KB of violations":                {with(func(e *journal.Entry) { e.Violations = many(1000, strings.Repeat("x", 140)) }), false},
		"1 MB of violations":                  {with(func(e *journal.Entry) { e.Violations = many(300, quotes) }), true},
		"violations of another shape":         {with(func(e *journal.Entry) { e.Violations = json.RawMessage(`{"a":[1,2]}`) }), false},
		"violations of another shape, large":  {with(func(e *journal.Entry) { e.Violations = raw(strings.Repeat("x", 400_000)) }), true},
		"violations that are no JSON":         {with(func(e *journal.Entry) { e.Violations = json.RawMessage(`[{`) }), true},
		"a value that is no JSON":             {with(func(e *journal.Entry) { e.Change.Touched[0].Before = json.RawMessage(`{"a":`) }), false},
		"a value that is an object":           {with(func(e *journal.Entry) { e.Change.Touched[0].Before = json.RawMessage(`{"a":["<"]}`) }), false},
		"a large object":                      {with(func(e *journal.Entry) { e.Change.Touched[0].Before = raw([]string{strings.Repeat("é", 300_000)}) }), true},
		"everything long":                     {long(strings.Repeat("é\xff\x00\u2028", 6_000)), true},
		"everything empty":                    {journal.Entry{}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m := Render(c.entry, About{})
			check(t, m)
			var doc struct {
				Outcome string   `json:"outcome"`
				ID      string   `json:"id"`
				Cut     []string `json:"cut"`
			}
			if err := json.Unmarshal([]byte(m.JSON), &doc); err != nil {
				t.Fatal(err)
			}
			if got := len(doc.Cut) > 0; got != c.cut {
				t.Errorf("cut: got %v, want %v", doc.Cut, c.cut)
			}
			if doc.ID != c.entry.ID || doc.Outcome != Outcome(c.entry) {
				t.Errorf("got %+v", doc)
			}
		})
	}
}

func fill(n int, char string, key, value int) change.Change {
	var c change.Change
	for i := range n {
		path := fmt.Sprintf("%03d", i) + strings.Repeat(char, key-3)
		c.Touched = append(c.Touched, change.Touch{Path: path, Before: raw(strings.Repeat(char, value)), After: raw("x" + strings.Repeat(char, value-1))})
	}
	return c
}

func many(n int, detail string) json.RawMessage {
	list := make([]tag.Violation, n)
	for i := range list {
		list[i] = tag.Violation{Key: fmt.Sprint("key", i), Problem: tag.Missing, Detail: detail}
	}
	return violations(list...)
}

func long(s string) journal.Entry {
	e := entry()
	e.Rule, e.Reason, e.Err, e.Actor, e.Unread, e.Event, e.Kind, e.Control, e.Remedy, e.Mode, e.Severity = s, s, s, s, s, s, s, s, s, s, s
	e.Resource = finding.Resource{Account: s, Region: s, Type: s, ID: s, Name: s, ARN: "arn:aws:" + s, Partition: "aws"}
	e.Key.Setting, e.Undoes = s, s
	return e
}

func TestCut(t *testing.T) {
	cases := []struct {
		name, in string
		n        int
		want     string
		was      bool
	}{
		{"short enough", "äöü", 3, "äöü", false},
		{"two-byte characters", "äöüß", 3, "äö…", true},
		{"four-byte characters", "🎉🎉🎉", 2, "🎉…", true},
		{"to one", "abc", 1, "…", true},
		{"empty", "", 0, "", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, was := cut(c.in, c.n)
			if got != c.want || was != c.was {
				t.Errorf("got %q, %v; want %q, %v", got, was, c.want, c.was)
			}
		})
	}
}

func TestSubject(t *testing.T) {
	cases := []struct {
		name  string
		entry journal.Entry
		want  string
	}{
		{"a fix", entry(), "Fixed: 3 tags of web-1 (111122223333 eu-west-1)"},
		{"urgent", with(func(e *journal.Entry) { e.Severity, e.State = "critical", journal.Told }), "CRITICAL Please fix: 4 tag violations of web-1 (111122223333 eu-west-1)"},
		{
			"a long name keeps the place", with(func(e *journal.Entry) { e.Resource.Name = strings.Repeat("n", 300) }),
			"Fixed: 3 tags of " + strings.Repeat("n", 54) + "... (111122223333 eu-west-1)",
		},
		{"no letter of the name in ASCII", with(func(e *journal.Entry) { e.Resource.Name = "東京" }), "Fixed: 3 tags of i-0abc (111122223333 eu-west-1)"},
		{"some letters", with(func(e *journal.Entry) { e.Resource.Name = "Größe" }), "Fixed: 3 tags of Gr?e (111122223333 eu-west-1)"},
		{"a URL as id", with(func(e *journal.Entry) {
			e.Resource.Name, e.Resource.ID, e.Resource.ARN = "", "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs", "arn:aws:sqs:eu-west-1:111122223333:jobs"
		}), "Fixed: 3 tags of jobs (111122223333 eu-west-1)"},
		{"one tag", with(func(e *journal.Entry) { e.Change = tags("Owner", nil, "ann") }), "Fixed: 1 tag of web-1 (111122223333 eu-west-1)"},
		{"another setting", with(func(e *journal.Entry) { e.Key.Setting = "s3:public-access-block" }), "Fixed: s3:public-access-block of web-1 (111122223333 eu-west-1)"},
		{"nothing known", journal.Entry{}, "Waiting:  of a resource"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Render(c.entry, About{}).Subject; got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestOutcome(t *testing.T) {
	want := map[journal.State]string{
		journal.Open: "waiting", journal.Waiting: "waiting", journal.Planned: "waiting", journal.Applying: "waiting", journal.Settling: "waiting",
		journal.Observed: "observed", journal.Told: "told", journal.Proposed: "proposed", journal.Fixed: "fixed", journal.Compliant: "compliant",
		journal.Exempted: "exempt", journal.Gone: "gone", journal.Refused: "refused", journal.Failed: "failed", journal.Lapsed: "lapsed", journal.Undone: "undone",
	}
	for state, outcome := range want {
		e := with(func(e *journal.Entry) { e.State = state })
		m := Render(e, About{})
		check(t, m)
		if got := m.Attributes["outcome"]; got != outcome {
			t.Errorf("%s: got %q, want %q", state, got, outcome)
		}
		if undo := strings.Contains(m.Email, "tagwarden undo"); undo != (state == journal.Fixed) {
			t.Errorf("%s: undo is named: %v", state, undo)
		}
	}
}

func TestAttributes(t *testing.T) {
	want := map[string]string{
		"severity": "low", "verdict": "fix", "outcome": "fixed", "account": "111122223333", "region": "eu-west-1", "type": "AWS::EC2::Instance", "rule": "tags",
	}
	if got := Render(entry(), About{}).Attributes; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	told := with(func(e *journal.Entry) {
		e.State, e.Severity, e.Resource.Type, e.Rule = journal.Told, "", "", " "
	})
	want = map[string]string{"verdict": "notify", "outcome": "told", "account": "111122223333", "region": "eu-west-1"}
	if got := Render(told, About{}).Attributes; !reflect.DeepEqual(got, want) {
		t.Errorf("what is not known: got %v, want %v", got, want)
	}
}

func TestApproveIsNamedOnlyWhereItWorks(t *testing.T) {
	e := with(func(e *journal.Entry) { e.State = journal.Proposed })
	for _, works := range []bool{true, false} {
		if got := strings.Contains(Render(e, About{Approve: works, Tool: "tw"}).Email, "tw approve "+e.ID); got != works {
			t.Errorf("approve %v: named: %v", works, got)
		}
	}
}

// TestAButtonIsNamedOnlyWhereItIs holds that people are sent to a button only for what Security Hub shows.
func TestAButtonIsNamedOnlyWhereItIs(t *testing.T) {
	for _, c := range []struct {
		report finding.Report
		want   bool
	}{
		{finding.Report{Service: "securityhub", ID: "f", Product: "p"}, true},
		{finding.Report{Service: "guardduty", ID: "f"}, true},
		{finding.Report{Service: "config", ID: "f"}, false},
	} {
		e := with(func(e *journal.Entry) {
			e.State, e.Reporters = journal.Proposed, []journal.Reporter{{Report: c.report}}
		})
		if got := strings.Contains(Render(e, About{Button: "Remediate"}).Email, `custom action "Remediate"`); got != c.want {
			t.Errorf("%+v: named: %v", c.report, got)
		}
	}
}

func TestBodyRefusesTooLarge(t *testing.T) {
	_, err := Message{ID: "tw-1", JSON: strings.Repeat("x", 262_144)}.Body()
	if err == nil || !strings.Contains(err.Error(), "SNS takes 262144") {
		t.Errorf("got %v", err)
	}
}

func TestConsole(t *testing.T) {
	cases := []struct {
		name string
		in   finding.Resource
		want string
	}{
		{"commercial", finding.Resource{Partition: "aws", ARN: "arn:aws:s3:::a b&c"}, "https://console.aws.amazon.com/go/view?arn=arn%3Aaws%3As3%3A%3A%3Aa+b%26c"},
		{"partition from the ARN", finding.Resource{ARN: "arn:aws:s3:::b"}, "https://console.aws.amazon.com/go/view?arn=arn%3Aaws%3As3%3A%3A%3Ab"},
		{"no ARN", finding.Resource{Partition: "aws", Region: "eu-west-1"}, "https://console.aws.amazon.com/console/home?region=eu-west-1"},
		{"China", finding.Resource{Partition: "aws-cn", Region: "cn-north-1", ARN: "arn:aws-cn:s3:::b"}, "https://console.amazonaws.cn/console/home?region=cn-north-1"},
		{"GovCloud", finding.Resource{Partition: "aws-us-gov", Region: "us-gov-west-1"}, "https://console.amazonaws-us-gov.com/console/home?region=us-gov-west-1"},
		{"a partition that we do not know", finding.Resource{Partition: "aws-iso", ARN: "arn:aws-iso:s3:::b"}, ""},
		{"nothing", finding.Resource{}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := console(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestLosses(t *testing.T) {
	alias := func(key, found string) tag.Violation {
		return tag.Violation{Key: key, Found: found, Problem: tag.WrongKey}
	}
	cases := []struct {
		name       string
		change     change.Change
		violations []tag.Violation
		want       []loss
	}{
		{"a rename loses nothing", tags("Owner", nil, "ann", "owner", "ann", nil), []tag.Violation{alias("Owner", "owner")}, nil},
		{"a rename with a value put right", tags("Env", nil, "Prod", "env", "prd", nil), []tag.Violation{alias("Env", "env")}, nil},
		{"the exact key stands", tags("owner", "bob", nil), []tag.Violation{alias("Owner", "owner")}, []loss{{"owner", "bob", "Owner"}}},
		{"the exact key stands, put right", tags("Env", "prd", "Prod", "env", "dev", nil), []tag.Violation{alias("Env", "env")}, []loss{{"env", "dev", "Env"}}},
		{"the same value is not lost", tags("Env", "prd", "Prod", "env", "prd", nil), []tag.Violation{alias("Env", "env")}, nil},
		{
			"one of two is kept", tags("Owner", nil, "ann", "owned-by", "bob", nil, "owner", "ann", nil),
			[]tag.Violation{alias("Owner", "owned-by"), alias("Owner", "owner")},
			[]loss{{"owned-by", "bob", "Owner"}},
		},
		{
			"the order tells which, where the value was put right", tags("Env", nil, "Prod", "ENV", "prd", nil, "env", "dev", nil, "stage", "qa", nil),
			[]tag.Violation{alias("Env", "stage"), alias("Env", "env"), alias("Env", "ENV")},
			[]loss{{"env", "dev", "Env"}, {"stage", "qa", "Env"}},
		},
		{"other breaches lose nothing", tags("tmp", "x", nil), []tag.Violation{{Key: "tmp", Problem: tag.Forbidden}}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := losses(touches(c.change), c.violations); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func FuzzRender(f *testing.F) {
	f.Add("web-1", "Owner", `"bob"`, `[{"key":"Owner","problem":"missing","fixable":true,"detail":"x"}]`)
	f.Add("\xff\x00\n", "a~1~0\u202e", `{"a":"`+"\xff"+`"}`, `null`)
	f.Fuzz(func(t *testing.T, name, path, value, list string) {
		e := entry()
		e.Resource.Name, e.Rule, e.Reason, e.Violations = name, path, value, json.RawMessage(list)
		e.Change.Touched[0] = change.Touch{Path: path, Before: json.RawMessage(value)}
		check(t, Render(e, About{}))
	})
}
