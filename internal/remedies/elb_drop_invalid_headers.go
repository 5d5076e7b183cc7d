package remedies

import (
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var elbDropInvalidHeaders = remedy.Remedy{
	ID: "elb-drop-invalid-headers",
	Doc: `Let an application load balancer drop invalid HTTP headers.

The load balancer drops headers whose names it takes for invalid, instead of passing them to its targets. Other types of load balancers do not read HTTP, and are refused.
An undo lets the headers through again.

When not to use it: where clients and targets rely on headers with other characters in their names than letters, digits and hyphens, such as underscores.`,
	Changes:  "The load balancer drops HTTP headers with invalid names.",
	Breaks:   "Targets do not get headers whose names hold other characters than letters, digits and hyphens.",
	Setting:  "elasticloadbalancing:drop-invalid-headers",
	Answers:  []string{"securityhub:ELB.4", "config:alb-http-drop-invalid-header-enabled"},
	Resource: "AWS::ElasticLoadBalancingV2::LoadBalancer",
	Reads:    loadBalancerReads,
	Writes:   loadBalancerWrites,
	Undo:     remedy.Exact,
	Schema:   1,
	// Source: Elastic Load Balancing API reference 2015-12-01, LoadBalancerAttribute (application load balancers only).
	Lens: remedy.Erase(switchedOn("routing.http.drop_invalid_header_fields.enabled", "Only an application load balancer reads HTTP headers: nothing can be dropped by this one.")),
	Code: []iac.Code{{
		CloudFormation: `LoadBalancerAttributes: [{Key: routing.http.drop_invalid_header_fields.enabled, Value: "true"}]`,
		CDK:            "new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', { dropInvalidHeaderFields: true });",
		Terraform: `resource "aws_lb" "this" {
  drop_invalid_header_fields = true
}`,
	}},
	Examples: []remedy.Example{{Name: "invalid headers pass", Before: `{"Enabled":false}`, After: `{"Enabled":true}`}},
}
