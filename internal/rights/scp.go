package rights

import (
	"maps"
	"slices"
)

// The roles that may change a deployment where an organization keeps its parts from everybody else: one to be filled in, those by which CloudFormation carries out what the CDK or a
// service-managed StackSet asks for, and the deployment's own.
//
// Source: AWS CDK developer guide, "AWS CDK bootstrapping" (cfn-exec-role); AWS CloudFormation user guide, "Concepts for StackSets" (stacksets-exec-).
const (
	deployer      = "arn:${Partition}:iam::*:role/YOUR-DEPLOYMENT-ROLE"
	cdkExec       = "arn:${Partition}:iam::*:role/cdk-*-cfn-exec-role-*"
	stackSetsExec = "arn:${Partition}:iam::*:role/stacksets-exec-*"
)

// SCP is a service control policy that keeps a deployment's parts, in the hub and in the members, from everybody but who deploys it and the deployment itself. Everybody may look at them;
// people may still call the operator, and write the brake by hand, which the table's own policy allows them. An SCP does not reach the organization's management account.
//
// Source: AWS Organizations user guide, "Service control policies (SCPs)" and "SCP syntax".
func SCP(n Names) Document {
	unless := []string{cdkExec, deployer, stackSetsExec, "arn:${Partition}:iam::*:role/" + n.Prefix + "-*"}
	slices.Sort(unless)
	people := []string{
		"dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem", "lambda:InvokeFunction", "lambda:InvokeFunctionUrl",
		"logs:FilterLogEvents", "logs:StartLiveTail", "logs:StartQuery",
	}
	people = append(people, looking(slices.Collect(maps.Keys(views))...)...)
	slices.Sort(people)
	// CodeDeploy moves the functions' aliases under a role of its own: who may start a deployment could bring an old version back.
	parts := append(
		n.Parts(), "arn:${Partition}:kms:*:${Account}:alias/"+n.Key(), "arn:${Partition}:codedeploy:*:${Account}:application:"+n.Prefix, "arn:${Partition}:codedeploy:*:${Account}:deploymentgroup:"+n.Prefix+"/*",
	)
	slices.Sort(parts)
	return Document{Version: version, Statement: []Statement{
		{Sid: "Parts", Effect: "Deny", NotAction: people, Resource: parts, Condition: map[string]map[string][]string{"ArnNotLike": {"aws:PrincipalArn": unless}}},
		{
			Sid: "Key", Effect: "Deny", NotAction: []string{"kms:Describe*", "kms:Get*", "kms:List*"}, Resource: []string{"arn:${Partition}:kms:*:${Account}:key/*"},
			Condition: map[string]map[string][]string{
				"ArnNotLike":               {"aws:PrincipalArn": unless},
				"ForAnyValue:StringEquals": {"kms:ResourceAliases": {"alias/" + n.Key()}},
			},
		},
	}}
}
