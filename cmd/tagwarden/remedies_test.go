package main

import (
	"slices"
	"testing"
)

func TestInShort(t *testing.T) {
	for _, test := range []struct {
		name    string
		answers []string
		first   []string
		more    string
	}{
		{"one", []string{"tags"}, []string{"tags"}, ""},
		{"two that fit", []string{"securityhub:EC2.7", "config:ec2-ebs-encryption-by-default"}, []string{"securityhub:EC2.7", "config:ec2-ebs-encryption-by-default"}, ""},
		{"Security Hub's first", []string{"config:a", "config:b", "securityhub:EC2.13"}, []string{"securityhub:EC2.13", "config:a"}, " +1"},
		{
			"two that are too long",
			[]string{"guardduty:UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration*", "guardduty:Impact:EC2/*"},
			[]string{"guardduty:UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration*"},
			" +1",
		},
		{"none", nil, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := slices.Clone(test.answers)
			if first, more := inShort(test.answers); !slices.Equal(first, test.first) || more != test.more {
				t.Errorf("got %q%s, want %q%s", first, more, test.first, test.more)
			}
			if !slices.Equal(test.answers, before) {
				t.Errorf("the answers are %q now, and were %q", test.answers, before)
			}
		})
	}
}
