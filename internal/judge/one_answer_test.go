package judge

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// TestOneBucketOneAnswer holds that one bucket, reported by Security Hub in both formats, by three of its standards, by AWS Config through it and by itself, and by GuardDuty,
// is one entry, which names all of them.
func TestOneBucketOneAnswer(t *testing.T) {
	p, err := policy.Parse("policy.yaml", []byte("version: 1\nrules: [{name: bucket, on: [securityhub, config-rule, guardduty], do: [s3-block-public-access], mode: fix}]\n"), catalog.Known())
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(t, "fix")
	l.judge.Policy = p
	sample := func(name string, replace ...string) []byte {
		text, err := os.ReadFile("../../testdata/events/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		return []byte(strings.NewReplacer(replace...).Replace(string(text)))
	}
	standard := func(generator, number string) []byte {
		return sample("securityhub_control", `"SecurityControlId": "S3.8"`, `"RelatedRequirements": []`, "security-control/S3.8", generator,
			`-000000000001"`, "-00000000000"+number+`"`, "-000000000201", "-00000000021"+number)
	}
	events := [][]byte{
		sample("securityhub_control"), sample("securityhub-v2_control"), sample("securityhub_config_rule"), sample("guardduty_bucket_public"),
		standard("aws-foundational-security-best-practices/v/1.0.0/S3.8", "2"), standard("pci-dss/v/3.2.1/PCI.S3.1", "3"), standard("cis-aws-foundations-benchmark/v/1.4.0/2.1.5.2", "4"),
		sample("config-rule_bucket_noncompliant", "required-tags", "s3-bucket-level-public-access-prohibited", "example-reports", "example-invoices", "us-east-1", "eu-west-1"),
	}
	for i, event := range events {
		if err := l.judge.Event(context.Background(), event); err != nil {
			t.Fatal(err)
		}
		if len(l.sent) != i+1 || l.sent[i].Entry != l.sent[0].Entry {
			t.Fatalf("event %d: handed over %+v\n%s", i, l.sent, event)
		}
	}
	entry, err := l.Memory.Get(context.Background(), l.sent[0].Entry)
	if err != nil || len(entry.Reporters) != len(events)-1 || len(l.told) != 0 { // Security Hub's finding is the same in both formats
		t.Errorf("got %v, %d messages, reporters %+v", err, len(l.told), entry.Reporters)
	}
}
