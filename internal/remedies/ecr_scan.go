package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ecrScan = remedy.Remedy{
	ID: "ecr-scan",
	Doc: `Scan the images of an ECR repository when they are pushed.

The repository's own scan on push is switched on, and applies to images that are pushed from now on. An undo switches it off again; what was scanned stays scanned.

When not to use it: where the registry's own scanning configuration decides, as AWS recommends. Add the repository to a filter of that configuration instead.`,
	Changes:  "The repository scans each image when it is pushed.",
	Breaks:   "Nothing; pipelines that read the findings see more of them.",
	Setting:  "ecr:image-scanning",
	Answers:  []string{"securityhub:ECR.1", "config:ecr-private-image-scanning-enabled"},
	Resource: "AWS::ECR::Repository",
	Reads:    []remedy.Grant{{Action: "ecr:DescribeRepositories", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "ecr:PutImageScanningConfiguration", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[imageScanning]{Read: readImageScanning, Fix: fixImageScanning, Write: writeImageScanning}),
	Code: []iac.Code{{
		CloudFormation: "ImageScanningConfiguration: {ScanOnPush: true}",
		CDK:            "new ecr.Repository(this, 'Repository', { imageScanOnPush: true });",
		Terraform: `resource "aws_ecr_repository" "this" {
  image_scanning_configuration {
    scan_on_push = true
  }
}`,
	}},
	Examples: []remedy.Example{{Name: "no scan on push", Before: `{"ScanOnPush":false}`, After: `{"ScanOnPush":true}`}},
}

// An imageScanning is whether a repository scans what is pushed.
type imageScanning struct {
	ScanOnPush bool `json:"ScanOnPush"`
}

// noRepository is ECR's code for a repository that does not exist. Source: ECR API reference, "Errors" of DescribeRepositories.
const noRepository = "RepositoryNotFoundException"

func readImageScanning(ctx context.Context, cfg aws.Config, r finding.Resource) (imageScanning, error) {
	out, err := ecr.NewFromConfig(cfg).DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RepositoryNames: []string{idOf(r)}})
	if err != nil {
		return imageScanning{}, remedy.Explain("read the image scanning of "+r.String(), err, noRepository)
	}
	repository, err := only("read the image scanning of "+r.String(), out.Repositories)
	if err != nil {
		return imageScanning{}, err
	}
	scanning, err := told(r, "whether it scans on push", repository.ImageScanningConfiguration)
	return imageScanning{scanning.ScanOnPush}, err
}

func fixImageScanning(imageScanning, remedy.Params) (imageScanning, error) {
	return imageScanning{true}, nil
}

func writeImageScanning(ctx context.Context, cfg aws.Config, r finding.Resource, _, to imageScanning) error {
	_, err := ecr.NewFromConfig(cfg).PutImageScanningConfiguration(ctx, &ecr.PutImageScanningConfigurationInput{
		RepositoryName: aws.String(idOf(r)), ImageScanningConfiguration: &types.ImageScanningConfiguration{ScanOnPush: to.ScanOnPush},
	})
	if err != nil {
		return remedy.Explain("write the image scanning of "+r.String(), err, noRepository)
	}
	return nil
}
