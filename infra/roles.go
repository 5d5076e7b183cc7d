package main

import (
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// newServiceRole makes the role that act works on one AWS service's resources with. Nobody but whom it trusts may assume it.
func newServiceRole(scope constructs.Construct, names rights.Names, r rights.Role, trusted awsiam.IPrincipal) awsiam.Role {
	policies := r.Policies()
	role := awsiam.NewRole(scope, jsii.String(roleID(r.Service)), &awsiam.RoleProps{
		RoleName:       jsii.String(names.Service(r.Service)),
		Description:    jsii.String("What Tagwarden may do to resources of " + r.Service + " by: " + strings.Join(r.Remedies, ", ") + "."),
		AssumedBy:      trusted,
		InlinePolicies: inline(here(policies[0])),
	})
	for i, more := range policies[1:] {
		awsiam.NewManagedPolicy(role, jsii.String("More"+strconv.Itoa(i+1)), &awsiam.ManagedPolicyProps{
			ManagedPolicyName: jsii.String(names.More(r.Service, i+1)),
			Description:       jsii.String("What is too long for the role's own policy."),
			Document:          document(here(more)),
			Roles:             &[]awsiam.IRole{role},
		})
	}
	justify(role, r.Document)
	justifyInline(role)
	return role
}

// account is the account that the stack is in, as CloudFormation fills it in. The region stays open: a role holds for the whole account, and a session names the very
// resource.
var account = rights.Scope{Partition: "${AWS::Partition}", Region: "*", Account: "${AWS::AccountId}"}

// stack is the account and region that the stack is in.
var stack = rights.Scope{Partition: "${AWS::Partition}", Region: "${AWS::Region}", Account: "${AWS::AccountId}", Suffix: "${AWS::URLSuffix}"}

// here gives a document for the account that the stack is in.
func here(d rights.Document) rights.Document { return d.In(account).Map(filled) }

// inStack gives a document for the account and region that the stack is in.
func inStack(d rights.Document) rights.Document { return d.In(stack).Map(filled) }

// filled is a text in which CloudFormation fills in what it has a name for.
func filled(text string) string {
	if !strings.Contains(text, "${AWS::") {
		return text
	}
	return *awscdk.Fn_Sub(&text, nil)
}

// hereARNs are ARNs for the account that the stack is in.
func hereARNs(arns []string) []string {
	if len(arns) == 0 {
		return nil
	}
	return here(rights.Document{Statement: []rights.Statement{{Resource: arns}}}).Statement[0].Resource
}

// inline is a document as a role's only inline policy.
func inline(d rights.Document) *map[string]awsiam.PolicyDocument {
	return &map[string]awsiam.PolicyDocument{"rights": document(d)}
}

// document is a document as CDK takes it, statement by statement as it is.
func document(d rights.Document) awsiam.PolicyDocument {
	statements := make([]awsiam.PolicyStatement, len(d.Statement))
	for i, st := range d.Statement {
		statements[i] = statement(st)
	}
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements, Minimize: jsii.Bool(false)})
}

func statement(st rights.Statement) awsiam.PolicyStatement {
	props := &awsiam.PolicyStatementProps{Sid: jsii.String(st.Sid), Effect: awsiam.Effect_ALLOW, Resources: jsii.Strings(st.Resource...), Conditions: conditions(st.Condition)}
	if st.Effect == "Deny" {
		props.Effect = awsiam.Effect_DENY
	}
	if len(st.Action) > 0 {
		props.Actions = jsii.Strings(st.Action...)
	} else {
		props.NotActions = jsii.Strings(st.NotAction...)
	}
	if len(st.Principal) > 0 {
		props.Principals = principals(st.Principal)
	}
	return awsiam.NewPolicyStatement(props)
}

// principals are a statement's as CDK takes them.
func principals(of map[string][]string) *[]awsiam.IPrincipal {
	var all []awsiam.IPrincipal
	for _, name := range of["AWS"] {
		if name == "*" {
			all = append(all, awsiam.NewAnyPrincipal())
			continue
		}
		all = append(all, awsiam.NewArnPrincipal(jsii.String(name)))
	}
	for _, name := range of["Service"] {
		all = append(all, awsiam.NewServicePrincipal(jsii.String(name), nil))
	}
	return &all
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
	var applies []string
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
	accept(role, wildcards, "Which resources will need it is not known before an event names them. Each use is narrowed to the very resource by a session policy.", applies...)
}
