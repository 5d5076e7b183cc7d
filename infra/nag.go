package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// nag has cdk-nag look at all templates of an app: the rules of AWS Solutions, and those of NIST 800-53 revision 5. What they find and is not justified, resource by resource, is an
// error of the synthesis.
func nag(app constructs.IConstruct) {
	props := &cdknag.NagPackProps{Verbose: jsii.Bool(true)}
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(props), nil)
	awscdk.Aspects_Of(app).Add(cdknag.NewNIST80053R5Checks(props), nil)
}

// wildcards is the rule that finds actions and resources with a wildcard.
const wildcards = "AwsSolutions-IAM5"

// accept says of one resource, and of what is in it, why a finding of a rule is accepted; applies names the very findings, where the rule tells them apart.
func accept(on constructs.IConstruct, rule, reason string, applies ...string) {
	s := &cdknag.NagPackSuppression{Id: &rule, Reason: &reason}
	if len(applies) > 0 {
		list := make([]any, len(applies))
		for i, a := range applies {
			list[i] = a
		}
		s.AppliesTo = &list
	}
	cdknag.NagSuppressions_AddResourceSuppressions(on, &[]*cdknag.NagPackSuppression{s}, jsii.Bool(true))
}

// justifyBoundary says why a boundary has wildcards, one by one.
func justifyBoundary(on constructs.IConstruct, d rights.Document) {
	var applies []string
	for _, st := range d.Statement {
		for _, action := range st.Action {
			if strings.Contains(action, "*") && st.Effect == "Allow" {
				applies = append(applies, "Action::"+action)
			}
		}
		for _, resource := range st.Resource {
			if strings.Contains(resource, "*") && st.Effect == "Allow" {
				applies = append(applies, "Resource::"+nagged(resource))
			}
		}
	}
	accept(on, wildcards, "A permissions boundary allows nothing by itself: each role has exactly the actions and resources of its own policy within it, and each use those of its session.", applies...)
}

// nagged is an ARN as cdk-nag spells it, where CloudFormation fills in names.
func nagged(arn string) string {
	return strings.NewReplacer("${AWS::", "<AWS::", "}", ">").Replace(arn)
}

// justifyInline says why a role's policy is an inline one.
func justifyInline(role constructs.IConstruct) {
	accept(role, "NIST.800.53.R5-IAMNoInlinePolicy", "The policy is this role's alone: it is made from what the role is for, can be attached to nothing else, and goes with the role. "+
		"A managed policy could be attached to any principal of the account.")
}

// justifyFunction says why a function is where it is, and what bounds it and keeps what it cannot handle instead of what the rules ask for.
func justifyFunction(made constructs.IConstruct, queued bool) {
	accept(made, "NIST.800.53.R5-LambdaInsideVPC", "The function calls APIs of AWS in all regions, signed and by TLS, and nothing else: in a VPC it would reach them through NAT or dozens of "+
		"endpoints, which cost more a month than all else here and let it reach no less. Nothing can connect to it.")
	bounded, kept := "Its event source runs at most 10 at once (MaxConcurrency), and what is more waits in the queue. Reserved concurrency would take its share from the account all the time.",
		"It takes its work from a queue, whose dead-letter queue keeps what it cannot handle; nobody invokes it asynchronously, which is what a function's own dead-letter queue is for."
	if !queued {
		bounded = "It is called by people, one request each, under IAM's authentication; reserved concurrency would take its share from the account all the time, or lock people out of the brake in a storm."
		kept = "It is called synchronously: who asked gets the error. Nobody invokes it asynchronously, which is what a function's own dead-letter queue is for."
	}
	accept(made, "NIST.800.53.R5-LambdaConcurrency", bounded)
	accept(made, "NIST.800.53.R5-LambdaDLQ", kept)
}

// justifyJournal says how the journal is kept instead of by a plan of AWS Backup.
func justifyJournal(table constructs.IConstruct) {
	accept(table, "NIST.800.53.R5-DynamoDBInBackupPlan", "Point-in-time recovery keeps every second of the last 35 days, and the table is retained and protected from deletion. An older copy would be of no "+
		"use: what it says of resources is no longer so, and a restored journal holds all changes until somebody has looked (the brake).")
}
