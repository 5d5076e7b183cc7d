package events

import (
	"cmp"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// An inspectorResource is a resource as a finding of Inspector names it.
type inspectorResource struct {
	Type      string `json:"type"`
	ID        string `json:"id"`        // an instance's id, an image's or a function's ARN
	Partition string `json:"partition"` // "N/A" occurs
	Region    string `json:"region"`    // "N/A" occurs
	Provider  string `json:"provider"`  // "AWS"; often left out
	Details   struct {
		Image struct {
			Repository string `json:"repositoryName"`
			Registry   string `json:"registry"` // an account
		} `json:"awsEcrContainerImage"`
		Function struct {
			Name    string `json:"functionName"`
			Version string `json:"version"`
		} `json:"awsLambdaFunction"`
	} `json:"details"`
}

// site is where the resource is.
func (i inspectorResource) site(account string, e Envelope) site {
	at := site{account: account, region: e.Region}
	if _, ok := arn.PartitionOf(i.Region); ok {
		at.region = i.Region
	}
	at.partition = partition("", at.region)
	return at
}

// resource is the resource in AWS's other words. Of an image it is the repository, for an image is no resource that CloudFormation or AWS Config know; of a version of a function
// the function. What is of no known type (a repository of code) is named by its id alone.
func (i inspectorResource) resource(at site) finding.Resource {
	typ, id := "", i.ID
	switch i.Type {
	case "AWS_EC2_INSTANCE":
		typ = "AWS::EC2::Instance"
	case "AWS_ECR_CONTAINER_IMAGE", "AWS_ECR_REPOSITORY":
		typ, id = "AWS::ECR::Repository", i.repository()
	case "AWS_LAMBDA_FUNCTION":
		typ, id = "AWS::Lambda::Function", i.function()
	}
	r, _ := at.named(typ, id, id)
	return r
}

// repository is the ARN of an image's repository, or its name. The image's own ARN ends with /sha256:DIGEST.
//
// Source: Amazon ECR user guide, "EventBridge events sent for enhanced scanning".
func (i inspectorResource) repository() string {
	id, _, _ := strings.Cut(i.ID, "/sha256:")
	if _, err := arn.Parse(id); err != nil && i.Details.Image.Repository != "" {
		return i.Details.Image.Repository
	}
	return id
}

// function is the ARN of a function without its version, or its name.
//
// Source: AWS Lambda developer guide, "Manage Lambda function versions" (qualified ARN).
func (i inspectorResource) function() string {
	a, err := arn.Parse(i.ID)
	if err != nil {
		return cmp.Or(i.Details.Function.Name, i.ID)
	}
	parts := strings.SplitN(a.Resource, ":", 3) // function, name, version
	a.Resource = strings.Join(parts[:min(2, len(parts))], ":")
	return a.String()
}
