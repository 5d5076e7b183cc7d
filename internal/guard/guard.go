// Package guard runs a remedy within its bounds: it refuses, before it is sent, every AWS call that the remedy did not declare, and every write while it plans.
package guard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// ErrRefused says that a remedy tried a call that it did not declare, or a write while it planned. It is a fault of the remedy: a retry would not help.
var ErrRefused = errors.New("the guard refused a call")

// A Guard holds one remedy to its grants for one use. It is safe for concurrent use.
type Guard struct {
	remedy string
	reads  map[string]bool
	writes map[string]bool

	mu      sync.Mutex
	calls   []string
	refused error
}

// New makes the guard of one use of a remedy.
func New(r remedy.Remedy) *Guard {
	return &Guard{remedy: r.ID, reads: actions(r.Reads), writes: actions(r.Writes)}
}

func actions(grants []remedy.Grant) map[string]bool {
	set := make(map[string]bool, len(grants))
	for _, g := range grants {
		set[g.Action] = true
	}
	return set
}

// writing is the guard's permission to write, in a context. It is the only key that we put into one.
type writing struct{}

// Writing permits the writes of calls made with the context that it returns.
func Writing(ctx context.Context) context.Context {
	return context.WithValue(ctx, writing{}, true)
}

// Config gives a copy of cfg whose clients are held to the guard.
func (g *Guard) Config(cfg aws.Config) aws.Config {
	guarded := cfg.Copy()
	guarded.APIOptions = append(slices.Clone(cfg.APIOptions), func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("TagwardenGuard", g.check), middleware.After)
	})
	return guarded
}

// Calls are the IAM actions of the calls that were let through, in their order, each once. Retries of the SDK do not count.
func (g *Guard) Calls() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.calls)
}

// Err is the first refused call, even if the remedy dropped the error; nil if none was refused.
func (g *Guard) Err() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refused
}

func (g *Guard) check(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	if err := g.admit(ctx); err != nil {
		return middleware.InitializeOutput{}, middleware.Metadata{}, err
	}
	return next.HandleInitialize(ctx, in)
}

func (g *Guard) admit(ctx context.Context) error {
	action, ok := Action(awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx))
	permitted, _ := ctx.Value(writing{}).(bool)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case ok && g.reads[action], ok && g.writes[action] && permitted:
		if !slices.Contains(g.calls, action) {
			g.calls = append(g.calls, action)
		}
		return nil
	case ok && g.writes[action]:
		return g.refuse(fmt.Errorf("%w: %s called %s, a write, while it planned", ErrRefused, g.remedy, action))
	}
	return g.refuse(fmt.Errorf("%w: %s called %s, which it does not declare", ErrRefused, g.remedy, action))
}

func (g *Guard) refuse(err error) error {
	if g.refused == nil {
		g.refused = err
	}
	return err
}
