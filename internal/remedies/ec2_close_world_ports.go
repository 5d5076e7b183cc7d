package remedies

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2CloseWorldPorts = remedy.Remedy{
	ID: "ec2-close-world-ports",
	Doc: `Close the ports of a security group that are open to the whole world.

Only inbound rules whose source is 0.0.0.0/0 or ::/0 are touched, as the controls see it: the world in two halves (0.0.0.0/1 and 128.0.0.0/1) is not, nor is a prefix list
or another group. Which ports are closed, for TCP and UDP, is for the control to say: 22 for EC2.13, 3389 for EC2.14, both for EC2.53 (IPv4) and EC2.54 (IPv6), the
high-risk ports for EC2.19, and all but the allowed ones for EC2.18. Config's restricted-ssh and restricted-common-ports close TCP only.

A rule that also permits other ports is replaced by rules for the rest, with the same description and tags. One for all protocols is replaced by rules for what is left of TCP, for
what is left of UDP, and for ICMP; other protocols (GRE, ESP) are then closed. An undo puts back exactly the rules that were there, with new rule ids. Connections that are open
may go on until they end.

When not to use it: for a group whose ports are meant to be public. Exempt it, or name the ports in allowed.`,
	Changes:  "No inbound rule of the security group permits the ports in question from 0.0.0.0/0 or ::/0.",
	Breaks:   "Nobody reaches these ports any more but those whom other rules permit.",
	Setting:  "ec2:security-group-rules",
	Per:      "control",
	Answers:  slices.Sorted(maps.Keys(worldControls)),
	Resource: "AWS::EC2::SecurityGroup",
	Reads:    ruleReads,
	Writes: []remedy.Grant{
		{Action: "ec2:AuthorizeSecurityGroupIngress", On: "${ARN}"},
		{Action: "ec2:AuthorizeSecurityGroupIngress", On: ruleARNs},
		{Action: "ec2:RevokeSecurityGroupIngress", On: "${ARN}"},
		{Action: "ec2:CreateTags", On: ruleARNs, When: bornBy("AuthorizeSecurityGroupIngress"), Unseen: true},
	},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens:   remedy.Erase(remedy.Setting[securityGroup]{Read: readSecurityGroup, Fix: fixWorldPorts, Write: writeSecurityGroup}),
	With: []remedy.Param{
		{Name: "allowed", Kind: remedy.Integers, Doc: "TCP ports that may stay open to the world (EC2.18).", Default: "[80, 443]", Max: 65535},
		{Name: "allowed-udp", Kind: remedy.Integers, Doc: "UDP ports that may stay open to the world (EC2.18).", Default: "[]", Max: 65535},
		{
			Name: "high-risk", Kind: remedy.Integers, Doc: "Ports that are closed to the world (EC2.19 and restricted-common-ports); left out, those that the control itself names.",
			Max: 65535,
		},
	},
	Examples: []remedy.Example{{
		Name: "SSH for the world, and for the office", Control: "securityhub:EC2.13",
		Before: `{"Name":"web","Rules":{"ingress tcp 22-22 0.0.0.0/0":["ssh"],"ingress tcp 22-22 192.0.2.0/24":["office"],"ingress tcp 443-443 0.0.0.0/0":[""]}}`,
		After:  `{"Name":"web","Rules":{"ingress tcp 22-22 192.0.2.0/24":["office"],"ingress tcp 443-443 0.0.0.0/0":[""]}}`,
	}, {
		Name: "a range in which RDP is", Control: "securityhub:EC2.14",
		Before: `{"Name":"app","Rules":{"ingress tcp 3000-4000 ::/0":["apps","Owner","me"]}}`,
		After:  `{"Name":"app","Rules":{"ingress tcp 3000-3388 ::/0":["apps","Owner","me"],"ingress tcp 3390-4000 ::/0":["apps","Owner","me"]}}`,
	}, {
		Name: "everything for the world", Control: "securityhub:EC2.18",
		Before: `{"Name":"open","Rules":{"ingress -1 -1--1 0.0.0.0/0":[""]}}`,
		After:  `{"Name":"open","Rules":{"ingress icmp -1--1 0.0.0.0/0":[""],"ingress tcp 443-443 0.0.0.0/0":[""],"ingress tcp 80-80 0.0.0.0/0":[""]}}`,
	}},
}

func fixWorldPorts(s securityGroup, p remedy.Params) (securityGroup, error) {
	with, err := remedy.Decode(p, worldPorts{Allowed: []int32{80, 443}})
	if err != nil {
		return s, err
	}
	wanted, known := worldControls[p.Control]
	if !known {
		return s, &remedy.RefusedError{Why: fmt.Sprintf("The finding is about %s, which does not say what ports are to be closed.", p.Control)}
	}
	want := wanted(with)
	fixed := securityGroup{Name: s.Name, Rules: maps.Clone(s.Rules)}
	for _, text := range slices.Sorted(maps.Keys(s.Rules)) { // in order: where two rules leave the same one, it carries the same notes each time
		rule, err := parseGroupRule(text)
		if err != nil {
			return s, err
		}
		rest, offends := want.rest(rule)
		if !offends {
			continue
		}
		delete(fixed.Rules, text)
		for _, r := range rest {
			if _, there := fixed.Rules[r.String()]; !there {
				fixed.Rules[r.String()] = s.Rules[text]
			}
		}
	}
	return fixed, nil
}

// rest is what is left of a rule that permits what is to be closed. offends is false for one that permits nothing of it.
func (c closing) rest(rule groupRule) (rest []groupRule, offends bool) {
	if rule.egress || !slices.Contains(c.worlds, rule.peer) {
		return nil, false
	}
	switch rule.protocol {
	case "tcp":
		rest = rule.but(rule.protocol, rule.ports, c.tcp)
	case "udp":
		rest = rule.but(rule.protocol, rule.ports, c.udp)
	case anyProtocol:
		if len(c.tcp)+len(c.udp) == 0 {
			return nil, false
		}
		rest = append(rule.but("tcp", allPorts, c.tcp), rule.but("udp", allPorts, c.udp)...)
		return append(rest, rule.icmp()), true
	default:
		return nil, false // it has no ports
	}
	return rest, len(rest) != 1 || rest[0] != rule
}

// but gives rules for what is left of a range of ports of one protocol, from the same source.
func (r groupRule) but(protocol string, ports span, cut []span) []groupRule {
	var rest []groupRule
	for _, left := range ports.without(cut) {
		rest = append(rest, groupRule{protocol: protocol, ports: left, peer: r.peer})
	}
	return rest
}

// icmp permits ICMP, all of it, from the same source.
func (r groupRule) icmp() groupRule {
	protocol := "icmp"
	if r.peer == anyIPv6 {
		protocol = "icmpv6"
	}
	return groupRule{protocol: protocol, ports: span{-1, -1}, peer: r.peer}
}
