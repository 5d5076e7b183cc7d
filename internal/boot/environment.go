// Package boot puts a function together from its environment: it reads everything at the start, and what is missing keeps the function from starting.
package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/tagwarden/tagwarden/internal/batch"
	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// An environment reads the function's variables and remembers every one that is missing.
type environment struct{ missing []error }

// text is a variable that must be set.
func (e *environment) text(name string) string {
	value := os.Getenv(name)
	if value == "" {
		e.missing = append(e.missing, fmt.Errorf("the environment variable %s is not set: the stack sets it, so deploy the function with the stack", name))
	}
	return value
}

// err is everything that is missing, or nil.
func (e *environment) err() error { return errors.Join(e.missing...) }

// base is what every function has.
type base struct {
	cfg    aws.Config
	policy *policy.Policy
	log    *slog.Logger
	meter  *meter.Meter
	out    io.Writer
}

func newBase(ctx context.Context, function string) (base, error) {
	b := base{log: slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("function", function), meter: &meter.Meter{Function: function}, out: os.Stdout}
	var err error
	if b.policy, err = readPolicy(); err != nil {
		return b, err
	}
	b.cfg, err = config.LoadDefaultConfig(ctx)
	if err != nil {
		return b, fmt.Errorf("load the AWS configuration: %w", err)
	}
	return b, nil
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
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	p, err := policy.Parse(name, data, catalog.Known())
	if err != nil {
		return nil, err
	}
	if unbuilt := p.Unbuilt(); len(unbuilt) > 0 {
		return nil, &policy.Errors{List: unbuilt}
	}
	return p, nil
}

// serve hosts a function: queue batches and plain invocations in, partial failures out, one flush of the metrics an invocation.
func (b base) serve(handle func(ctx context.Context, m batch.Message) error) {
	lambda.Start(func(ctx context.Context, payload json.RawMessage) (any, error) {
		answer, err := batch.Run(ctx, payload, func(ctx context.Context, m batch.Message) error {
			began := time.Now()
			defer func() { b.meter.Handled(time.Since(began)) }()
			return handle(ctx, m)
		})
		if flushErr := b.meter.Flush(b.out, time.Now()); flushErr != nil {
			b.log.ErrorContext(ctx, "metrics not written", "err", flushErr)
		}
		return answer, err
	})
}

// Run starts a function and ends the process with a line of log where it cannot start.
func Run(start func(ctx context.Context) error) {
	if err := start(context.Background()); err != nil {
		slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("function not started", "err", err)
		os.Exit(1)
	}
}
