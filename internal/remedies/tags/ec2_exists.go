package tags

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A describe is the call that proves that an EC2 resource exists. DescribeTags does not: of a missing resource it answers that there are no tags.
type describe struct {
	action string
	count  func(ctx context.Context, c *ec2.Client, id string) (int, error) // how many there are of that id
}

// asks makes a describe of a method of the client, the input that names the id, and the length of the output's list.
func asks[I, O any](action string, call func(*ec2.Client, context.Context, *I, ...func(*ec2.Options)) (*O, error), in func(ids []string) *I, n func(*O) int) describe {
	return describe{action, func(ctx context.Context, c *ec2.Client, id string) (int, error) {
		out, err := call(c, ctx, in([]string{id}))
		if err != nil {
			return 0, err
		}
		return n(out), nil
	}}
}

// ec2Reads are DescribeTags and, for each type, the call that proves that it exists; and what finding its parent needs.
func ec2Reads() []remedy.Grant {
	grants := []remedy.Grant{{Action: "ec2:DescribeTags", On: "*"}}
	for _, typ := range slices.Sorted(maps.Keys(ec2Describes)) {
		grants = append(grants, remedy.Grant{Action: ec2Describes[typ].action, On: "*", Types: []string{typ}})
	}
	return append(grants, remedy.Grant{Action: "ec2:DescribeVolumes", On: "*", Types: []string{"AWS::EC2::Snapshot"}, For: "parent"})
}

// ec2Describes are the Describe calls by CloudFormation type.
var ec2Describes = map[string]describe{
	"AWS::EC2::Instance": asks("ec2:DescribeInstances", (*ec2.Client).DescribeInstances,
		func(ids []string) *ec2.DescribeInstancesInput { return &ec2.DescribeInstancesInput{InstanceIds: ids} },
		func(o *ec2.DescribeInstancesOutput) int { return len(o.Reservations) }),
	"AWS::EC2::Volume": asks("ec2:DescribeVolumes", (*ec2.Client).DescribeVolumes,
		func(ids []string) *ec2.DescribeVolumesInput { return &ec2.DescribeVolumesInput{VolumeIds: ids} },
		func(o *ec2.DescribeVolumesOutput) int { return len(o.Volumes) }),
	"AWS::EC2::Snapshot": asks("ec2:DescribeSnapshots", (*ec2.Client).DescribeSnapshots,
		func(ids []string) *ec2.DescribeSnapshotsInput { return &ec2.DescribeSnapshotsInput{SnapshotIds: ids} },
		func(o *ec2.DescribeSnapshotsOutput) int { return len(o.Snapshots) }),
	"AWS::EC2::Image": asks("ec2:DescribeImages", (*ec2.Client).DescribeImages,
		func(ids []string) *ec2.DescribeImagesInput { return &ec2.DescribeImagesInput{ImageIds: ids} },
		func(o *ec2.DescribeImagesOutput) int { return len(o.Images) }),
	"AWS::EC2::SecurityGroup": asks("ec2:DescribeSecurityGroups", (*ec2.Client).DescribeSecurityGroups,
		func(ids []string) *ec2.DescribeSecurityGroupsInput {
			return &ec2.DescribeSecurityGroupsInput{GroupIds: ids}
		},
		func(o *ec2.DescribeSecurityGroupsOutput) int { return len(o.SecurityGroups) }),
	"AWS::EC2::VPC": asks("ec2:DescribeVpcs", (*ec2.Client).DescribeVpcs,
		func(ids []string) *ec2.DescribeVpcsInput { return &ec2.DescribeVpcsInput{VpcIds: ids} },
		func(o *ec2.DescribeVpcsOutput) int { return len(o.Vpcs) }),
	"AWS::EC2::Subnet": asks("ec2:DescribeSubnets", (*ec2.Client).DescribeSubnets,
		func(ids []string) *ec2.DescribeSubnetsInput { return &ec2.DescribeSubnetsInput{SubnetIds: ids} },
		func(o *ec2.DescribeSubnetsOutput) int { return len(o.Subnets) }),
	"AWS::EC2::NetworkInterface": asks("ec2:DescribeNetworkInterfaces", (*ec2.Client).DescribeNetworkInterfaces,
		func(ids []string) *ec2.DescribeNetworkInterfacesInput {
			return &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: ids}
		},
		func(o *ec2.DescribeNetworkInterfacesOutput) int { return len(o.NetworkInterfaces) }),
	"AWS::EC2::EIP": asks("ec2:DescribeAddresses", (*ec2.Client).DescribeAddresses,
		func(ids []string) *ec2.DescribeAddressesInput { return &ec2.DescribeAddressesInput{AllocationIds: ids} },
		func(o *ec2.DescribeAddressesOutput) int { return len(o.Addresses) }),
	"AWS::EC2::NatGateway": asks("ec2:DescribeNatGateways", (*ec2.Client).DescribeNatGateways,
		func(ids []string) *ec2.DescribeNatGatewaysInput {
			return &ec2.DescribeNatGatewaysInput{NatGatewayIds: ids}
		},
		func(o *ec2.DescribeNatGatewaysOutput) int { return len(o.NatGateways) }),
	"AWS::EC2::RouteTable": asks("ec2:DescribeRouteTables", (*ec2.Client).DescribeRouteTables,
		func(ids []string) *ec2.DescribeRouteTablesInput {
			return &ec2.DescribeRouteTablesInput{RouteTableIds: ids}
		},
		func(o *ec2.DescribeRouteTablesOutput) int { return len(o.RouteTables) }),
	"AWS::EC2::InternetGateway": asks("ec2:DescribeInternetGateways", (*ec2.Client).DescribeInternetGateways,
		func(ids []string) *ec2.DescribeInternetGatewaysInput {
			return &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: ids}
		},
		func(o *ec2.DescribeInternetGatewaysOutput) int { return len(o.InternetGateways) }),
	"AWS::EC2::LaunchTemplate": asks("ec2:DescribeLaunchTemplates", (*ec2.Client).DescribeLaunchTemplates,
		func(ids []string) *ec2.DescribeLaunchTemplatesInput {
			return &ec2.DescribeLaunchTemplatesInput{LaunchTemplateIds: ids}
		},
		func(o *ec2.DescribeLaunchTemplatesOutput) int { return len(o.LaunchTemplates) }),
	"AWS::EC2::NetworkAcl": asks("ec2:DescribeNetworkAcls", (*ec2.Client).DescribeNetworkAcls,
		func(ids []string) *ec2.DescribeNetworkAclsInput {
			return &ec2.DescribeNetworkAclsInput{NetworkAclIds: ids}
		},
		func(o *ec2.DescribeNetworkAclsOutput) int { return len(o.NetworkAcls) }),
	"AWS::EC2::KeyPair": asks("ec2:DescribeKeyPairs", (*ec2.Client).DescribeKeyPairs,
		func(ids []string) *ec2.DescribeKeyPairsInput { return &ec2.DescribeKeyPairsInput{KeyPairIds: ids} },
		func(o *ec2.DescribeKeyPairsOutput) int { return len(o.KeyPairs) }),
	"AWS::EC2::CapacityReservation": asks("ec2:DescribeCapacityReservations", (*ec2.Client).DescribeCapacityReservations,
		func(ids []string) *ec2.DescribeCapacityReservationsInput {
			return &ec2.DescribeCapacityReservationsInput{CapacityReservationIds: ids}
		},
		func(o *ec2.DescribeCapacityReservationsOutput) int { return len(o.CapacityReservations) }),
	"AWS::EC2::CarrierGateway": asks("ec2:DescribeCarrierGateways", (*ec2.Client).DescribeCarrierGateways,
		func(ids []string) *ec2.DescribeCarrierGatewaysInput {
			return &ec2.DescribeCarrierGatewaysInput{CarrierGatewayIds: ids}
		},
		func(o *ec2.DescribeCarrierGatewaysOutput) int { return len(o.CarrierGateways) }),
	"AWS::EC2::ClientVpnEndpoint": asks("ec2:DescribeClientVpnEndpoints", (*ec2.Client).DescribeClientVpnEndpoints,
		func(ids []string) *ec2.DescribeClientVpnEndpointsInput {
			return &ec2.DescribeClientVpnEndpointsInput{ClientVpnEndpointIds: ids}
		},
		func(o *ec2.DescribeClientVpnEndpointsOutput) int { return len(o.ClientVpnEndpoints) }),
	"AWS::EC2::CustomerGateway": asks("ec2:DescribeCustomerGateways", (*ec2.Client).DescribeCustomerGateways,
		func(ids []string) *ec2.DescribeCustomerGatewaysInput {
			return &ec2.DescribeCustomerGatewaysInput{CustomerGatewayIds: ids}
		},
		func(o *ec2.DescribeCustomerGatewaysOutput) int { return len(o.CustomerGateways) }),
	"AWS::EC2::DHCPOptions": asks("ec2:DescribeDhcpOptions", (*ec2.Client).DescribeDhcpOptions,
		func(ids []string) *ec2.DescribeDhcpOptionsInput {
			return &ec2.DescribeDhcpOptionsInput{DhcpOptionsIds: ids}
		},
		func(o *ec2.DescribeDhcpOptionsOutput) int { return len(o.DhcpOptions) }),
	"AWS::EC2::EC2Fleet": asks("ec2:DescribeFleets", (*ec2.Client).DescribeFleets,
		func(ids []string) *ec2.DescribeFleetsInput { return &ec2.DescribeFleetsInput{FleetIds: ids} },
		func(o *ec2.DescribeFleetsOutput) int { return len(o.Fleets) }),
	"AWS::EC2::EgressOnlyInternetGateway": asks("ec2:DescribeEgressOnlyInternetGateways", (*ec2.Client).DescribeEgressOnlyInternetGateways,
		func(ids []string) *ec2.DescribeEgressOnlyInternetGatewaysInput {
			return &ec2.DescribeEgressOnlyInternetGatewaysInput{EgressOnlyInternetGatewayIds: ids}
		},
		func(o *ec2.DescribeEgressOnlyInternetGatewaysOutput) int { return len(o.EgressOnlyInternetGateways) }),
	"AWS::EC2::FlowLog": asks("ec2:DescribeFlowLogs", (*ec2.Client).DescribeFlowLogs,
		func(ids []string) *ec2.DescribeFlowLogsInput { return &ec2.DescribeFlowLogsInput{FlowLogIds: ids} },
		func(o *ec2.DescribeFlowLogsOutput) int { return len(o.FlowLogs) }),
	"AWS::EC2::Host": asks("ec2:DescribeHosts", (*ec2.Client).DescribeHosts,
		func(ids []string) *ec2.DescribeHostsInput { return &ec2.DescribeHostsInput{HostIds: ids} },
		func(o *ec2.DescribeHostsOutput) int { return len(o.Hosts) }),
	"AWS::EC2::InstanceConnectEndpoint": asks("ec2:DescribeInstanceConnectEndpoints", (*ec2.Client).DescribeInstanceConnectEndpoints,
		func(ids []string) *ec2.DescribeInstanceConnectEndpointsInput {
			return &ec2.DescribeInstanceConnectEndpointsInput{InstanceConnectEndpointIds: ids}
		},
		func(o *ec2.DescribeInstanceConnectEndpointsOutput) int { return len(o.InstanceConnectEndpoints) }),
	"AWS::EC2::PlacementGroup": asks("ec2:DescribePlacementGroups", (*ec2.Client).DescribePlacementGroups,
		func(ids []string) *ec2.DescribePlacementGroupsInput {
			return &ec2.DescribePlacementGroupsInput{GroupIds: ids}
		},
		func(o *ec2.DescribePlacementGroupsOutput) int { return len(o.PlacementGroups) }),
	"AWS::EC2::PrefixList": asks("ec2:DescribeManagedPrefixLists", (*ec2.Client).DescribeManagedPrefixLists,
		func(ids []string) *ec2.DescribeManagedPrefixListsInput {
			return &ec2.DescribeManagedPrefixListsInput{PrefixListIds: ids}
		},
		func(o *ec2.DescribeManagedPrefixListsOutput) int { return len(o.PrefixLists) }),
	"AWS::EC2::TransitGateway": asks("ec2:DescribeTransitGateways", (*ec2.Client).DescribeTransitGateways,
		func(ids []string) *ec2.DescribeTransitGatewaysInput {
			return &ec2.DescribeTransitGatewaysInput{TransitGatewayIds: ids}
		},
		func(o *ec2.DescribeTransitGatewaysOutput) int { return len(o.TransitGateways) }),
	"AWS::EC2::TransitGatewayAttachment": asks("ec2:DescribeTransitGatewayAttachments", (*ec2.Client).DescribeTransitGatewayAttachments,
		func(ids []string) *ec2.DescribeTransitGatewayAttachmentsInput {
			return &ec2.DescribeTransitGatewayAttachmentsInput{TransitGatewayAttachmentIds: ids}
		},
		func(o *ec2.DescribeTransitGatewayAttachmentsOutput) int { return len(o.TransitGatewayAttachments) }),
	"AWS::EC2::TransitGatewayRouteTable": asks("ec2:DescribeTransitGatewayRouteTables", (*ec2.Client).DescribeTransitGatewayRouteTables,
		func(ids []string) *ec2.DescribeTransitGatewayRouteTablesInput {
			return &ec2.DescribeTransitGatewayRouteTablesInput{TransitGatewayRouteTableIds: ids}
		},
		func(o *ec2.DescribeTransitGatewayRouteTablesOutput) int { return len(o.TransitGatewayRouteTables) }),
	"AWS::EC2::VPCEndpoint": asks("ec2:DescribeVpcEndpoints", (*ec2.Client).DescribeVpcEndpoints,
		func(ids []string) *ec2.DescribeVpcEndpointsInput {
			return &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: ids}
		},
		func(o *ec2.DescribeVpcEndpointsOutput) int { return len(o.VpcEndpoints) }),
	"AWS::EC2::VPCEndpointService": asks("ec2:DescribeVpcEndpointServiceConfigurations", (*ec2.Client).DescribeVpcEndpointServiceConfigurations,
		func(ids []string) *ec2.DescribeVpcEndpointServiceConfigurationsInput {
			return &ec2.DescribeVpcEndpointServiceConfigurationsInput{ServiceIds: ids}
		},
		func(o *ec2.DescribeVpcEndpointServiceConfigurationsOutput) int { return len(o.ServiceConfigurations) }),
	"AWS::EC2::VPCPeeringConnection": asks("ec2:DescribeVpcPeeringConnections", (*ec2.Client).DescribeVpcPeeringConnections,
		func(ids []string) *ec2.DescribeVpcPeeringConnectionsInput {
			return &ec2.DescribeVpcPeeringConnectionsInput{VpcPeeringConnectionIds: ids}
		},
		func(o *ec2.DescribeVpcPeeringConnectionsOutput) int { return len(o.VpcPeeringConnections) }),
	"AWS::EC2::VPNConnection": asks("ec2:DescribeVpnConnections", (*ec2.Client).DescribeVpnConnections,
		func(ids []string) *ec2.DescribeVpnConnectionsInput {
			return &ec2.DescribeVpnConnectionsInput{VpnConnectionIds: ids}
		},
		func(o *ec2.DescribeVpnConnectionsOutput) int { return len(o.VpnConnections) }),
	"AWS::EC2::VPNGateway": asks("ec2:DescribeVpnGateways", (*ec2.Client).DescribeVpnGateways,
		func(ids []string) *ec2.DescribeVpnGatewaysInput {
			return &ec2.DescribeVpnGatewaysInput{VpnGatewayIds: ids}
		},
		func(o *ec2.DescribeVpnGatewaysOutput) int { return len(o.VpnGateways) }),
}
