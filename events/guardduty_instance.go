package events

import (
	"github.com/tagwarden/tagwarden/internal/arn"
)

// A threatInstance is an instance as a finding shows it. Parts are missing when it is gone, or in another region.
//
// Source: GuardDuty API reference, InstanceDetails.
type threatInstance struct {
	ID      string `json:"instanceId"`
	Zone    string `json:"availabilityZone"`
	Profile struct {
		ARN string `json:"arn"`
	} `json:"iamInstanceProfile"`
	Interfaces []threatInterface `json:"networkInterfaces"`
	Tags       threatTags        `json:"tags"`
}

type threatInterface struct {
	ID        string   `json:"networkInterfaceId"`
	Address   string   `json:"privateIpAddress"`
	V6        []string `json:"ipv6Addresses"`
	Addresses []struct {
		Address string `json:"privateIpAddress"`
	} `json:"privateIpAddresses"`
}

// named is the instance, its network interfaces and its profile, in the region that the zone tells.
func (i threatInstance) named(at site) []threatened {
	at.region = regionOfZone(i.Zone, at.region)
	found := one(at, "AWS::EC2::Instance", "", i.ID, i.Tags)
	if found == nil {
		return nil
	}
	for _, n := range i.Interfaces {
		found = append(found, one(at, "AWS::EC2::NetworkInterface", "", n.ID, nil)...)
	}
	return append(found, just(at, "AWS::IAM::InstanceProfile", i.Profile.ARN)...)
}

// interfaceOf is the network interface with an address of ours, or the only one; "" where it cannot be told.
func (i threatInstance) interfaceOf(address string) string {
	for _, n := range i.Interfaces {
		if address != "" && n.has(address) {
			return n.ID
		}
	}
	if len(i.Interfaces) == 1 {
		return i.Interfaces[0].ID
	}
	return ""
}

func (n threatInterface) has(address string) bool {
	for _, a := range n.Addresses {
		if a.Address == address {
			return true
		}
	}
	for _, a := range n.V6 {
		if a == address {
			return true
		}
	}
	return n.Address == address
}

// regionOfZone is the region of an availability zone, a local zone or a Wavelength zone: what its name begins with.
func regionOfZone(zone, otherwise string) string {
	for end := len(zone); end > 0; end-- {
		if _, ok := arn.PartitionOf(zone[:end]); ok {
			return zone[:end]
		}
	}
	return otherwise
}
