// Package boot puts a function together from its environment: it reads everything at the start, and what is missing keeps the function from starting.
package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/policyfile"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// An Environment reads the function's variables and remembers every one that is missing, or wrong.
type Environment struct{ wrong []error }

// Text is a variable that must be set.
func (e *Environment) Text(name string) string {
	value := os.Getenv(name)
	if value == "" {
		e.wrong = append(e.wrong, fmt.Errorf("the environment variable %s is not set: the stack sets it, so deploy the function with the stack", name))
	}
	return value
}

// Count is a variable that must be a whole number from 1.
func (e *Environment) Count(name string) int {
	value := e.Text(name)
	n, err := strconv.Atoi(value)
	if value != "" && (err != nil || n < 1) {
		e.wrong = append(e.wrong, fmt.Errorf("the environment variable %s is %q: it must be a whole number from 1", name, value))
	}
	return n
}

// Err is everything that is missing or wrong, or nil.
func (e *Environment) Err() error { return errors.Join(e.wrong...) }

// A Base is what every function has.
type Base struct {
	Config aws.Config
	Policy *policy.Policy
	Log    *slog.Logger
	Meter  *meter.Meter
	Now    func() time.Time
}

// New reads the policy and the AWS configuration of a function.
func New(ctx context.Context, function string) (Base, error) {
	var env Environment
	b := Base{Log: newLog().With("function", function), Meter: &meter.Meter{Deployment: env.Text(wiring.Prefix), Function: function}}
	err := env.Err()
	if err != nil {
		return b, err
	}
	if b.Now, err = clockOf(os.Getenv(wiring.Offset), time.Now); err != nil {
		return b, err
	}
	if b.Policy, err = readPolicy(); err != nil {
		return b, err
	}
	b.Config, err = config.LoadDefaultConfig(ctx)
	if err != nil {
		return b, fmt.Errorf("load the AWS configuration: %w", err)
	}
	return b, nil
}

// clockOf is the function's clock: the machine's, which a test bed may let go ahead by an offset. Nothing in a deployment sets one.
func clockOf(offset string, machine func() time.Time) (func() time.Time, error) {
	if offset == "" {
		return machine, nil
	}
	ahead, err := time.ParseDuration(offset)
	if err != nil {
		return nil, fmt.Errorf("the environment variable %s is %q: it must be a duration such as 72h", wiring.Offset, offset)
	}
	return func() time.Time { return machine().Add(ahead) }, nil
}

// readPolicy reads the policy beside the binary. A field whose effect this version does not have keeps the function from starting.
func readPolicy() (*policy.Policy, error) {
	name := os.Getenv(wiring.Policy)
	if name == "" {
		name = wiring.PolicyFile
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(os.Getenv("LAMBDA_TASK_ROOT"), path)
	}
	p, err := policyfile.Read(path)
	if err != nil {
		return nil, err
	}
	if unbuilt := p.Unbuilt(); len(unbuilt) > 0 {
		return nil, &policy.Errors{List: unbuilt}
	}
	return p.Policy, nil
}

// Serve hosts a function: queue batches and plain invocations in, partial failures out, one flush of the metrics an invocation.
func (b Base) Serve(handle func(ctx context.Context, m batch.Message) error) {
	lambda.Start(func(ctx context.Context, payload json.RawMessage) (any, error) {
		answer, err := batch.Run(ctx, payload, func(ctx context.Context, m batch.Message) error {
			began := time.Now()
			defer func() { b.Meter.Handled(time.Since(began)) }()
			return b.Safely(ctx, m, handle)
		})
		if flushErr := b.Meter.Flush(os.Stdout, time.Now()); flushErr != nil {
			b.Log.ErrorContext(ctx, "metrics not written", "err", flushErr)
		}
		return answer, err
	})
}

// Safely makes a panic the failure of its own message: the others of the batch go on.
func (b Base) Safely(ctx context.Context, m batch.Message, handle func(ctx context.Context, m batch.Message) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("handle message %s: %v", m.ID, p)
			b.Log.ErrorContext(ctx, "function panicked", "err", err, "stack", string(debug.Stack()))
		}
	}()
	return handle(ctx, m)
}

// Run starts a function and ends the process with a line of log where it cannot start.
func Run(start func(ctx context.Context) error) {
	if err := start(context.Background()); err != nil {
		newLog().Error("function not started", "err", err)
		os.Exit(1)
	}
}
