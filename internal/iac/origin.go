// Package iac says how the code that made a resource is to be changed: who owns the code, and the exact lines for a CloudFormation template, a CDK app or a Terraform module.
//
// It is pure and may be called concurrently. Whatever it puts into code comes from events and may be hostile: it is quoted as the language wants it.
package iac

import "regexp"

// A Tool is what makes resources of code.
type Tool string

// The tools whose code we know to write. The zero Tool is not known: then every language is shown.
const (
	CloudFormation Tool = "cloudformation"
	CDK            Tool = "cdk"
	Terraform      Tool = "terraform"
	Pulumi         Tool = "pulumi"
)

// An Origin is who owns the code that made a resource.
type Origin struct {
	Tool Tool `json:"tool,omitempty"`
	// Stack is the name of the CloudFormation stack that the resource belongs to; "" where AWS does not tell. Only where it is set does AWS itself say whose the resource is:
	// what a user agent tells is for people, and nothing is decided by it.
	Stack     string `json:"stack,omitempty"`
	LogicalID string `json:"logical_id,omitempty"` // of the resource in its template; "" if it is not known
	// Group says that the code is that of the Auto Scaling group which launched the instance: it is the group that stands in the template.
	Group bool `json:"group,omitempty"`
}

// OriginOf gives the origin of a resource by its tags, else by who is known to change it, as AgentOf names them. ok is false where neither tells.
//
// Only tags whose prefix is reserved to AWS are believed: anybody may set others, and would be rid of fixes by it. In a stack, the CDK's own tags choose the language that
// is shown first, and no more.
//
// Source: CloudFormation template reference, "CloudFormation resource tagging" (aws:cloudformation:..., the reserved prefix); EC2 Auto Scaling user guide, "Tag Auto Scaling
// groups and instances" (aws:autoscaling:groupName); CDK API reference, aws-ec2 and aws-s3 (aws-cdk:subnet-name, aws-cdk:auto-delete-objects).
func OriginOf(tags map[string]string, agent string) (Origin, bool) {
	if stack := tags["aws:cloudformation:stack-name"]; stack != "" {
		o := Origin{Tool: CloudFormation, Stack: stack, Group: tags["aws:autoscaling:groupName"] != ""}
		if id := tags["aws:cloudformation:logical-id"]; logicalID.MatchString(id) {
			o.LogicalID = id
		}
		for key := range tags {
			if len(key) > len(ofCDK) && key[:len(ofCDK)] == ofCDK {
				o.Tool = CDK
			}
		}
		return o, true
	}
	tool := toolOf(agent)
	return Origin{Tool: tool}, tool != ""
}

// ofCDK begins the tags that constructs of the CDK set.
const ofCDK = "aws-cdk:"

// logicalID is what a logical id may be.
//
// Source: CloudFormation user guide, "CloudFormation template Resources syntax" (alphanumeric, unique within the template).
var logicalID = regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`)

// String names the origin for people, within a sentence.
func (o Origin) String() string {
	switch {
	case o.Stack != "":
		return "the CloudFormation stack " + o.Stack
	case o.Tool == Terraform:
		return "Terraform"
	case o.Tool == Pulumi:
		return "Pulumi"
	case o.Tool == CDK:
		return "the CDK"
	case o.Tool == CloudFormation:
		return "CloudFormation"
	}
	return "code that is not known"
}
