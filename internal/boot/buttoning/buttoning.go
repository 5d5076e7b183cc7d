// Package buttoning puts the function together that makes Security Hub's custom actions for CloudFormation. It links no client but Security Hub's.
package buttoning

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"

	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/buttons"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Start hosts the function. It returns only where the function cannot start.
func Start(ctx context.Context) error {
	var env boot.Environment
	names := rights.Names{Prefix: env.Text(wiring.Prefix)}
	if err := env.Err(); err != nil {
		return err
	}
	b, err := boot.Bare(ctx, rights.ButtonsName)
	if err != nil {
		return err
	}
	p := &buttons.Provider{
		Hub: securityhub.NewFromConfig(b.Config), Log: b.Log, Own: names.OwnAction, Wait: wait,
		Client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	lambda.Start(func(ctx context.Context, payload json.RawMessage) error { return p.Serve(ctx, payload) })
	return nil
}

// wait pauses, or ends with the context.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
