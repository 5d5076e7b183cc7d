// Package buttons makes custom actions of Security Hub for CloudFormation, where its own type for them, AWS::SecurityHub::ActionTarget, is not to be had: the provider of a
// custom resource. Every request is answered, so that no stack waits for an answer that does not come.
package buttons

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
)

// ResourceType is the custom resource's type in the template.
const ResourceType = "Custom::TagwardenButton"

// How long what is asked for may take: reserve is kept of the function's time for the answer; patience is for a context without a deadline.
const (
	reserve  = 15 * time.Second
	patience = 45 * time.Second
)

// A Provider answers CloudFormation's requests for one deployment's buttons. It is safe for concurrent use.
type Provider struct {
	Hub    *securityhub.Client
	Client *http.Client // puts the answers
	Log    *slog.Logger
	// Own tells whether an action's id is one of the deployment's: nothing else is made, changed or deleted.
	Own func(id string) bool
	// Wait pauses between two tries to answer; it ends early with the context.
	Wait func(ctx context.Context, d time.Duration)
}

// Serve carries one request out and answers it, whatever came of it. An error means that no answer arrived: Lambda delivers the request again, and doing it twice does no harm.
//
// Source: AWS CloudFormation user guide, "Custom resource request and response reference".
func (p *Provider) Serve(ctx context.Context, payload []byte) error {
	event, wrong := decode(payload)
	if event.ResponseURL == "" {
		return fmt.Errorf("read the request: %w", errors.Join(wrong, errors.New("it names nowhere to answer to: this function is for CloudFormation alone")))
	}
	made := done{id: fallback(event)}
	if wrong == nil {
		made, wrong = p.carry(ctx, event)
	}
	answer := cfn.Response{
		Status: cfn.StatusSuccess, RequestID: event.RequestID, StackID: event.StackID, LogicalResourceID: event.LogicalResourceID,
		PhysicalResourceID: made.id, Reason: made.note,
	}
	if wrong != nil {
		answer.Status, answer.Reason = cfn.StatusFailed, wrong.Error()
	}
	p.Log.InfoContext(ctx, "custom action asked for", "act", string(event.RequestType), "resource", made.id, "outcome", string(answer.Status), "reason", answer.Reason)
	return p.answer(ctx, event.ResponseURL, answer)
}

// done is what became of a request.
type done struct {
	id   string // the physical id to answer
	note string // what is worth knowing of a success
}

// carry does what is asked for within the time that leaves room for the answer. A panic is an error of this request.
func (p *Provider) carry(ctx context.Context, event cfn.Event) (made done, err error) {
	made = done{id: fallback(event)}
	defer func() {
		if r := recover(); r != nil {
			p.Log.ErrorContext(ctx, "function panicked", "err", fmt.Errorf("%v", r), "stack", string(debug.Stack()))
			err = errors.New("the function made a mistake: what it was stands in its log; deploy a version that does not, or without the buttons of the policy")
		}
	}()
	limit := time.Now().Add(patience)
	if deadline, ok := ctx.Deadline(); ok {
		limit = deadline.Add(-reserve)
	}
	working, cancel := context.WithDeadline(ctx, limit)
	defer cancel()
	switch event.RequestType {
	case cfn.RequestCreate, cfn.RequestUpdate:
		return p.put(working, event)
	case cfn.RequestDelete:
		return p.remove(working, event)
	}
	return made, fmt.Errorf("the request is %q: this function knows Create, Update and Delete", event.RequestType)
}

// fallback is the physical id of what was not made: of a creation one that stands for nothing, so that the deletion which CloudFormation sends after it deletes nothing; of all
// else the id that it had, for another one would mean that it was replaced.
func fallback(event cfn.Event) string {
	if event.PhysicalResourceID != "" {
		return event.PhysicalResourceID
	}
	return "none-" + event.RequestID
}

// decode reads a request. Of one that is wrong it gives as much as an answer needs.
func decode(payload []byte) (cfn.Event, error) {
	var event cfn.Event
	err := json.Unmarshal(payload, &event) // goes on behind a field of the wrong type, so that the others are there
	if err != nil {
		return event, fmt.Errorf("the request cannot be read: %w", err)
	}
	return event, nil
}

// wanted is the action that the template describes.
type wanted struct{ id, name, description string }

// want reads the properties of a request.
func (p *Provider) want(event cfn.Event) (wanted, error) {
	w, missing := wanted{}, []string{}
	for name, to := range map[string]*string{"Id": &w.id, "Name": &w.name, "Description": &w.description} {
		text, ok := event.ResourceProperties[name].(string)
		if *to = text; !ok || strings.TrimSpace(text) == "" {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) > 0:
		return w, fmt.Errorf("the properties Id, Name and Description must be texts, and %d of them are not: deploy the stack as `make synth` makes it", len(missing))
	case !p.Own(w.id):
		return w, fmt.Errorf("%q is no id of a button of this deployment: deploy the stack as `make synth` makes it", w.id)
	}
	return w, nil
}
