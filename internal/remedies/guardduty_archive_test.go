package remedies

import (
	"context"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var guarddutyArchiveCases = []remedytest.Case{{
	Name: "current", Absent: planted("AWS::GuardDuty::Finding", "0f", "arn:aws:guardduty:us-east-1:"+remedytest.Account+":detector/1a/finding/0f"),
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		return plantFinding(ctx, cfg, "Recon:EC2/PortProbeUnprotectedPort")
	},
}}

func TestAboutFinding(t *testing.T) {
	user := finding.Resource{Partition: "aws", Account: "111122223333", Region: "us-east-1", Type: iamUser, ID: "AIDA", ARN: "arn:aws:iam::111122223333:user/u"}
	about := func(account, region string) finding.Resource {
		return finding.Resource{
			Partition: "aws", Account: account, Region: region, Type: "AWS::GuardDuty::Finding", ID: "f1",
			ARN: "arn:aws:guardduty:" + region + ":" + account + ":detector/d1/finding/f1",
		}
	}
	const arnOfFinding = "arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/f1"
	for _, test := range []struct {
		name, with string
		subject    finding.Subject
		want       finding.Resource // zero for a refusal
	}{
		{"GuardDuty's id", "", finding.Subject{"finding": "f1", "detector": "d1"}, about("111122223333", "us-east-1")},
		{"a global resource", "", finding.Subject{"finding": "f1", "detector": "d1", "region": "eu-west-1"}, about("111122223333", "eu-west-1")},
		{"ASFF's id", "", finding.Subject{"finding": arnOfFinding}, about("111122223333", "eu-west-1")},
		{"an administrator", `{"administrator":"444455556666"}`, finding.Subject{"finding": "f1", "detector": "d1"}, about("444455556666", "us-east-1")},
		{"no finding", "", finding.Subject{"detector": "d1"}, finding.Resource{}},
		{"no detector", "", finding.Subject{"finding": "f1"}, finding.Resource{}},
		{"another service's finding", "", finding.Subject{"finding": "arn:aws:securityhub:eu-west-1:111122223333:subscription/x/finding"}, finding.Resource{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := aboutFinding(user, remedy.Params{With: []byte(test.with), Subject: test.subject})
			if test.want.ID == "" {
				refused(t, got, err)
			} else if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}
