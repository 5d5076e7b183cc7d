//go:build moto

package local

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/tagwarden/tagwarden/internal/report"
)

// guarded holds that the demonstration shows each guardrail, and that people are told of it.
func guarded(t *testing.T, got Report) {
	budgeted(t, got)
	fought(t, got)
	approved(t, got)
	takenBack(t, got)
}

// resultsBy are the results that a test picks, in order.
func resultsBy(r Report, pick func(report.Result) bool) []report.Result {
	return slices.DeleteFunc(slices.Clone(r.Results), func(r report.Result) bool { return !pick(r) })
}

// budgeted holds that a rule stops at its budget, and that this is told once, with how many are held back.
func budgeted(t *testing.T, got Report) {
	t.Helper()
	count := map[string]int{}
	for _, r := range resultsBy(got, func(r report.Result) bool { return r.Rule == "tags of batch queues" && r.Kind == "tags" }) {
		count[r.Outcome]++
		if (r.Message == "") != (r.Outcome == "proposed") {
			t.Errorf("%s: %s, told as %q; want only what was fixed told by itself", r.Resource.ARN, r.Outcome, r.Message)
		}
	}
	if count["fixed"] != 2 || count["proposed"] != 2 || len(count) != 2 {
		t.Errorf("budget: got %v, want 2 fixed and 2 proposed", count)
	}
	notices := resultsBy(got, func(r report.Result) bool { return r.Kind == report.NoticeKind })
	if len(notices) != 1 || notices[0].Rule != "tags of batch queues" || !strings.HasPrefix(notices[0].Message, "Budget reached") || !strings.Contains(notices[0].Reason, "2 changes are held back") {
		t.Errorf("notices: got %+v, want one, of the budget, with 2 changes", notices)
	}
}

// fought holds that what is changed back three times is left as it is then, and told with who does it and the code to change.
func fought(t *testing.T, got Report) {
	t.Helper()
	for _, event := range []string{"036", "038", "039"} {
		if r := resultOf(t, got, event); r.Outcome != "fixed" {
			t.Errorf("fight: event %s is %s, want it fixed", event, r.Outcome)
		}
	}
	last := resultOf(t, got, "041")
	notes := strings.Join(last.Notes, "\n")
	if last.Outcome != "told" || !strings.HasPrefix(last.Message, "Changed back") || !strings.Contains(last.Reason, "changed back 3 times") {
		t.Errorf("fight: got %s, %q (%s); want it told as changed back", last.Outcome, last.Message, last.Reason)
	}
	for _, want := range []string{"the CloudFormation stack shop", "Stock:", "- Key: \"Environment\"", "Value: \"Dev\"", "cdk.Tags.of"} {
		if !strings.Contains(notes, want) {
			t.Errorf("fight: the message says\n%s\nwant %q in it", notes, want)
		}
	}
	if tags := tagsOf(t, got, last.Resource.ARN); tags["Environment"] != "dev" {
		t.Errorf("fight: got %v, want Environment left at dev", tags)
	}
}

// asked is what came of what somebody asked for in a wave.
func asked(t *testing.T, got Report, wave int, act, name string) report.Result {
	t.Helper()
	results := resultsBy(got, func(r report.Result) bool {
		return r.Wave == wave && r.Asked == act && strings.HasSuffix(r.Resource.ARN, name)
	})
	if len(results) != 1 || results[0].By != "arn:aws:sts::111122223333:assumed-role/ops-oncall/ann" || results[0].Message == "" {
		t.Fatalf("%s of %s in wave %d: got %+v, want one result, by ann and told", act, name, wave, results)
	}
	return results[0]
}

// approved holds that an approval of what has changed since it was shown makes nothing and shows it again, and that the approval of that makes it.
func approved(t *testing.T, got Report) {
	t.Helper()
	shown := resultOf(t, got, "037")
	stale, made := asked(t, got, 1, "approve", "example-carts"), asked(t, got, 2, "approve", "example-carts")
	if shown.Outcome != "proposed" || shown.Before["Environment"] != "development" {
		t.Errorf("proposal: got %s of %v", shown.Outcome, shown.Before)
	}
	if stale.Outcome != "proposed" || !strings.HasPrefix(stale.Message, "Proposed again") || stale.Before["Environment"] != "dev" || slices.Contains(stale.Calls, "lambda:TagResource") {
		t.Errorf("approval of a stale plan: got %+v, want it proposed again and nothing made", stale)
	}
	if made.Outcome != "fixed" || made.Entry != shown.Entry || tagsOf(t, got, made.Resource.ARN)["Environment"] != "Dev" {
		t.Errorf("approval of the new plan: got %+v, want it made", made)
	}
}

// takenBack holds that an undo over somebody's edit is refused, naming it and the way out, and that another is done, and not done again by the rule.
func takenBack(t *testing.T, got Report) {
	t.Helper()
	refused, done := asked(t, got, 1, "undo", "example-resize"), asked(t, got, 1, "undo", "example-jobs")
	if refused.Outcome != "refused" || !strings.Contains(refused.Reason, `Environment (left as "Testing", now "QA") changed since`) || !strings.Contains(strings.Join(refused.Notes, " "), "--force") {
		t.Errorf("undo over an edit: got %+v, want it refused, with what changed and --force", refused)
	}
	if tags := tagsOf(t, got, refused.Resource.ARN); tags["Environment"] != "QA" {
		t.Errorf("undo over an edit: got %v, want Environment left at QA", tags)
	}
	if done.Outcome != "undone" || done.After["Environment"] != "development" || !strings.Contains(strings.Join(done.Notes, " "), "leaves it alone until") {
		t.Errorf("undo: got %+v, want it undone with an exemption", done)
	}
	if after := resultOf(t, got, "040"); after.Outcome != "exempt" || !strings.Contains(after.Reason, "exempt") {
		t.Errorf("event after the undo: got %+v, want it exempt", after)
	}
}

// tagsOf are the tags of a function.
func tagsOf(t *testing.T, r Report, function string) map[string]string {
	t.Helper()
	out, err := lambda.NewFromConfig(config(r.Endpoint, Region)).ListTags(t.Context(), &lambda.ListTagsInput{Resource: &function})
	if err != nil {
		t.Fatal(err)
	}
	return out.Tags
}
