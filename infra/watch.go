package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/listen"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/watch"
)

// defaultLogDays is how long logs are kept where nobody says otherwise. What was changed and why is in the journal, which outlives them.
const defaultLogDays = 90

// logPeriods are the periods for which CloudWatch Logs can keep a log, in days.
//
// Source: CloudWatch Logs API reference, PutRetentionPolicy (retentionInDays).
var logPeriods = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// logDays reads for how many days logs are kept.
func logDays(text string) (int, error) {
	days, err := strconv.Atoi(text)
	if err != nil || !slices.Contains(logPeriods, days) {
		return defaultLogDays, fmt.Errorf("-c logs=%s: use a number of days that CloudWatch Logs has: %s", text, strings.Trim(fmt.Sprint(logPeriods), "[]"))
	}
	return days, nil
}

// newLog makes the log of a function, encrypted with the deployment's key. What was changed and why is in the journal, so that it goes with the stack.
func (s *Stack) newLog(scope constructs.Construct, function string) awslogs.LogGroup {
	log := awslogs.NewLogGroup(scope, jsii.String("Log"), &awslogs.LogGroupProps{
		LogGroupName:  jsii.String(s.names.Log(function)),
		EncryptionKey: s.key,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	log.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(s.design.Settings.LogDays))
	s.logs = append(s.logs, log)
	return log
}

// trace has X-Ray record the invocations of the functions that rights.Traced names. The rights to it are among the function's own: the library would add a policy beside them.
func (s *Stack) trace(name string, made awslambda.Function, role awsiam.Role) {
	if !rights.Traced(name) {
		return
	}
	made.Node().DefaultChild().(awslambda.CfnFunction).AddPropertyOverride(jsii.String("TracingConfig"), s.either(traces, map[string]any{"Mode": "Active"}, nil))
	suppress(role, "X-Ray's actions to put traces have no resource.", "Resource::*")
}

// newWatch makes all that watches the deployment.
func (s *Stack) newWatch(judges []listen.Function) {
	scope := constructs.NewConstruct(s.stack, jsii.String("Watch"))
	d := watch.Deployment{Names: s.names, Policy: s.design.Policy, Judges: judges, Hub: s.design.Settings.Organization != ""}
	for _, a := range watch.Alarms(d) {
		s.newAlarm(scope, a)
	}
	s.newDashboard(scope, d)
	for _, q := range watch.Queries(d) {
		s.newQuery(scope, q)
	}
}

// newQuery saves a query over the logs of all functions.
func (s *Stack) newQuery(scope constructs.Construct, q watch.Query) {
	groups := make([]any, len(s.logs))
	for i, log := range s.logs {
		groups[i] = log.LogGroupName()
	}
	awslogs.NewCfnQueryDefinition(scope, jsii.String("Query-"+q.ID), &awslogs.CfnQueryDefinitionProps{Name: &q.Name, QueryString: &q.Text, LogGroupNames: &groups})
}

// fill writes partition, region and account as CloudFormation fills them in.
var fill = strings.NewReplacer("${Partition}", "${AWS::Partition}", "${Region}", "${AWS::Region}", "${Account}", "${AWS::AccountId}")
