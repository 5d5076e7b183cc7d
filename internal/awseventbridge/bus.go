// Package awseventbridge tells outcomes to programs through Amazon EventBridge.
package awseventbridge

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/notify"
)

// A Bus is the default event bus of the function's own account and region, on which nobody of another account can put an outcome. It needs events:PutEvents with the source of the deployment. Safe for
// concurrent use.
type Bus struct {
	client *eventbridge.Client
	source string
}

// New gives the bus; source is that of the deployment's events: see wiring.Source.
func New(client *eventbridge.Client, source string) *Bus { return &Bus{client, source} }

// Put puts an outcome on the bus. An error that is notify.ErrNotTaken will not pass; each other one means that it may not be there, and is to be tried again. It may come to the bus twice.
//
// Source: EventBridge API reference, PutEvents (an entry that failed has an ErrorCode; a request that did not is answered with 200 all the same).
func (b *Bus) Put(ctx context.Context, e notify.Event) error {
	detail, err := e.JSON()
	if err != nil {
		return fmt.Errorf("put the outcome of %s on the bus: %w: %w", e.Entry, notify.ErrNotTaken, err)
	}
	entry := types.PutEventsRequestEntry{Source: aws.String(b.source), DetailType: aws.String(notify.OutcomeType), Detail: &detail}
	if e.Resource.ARN != "" {
		entry.Resources = []string{e.Resource.ARN}
	}
	out, err := b.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{entry}})
	if err == nil && out.FailedEntryCount > 0 && len(out.Entries) > 0 {
		err = &smithy.GenericAPIError{Code: aws.ToString(out.Entries[0].ErrorCode), Message: aws.ToString(out.Entries[0].ErrorMessage)}
	}
	if err != nil {
		return fmt.Errorf("put the outcome of %s on the bus: %w", e.Entry, final(err))
	}
	return nil
}

// final marks what no retry helps.
//
// Source: EventBridge API reference, PutEvents, "Errors" and "Common errors"; PutEventsResultEntry (ErrorCode).
func final(err error) error {
	var coded smithy.APIError
	if !errors.As(err, &coded) {
		return err
	}
	switch code := strings.TrimSuffix(coded.ErrorCode(), "Exception"); code {
	case "AccessDenied", "NotAuthorized", "NotAuthorizedForSource", "InvalidArgument", "MalformedDetail", "Validation", "ResourceNotFound":
		return fmt.Errorf("%w: %w", notify.ErrNotTaken, err)
	}
	return err
}
