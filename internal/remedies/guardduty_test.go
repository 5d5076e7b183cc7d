package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// plantDetector gives the account its detector.
func plantDetector(ctx context.Context, cfg aws.Config) (string, error) {
	c := guardduty.NewFromConfig(cfg)
	if out, err := c.ListDetectors(ctx, &guardduty.ListDetectorsInput{}); err != nil || len(out.DetectorIds) > 0 {
		return append(out.DetectorIds, "")[0], err
	}
	out, err := c.CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	if err != nil {
		return "", err
	}
	return *out.DetectorId, nil
}

// plantFinding makes a finding of a type about some instance.
func plantFinding(ctx context.Context, cfg aws.Config, typ string) (remedytest.Planted, error) {
	p := remedytest.Planted{Resource: planted("AWS::EC2::Instance", "i-0abc", "arn:aws:ec2:us-east-1:"+remedytest.Account+":instance/i-0abc")}
	detector, err := plantDetector(ctx, cfg)
	if err != nil {
		return p, err
	}
	c := guardduty.NewFromConfig(cfg)
	if _, err := c.CreateSampleFindings(ctx, &guardduty.CreateSampleFindingsInput{DetectorId: &detector, FindingTypes: []string{typ}}); err != nil {
		return p, err
	}
	out, err := c.ListFindings(ctx, &guardduty.ListFindingsInput{DetectorId: &detector})
	if err != nil {
		return p, err
	}
	p.Subject = finding.Subject{"finding": out.FindingIds[len(out.FindingIds)-1], "detector": detector}
	return p, nil
}
