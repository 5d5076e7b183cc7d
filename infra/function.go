package main

import (
	"maps"
	"path/filepath"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A function is what differs between the functions.
type function struct {
	name, doc   string
	queue       awssqs.Queue // nil where people ask it, and not a queue
	timeout     time.Duration
	window      time.Duration // how long messages are gathered into one batch; 0: not at all
	memory      float64       // MiB
	rights      []rights.Allowance
	environment map[string]*string // beside what all functions are told
}

// newFunction makes a function with its role and log, fed by its queue if it has one.
func (s *Stack) newFunction(scope constructs.Construct, f function) (awslambda.Function, awsiam.Role) {
	log := s.newLog(scope, f.name)
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		RoleName:    jsii.String(s.names.Role(f.name)),
		Description: jsii.String("What Tagwarden's function " + f.name + " itself may do."),
		// Source: IAM user guide, "The confused deputy problem" (aws:SourceAccount); aws/agent-toolkit-for-aws, lambda-trust-policy.json (Lambda tells it).
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": s.stack.Account()}},
		}),
		InlinePolicies: inline(rights.Expand(rights.Within(f.rights, s.design.Settings.Organization), s.arns(f.queue, log))),
	})
	made := awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		FunctionName: jsii.String(s.names.Function(f.name)),
		Description:  jsii.String(f.doc),
		Code:         awslambda.Code_FromAsset(jsii.String(filepath.Join(s.design.Settings.Dist, f.name)), nil),
		Handler:      jsii.String("bootstrap"),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_ARM_64(),
		Timeout:      duration(f.timeout),
		MemorySize:   jsii.Number(f.memory),
		Environment:  s.environment(f.environment),
		Role:         role,
		LogGroup:     log,

		LoggingFormat:         awslambda.LoggingFormat_JSON,
		SystemLogLevelV2:      awslambda.SystemLogLevel_WARN, // no line at the begin and end of each invocation: metrics and traces tell of them
		ApplicationLogLevelV2: awslambda.ApplicationLogLevel_INFO,
	})
	s.suit(made)
	s.trace(f.name, made, role)
	justifyInline(role)
	justifyFunction(made, f.queue != nil)
	if f.name == rights.ButtonsName { // CloudFormation asks it, while it updates the stack itself
		return made, role
	}
	live := s.newLive(scope, f.name, made)
	if f.queue == nil {
		return made, role
	}
	props := &awslambda.EventSourceMappingProps{
		Target:                  made,
		EventSourceArn:          f.queue.QueueArn(),
		BatchSize:               jsii.Number(wiring.BatchSize),
		MaxConcurrency:          jsii.Number(wiring.MaxConcurrency),
		ReportBatchItemFailures: jsii.Bool(true),
	}
	if f.window > 0 {
		props.MaxBatchingWindow = duration(f.window)
	}
	throughLive(awslambda.NewEventSourceMapping(scope, jsii.String("Source"), props), made, live)
	return made, role
}

// environment is what all functions are told, and what one is told beside.
func (s *Stack) environment(more map[string]*string) *map[string]*string {
	if s.shadow() {
		return &map[string]*string{wiring.Policy: jsii.String(wiring.PolicyFile), wiring.Prefix: jsii.String(s.names.Prefix)}
	}
	all := map[string]*string{
		wiring.Policy: jsii.String(wiring.PolicyFile),
		wiring.Table:  s.journal.TableName(),
		wiring.Key:    s.key.KeyArn(),
		wiring.Topic:  s.topic.TopicArn(),
		wiring.Prefix: jsii.String(s.names.Prefix),
	}
	if s.design.Settings.hub() {
		all[wiring.Organization] = jsii.String(s.design.Settings.Organization)
	}
	maps.Copy(all, more)
	return &all
}

// arns gives what the parts of a function's rights are called in this stack.
func (s *Stack) arns(queue awssqs.Queue, log awslogs.LogGroup) func(rights.Part) []string {
	if s.shadow() {
		return shadowARNs(queue, log)
	}
	parts := map[rights.Part]*string{
		rights.OwnLog:     log.LogGroupArn(), // ends with ":*", the streams
		rights.HandOver:   s.hand.QueueArn(),
		rights.Journal:    s.journal.TableArn(),
		rights.Indexes:    jsii.String(*s.journal.TableArn() + "/index/*"),
		rights.Topic:      s.topic.TopicArn(),
		rights.TopicKey:   s.key.KeyArn(),
		rights.DefaultBus: awscdk.Fn_Sub(jsii.String(fill.Replace(rights.DefaultBusARN)), nil),
		rights.Hub:        awscdk.Fn_Sub(jsii.String(fill.Replace(rights.HubARN)), nil),
		rights.Views:      awscdk.Fn_Sub(jsii.String(fill.Replace(rights.ViewsARN)), nil),
		rights.Recorder:   jsii.String("*"),
		rights.Traces:     jsii.String("*"),

		rights.Aggregators: awscdk.Fn_Sub(jsii.String(fill.Replace(rights.AggregatorsARN)), nil),
		rights.Product:     awscdk.Fn_Sub(jsii.String(fill.Replace(rights.ProductARN)), nil),
	}
	if queue != nil {
		parts[rights.OwnQueue] = queue.QueueArn()
	}
	directory := s.directoryARNs()
	return func(part rights.Part) []string {
		if arns, ok := directory[part]; ok {
			return arns
		}
		switch part {
		case rights.ServiceRoles:
			return s.serviceRoles()
		case rights.Topic:
			return append([]string{*parts[part]}, s.design.Policy.Topics()...)
		}
		return []string{*parts[part]}
	}
}
