package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2CloseWorldPortsCases = []remedytest.Case{
	{
		Name: "ssh", Control: "securityhub:EC2.13", Absent: noSuchSecurityGroup, Meddle: addTo("ingress tcp 22-22 198.51.100.0/24"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantGroup(ctx, cfg, "tagwarden-world-ssh", map[string]ruleNotes{
				"ingress tcp 22-22 0.0.0.0/0": {"ssh", "Owner", "me"}, "ingress tcp 22-22 ::/0": {""}, "ingress tcp 22-22 192.0.2.0/24": {"office"},
			})
		},
	},
	{
		Name: "everything", Control: "securityhub:EC2.18", With: `{"allowed":[443],"allowed-udp":[443]}`, Meddle: addTo("ingress tcp 8443-8443 0.0.0.0/0"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantGroup(ctx, cfg, "tagwarden-world-everything", map[string]ruleNotes{
				"ingress -1 -1--1 0.0.0.0/0": {"all", "Owner", "me"}, "ingress tcp 443-443 0.0.0.0/0": {"kept as it is"},
			})
		},
	},
	{
		Name: "high-risk-ports-in-a-range", Control: "securityhub:EC2.19",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantGroup(ctx, cfg, "tagwarden-world-range", map[string]ruleNotes{"ingress tcp 8000-9000 0.0.0.0/0": {"apps"}})
		},
	},
}

func TestFixWorldPorts(t *testing.T) {
	tests := []struct {
		name, control, with string
		before, want        []string
	}{
		{"IPv4 only", "securityhub:EC2.53", "", []string{"ingress tcp 22-22 0.0.0.0/0", "ingress tcp 22-22 ::/0"}, []string{"ingress tcp 22-22 ::/0"}},
		{"IPv6 only", "securityhub:EC2.54", "", []string{"ingress tcp 22-22 0.0.0.0/0", "ingress udp 3389-3389 ::/0"}, []string{"ingress tcp 22-22 0.0.0.0/0"}},
		{"Config's SSH is TCP", "config:restricted-ssh", "", []string{"ingress tcp 22-22 ::/0", "ingress udp 22-22 ::/0"}, []string{"ingress udp 22-22 ::/0"}},
		{
			"all protocols but SSH", "config:restricted-ssh", "",
			[]string{"ingress -1 -1--1 ::/0"},
			[]string{"ingress icmpv6 -1--1 ::/0", "ingress tcp 0-21 ::/0", "ingress tcp 23-65535 ::/0", "ingress udp 0-65535 ::/0"},
		},
		{
			"Config's common ports are its own", "config:restricted-common-ports", "",
			[]string{"ingress tcp 22-22 0.0.0.0/0", "ingress tcp 21-21 0.0.0.0/0"},
			[]string{"ingress tcp 22-22 0.0.0.0/0"},
		},
		{
			"unless the rule names them", "config:restricted-common-ports", `{"high-risk":[22]}`,
			[]string{"ingress tcp 22-22 0.0.0.0/0", "ingress tcp 21-21 0.0.0.0/0"},
			[]string{"ingress tcp 21-21 0.0.0.0/0"},
		},
		{"no high-risk port at all", "securityhub:EC2.19", `{"high-risk":[]}`, []string{"ingress -1 -1--1 0.0.0.0/0"}, []string{"ingress -1 -1--1 0.0.0.0/0"}},
		{
			"a parameter of another control", "securityhub:EC2.13", `{"high-risk":[443],"allowed":[22]}`,
			[]string{"ingress tcp 443-443 0.0.0.0/0", "ingress tcp 22-22 ::/0"},
			[]string{"ingress tcp 443-443 0.0.0.0/0"},
		},
		{"nothing allowed", "securityhub:EC2.18", `{"allowed":[]}`, []string{"ingress tcp 80-80 0.0.0.0/0", "ingress udp 53-53 ::/0"}, nil},
		{
			"a range over allowed ports", "config:vpc-sg-open-only-to-authorized-ports", "",
			[]string{"ingress tcp 0-65535 ::/0"},
			[]string{"ingress tcp 443-443 ::/0", "ingress tcp 80-80 ::/0"},
		},
		{
			"what is not the world's", "securityhub:EC2.18", "",
			[]string{
				"egress -1 -1--1 0.0.0.0/0", "ingress -1 -1--1 111122223333/sg-1", "ingress 50 -1--1 0.0.0.0/0", "ingress icmp -1--1 0.0.0.0/0",
				"ingress tcp 22-22 0.0.0.0/1", "ingress tcp 22-22 pl-1",
			},
			[]string{
				"egress -1 -1--1 0.0.0.0/0", "ingress -1 -1--1 111122223333/sg-1", "ingress 50 -1--1 0.0.0.0/0", "ingress icmp -1--1 0.0.0.0/0",
				"ingress tcp 22-22 0.0.0.0/1", "ingress tcp 22-22 pl-1",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := securityGroup{Rules: map[string]ruleNotes{}}
			for _, text := range test.before {
				before.Rules[text] = ruleNotes{"kept"}
			}
			p := remedy.Params{Control: test.control}
			if test.with != "" {
				p.With = json.RawMessage(test.with)
			}
			got, err := fixWorldPorts(before, p)
			if texts := slices.Sorted(maps.Keys(got.Rules)); err != nil || !slices.Equal(texts, test.want) {
				t.Errorf("got %q, %v; want %q", texts, err, test.want)
			}
			for text, notes := range got.Rules {
				if !slices.Equal(notes, ruleNotes{"kept"}) {
					t.Errorf("%s: got the notes %q, want them kept", text, notes)
				}
			}
		})
	}
}

func TestFixWorldPortsRefuses(t *testing.T) {
	tests := map[string]remedy.Params{
		"a control that it does not answer": {Control: "securityhub:EC2.2"},
		"a parameter that is not one":       {Control: "securityhub:EC2.13", With: json.RawMessage(`{"ports":[22]}`)},
		"a port that is none":               {Control: "securityhub:EC2.18", With: json.RawMessage(`{"allowed":["ssh"]}`)},
	}
	for name, p := range tests {
		refused := (*remedy.RefusedError)(nil)
		if got, err := fixWorldPorts(securityGroup{}, p); !errors.As(err, &refused) {
			t.Errorf("%s: got %v, %v; want a refusal", name, got, err)
		}
	}
}

// TestFixWorldPortsIsTheSameEachTime holds that the notes of what several rules leave do not change from one plan to the next.
func TestFixWorldPortsIsTheSameEachTime(t *testing.T) {
	before := securityGroup{Rules: map[string]ruleNotes{
		"ingress tcp 20-30 0.0.0.0/0": {"a"}, "ingress tcp 20-40 0.0.0.0/0": {"b"}, "ingress tcp 20-50 0.0.0.0/0": {"c"}, "ingress tcp 20-60 0.0.0.0/0": {"d"},
	}}
	for range 100 {
		got, err := fixWorldPorts(before, remedy.Params{Control: "securityhub:EC2.13"})
		if notes := got.Rules["ingress tcp 20-21 0.0.0.0/0"]; err != nil || !slices.Equal(notes, ruleNotes{"a"}) {
			t.Fatalf("got the notes %q, %v; want those of the first rule", notes, err)
		}
	}
}
