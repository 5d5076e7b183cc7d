package remedies

import (
	"context"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// noSuchSecurityGroup is a security group that is not there.
var noSuchSecurityGroup = securityGroupResource("sg-0123456789abcdef0")

func securityGroupResource(id string) finding.Resource {
	return planted("AWS::EC2::SecurityGroup", id, "arn:aws:ec2:"+remedytest.Region+":"+remedytest.Account+":security-group/"+id)
}

// plantGroup makes a security group with some rules.
func plantGroup(ctx context.Context, cfg aws.Config, name string, rules map[string]ruleNotes) (remedytest.Planted, error) {
	client := ec2.NewFromConfig(cfg)
	made, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name})
	if err != nil {
		return remedytest.Planted{}, err
	}
	p := remedytest.Planted{Resource: securityGroupResource(aws.ToString(made.GroupId))}
	for text, notes := range rules {
		if err := addRule(ctx, client, p.Resource, text, notes); err != nil {
			return p, err
		}
	}
	return p, nil
}

// addTo is somebody's edit: one more rule.
func addTo(text string) func(context.Context, aws.Config, remedytest.Planted) error {
	return func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
		return addRule(ctx, ec2.NewFromConfig(cfg), p.Resource, text, ruleNotes{"somebody's"})
	}
}

func TestGroupRule(t *testing.T) {
	port, any := aws.Int32(22), aws.Int32(-1)
	about := "why"
	tests := []struct {
		shown types.SecurityGroupRule
		text  string
		want  types.IpPermission
	}{
		{
			types.SecurityGroupRule{IpProtocol: aws.String("tcp"), FromPort: port, ToPort: port, CidrIpv4: aws.String("192.0.2.0/24")},
			"ingress tcp 22-22 192.0.2.0/24",
			types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: port, ToPort: port, IpRanges: []types.IpRange{{CidrIp: aws.String("192.0.2.0/24"), Description: &about}}},
		},
		{
			types.SecurityGroupRule{IsEgress: aws.Bool(true), IpProtocol: aws.String("-1"), FromPort: any, ToPort: any, CidrIpv6: aws.String("::/0")},
			"egress -1 -1--1 ::/0",
			types.IpPermission{IpProtocol: aws.String("-1"), Ipv6Ranges: []types.Ipv6Range{{CidrIpv6: aws.String("::/0"), Description: &about}}},
		},
		{
			types.SecurityGroupRule{IpProtocol: aws.String("icmp"), FromPort: aws.Int32(8), ToPort: any, PrefixListId: aws.String("pl-1")},
			"ingress icmp 8--1 pl-1",
			types.IpPermission{
				IpProtocol: aws.String("icmp"), FromPort: aws.Int32(8), ToPort: any,
				PrefixListIds: []types.PrefixListId{{PrefixListId: aws.String("pl-1"), Description: &about}},
			},
		},
		{
			types.SecurityGroupRule{IpProtocol: aws.String("50"), ReferencedGroupInfo: &types.ReferencedSecurityGroup{GroupId: aws.String("sg-1")}},
			"ingress 50 -1--1 sg-1",
			types.IpPermission{IpProtocol: aws.String("50"), FromPort: any, ToPort: any, UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: aws.String("sg-1"), Description: &about}}},
		},
		{
			types.SecurityGroupRule{IpProtocol: aws.String("-1"), ReferencedGroupInfo: &types.ReferencedSecurityGroup{
				GroupId: aws.String("sg-1"), UserId: aws.String("444455556666"), VpcPeeringConnectionId: aws.String("pcx-1"), VpcId: aws.String("vpc-1"),
			}},
			"ingress -1 -1--1 444455556666/sg-1/pcx-1",
			types.IpPermission{IpProtocol: aws.String("-1"), UserIdGroupPairs: []types.UserIdGroupPair{
				{GroupId: aws.String("sg-1"), UserId: aws.String("444455556666"), VpcPeeringConnectionId: aws.String("pcx-1"), Description: &about},
			}},
		},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			rule := groupRuleOf(test.shown)
			if got := rule.String(); got != test.text {
				t.Errorf("got %q, want %q", got, test.text)
			}
			if got, err := parseGroupRule(test.text); err != nil || got != rule {
				t.Errorf("parsed: got %+v, %v; want %+v", got, err, rule)
			}
			if got := rule.permission(about); !reflect.DeepEqual(got, test.want) {
				t.Errorf("as EC2 takes it: got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestParseGroupRuleRefuses(t *testing.T) {
	for _, text := range []string{
		"", "tcp 22-22 0.0.0.0/0", "ingress tcp 22 0.0.0.0/0", "ingress tcp 22-22",
		"ingress tcp 99999999999-1 ::/0", "ingress tcp 1-99999999999 ::/0", "ingress tcp 1-2 a b",
	} {
		if got, err := parseGroupRule(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
}

func TestNotesOf(t *testing.T) {
	got := notesOf(types.SecurityGroupRule{Description: aws.String("ssh"), Tags: []types.Tag{
		{Key: aws.String("b"), Value: aws.String("2")}, {Key: aws.String("aws:cloudformation:stack-name"), Value: aws.String("s")}, {Key: aws.String("a=")},
	}})
	if want := (ruleNotes{"ssh", "a=", "", "b", "2"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAddRuleThatIsThere holds that it does not matter who added a rule, and that no other failure is taken for that.
func TestAddRuleThatIsThere(t *testing.T) {
	for code, there := range map[ec2Failure]bool{"InvalidPermission.Duplicate": true, "InvalidPermission.Malformed": false} {
		err := addRule(t.Context(), ec2.NewFromConfig(code.config()), ofEC2("AWS::EC2::SecurityGroup", "security-group", "sg-1"), "ingress tcp 22-22 192.0.2.0/24", nil)
		if (err == nil) != there {
			t.Errorf("%s: got %v, want the rule there: %t", code, err, there)
		}
	}
}
