package remedies

import (
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var elbDeletionProtection = remedy.Remedy{
	ID: "elb-deletion-protection",
	Doc: `Protect a load balancer from being deleted.

Deletion protection of the application, network or gateway load balancer is switched on: who wants to delete it must switch that off first. Nothing else changes. An undo
switches it off again.

When not to use it: for load balancers that come and go by themselves, such as those of test environments and of controllers in Kubernetes. Exempt those.`,
	Changes:  "Deletion protection of the load balancer is on.",
	Breaks:   "Stacks, pipelines and controllers that delete the load balancer fail until the protection is off.",
	Setting:  "elasticloadbalancing:deletion-protection",
	Answers:  []string{"securityhub:ELB.6", "config:elb-deletion-protection-enabled"},
	Resource: "AWS::ElasticLoadBalancingV2::LoadBalancer",
	Reads:    loadBalancerReads,
	Writes:   loadBalancerWrites,
	Undo:     remedy.Exact,
	Schema:   1,
	// Source: Elastic Load Balancing API reference 2015-12-01, LoadBalancerAttribute.
	Lens: remedy.Erase(switchedOn("deletion_protection.enabled", "The load balancer has no deletion protection: nothing can be switched on.")),
	Code: []iac.Code{{
		CloudFormation: `LoadBalancerAttributes: [{Key: deletion_protection.enabled, Value: "true"}]`,
		CDK:            "new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', { deletionProtection: true });",
		Terraform: `resource "aws_lb" "this" {
  enable_deletion_protection = true
}`,
	}},
	Examples: []remedy.Example{{Name: "no protection", Before: `{"Enabled":false}`, After: `{"Enabled":true}`}},
}
