package remedies

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var eksPrivateEndpoint = remedy.Remedy{
	ID: "eks-private-endpoint",
	Doc: `Take the Kubernetes API endpoint of an EKS cluster from the internet.

The public endpoint is switched off and the private one on, so that the API is reached from the cluster's VPC alone. Where the rule gives address ranges (cidrs), the
public endpoint stays for what it is open to within these, and only narrows; it is never opened to more. If nothing is left, it is switched off. EKS takes some minutes
for it, and takes no other update meanwhile. An undo restores the endpoints and the address ranges.

When not to use it: for clusters that people, pipelines or nodes outside of the VPC reach over the internet, and in VPCs without DNS support and DNS host names, which
the private endpoint needs. A narrowed endpoint still counts as public to EKS.1.`,
	Changes: "The public API endpoint is off, or open to fewer addresses; the private one is on.",
	Breaks:  "kubectl, pipelines and nodes that reach the API over the internet no longer do.",
	Setting: "eks:endpoint-access",
	Answers: []string{
		"securityhub:EKS.1", "config:eks-endpoint-no-public-access",
		"guardduty:CredentialAccess:Kubernetes/*", "guardduty:DefenseEvasion:Kubernetes/*", "guardduty:Discovery:Kubernetes/*", "guardduty:Impact:Kubernetes/*",
		"guardduty:Persistence:Kubernetes/*", "guardduty:PrivilegeEscalation:Kubernetes/*", "guardduty:Execution:Kubernetes/Anomalous*",
		"guardduty:Execution:Kubernetes/ExecIn*", "guardduty:Policy:Kubernetes/AnonymousAccessGranted", "guardduty:AttackSequence:EKS/*",
	},
	Resource: "AWS::EKS::Cluster",
	Reads:    []remedy.Grant{{Action: "eks:DescribeCluster", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "eks:UpdateClusterConfig", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Settle:   10 * time.Minute, // Source: Amazon EKS API reference, UpdateClusterConfig ("within a few minutes"; the bound is ours).
	Lens:     remedy.Erase(remedy.Setting[endpointAccess]{Read: readEndpointAccess, Fix: fixEndpointAccess, Write: writeEndpointAccess}),
	Code: []iac.Code{{
		CloudFormation: "ResourcesVpcConfig: {EndpointPrivateAccess: true, EndpointPublicAccess: false}",
		CDK:            "new eks.Cluster(this, 'Cluster', { endpointAccess: eks.EndpointAccess.PRIVATE });",
		Terraform: `resource "aws_eks_cluster" "this" {
  vpc_config {
    endpoint_private_access = true
    endpoint_public_access  = false
  }
}`,
	}, {
		With:           "cidrs",
		CloudFormation: "ResourcesVpcConfig: {EndpointPrivateAccess: true, EndpointPublicAccess: true, PublicAccessCidrs: {{cidrs}}}",
		CDK:            "new eks.Cluster(this, 'Cluster', { endpointAccess: eks.EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom(...{{cidrs}}) });",
		Terraform: `resource "aws_eks_cluster" "this" {
  vpc_config {
    endpoint_private_access = true
    endpoint_public_access  = true
    public_access_cidrs     = {{cidrs}}
  }
}`,
	}},
	With: []remedy.Param{{
		Name: "cidrs", Kind: remedy.Texts, Doc: "Address ranges within which the public endpoint may stay open; without them it is switched off.",
		Pattern: `[0-9a-fA-F.:]+/([1-9]|[1-9][0-9]|1[01][0-9]|12[0-8])`,
	}},
	Examples: []remedy.Example{
		{
			Name:   "an endpoint that is open to the world",
			Before: `{"Public":true,"Private":false,"CIDRs":{"0.0.0.0/0":true}}`,
			After:  `{"Public":false,"Private":true,"CIDRs":{"0.0.0.0/0":true}}`,
		},
		{
			Name: "an endpoint that stays open to an office", With: `{"cidrs":["198.51.100.0/24"]}`,
			Before: `{"Public":true,"Private":true,"CIDRs":{"0.0.0.0/0":true}}`,
			After:  `{"Public":true,"Private":true,"CIDRs":{"198.51.100.0/24":true}}`,
		},
	},
}

// An endpointAccess is from where the API endpoint of a cluster is reached. The ranges say who may reach the public one; EKS keeps them while that is off.
type endpointAccess struct {
	Public  bool
	Private bool
	CIDRs   map[string]bool `json:",omitempty"`
}

// everywhere is what the public endpoint is open to where no ranges are set.
//
// Source: Amazon EKS API reference, VpcConfigRequest, publicAccessCidrs.
const everywhere = "0.0.0.0/0"

// readEndpointAccess fails while the cluster is being updated: what EKS shows then is neither what was nor certainly what will be, and it takes no other update.
func readEndpointAccess(ctx context.Context, cfg aws.Config, r finding.Resource) (endpointAccess, error) {
	name, err := nameInARN(r)
	if err != nil {
		return endpointAccess{}, err
	}
	out, err := eks.NewFromConfig(cfg).DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &name})
	switch {
	case err != nil:
		return endpointAccess{}, remedy.Explain("read "+r.String(), err, noEKSCluster)
	case out.Cluster == nil || out.Cluster.ResourcesVpcConfig == nil:
		return endpointAccess{}, fmt.Errorf("read %s: AWS does not tell its endpoints", r)
	case out.Cluster.Status == types.ClusterStatusUpdating:
		return endpointAccess{}, fmt.Errorf("read %s: the cluster is being updated", r)
	}
	c := out.Cluster.ResourcesVpcConfig
	access := endpointAccess{c.EndpointPublicAccess, c.EndpointPrivateAccess, map[string]bool{}}
	for _, cidr := range c.PublicAccessCidrs {
		access.CIDRs[cidr] = true
	}
	if access.Public && len(access.CIDRs) == 0 {
		access.CIDRs[everywhere] = true
	}
	return access, nil
}

// noEKSCluster is EKS's code for a cluster that does not exist.
//
// Source: Amazon EKS API reference, DescribeCluster, "Errors".
const noEKSCluster = "ResourceNotFoundException"

// fixEndpointAccess switches the private endpoint on with every change: nodes that reached the public one would be cut off.
//
// Source: Amazon EKS user guide, "Cluster API server endpoint".
func fixEndpointAccess(s endpointAccess, p remedy.Params) (endpointAccess, error) {
	with, err := remedy.Decode(p, struct {
		CIDRs []string `json:"cidrs"`
	}{})
	if err != nil || !s.Public {
		return s, err
	}
	left, err := narrowed(s.CIDRs, with.CIDRs)
	switch {
	case err != nil:
		return s, &remedy.RefusedError{Why: "An address range of the endpoint or of the rule cannot be read: write it as 198.51.100.0/24.", Err: err}
	case len(left) == 0:
		return endpointAccess{Public: false, Private: true, CIDRs: s.CIDRs}, nil
	case maps.Equal(left, s.CIDRs):
		return s, nil
	}
	return endpointAccess{Public: true, Private: true, CIDRs: left}, nil
}

// narrowed are the parts of some ranges that are within allowed ones, as they are written where a whole range is.
func narrowed(ranges map[string]bool, allowed []string) (map[string]bool, error) {
	left := map[string]bool{}
	for _, text := range allowed {
		within, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		for cidr := range ranges {
			open, err := netip.ParsePrefix(cidr)
			switch {
			case err != nil:
				return nil, err
			case !within.Overlaps(open):
			case within.Bits() <= open.Bits():
				left[cidr] = true
			default:
				left[within.Masked().String()] = true
			}
		}
	}
	return left, nil
}

// writeEndpointAccess names the ranges with a public endpoint only: EKS keeps them otherwise. It never opens an endpoint without ranges, which EKS would open to the world.
func writeEndpointAccess(ctx context.Context, cfg aws.Config, r finding.Resource, _, to endpointAccess) error {
	name, err := nameInARN(r)
	if err != nil {
		return err
	}
	c := &types.VpcConfigRequest{EndpointPublicAccess: &to.Public, EndpointPrivateAccess: &to.Private}
	if to.Public && len(to.CIDRs) == 0 {
		return &remedy.RefusedError{Why: "It is not known any more to whom the public endpoint was open: open it by hand."}
	}
	if to.Public {
		c.PublicAccessCidrs = slices.Sorted(maps.Keys(to.CIDRs))
	}
	if _, err := eks.NewFromConfig(cfg).UpdateClusterConfig(ctx, &eks.UpdateClusterConfigInput{Name: &name, ResourcesVpcConfig: c}); err != nil {
		return remedy.Explain("change the endpoints of "+r.String(), err, noEKSCluster)
	}
	return nil
}
