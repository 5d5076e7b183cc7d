package iac

import "testing"

func TestOriginOf(t *testing.T) {
	const stack, logical = "aws:cloudformation:stack-name", "aws:cloudformation:logical-id"
	tests := []struct {
		name  string
		tags  map[string]string
		agent string
		want  Origin
		ok    bool
	}{
		{"nothing is known", nil, "", Origin{}, false},
		{"a stack", map[string]string{stack: "web", logical: "Server"}, "", Origin{Tool: CloudFormation, Stack: "web", LogicalID: "Server"}, true},
		{"a stack without a logical id", map[string]string{stack: "web"}, "", Origin{Tool: CloudFormation, Stack: "web"}, true},
		{"a logical id that is none goes into no code", map[string]string{stack: "web", logical: "A:\n  B"}, "", Origin{Tool: CloudFormation, Stack: "web"}, true},
		{"a stack of the CDK", map[string]string{stack: "web", "aws-cdk:subnet-name": "public"}, "", Origin{Tool: CDK, Stack: "web"}, true},
		{"the CDK's tags prove no stack", map[string]string{"aws-cdk:subnet-name": "public"}, "", Origin{}, false},
		{"people's tags prove nothing", map[string]string{"terraform": "true", "ManagedBy": "Terraform", "cloudformation:stack-name": "web"}, "", Origin{}, false},
		{"a stack goes before who was seen", map[string]string{stack: "web"}, "Terraform 1.9.5", Origin{Tool: CloudFormation, Stack: "web"}, true},
		{
			"an instance of an Auto Scaling group",
			map[string]string{stack: "web", logical: "Group", "aws:autoscaling:groupName": "web-Group"},
			"",
			Origin{Tool: CloudFormation, Stack: "web", LogicalID: "Group", Group: true},
			true,
		},
		{"Terraform by who was seen", nil, "Terraform 1.9.5", Origin{Tool: Terraform}, true},
		{"OpenTofu is Terraform's code", nil, "OpenTofu 1.8.0", Origin{Tool: Terraform}, true},
		{"Pulumi", nil, "Pulumi", Origin{Tool: Pulumi}, true},
		{"CloudFormation by who was seen", nil, "CloudFormation", Origin{Tool: CloudFormation}, true},
		{"the CDK", nil, "AWS CDK 2.1.0", Origin{Tool: CDK}, true},
		{"the console has no code", nil, "the AWS console", Origin{}, false},
		{"a program whose name begins alike", nil, "Terraformer", Origin{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, ok := OriginOf(test.tags, test.agent); got != test.want || ok != test.ok {
				t.Errorf("got %+v, %v, want %+v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestAgentOf(t *testing.T) {
	tests := []struct{ agent, by, want string }{
		{"", "", ""},
		{"cloudformation.amazonaws.com", "cloudformation.amazonaws.com", "CloudFormation"},
		{"APN/1.0 HashiCorp/1.0 Terraform/1.9.5", "cloudformation.amazonaws.com", "CloudFormation"},
		{"signin.amazonaws.com", "203.0.113.7", "the AWS console"},
		{"AWS Internal", "AWS Internal", "AWS"},
		{"lambda.amazonaws.com", "", "lambda.amazonaws.com"},
		{"APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-aws/5.31.0 aws-sdk-go-v2/1.24.0", "203.0.113.7", "Terraform 1.9.5"},
		{"aws-sdk-go/1.10.18 (go1.8; linux; amd64) APN/1.0 HashiCorp/1.0 Terraform/0.9.8", "", "Terraform 0.9.8"},
		{"aws-sdk-go/1.44.12 APN/1.0 HashiCorp/1.0 Terraform/ (+https://www.terraform.io/)", "", "Terraform"},
		{"APN/1.0 HashiCorp/1.0 Terraform/1.0.5 aws-sdk-go/1.40.29 (go1.16; linux; amd64) crossplane-provider-jet-aws/v0.4.0-30.g2f6b907c", "", "Crossplane 0.4.0-30.g2f6b907c"},
		{"APN/1.0 Pulumi/1.0 Pulumi-Aws/4.17.0 (+https://www.pulumi.com) aws-sdk-go/1.40.20 (go1.16.4; darwin; amd64)", "", "Pulumi"},
		{"APN/1.0 Pulumi/1.0 PulumiAwsNative/0.1", "", "Pulumi"},
		{"aws-cli/2.13.5 Python/3.11.4 Linux/4.14.255 exec-env/CloudShell exe/x86_64", "", "AWS CLI 2.13.5"},
		{"Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux", "", "Boto3 1.34.0"},
		{"aws-sdk-go-v2/1.24.0 os/linux lang/go#1.20.12", "", "an AWS SDK"},
		{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "", "the AWS console"},
		{"[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11]", "", "an AWS SDK"},
		{"our-own-tool/3\n\x00line two", "", "our-own-tool/3line two"},
	}
	for _, test := range tests {
		if got := AgentOf(test.agent, test.by); got != test.want {
			t.Errorf("%q by %q: got %q, want %q", test.agent, test.by, got, test.want)
		}
	}
}
