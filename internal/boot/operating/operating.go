// Package operating puts the operator function together. It links no client but those of queue, table and key.
package operating

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/awssqs"
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/journaling"
	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Start hosts the function. It returns only where the function cannot start.
func Start(ctx context.Context) error {
	var env boot.Environment
	table, key, queue := env.Text(wiring.Table), env.Text(wiring.Key), env.Text(wiring.Queue)
	if err := env.Err(); err != nil {
		return err
	}
	b, err := boot.New(ctx, "operator")
	if err != nil {
		return err
	}
	entries := journaling.Open(b, table, key)
	o := &operator.Operator{
		Policy:  b.Policy,
		Journal: entries,
		Queue:   awssqs.New(sqs.NewFromConfig(b.Config), queue),
		Log:     b.Log, Meter: b.Meter, Now: b.Now,
	}
	if boot.Hub() {
		o.Members, o.Roles = entries, os.Getenv(wiring.Fingerprint)
	}
	lambda.Start(func(ctx context.Context, r lambdaevents.LambdaFunctionURLRequest) (lambdaevents.LambdaFunctionURLResponse, error) {
		return answer(ctx, b, r, o.URL)
	})
	return nil
}

// answer serves one request and writes the metrics. A panic is an error of this request alone.
func answer(ctx context.Context, b boot.Base, r lambdaevents.LambdaFunctionURLRequest,
	serve func(context.Context, lambdaevents.LambdaFunctionURLRequest) lambdaevents.LambdaFunctionURLResponse,
) (response lambdaevents.LambdaFunctionURLResponse, err error) {
	began := time.Now()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("serve request %s: %v", r.RequestContext.RequestID, p)
			b.Log.ErrorContext(ctx, "function panicked", "err", err, "stack", string(debug.Stack()))
		}
		b.Meter.Handled(time.Since(began))
		if err := b.Meter.Flush(os.Stdout, time.Now()); err != nil {
			b.Log.ErrorContext(ctx, "metrics not written", "err", err)
		}
	}()
	return serve(ctx, r), nil
}
