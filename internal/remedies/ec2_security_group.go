package remedies

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A securityGroup is a security group with its rules, each in one line as groupRule gives it.
type securityGroup struct {
	Name  string
	Rules map[string]ruleNotes `json:",omitempty"`
}

// ruleNotes is what a rule carries beside what it permits: its description, and then key and value of each of its tags, by key. Tags that AWS sets are none of them. It is one
// list, so that a rule comes and goes as a whole.
type ruleNotes []string

func notesOf(shown types.SecurityGroupRule) ruleNotes {
	tags := map[string]string{}
	for _, tag := range shown.Tags {
		if key := aws.ToString(tag.Key); !strings.HasPrefix(key, "aws:") {
			tags[key] = aws.ToString(tag.Value)
		}
	}
	notes := ruleNotes{aws.ToString(shown.Description)}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		notes = append(notes, key, tags[key])
	}
	return notes
}

// noGroup are EC2's codes for a security group that does not exist.
//
// Source: Amazon EC2 API reference, "Error codes for the Amazon EC2 API".
var noGroup = []string{"InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"}

// noPrefixList are EC2's codes for a prefix list that does not exist.
//
// Source: Amazon EC2 API reference, "Error codes for the Amazon EC2 API".
var noPrefixList = []string{"InvalidPrefixListId.NotFound", "InvalidPrefixListID.NotFound"}

// ruleReads are the grants that reading a group's rules needs.
var ruleReads = []remedy.Grant{
	{Action: "ec2:DescribeSecurityGroups", On: "*"},
	{Action: "ec2:DescribeSecurityGroupRules", On: "*"},
}

// ruleARNs are the rules of all groups: one that is made again has no id before.
const ruleARNs = "arn:${Partition}:ec2:${Region}:${Account}:security-group-rule/*"

func readSecurityGroup(ctx context.Context, cfg aws.Config, r finding.Resource) (securityGroup, error) {
	client := ec2.NewFromConfig(cfg)
	tried := "read " + r.String()
	out, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{idOf(r)}})
	if err != nil {
		return securityGroup{}, remedy.Explain(tried, err, noGroup...)
	}
	group, err := only(tried, out.SecurityGroups)
	if err != nil {
		return securityGroup{}, err
	}
	rules, err := groupRules(ctx, client, r)
	s := securityGroup{Name: aws.ToString(group.GroupName), Rules: make(map[string]ruleNotes, len(rules))}
	for text, rule := range rules {
		s.Rules[text] = notesOf(rule)
	}
	return s, err
}

// groupRules are the rules of a group, by what they permit.
func groupRules(ctx context.Context, client *ec2.Client, r finding.Resource) (map[string]types.SecurityGroupRule, error) {
	rules := map[string]types.SecurityGroupRule{}
	pages := ec2.NewDescribeSecurityGroupRulesPaginator(client, &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{ec2Filter("group-id", idOf(r))}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, remedy.Explain("read the rules of "+r.String(), err)
		}
		for _, rule := range page.SecurityGroupRules {
			rules[groupRuleOf(rule).String()] = rule
		}
	}
	return rules, nil
}

// writeSecurityGroup adds the rules that are to be there first, so that what is permitted before and after is permitted all the time, and then removes the others. What a rule
// that stays carries is not written: nobody's fix or undo changes it.
func writeSecurityGroup(ctx context.Context, cfg aws.Config, r finding.Resource, from, to securityGroup) error {
	client := ec2.NewFromConfig(cfg)
	now, err := groupRules(ctx, client, r)
	if err != nil {
		return err
	}
	for _, text := range slices.Sorted(maps.Keys(to.Rules)) {
		if _, was := from.Rules[text]; was {
			continue
		}
		if _, is := now[text]; is {
			continue
		}
		if err := addRule(ctx, client, r, text, to.Rules[text]); err != nil {
			return err
		}
	}
	var ingress, egress []string
	for _, text := range slices.Sorted(maps.Keys(from.Rules)) {
		rule, is := now[text]
		if _, stays := to.Rules[text]; stays || !is {
			continue
		}
		if aws.ToBool(rule.IsEgress) {
			egress = append(egress, aws.ToString(rule.SecurityGroupRuleId))
		} else {
			ingress = append(ingress, aws.ToString(rule.SecurityGroupRuleId))
		}
	}
	return removeRules(ctx, client, r, ingress, egress)
}

func addRule(ctx context.Context, client *ec2.Client, r finding.Resource, text string, notes ruleNotes) error {
	rule, err := parseGroupRule(text)
	if err != nil {
		return err
	}
	if len(notes) == 0 {
		notes = ruleNotes{""}
	}
	permissions := []types.IpPermission{rule.permission(notes[0])}
	var tags []types.TagSpecification
	if len(notes) > 1 {
		tags = ec2Tags(types.ResourceTypeSecurityGroupRule, notes[1:]...)
	}
	if rule.egress {
		_, err = client.AuthorizeSecurityGroupEgress(ctx, &ec2.AuthorizeSecurityGroupEgressInput{GroupId: aws.String(idOf(r)), IpPermissions: permissions, TagSpecifications: tags})
	} else {
		_, err = client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: aws.String(idOf(r)), IpPermissions: permissions, TagSpecifications: tags})
	}
	switch {
	case remedy.Is(err, "InvalidPermission.Duplicate"): // somebody was quicker, and it is as it should be
		return nil
	case remedy.Is(err, "RulesPerSecurityGroupLimitExceeded"):
		return &remedy.RefusedError{Why: "The security group has no room for the rule " + text + ": remove rules, or have the quota raised.", Err: err}
	case remedy.Is(err, slices.Concat(noGroup, noPrefixList)...):
		return &remedy.RefusedError{Why: "The rule " + text + " cannot be added: the security group, or what the rule names, no longer exists.", Err: err}
	case err != nil:
		return remedy.Explain("add the rule "+text+" to "+r.String(), err)
	}
	return nil
}

// removeRules removes rules by their ids.
func removeRules(ctx context.Context, client *ec2.Client, r finding.Resource, ingress, egress []string) error {
	if len(ingress) > 0 {
		if _, err := client.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: aws.String(idOf(r)), SecurityGroupRuleIds: ingress}); err != nil {
			return remedy.Explain("remove inbound rules of "+r.String(), err, noGroup...)
		}
	}
	if len(egress) > 0 {
		if _, err := client.RevokeSecurityGroupEgress(ctx, &ec2.RevokeSecurityGroupEgressInput{GroupId: aws.String(idOf(r)), SecurityGroupRuleIds: egress}); err != nil {
			return remedy.Explain("remove outbound rules of "+r.String(), err, noGroup...)
		}
	}
	return nil
}
