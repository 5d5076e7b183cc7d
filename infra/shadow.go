package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/policyfile"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// shadowStackName is the name of the stack of a policy with shadow: true. It is another than that of a deployment, so that a deployment whose policy becomes a shadow by mistake loses
// nothing: CloudFormation never hears of its stack.
const shadowStackName = stackName + "-Shadow"

// shadow tells whether the stack only compares two policies.
func (s *Stack) shadow() bool { return s.design.Policy.Shadow() }

// buildShadow puts the stack of a shadow policy into the app: rules, queues, judges, their logs and one dead-letter queue. It has no table, topic or key, nothing that acts, and no role but the judges'. In an
// organization it is an error to name no bus: the comparison would miss all accounts but one, and look as if it were complete.
func buildShadow(app awscdk.App, d Design) error {
	if d.Settings.hub() && d.Settings.Bus == "" {
		return fmt.Errorf("-c organization=%s: a policy with shadow: true makes no hub, and on the account's default bus it would hear this account alone; name the bus of the hub that it is compared with, "+
			"which is called as the hub's prefix: -c bus=%s", d.Settings.Organization, defaultPrefix)
	}
	against, err := loadAgainst(d.Settings)
	if err != nil {
		return err
	}
	s := &Stack{
		stack: awscdk.NewStack(app, jsii.String(shadowStackName), &awscdk.StackProps{
			SuppressTemplateIndentation: jsii.Bool(true), // white space counts
			Description:                 jsii.String("Tagwarden, a policy on trial: it judges live events by it and by the deployed one, and writes down where they differ."),
		}),
		design: d,
		names:  rights.Names{Prefix: d.Settings.Prefix},
	}
	s.dead = newDead(s.stack, s.names)
	functions := listen.Shadow(d.Policy, against.Policy, d.Kinds, s.names)
	if err := checkAgainst(d.Settings, against, functions); err != nil {
		return err
	}
	var groups []any
	for _, function := range functions {
		groups = append(groups, s.newShadowJudge(function))
	}
	allowRules(s.dead, "Rules", s.rules...)
	s.newShadowQueries(groups)
	bind(s.stack, d, true)
	return nil
}

// loadAgainst reads the policy with which a shadow policy is compared.
func loadAgainst(s Settings) (policyfile.File, error) {
	file, err := policyfile.Read(s.Against)
	switch {
	case err != nil:
		return file, fmt.Errorf("-c against=%s: %w", s.Against, err)
	case file.Shadow():
		return file, fmt.Errorf("-c against=%s: it has shadow: true itself; name the policy that is deployed", s.Against)
	}
	return file, nil
}

// checkAgainst finds judges that carry another policy to compare with than the one that is named.
func checkAgainst(s Settings, against policyfile.File, judges []listen.Function) error {
	var problems []error
	for _, f := range judges {
		folder := filepath.Join(s.Dist, f.Name, filepath.Dir(wiring.AgainstFile))
		problems = append(problems, checkCarried(f.Name, folder, against))
	}
	return errors.Join(problems...)
}

// newShadowJudge makes the way of a judging function's events to a function that may do nothing but take them and write its log, and gives the log's name.
func (s *Stack) newShadowJudge(f listen.Function) *string {
	scope := constructs.NewConstruct(s.stack, jsii.String(title(f.Name)))
	queue := s.newQueue(scope, f.Name, wiring.JudgeVisibility, f.Grace)
	for _, rule := range f.Rules {
		s.newRule(scope, rule, queue)
	}
	s.newFunction(scope, function{name: f.Name, doc: f.Doc, queue: queue, timeout: wiring.JudgeTimeout, memory: wiring.JudgeMemory, rights: rights.Shadow()})
	log := scope.Node().FindChild(jsii.String("Log")).(awslogs.LogGroup)
	accept(log, "NIST.800.53.R5-CloudWatchLogGroupEncrypted", "It holds names of rules, resources and tag keys, and no value; CloudWatch Logs encrypts it with a key of its own. A key of the customer's would be a third of what "+
		"the comparison costs while it runs.")
	return log.LogGroupName()
}

// shadowARNs gives what the parts of a shadow judge's rights are called: it has but two.
func shadowARNs(queue awssqs.Queue, log awslogs.LogGroup) func(rights.Part) []string {
	parts := map[rights.Part][]string{rights.OwnQueue: {*queue.QueueArn()}, rights.OwnLog: {*log.LogGroupArn()}}
	return func(part rights.Part) []string { return parts[part] }
}

// Queries of CloudWatch Logs Insights over what the judges of a shadow policy wrote.
//
// Source: CloudWatch Logs user guide, "CloudWatch Logs Insights language query syntax" (fields of nested JSON are joined by dots).
const (
	differencesByRule = "filter msg = \"decision differs\"\n| stats count(*) as differences by now.rule, was.rule, now.verdict, was.verdict, now.remedy\n| sort differences desc"
	latestDifferences = "fields @timestamp, event, account, region, type, resource, control, was.verdict, was.rule, now.verdict, now.rule, now.remedy, keys.0, keys.1\n" +
		"| filter msg = \"decision differs\"\n| sort @timestamp desc\n| limit 200"
)

// newShadowQueries saves the queries that show what the comparison found; they cost nothing until they are run.
func (s *Stack) newShadowQueries(groups []any) {
	for _, q := range []struct{ id, name, text string }{
		{"DifferencesByRule", "/differences by rule", differencesByRule}, {"LatestDifferences", "/latest differences", latestDifferences},
	} {
		awslogs.NewCfnQueryDefinition(s.stack, jsii.String(q.id), &awslogs.CfnQueryDefinitionProps{
			Name: jsii.String(s.names.Prefix + q.name), QueryString: jsii.String(q.text), LogGroupNames: &groups,
		})
	}
}
