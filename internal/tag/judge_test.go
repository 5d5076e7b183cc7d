package tag

import (
	"encoding/json"
	"reflect"
	"strconv"
	"sync"
	"testing"
)

func ptr(s string) *string { return &s }

// sample are rules of the kinds that POLICY names.
func sample() Rules {
	return Rules{Rules: []Rule{
		{
			Key: "Owner", Required: true, Pattern: `[A-Za-z0-9][A-Za-z0-9-]*`, Aliases: []string{"OwnerName", "owned-by"},
			Fill: []Fill{{From: FromParent}, {From: FromCreator}, {Value: ptr("Unassigned")}},
		},
		{
			Key: "Environment", Required: true, Values: []string{"Sandbox", "Dev", "Prod"},
			Synonyms: map[string][]string{"Prod": {"production", "prd"}, "Dev": {"development"}},
		},
		{Key: "ComplianceRequirement", Required: true, Values: []string{"NIST", "HIPAA"}, When: map[string][]string{"Environment": {"Prod"}}},
		{Key: "tmp-*", Forbid: true},
		{Key: "Schedule", Required: true, Types: []string{"AWS::EC2::Instance", "AWS::RDS::*"}, Fill: []Fill{{From: FromAttribute, Path: "a.b"}}},
	}}
}

func mustJudge(t testing.TB, r Rules) *Judge {
	t.Helper()
	j, problems := NewJudge(r)
	if j == nil {
		t.Fatalf("rules are refused: %+v", problems)
	}
	return j
}

func TestJudgePolicyExample(t *testing.T) {
	got := mustJudge(t, sample()).Judge("AWS::S3::Bucket", map[string]string{"environment": "production", "aws:x": "1"}, Facts{Parent: map[string]string{}})
	want := Result{
		Violations: []Violation{
			{Key: "Owner", Problem: Missing, Fixable: true, Detail: "Owner is required and missing."},
			{
				Key: "Environment", Found: "environment", Problem: WrongKey, Value: "production", Fixable: true,
				Detail: "The key environment stands for Environment and must be spelt so.",
			},
			{
				Key: "Environment", Found: "environment", Problem: Value, Value: "production", Fixable: true,
				Detail: `environment is "production"; allowed is one of Sandbox, Dev, Prod.`,
			},
			{Key: "ComplianceRequirement", Problem: Missing, Detail: "ComplianceRequirement is required and missing; set it to one of NIST, HIPAA."},
		},
		After: map[string]string{"Environment": "Prod", "Owner": "Unassigned", "aws:x": "1"},
		Left: []Violation{
			{Key: "ComplianceRequirement", Problem: Missing, Detail: "ComplianceRequirement is required and missing; set it to one of NIST, HIPAA."},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func BenchmarkJudgeCompliant(b *testing.B) {
	j := mustJudge(b, sample())
	tags := map[string]string{
		"Owner": "alice", "Environment": "Prod", "ComplianceRequirement": "NIST", "Name": "web-1", "Schedule": "office",
		"Team": "payments", "aws:cloudformation:stack-name": "web",
	}
	b.ReportAllocs()
	for b.Loop() {
		if r := j.Judge("AWS::EC2::Instance", tags, Facts{}); r.Violations != nil {
			b.Fatal(r)
		}
	}
}

func TestJudgeConcurrently(t *testing.T) {
	j := mustJudge(t, sample())
	want := j.Judge("AWS::EC2::Instance", map[string]string{"owner": " x "}, Facts{})
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for n := range 50 {
				j.Judge("AWS::Made::Up"+strconv.Itoa(i*50+n), map[string]string{"owner": " x "}, Facts{})
			}
			if got := j.Judge("AWS::EC2::Instance", map[string]string{"owner": " x "}, Facts{}); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
	wait.Wait()
}

// TestJudgeCompliantCostsNothing holds that a compliant set is judged without memory of its own: the line judges thousands a minute.
func TestJudgeCompliantCostsNothing(t *testing.T) {
	j := mustJudge(t, sample())
	tags := map[string]string{"Owner": "alice", "Environment": "Prod", "ComplianceRequirement": "NIST", "Team": "payments", "aws:x": "y"}
	if got := testing.AllocsPerRun(100, func() { j.Judge("AWS::S3::Bucket", tags, Facts{}) }); got > 0 {
		t.Errorf("got %v allocations, want none", got)
	}
}

// TestBreachesHaveOneOrder holds that two violations stand in the same order each time, as the keys of a map do not.
func TestBreachesHaveOneOrder(t *testing.T) {
	j := mustJudge(t, Rules{Closed: true})
	for range 50 {
		if got := brief(j.Judge("AWS::S3::Bucket", tags{"b": "", "a": ""}, Facts{}).Violations); got[0] != "a forbidden fixable" {
			t.Fatalf("got %q, want a before b", got)
		}
	}
}

// TestJudgeKeepsNoMoreThanItMay holds that a stream of types that do not exist takes no more memory than it may.
func TestJudgeKeepsNoMoreThanItMay(t *testing.T) {
	j := mustJudge(t, sample())
	for i := range most + 10 {
		j.Applies("AWS::Made::Up" + strconv.Itoa(i))
	}
	if got := len(j.plans); got != most {
		t.Errorf("%d plans are kept, want %d", got, most)
	}
}

func BenchmarkJudgeAndFix(b *testing.B) {
	j := mustJudge(b, sample())
	tags := map[string]string{"environment": "production", "Name": "web-1", "tmp-1": "x"}
	facts := Facts{Parent: map[string]string{}}
	b.ReportAllocs()
	for b.Loop() {
		if r := j.Judge("AWS::S3::Bucket", tags, facts); len(r.Violations) == 0 {
			b.Fatal(r)
		}
	}
}

func TestAnEmptyValueIsShown(t *testing.T) {
	for _, test := range []struct {
		name string
		v    Violation
		want string
	}{
		{"an empty value", Violation{Key: "A", Problem: Value, Detail: "d"}, `{"key":"A","problem":"value","value":"","fixable":false,"detail":"d"}`},
		{"a missing key has none", Violation{Key: "A", Problem: Missing, Fixable: true, Detail: "d"}, `{"key":"A","problem":"missing","fixable":true,"detail":"d"}`},
		{"a value", Violation{Key: "A", Found: "a", Problem: WrongKey, Value: "<x>", Detail: "d"}, `{"key":"A","found":"a","problem":"key","value":"\u003cx\u003e","fixable":false,"detail":"d"}`},
	} {
		got, err := json.Marshal(test.v)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: got %s, %v; want %s", test.name, got, err, test.want)
		}
	}
}
