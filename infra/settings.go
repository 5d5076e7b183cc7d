package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// Settings are what the person who deploys may choose: `cdk deploy -c prefix=acme -c email=ops@example.com`.
type Settings struct {
	// Prefix begins the names of all parts, so that one account can hold several deployments. Context "prefix", default "tagwarden".
	Prefix string
	// Stack is the name of the CloudFormation stack. Context "stack"; by default it follows the prefix, so that no deployment takes another's stack for its own and renames, or removes, all in it.
	Stack string
	// Email is who gets the messages; AWS asks the address first. Context "email"; without it nobody is subscribed by the stack.
	Email string
	// Policy is the path of the policy file. Context "policy", default "policy.yaml".
	Policy string
	// Aggregator is the name of AWS Config's aggregator that a sweep asks. Context "aggregator"; without it a sweep asks the stack's own account and region.
	Aggregator string
	// Organization is the id of the organization for which this deployment is the hub. Context "organization"; without it the deployment keeps its own account alone.
	Organization string
	// Directory is the ARN of a role in the organization's management account that reads AWS Organizations. Context "directory"; without it the hub's clock asks under its own name.
	Directory string
	// Buttons says how the policy's buttons come into Security Hub: "" by CloudFormation's own type, "custom" by a custom resource of ours. Context "buttons".
	Buttons string
	// Release says how a new version comes to work: "" by CodeDeploy, a tenth first, back where an alarm goes off; "all-at-once" at once. Context "release".
	Release string
	// URL is "none" where the region has no function URLs: the operator function then has none. Context "url".
	URL string
	// Against is the policy with which one that has shadow: true is compared. Context "against", default "policy.yaml".
	Against string
	// LogDays is how long the functions' logs are kept, in days: one of the periods that CloudWatch Logs has. Context "logs", default 90.
	LogDays int
	// RotationDays is after how many days the key is renewed each time. Context "rotation", default mostRotation.
	RotationDays int
	// Bus is the event bus of the hub whose policy a shadow policy is compared with. Context "bus"; without it the account's default bus is heard. No other policy has one.
	Bus string
	// Boundary is the ARN of a policy of the customer's own that all roles have for their permissions boundary, "none" for no boundary, and "" for ours. Context "boundary".
	Boundary string
	// Nag has cdk-nag look at all templates while they are made. Context "nag", "true" or nothing.
	Nag string
	// Dist is the folder that holds one folder a function, with its binary and the policy. Context "dist", default "dist".
	Dist string
}

// hub tells whether the deployment is the hub of an organization.
func (s Settings) hub() bool { return s.Organization != "" }

// defaultPrefix is the prefix where nobody names one. Its stack is called stackName alone.
const defaultPrefix = "tagwarden"

// stackOf is the name of the stack of a prefix, where nobody names one.
func stackOf(prefix string) string {
	if prefix == defaultPrefix {
		return stackName
	}
	return stackName + "-" + prefix
}

// stackForm is the form of a stack's name, with room for what members' templates add to it.
//
// Source: CloudFormation API reference, CreateStack (StackName: at most 128 characters).
var stackForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,99}$`)

// prefixForm keeps the names within AWS's limits: a role's is the shortest, at most 64 characters.
//
// Source: IAM user guide, "IAM and AWS STS quotas" (role name).
var prefixForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,23}$`)

// aggregatorForm is the form of an aggregator's name.
//
// Source: AWS Config API reference, SelectAggregateResourceConfig (ConfigurationAggregatorName).
var aggregatorForm = regexp.MustCompile(`^[\w-]{1,256}$`)

// policyForm is the form of a managed policy's ARN, whatever the partition.
var policyForm = regexp.MustCompile(`^arn:[a-z-]+:iam::(\d{12}|aws):policy/[\w+=,.@/-]+$`)

// emailForm finds slips, not every wrong address: AWS sends a confirmation anyway.
var emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)

// settings reads the app's context.
func settings(app awscdk.App) (Settings, error) {
	s := Settings{
		Prefix: setting(app, "prefix", defaultPrefix),
		Email:  setting(app, "email", ""),
		Policy: setting(app, "policy", "policy.yaml"), Aggregator: setting(app, "aggregator", ""),
		Organization: setting(app, "organization", ""), Directory: setting(app, "directory", ""), Buttons: setting(app, "buttons", ""),
		Release: setting(app, "release", ""), URL: setting(app, "url", ""), Against: setting(app, "against", "policy.yaml"), Bus: setting(app, "bus", ""),
		Boundary: setting(app, "boundary", ""), Nag: setting(app, "nag", ""),
		Dist: setting(app, "dist", "dist"),
	}
	s.Stack = setting(app, "stack", stackOf(s.Prefix))
	var logs, rotation error
	s.LogDays, logs = logDays(setting(app, "logs", strconv.Itoa(defaultLogDays)))
	s.RotationDays, rotation = rotationDays(setting(app, "rotation", strconv.Itoa(mostRotation)))
	return s, errors.Join(logs, rotation, s.wrong())
}

// wrong is what is wrong with texts of a form.
func (s Settings) wrong() error {
	var problems []error
	for _, c := range []struct {
		name, value string
		right       bool
		way         string
	}{
		{"prefix", s.Prefix, prefixForm.MatchString(s.Prefix), "use a letter and then at most 23 letters, digits and hyphens"},
		{"stack", s.Stack, stackForm.MatchString(s.Stack), "use a letter and then at most 99 letters, digits and hyphens"},
		{"email", s.Email, emailForm.MatchString(s.Email), "this is no e-mail address"},
		{"aggregator", s.Aggregator, aggregatorForm.MatchString(s.Aggregator), "this is no name of an aggregator of AWS Config; aws configservice describe-configuration-aggregators shows them"},
		{"organization", s.Organization, rights.IsOrganization(s.Organization), "this is no organization's id; aws organizations describe-organization shows it"},
		{"directory", s.Directory, rights.IsRole(s.Directory) && s.Organization != "", "give the ARN of a role in the management account, and the organization by -c organization"},
		{"buttons", s.Buttons, s.Buttons == "custom", "use custom, or leave it out for CloudFormation's own type"},
		{"release", s.Release, s.Release == allAtOnce, "use " + allAtOnce + ", or leave it out for a canary that alarms take back"},
		{"url", s.URL, s.URL == noURL, "use " + noURL + " where the region has no function URLs, or leave it out"},
		{"nag", s.Nag, s.Nag == "true", "use true, or leave it out"},
		{"boundary", s.Boundary, s.Boundary == noBoundary || policyForm.MatchString(s.Boundary), "give the ARN of a managed policy, or " + noBoundary + ", or leave it out for Tagwarden's own"},
	} {
		if c.value != "" && !c.right {
			problems = append(problems, fmt.Errorf("-c %s=%s: %s", c.name, c.value, c.way))
		}
	}
	return errors.Join(problems...)
}

// setting is one value of the context. The command line gives text only.
func setting(app awscdk.App, name, otherwise string) string {
	if text, ok := app.Node().TryGetContext(jsii.String(name)).(string); ok && text != "" {
		return text
	}
	return otherwise
}
