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
