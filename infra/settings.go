package main

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// Settings are what the person who deploys may choose: `cdk deploy -c prefix=acme -c email=ops@example.com`.
type Settings struct {
	// Prefix begins the names of all parts, so that one account can hold several deployments. Context "prefix", default "tagwarden".
	Prefix string
	// Email is who gets the messages; AWS asks the address first. Context "email"; without it nobody is subscribed by the stack.
	Email string
	// Policy is the path of the policy file. Context "policy", default "policy.yaml".
	Policy string
	// Aggregator is the name of AWS Config's aggregator that a sweep asks. Context "aggregator"; without it a sweep asks the stack's own account and region.
	Aggregator string
	// Dist is the folder that holds one folder a function, with its binary and the policy. Context "dist", default "dist".
	Dist string
}

// prefixForm keeps the names within AWS's limits: a role's is the shortest, at most 64 characters.
//
// Source: IAM user guide, "IAM and AWS STS quotas" (role name).
var prefixForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,23}$`)

// aggregatorForm is the form of an aggregator's name.
//
// Source: AWS Config API reference, SelectAggregateResourceConfig (ConfigurationAggregatorName).
var aggregatorForm = regexp.MustCompile(`^[\w-]{1,256}$`)

// emailForm finds slips, not every wrong address: AWS sends a confirmation anyway.
var emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)

// settings reads the app's context.
func settings(app awscdk.App) (Settings, error) {
	s := Settings{
		Prefix: setting(app, "prefix", "tagwarden"),
		Email:  setting(app, "email", ""),
		Policy: setting(app, "policy", "policy.yaml"), Aggregator: setting(app, "aggregator", ""),
		Dist: setting(app, "dist", "dist"),
	}
	var problems []error
	if !prefixForm.MatchString(s.Prefix) {
		problems = append(problems, fmt.Errorf("-c prefix=%s: use a letter and then at most 23 letters, digits and hyphens", s.Prefix))
	}
	if s.Email != "" && !emailForm.MatchString(s.Email) {
		problems = append(problems, fmt.Errorf("-c email=%s: this is no e-mail address", s.Email))
	}
	if s.Aggregator != "" && !aggregatorForm.MatchString(s.Aggregator) {
		problems = append(problems, fmt.Errorf("-c aggregator=%s: this is no name of an aggregator of AWS Config; aws configservice describe-configuration-aggregators shows them", s.Aggregator))
	}
	return s, errors.Join(problems...)
}

// setting is one value of the context. The command line gives text only.
func setting(app awscdk.App, name, otherwise string) string {
	if text, ok := app.Node().TryGetContext(jsii.String(name)).(string); ok && text != "" {
		return text
	}
	return otherwise
}
