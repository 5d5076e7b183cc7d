package remedies

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// noLoadBalancer is the code for a load balancer that does not exist. Source: Elastic Load Balancing API reference 2015-12-01, "Errors" of DescribeLoadBalancerAttributes.
const noLoadBalancer = "LoadBalancerNotFound"

// What reads and writes an attribute of a load balancer. Source: Service Authorization Reference, "AWS Elastic Load Balancing V2" (resource types of the actions).
var (
	loadBalancerReads  = []remedy.Grant{{Action: "elasticloadbalancing:DescribeLoadBalancerAttributes", On: "*"}}
	loadBalancerWrites = []remedy.Grant{{Action: "elasticloadbalancing:ModifyLoadBalancerAttributes", On: "${ARN}"}}
)

// A loadBalancerSwitch is an attribute that is on or off; nil where load balancers of this type do not have it.
type loadBalancerSwitch struct {
	Enabled *bool `json:"Enabled,omitempty"`
}

// switchedOn is the setting that an attribute is on. lacks is told where a load balancer does not have it.
func switchedOn(attribute, lacks string) remedy.Setting[loadBalancerSwitch] {
	return remedy.Setting[loadBalancerSwitch]{
		Read: func(ctx context.Context, cfg aws.Config, r finding.Resource) (loadBalancerSwitch, error) {
			return readLoadBalancer(ctx, cfg, r, attribute)
		},
		Fix: func(s loadBalancerSwitch, _ remedy.Params) (loadBalancerSwitch, error) {
			if s.Enabled == nil {
				return s, &remedy.RefusedError{Why: lacks}
			}
			return loadBalancerSwitch{aws.Bool(true)}, nil
		},
		Write: func(ctx context.Context, cfg aws.Config, r finding.Resource, _, to loadBalancerSwitch) error {
			return writeLoadBalancer(ctx, cfg, r, attribute, to)
		},
	}
}

func readLoadBalancer(ctx context.Context, cfg aws.Config, r finding.Resource, attribute string) (loadBalancerSwitch, error) {
	out, err := elb.NewFromConfig(cfg).DescribeLoadBalancerAttributes(ctx, &elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &r.ARN})
	if err != nil {
		return loadBalancerSwitch{}, remedy.Explain("read the attributes of "+r.String(), err, noLoadBalancer)
	}
	if len(out.Attributes) == 0 {
		return loadBalancerSwitch{}, fmt.Errorf("read the attributes of %s: AWS tells none", r)
	}
	for _, a := range out.Attributes {
		if aws.ToString(a.Key) == attribute {
			return loadBalancerSwitch{aws.Bool(aws.ToString(a.Value) == "true")}, nil
		}
	}
	return loadBalancerSwitch{}, nil
}

func writeLoadBalancer(ctx context.Context, cfg aws.Config, r finding.Resource, attribute string, to loadBalancerSwitch) error {
	_, err := elb.NewFromConfig(cfg).ModifyLoadBalancerAttributes(ctx, &elb.ModifyLoadBalancerAttributesInput{
		LoadBalancerArn: &r.ARN, Attributes: []types.LoadBalancerAttribute{{Key: &attribute, Value: aws.String(strconv.FormatBool(aws.ToBool(to.Enabled)))}},
	})
	if err != nil {
		return remedy.Explain("write "+attribute+" of "+r.String(), err, noLoadBalancer)
	}
	return nil
}
