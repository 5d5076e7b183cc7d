package local

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/recorded"
)

const (
	askUndo = `{"operator": "arn:aws:sts::111122223333:assumed-role/ops/ann", "do": {"undo": {"entry": "{{web.entry}}"}}}`
	editWeb = `{"edit": "{{web.arn}}", "tags": {"Owner": "ops"}}`
)

// TestDeeds holds what of a wave is an event, and what a person does.
func TestDeeds(t *testing.T) {
	for _, c := range []struct {
		name, text     string
		edits, askings int
		err            string
	}{
		{"an event", `{"source": "aws.tag", "detail": {"operator": "x", "edit": "y"}}`, 0, 0, ""},
		{"no object", `[1]`, 0, 0, ""},
		{"an edit", editWeb, 1, 0, ""},
		{"an asking", askUndo, 0, 1, ""},
		{"an edit with something else", `{"edit": "x", "tag": {}}`, 1, 0, `a.json: this is neither an event`},
		{"an asking with something else", `{"operator": "x", "ask": {}}`, 0, 1, `unknown field "ask"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &machine{}
			done, err := m.deed(recorded.Text{Place: "a.json", Data: []byte(c.text)}, 2)
			if done != (c.edits+c.askings > 0) || len(m.edits) != c.edits || len(m.askings) != c.askings {
				t.Errorf("got %v, %d edits, %d askings", done, len(m.edits), len(m.askings))
			}
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("got error %v, want %q", err, c.err)
			}
			for _, a := range m.askings {
				if a.wave != 2 {
					t.Errorf("got wave %d, want 2", a.wave)
				}
			}
		})
	}
	if done, err := (&machine{}).deed(recorded.Text{Err: errors.New("gone")}, 0); done || err != nil {
		t.Errorf("what cannot be read: got %v, %v; want it left to the events", done, err)
	}
}

// TestEntryNames holds which entry {{NAME.entry}} stands for: the one of the resource that was updated last, and none that is about an exemption.
func TestEntryNames(t *testing.T) {
	p := places{"web": {arn: "arn:web"}, "data": {arn: "arn:data"}, now: {id: "t"}}
	entry := func(id, resource, setting string) journal.Entry {
		return journal.Entry{ID: id, Key: journal.Key{Resource: resource, Setting: setting}}
	}
	p.remember([]journal.Entry{entry("tw-3", "arn:web", "exemption"), entry("tw-2", "arn:web", "tags"), entry("tw-1", "arn:web", "tags"), entry("tw-0", "", "tags")})
	if got := p["web.entry"].id; got != "tw-2" || len(p) != 4 {
		t.Errorf("got %q of %v, want tw-2 and no other name", got, p)
	}
}

// TestAskingPayload holds that the function gets what its URL would give it: the caller as AWS knows it, and the request alone.
func TestAskingPayload(t *testing.T) {
	a := asking{deed: deed{place: "a.json", text: []byte(askUndo)}}
	if err := a.fill(places{"web.entry": {id: "tw-2"}}, &a); err != nil {
		t.Fatal(err)
	}
	payload, err := a.payload()
	if err != nil {
		t.Fatal(err)
	}
	var r lambdaevents.LambdaFunctionURLRequest
	if err := json.Unmarshal(payload, &r); err != nil {
		t.Fatal(err)
	}
	request, err := operator.Decode([]byte(r.Body))
	if err != nil || request.Undo == nil || request.Undo.Entry != "tw-2" || a.subject != "tw-2" {
		t.Errorf("got %s, %v, about %q; want an undo of tw-2", r.Body, err, a.subject)
	}
	if r.RequestContext.HTTP.Method != http.MethodPost || r.RequestContext.Authorizer.IAM.UserARN != "arn:aws:sts::111122223333:assumed-role/ops/ann" {
		t.Errorf("got %+v, want a POST by ann", r.RequestContext)
	}
}

// TestAskingResult holds what the answer of the operator comes to.
func TestAskingResult(t *testing.T) {
	got := answers{
		entries: []journal.Entry{{ID: "tw-2", State: journal.Fixed, Undoes: "tw-1", Rule: "tags"}, {ID: "tw-1", State: journal.Undone, Rule: "tags", Reason: "It was put right."}},
		told:    mailbox{"tw-2": {subject: "Undone: 1 tag", notes: []string{"note"}}},
	}
	for _, c := range []struct {
		name                             string
		status                           int
		entry                            string
		outcome, reason, message, answer string
	}{
		{"an entry answers it", 200, "tw-2", "undone", "", "Undone: 1 tag", "tw-2"},
		{"the answer is all", 200, "", "told", "Said.", "", ""},
		{"refused", 409, "", "refused", "Said.", "", "tw-1"},
		{"not possible now", 500, "", "failed", "Said.", "", "tw-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := asking{Operator: "arn:ann", Do: map[string]json.RawMessage{"undo": nil}, status: c.status, said: "Said.", subject: "tw-1", entry: c.entry}
			r := a.result(got)
			if r.Outcome != c.outcome || r.Reason != c.reason || r.Message != c.message || r.Entry != c.answer || r.Asked != "undo" || r.By != "arn:ann" || r.Kind != "operator" {
				t.Errorf("got %+v", r)
			}
			if (len(r.Notes) > 0) != (c.message != "") {
				t.Errorf("got the notes %q", r.Notes)
			}
		})
	}
}

// TestNotes holds of which messages is shown what they say to do.
func TestNotes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a fix", `{"outcome":"fixed","due":"2026-01-02T03:04:05.6Z","origin":"Terraform","code":[{"language":"Terraform","code":"x"}]}`, ""},
		{"an undo", `{"outcome":"undone","due":"2026-01-02T03:04:05.6Z"}`, "The rule leaves it alone until 2026-01-02T03:04:05Z: the undo granted an exemption."},
		{"an undo of an undo", `{"outcome":"undone"}`, ""},
		{"a refused undo", `{"outcome":"refused","force":"tagwarden undo tw-1 --force"}`, "To put the earlier values back all the same: tagwarden undo tw-1 --force"},
		{
			"a fight", `{"outcome":"told","held":"fight","origin":"Terraform","code":[{"language":"Terraform","note":"Here.","code":"a\n  b"},{"language":"CDK","code":"c"}]}`,
			"Who changes it back: Terraform.|Terraform: Here.\na\n  b|CDK:\nc",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d document
			if err := json.Unmarshal([]byte(c.text), &d); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(d.notes(), "|"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestNotices holds that what people are told of Tagwarden itself, or of an exemption, is a result of its own, and what answers an event is none.
func TestNotices(t *testing.T) {
	notice := journal.Notice("rule/tags", "budget", "x", "medium", "Spent.", time.Unix(0, 0))
	notice.ID, notice.State = "tw-1", journal.Told
	untold := notice
	untold.ID = "tw-2"
	a := answers{entries: []journal.Entry{{ID: "tw-3", State: journal.Fixed}, untold, notice}, told: mailbox{"tw-1": {subject: "Budget reached"}, "tw-3": {subject: "Fixed"}}}
	got := a.notices()
	if len(got) != 1 || got[0].Entry != "tw-1" || got[0].Message != "Budget reached" || got[0].Rule != "tags" || got[0].Kind != "notice" || got[0].Outcome != "told" || got[0].Resource.ID != "rule/tags" {
		t.Errorf("got %+v, want the notice of the budget", got)
	}
}
