package remedies

import (
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2EmptyDefaultGroup = remedy.Remedy{
	ID: "ec2-empty-default-group",
	Doc: `Remove all rules from a VPC's default security group.

All inbound and outbound rules go; the group itself cannot be deleted, and what is in it stays in it. An undo puts all rules back, with their descriptions and tags, and with
new rule ids: for IPv4 and IPv6 ranges, prefix lists, and groups, also those of other accounts. It is refused where a rule names a group or a list that was deleted
meanwhile. For a group that is not called default the remedy refuses.

When not to use it: while something uses the group, which is what everything that was launched without naming a group does. Move it to a group of its own first.`,
	Changes:  "The VPC's default security group has no inbound and no outbound rule.",
	Breaks:   "What is only in the default group can open no connection and accepts none.",
	Setting:  ec2CloseWorldPorts.Setting,
	Answers:  []string{"securityhub:EC2.2", "config:vpc-default-security-group-closed"},
	Resource: "AWS::EC2::SecurityGroup",
	Reads:    ruleReads,
	Writes: []remedy.Grant{
		{Action: "ec2:AuthorizeSecurityGroupEgress", On: "${ARN}"},
		{Action: "ec2:AuthorizeSecurityGroupEgress", On: ruleARNs},
		{Action: "ec2:AuthorizeSecurityGroupIngress", On: "${ARN}"},
		{Action: "ec2:AuthorizeSecurityGroupIngress", On: ruleARNs},
		{Action: "ec2:RevokeSecurityGroupEgress", On: "${ARN}"},
		{Action: "ec2:RevokeSecurityGroupIngress", On: "${ARN}"},
		{Action: "ec2:CreateTags", On: ruleARNs, When: bornBy("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"), Unseen: true},
	},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens:   remedy.Erase(remedy.Setting[securityGroup]{Read: readSecurityGroup, Fix: fixDefaultGroup, Write: writeSecurityGroup}),
	Code: []iac.Code{{
		CDK: "new ec2.Vpc(this, 'Vpc', { restrictDefaultSecurityGroup: true });",
		Terraform: `resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id # without rules
}`,
	}},
	Examples: []remedy.Example{{
		Name:   "a default group as AWS makes it",
		Before: `{"Name":"default","Rules":{"egress -1 -1--1 0.0.0.0/0":[""],"ingress -1 -1--1 111122223333/sg-1":[""]}}`,
		After:  `{"Name":"default"}`,
	}, {
		Name:   "a default group without rules",
		Before: `{"Name":"default"}`,
		After:  `{"Name":"default"}`,
	}},
}

func fixDefaultGroup(s securityGroup, _ remedy.Params) (securityGroup, error) {
	// No other group can have this name: AWS reserves it.
	//
	// Source: Amazon EC2 API reference, CreateSecurityGroup.
	if s.Name != "default" {
		return s, &remedy.RefusedError{Why: "The security group is called " + s.Name + ": only a VPC's default group is emptied."}
	}
	return securityGroup{Name: s.Name}, nil
}
