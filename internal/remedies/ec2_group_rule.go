package remedies

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A groupRule is what one rule of a security group permits. No two rules of a group permit the same, so it is also the rule's identity: its id is a new one each time it is
// made.
//
// Source: Amazon EC2 API reference, AuthorizeSecurityGroupIngress (InvalidPermission.Duplicate) and SecurityGroupRule.
type groupRule struct {
	egress   bool
	protocol string // "tcp", "udp", "icmp", "icmpv6", a number, or "-1" for all
	ports    span   // for ICMP type and code; -1 where there is none
	peer     string // an IPv4 or IPv6 range, a prefix list "pl-...", or a group "[ACCOUNT/]sg-...[/PEERING]"
}

// anyProtocol is all protocols, on all ports.
const anyProtocol = "-1"

// String is the rule in one line: "ingress tcp 22-22 0.0.0.0/0".
func (r groupRule) String() string {
	direction := "ingress"
	if r.egress {
		direction = "egress"
	}
	return fmt.Sprintf("%s %s %d-%d %s", direction, r.protocol, r.ports.from, r.ports.to, r.peer)
}

var groupRuleText = regexp.MustCompile(`^(ingress|egress) ([a-z0-9-]+) (-?\d+)-(-?\d+) (\S+)$`)

// parseGroupRule is the inverse of String.
func parseGroupRule(text string) (groupRule, error) {
	part := groupRuleText.FindStringSubmatch(text)
	if part == nil {
		return groupRule{}, fmt.Errorf("%q is no rule of a security group", text)
	}
	from, errFrom := strconv.ParseInt(part[3], 10, 32)
	to, errTo := strconv.ParseInt(part[4], 10, 32)
	if errFrom != nil || errTo != nil {
		return groupRule{}, fmt.Errorf("%q has no ports", text)
	}
	return groupRule{egress: part[1] == "egress", protocol: part[2], ports: span{int32(from), int32(to)}, peer: part[5]}, nil
}

// groupRuleOf is the rule that EC2 shows.
func groupRuleOf(shown types.SecurityGroupRule) groupRule {
	r := groupRule{egress: aws.ToBool(shown.IsEgress), protocol: aws.ToString(shown.IpProtocol), ports: span{-1, -1}}
	if shown.FromPort != nil {
		r.ports.from = *shown.FromPort
	}
	if shown.ToPort != nil {
		r.ports.to = *shown.ToPort
	}
	group := shown.ReferencedGroupInfo
	switch {
	case shown.CidrIpv4 != nil:
		r.peer = *shown.CidrIpv4
	case shown.CidrIpv6 != nil:
		r.peer = *shown.CidrIpv6
	case shown.PrefixListId != nil:
		r.peer = *shown.PrefixListId
	case group != nil:
		parts := []string{aws.ToString(group.UserId), aws.ToString(group.GroupId), aws.ToString(group.VpcPeeringConnectionId)}
		r.peer = strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "/")
	}
	return r
}

// permission is the rule as EC2 takes it.
func (r groupRule) permission(description string) types.IpPermission {
	p := types.IpPermission{IpProtocol: &r.protocol}
	if r.protocol != anyProtocol {
		p.FromPort, p.ToPort = &r.ports.from, &r.ports.to
	}
	var about *string
	if description != "" {
		about = &description
	}
	switch {
	case strings.HasPrefix(r.peer, "pl-"):
		p.PrefixListIds = []types.PrefixListId{{PrefixListId: &r.peer, Description: about}}
	case strings.Contains(r.peer, "sg-"):
		p.UserIdGroupPairs = []types.UserIdGroupPair{groupPair(r.peer, about)}
	case strings.Contains(r.peer, ":"):
		p.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: &r.peer, Description: about}}
	default:
		p.IpRanges = []types.IpRange{{CidrIp: &r.peer, Description: about}}
	}
	return p
}

// groupPair is a peer that is a group.
func groupPair(peer string, about *string) types.UserIdGroupPair {
	pair := types.UserIdGroupPair{Description: about}
	for part := range strings.SplitSeq(peer, "/") {
		switch {
		case strings.HasPrefix(part, "sg-"):
			pair.GroupId = &part
		case strings.HasPrefix(part, "pcx-"):
			pair.VpcPeeringConnectionId = &part
		default:
			pair.UserId = &part
		}
	}
	return pair
}
