// Command infra is the CDK app of Tagwarden: it makes the stack of the kinds of events, the remedies and the policy.
//
//	cdk deploy                          # policy.yaml, everything named tagwarden-...
//	cdk deploy -c email=ops@example.com # messages by e-mail
//	cdk deploy -c prefix=acme           # a second deployment: everything named acme-...
//	cdk deploy -c policy=other.yaml     # another policy file
//	cdk deploy -c policy=next.yaml -c prefix=tagwarden-next -c against=policy.yaml  # a policy with shadow: true, compared with another
//	cdk deploy -c release=all-at-once   # no canary: a new version takes all calls at once
//	cdk deploy Tagwarden -c organization=o-exampleorgid # the hub of an organization; its members' two templates come to lie beside it: docs/organization.md
//
// No action, pattern or control is written here: see packages events, remedies, policy and rights.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/remedies"
)

func main() {
	app := awscdk.NewApp(nil)
	err := build(app, time.Now())
	if err == nil {
		app.Synth(nil)
	}
	jsii.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// build puts the stack into the app, and beside a hub the templates of its members. An error is for people, a line a problem.
func build(app awscdk.App, now time.Time) error {
	s, err := settings(app)
	if err != nil {
		return err
	}
	p, err := loadPolicy(s)
	if err != nil {
		return err
	}
	d := Design{Settings: s, Policy: p, Kinds: events.All(), Remedies: remedies.All}
	if s.Nag != "" {
		nag(app)
	}
	if p.Shadow() {
		return buildShadow(app, d)
	}
	if s.Bus != "" {
		return fmt.Errorf("-c bus=%s: only a policy with shadow: true hears another deployment's bus; leave it out", s.Bus)
	}
	newStack(app, d, now)
	if s.hub() {
		return newMembers(app, d)
	}
	return nil
}
