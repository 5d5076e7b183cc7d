package boot

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/tagwarden/tagwarden/internal/act"
	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/awssns"
	"github.com/tagwarden/tagwarden/internal/awssts"
	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/handover"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Act hosts the function that changes things. It returns only where the function cannot start.
func Act(ctx context.Context) error {
	var env environment
	table, topic, prefix, attempts := env.text(wiring.Table), env.text(wiring.Topic), env.text(wiring.Roles), env.text(wiring.Attempts)
	if err := env.err(); err != nil {
		return err
	}
	most, err := strconv.Atoi(attempts)
	if err != nil || most < 1 {
		return fmt.Errorf("the environment variable %s is %q: it must be a whole number from 1", wiring.Attempts, attempts)
	}
	b, err := newBase(ctx, "act")
	if err != nil {
		return err
	}
	actor := &act.Actor{
		Policy: b.policy, Remedies: remedies.All,
		Journal: awsdynamodb.New(dynamodb.NewFromConfig(b.cfg), table, awsdynamodb.Options{Keep: b.policy.Journal().Keep}),
		Topic:   awssns.New(sns.NewFromConfig(b.cfg), topic),
		Reach:   awssts.Roles{Config: b.cfg, Names: rights.Names{Prefix: prefix}}.Reach,
		Log:     b.log, Meter: b.meter, Now: time.Now, Wait: wait,
	}
	b.serve(func(ctx context.Context, m batch.Message) error {
		h, err := handover.Decode(string(m.Body))
		if err != nil {
			// Refused once is refused always: a retry would only hold its group back.
			b.log.ErrorContext(ctx, "hand-over unreadable", "outcome", "unreadable", "err", err)
			b.meter.Outcome("unreadable", "handover", 0)
			return nil
		}
		working, cancel := batch.Working(ctx)
		defer cancel()
		return actor.Act(ctx, working, act.Delivery{Handover: h, Holder: m.ID, Last: m.Receives >= most})
	})
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
