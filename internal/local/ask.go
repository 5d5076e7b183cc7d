package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/report"
)

// An asking is what somebody asks the operator function for.
type asking struct {
	deed
	Operator string                     `json:"operator"` // ARN of who asks, as AWS would tell it
	Do       map[string]json.RawMessage `json:"do"`       // the request; {{NAME.entry}} in it stands for the entry of NAME that was updated last

	status  int    // of the answer
	said    string // what the function answered, in a sentence or two
	subject string // the entry that the request names; "" for none
	entry   string // the entry that answers it; "" for none
}

// ask asks the operator function for what a wave asks, in order, when its events are answered.
func (m *machine) ask(ctx context.Context, wave int) error {
	if !slices.ContainsFunc(m.askings, func(a asking) bool { return a.wave == wave }) {
		return nil
	}
	entries, err := m.entries(ctx)
	if err != nil {
		return err
	}
	m.places.remember(entries)
	for i := range m.askings {
		a := &m.askings[i]
		if a.wave != wave {
			continue
		}
		m.Progress(0, 0, "asking the operator")
		err := a.fill(m.places, a)
		if err == nil {
			err = a.ask(ctx, m.operator)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s: ask the operator: %w", a.place, err), m.operator.err())
		}
	}
	return m.settle(ctx)
}

// remember names the entry of each resource that was updated last: {{NAME.entry}}. entries are newest first.
func (p places) remember(entries []journal.Entry) {
	last := map[string]string{}
	for _, e := range slices.Backward(entries) {
		if !aside(e) {
			last[e.Key.Resource] = e.ID
		}
	}
	named := places{}
	for name, at := range p {
		if id := last[at.arn]; at.arn != "" && id != "" {
			named[name+".entry"] = place{id: id}
		}
	}
	maps.Copy(p, named)
}

// ask invokes the function as its URL does, and keeps what it answers.
//
// Source: AWS Lambda developer guide, "Invoking Lambda function URLs" (request and response payload format 2.0).
func (a *asking) ask(ctx context.Context, f *function) error {
	payload, err := a.payload()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, stall) // a function that does not start takes nothing
	defer cancel()
	body, err := f.Invoke(ctx, payload)
	if err != nil {
		return err
	}
	var response lambdaevents.LambdaFunctionURLResponse
	var answer struct {
		operator.Response
		operator.Failure
	}
	if err := errors.Join(json.Unmarshal(body, &response), json.Unmarshal([]byte(response.Body), &answer)); err != nil {
		return fmt.Errorf("read its answer: %w", err)
	}
	a.status, a.said = response.StatusCode, answer.Message+answer.Error
	if answer.Entry != nil {
		a.entry = answer.Entry.Entry
	}
	return nil
}

func (a *asking) payload() ([]byte, error) {
	body, err := json.Marshal(a.Do)
	if err != nil {
		return nil, err
	}
	for _, wanted := range a.Do {
		var names struct{ Entry string }
		if json.Unmarshal(wanted, &names) == nil {
			a.subject = names.Entry
		}
	}
	r := lambdaevents.LambdaFunctionURLRequest{Version: "2.0", RawPath: "/", Body: string(body)}
	r.RequestContext.AccountID, r.RequestContext.RequestID, r.RequestContext.HTTP.Method = Account, a.place, http.MethodPost
	r.RequestContext.Authorizer = &lambdaevents.LambdaFunctionURLRequestContextAuthorizerDescription{
		IAM: &lambdaevents.LambdaFunctionURLRequestContextAuthorizerIAMDescription{AccountID: Account, UserARN: a.Operator},
	}
	return json.Marshal(r)
}

// result is what became of it: what became of the entry that answers it or, where the function did not do it, why.
func (a *asking) result(got answers) report.Result {
	act := ""
	for act = range a.Do { // operator.Decode has seen that it is one
		break
	}
	if a.status != http.StatusOK {
		r := report.Asked(act, a.Operator, entryOf(got.entries, a.subject))
		r.Outcome, r.Reason, r.Before, r.After, r.Calls = "refused", a.said, nil, nil, []string{}
		if a.status >= http.StatusInternalServerError {
			r.Outcome = "failed"
		}
		return r
	}
	r := report.Asked(act, a.Operator, entryOf(got.entries, a.entry))
	if a.entry == "" { // a list, a brake: the answer is all
		r.Outcome, r.Reason = "told", a.said
		return r
	}
	r.Message, r.Notes = got.told[a.entry].subject, got.told[a.entry].notes
	return r
}

// entryOf is an entry by its id; the zero Entry where there is none.
func entryOf(entries []journal.Entry, id string) journal.Entry {
	if i := slices.IndexFunc(entries, func(e journal.Entry) bool { return e.ID == id }); i >= 0 && id != "" {
		return entries[i]
	}
	return journal.Entry{}
}
