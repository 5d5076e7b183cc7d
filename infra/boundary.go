package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// noBoundary is the setting by which roles have no permissions boundary.
const noBoundary = "none"

// bind gives all roles of a template their permissions boundary, those that are made later, too: the customer's own, if the settings name one, else ours. functions tells whether the
// template has the functions; one without is a member's.
func bind(scope awscdk.Stack, d Design, functions bool) {
	names := rights.Names{Prefix: d.Settings.Prefix}
	switch own := d.Settings.Boundary; own {
	case noBoundary:
		return
	case "":
	default:
		awsiam.PermissionsBoundary_Of(scope).Apply(awsiam.ManagedPolicy_FromManagedPolicyArn(scope, jsii.String("Boundary"), &own))
		return
	}
	made := map[string]awsiam.ManagedPolicy{}
	boundary := func(name string) awsiam.ManagedPolicy {
		if made[name] == nil {
			made[name] = newBoundary(scope, d, names, name)
		}
		return made[name]
	}
	most := names.Boundary()
	if functions {
		most = names.FunctionBoundary()
	}
	awsiam.PermissionsBoundary_Of(scope).Apply(boundary(most))
	for _, r := range rights.Roles(d.Policy, d.Remedies) {
		if role := scope.Node().TryFindChild(jsii.String(roleID(r.Service))); role != nil {
			awsiam.PermissionsBoundary_Of(role).Apply(boundary(names.BoundaryOf(r.Service)))
		}
	}
}

// newBoundary makes the boundary of a name.
func newBoundary(scope constructs.Construct, d Design, names rights.Names, name string) awsiam.ManagedPolicy {
	id, doc := "", rights.Document{}
	switch name {
	case names.Boundary():
		id, doc = "Boundary", rights.Boundary(names, d.Remedies).In(account)
	case names.TagBoundary():
		id, doc = "BoundaryTag", rights.TagBoundary(names, d.Remedies).In(account)
	case names.FunctionBoundary():
		id, doc = "BoundaryFunction", rights.FunctionBoundary(names, schema.TableActions(), schema.IndexActions(), d.Settings.Organization, d.Settings.Directory).In(stack)
	default:
		panic(fmt.Sprintf("there is no boundary %s", name))
	}
	made := awsiam.NewManagedPolicy(scope, &id, &awsiam.ManagedPolicyProps{
		ManagedPolicyName: &name, Document: document(doc.Map(filled)),
		Description: jsii.String("What no role of Tagwarden can do more than, whatever its own policies say. It allows nothing by itself."),
	})
	justifyBoundary(made, doc)
	return made
}

// roleID is the id of a service role in its template.
func roleID(service string) string { return "Service-" + service }
