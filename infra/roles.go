package main

import (
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// newServiceRole makes the role that act works on one AWS service's resources with. Nobody but whom it trusts may assume it.
func newServiceRole(scope constructs.Construct, names rights.Names, r rights.Role, trusted awsiam.IPrincipal) awsiam.Role {
	policies := r.Policies()
	role := awsiam.NewRole(scope, jsii.String("Service-"+r.Service), &awsiam.RoleProps{
		RoleName:       jsii.String(names.Service(r.Service)),
		Description:    jsii.String("What Tagwarden may do to resources of " + r.Service + " by: " + strings.Join(r.Remedies, ", ") + "."),
		AssumedBy:      trusted,
		InlinePolicies: inline(here(policies[0])),
	})
	for i, more := range policies[1:] {
		awsiam.NewManagedPolicy(role, jsii.String("More"+strconv.Itoa(i+1)), &awsiam.ManagedPolicyProps{
			Description: jsii.String("What is too long for the role's own policy."),
			Document:    document(here(more)),
			Roles:       &[]awsiam.IRole{role},
		})
	}
	justify(role, r.Document)
	return role
}

// account is the account that the stack is in, as CloudFormation fills it in. The region stays open: a role holds for the whole account, and a session names the very
// resource.
var account = rights.Scope{Partition: "${AWS::Partition}", Region: "*", Account: "${AWS::AccountId}"}

// here gives a document for the account that the stack is in.
func here(d rights.Document) rights.Document {
	d = d.In(account)
	for i, st := range d.Statement {
		for k, resource := range st.Resource {
			if strings.Contains(resource, "${") {
				d.Statement[i].Resource[k] = *awscdk.Fn_Sub(jsii.String(resource), nil)
			}
		}
	}
	return d
}

// inline is a document as a role's only inline policy.
func inline(d rights.Document) *map[string]awsiam.PolicyDocument {
	return &map[string]awsiam.PolicyDocument{"rights": document(d)}
}

// document is a document as CDK takes it, statement by statement as it is.
func document(d rights.Document) awsiam.PolicyDocument {
	statements := make([]awsiam.PolicyStatement, len(d.Statement))
	for i, st := range d.Statement {
		statements[i] = awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        jsii.String(st.Sid),
			Effect:     awsiam.Effect_ALLOW,
			Actions:    jsii.Strings(st.Action...),
			Resources:  jsii.Strings(st.Resource...),
			Conditions: conditions(st.Condition),
		})
	}
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements, Minimize: jsii.Bool(false)})
}

// conditions is a statement's condition as CDK takes it; nil for none.
func conditions(of map[string]map[string][]string) *map[string]any {
	if len(of) == 0 {
		return nil
	}
	all := map[string]any{}
	for operator, keys := range of {
		all[operator] = keys
	}
	return &all
}

// justify says why resources of a service role end with a wildcard, one by one: a new one that nobody declared would still be found by cdk-nag.
func justify(role awsiam.Role, d rights.Document) {
	var applies []any
	for _, st := range d.In(rights.Scope{Partition: "<AWS::Partition>", Region: "*", Account: "<AWS::AccountId>"}).Statement {
		for _, resource := range st.Resource {
			if strings.Contains(resource, "*") {
				applies = append(applies, "Resource::"+resource)
			}
		}
	}
	if len(applies) == 0 {
		return
	}
	cdknag.NagSuppressions_AddResourceSuppressions(role, &[]*cdknag.NagPackSuppression{{
		Id:        jsii.String("AwsSolutions-IAM5"),
		Reason:    jsii.String("Which resources will need it is not known before an event names them. Each use is narrowed to the very resource by a session policy."),
		AppliesTo: &applies,
	}}, jsii.Bool(true))
}
