package iac

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An agent is a program as CloudTrail's userAgent shows it.
type agent struct {
	name  string // as people call it
	tool  Tool   // what code it works from; "" for none
	shown *regexp.Regexp
}

// agents are the programs that are known, the more special ones first: Crossplane and Pulumi ride on Terraform's provider, and each on an SDK. The first group of shown, where
// it has one, is the version.
//
// Source: hashicorp/terraform-provider-awscc #247 and crossplane-contrib/provider-jet-aws #180 (APN/1.0 HashiCorp/1.0 Terraform/1.0.8 ...), pulumi/pulumi-aws #1604 and #2190
// (APN/1.0 Pulumi/1.0 Pulumi-Aws/4.17.0), pulumi/pulumi-aws-native #29 (PulumiAwsNative); CloudTrail user guide, "CloudTrail record contents", userAgent.
var agents = []agent{
	{"Crossplane", "", regexp.MustCompile(`(?i)\bcrossplane(?:-provider[a-z-]*/v?([0-9][\w.-]*))?`)},
	{"Pulumi", Pulumi, regexp.MustCompile(`\bPulumi`)},
	{"OpenTofu", Terraform, regexp.MustCompile(`\bOpenTofu(?:/v?([0-9][\w.-]*))?`)},
	{"Terraform", Terraform, regexp.MustCompile(`\bTerraform(?:/v?([0-9][\w.-]*))?`)},
	{"AWS CDK", CDK, regexp.MustCompile(`\baws-cdk(?:/([0-9][\w.-]*))?`)},
	{"AWS CLI", "", regexp.MustCompile(`\baws-cli/([0-9][\w.-]*)`)},
	{"Boto3", "", regexp.MustCompile(`\bBoto3/([0-9][\w.-]*)`)},
	{"an AWS SDK", "", regexp.MustCompile(`(?i)\b(?:aws-sdk-|botocore/)`)},
	{"the AWS console", "", regexp.MustCompile(`^\[?(?:Mozilla/|S3Console/|AWSCloudTrail|AWS-?Console|aws-internal/.*console)`)},
}

// services are what AWS itself calls those who call for somebody, in invokedBy, sourceIPAddress and userAgent.
//
// Source: CloudTrail user guide, "CloudTrail record contents" (userAgent: signin.amazonaws.com and console.amazonaws.com are the console; sourceIPAddress), "CloudTrail
// userIdentity element" (invokedBy).
var services = map[string]string{
	"cloudformation.amazonaws.com": "CloudFormation", "signin.amazonaws.com": "the AWS console", "console.amazonaws.com": "the AWS console", "AWS Internal": "AWS",
}

// AgentOf names for people who made a change: "CloudFormation", "Terraform 1.9.5", "the AWS console". userAgent and by are CloudTrail's userAgent, and its invokedBy or
// sourceIPAddress; "" where neither says anything. A user agent is whatever the caller chose to send: it is for people to read, and no proof.
func AgentOf(userAgent, by string) string {
	for _, text := range []string{by, userAgent} {
		if name, ok := services[strings.TrimSpace(text)]; ok {
			return name
		}
		if strings.HasSuffix(text, ".amazonaws.com") {
			return tidy(text)
		}
	}
	for _, a := range agents {
		if match := a.shown.FindStringSubmatch(userAgent); match != nil {
			if len(match) > 1 && match[1] != "" {
				return a.name + " " + tidy(match[1])
			}
			return a.name
		}
	}
	return tidy(userAgent)
}

// toolOf gives the tool that an agent works for, as AgentOf names it; "" for none.
func toolOf(named string) Tool {
	if named == services["cloudformation.amazonaws.com"] {
		return CloudFormation
	}
	for _, a := range agents {
		if rest, ok := strings.CutPrefix(named, a.name); ok && (rest == "" || rest[0] == ' ') {
			return a.tool
		}
	}
	return ""
}

// tidy cuts a text that its sender chose: one line of at most 60 code points.
func tidy(text string) string {
	const most = 60
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
