package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// noURL is the setting of a region of the commercial partition that has no function URLs.
const noURL = "none"

// What Lambda has in some partitions only, as the ids of the template's conditions: CloudFormation decides where the stack is made, because one template is for all.
const (
	functionURLs = "HasFunctionUrls"
	jsonLogs     = "HasJsonLogs"
	traces       = "HasTraces"
)

// lacking are the partitions that lack something.
//
// Source: AWS GovCloud (US) user guide, "AWS Lambda in AWS GovCloud (US)" (function URLs and JSON log formatting are not available); Getting Started with Amazon Web Services in
// China, "Amazon Lambda" (function URLs and the X-Ray integration are not available).
var lacking = map[string][]string{
	functionURLs: {"aws-cn", "aws-us-gov"},
	jsonLogs:     {"aws-us-gov"},
	traces:       {"aws-cn"},
}

// where is the condition that the partition has something.
func (s *Stack) where(has string) awscdk.CfnCondition {
	if made := s.stack.Node().TryFindChild(&has); made != nil {
		return made.(awscdk.CfnCondition)
	}
	var conditions []awscdk.ICfnConditionExpression
	for _, partition := range lacking[has] {
		conditions = append(conditions, awscdk.Fn_ConditionNot(awscdk.Fn_ConditionEquals(awscdk.Aws_PARTITION(), partition)))
	}
	expression := conditions[0]
	if len(conditions) > 1 {
		expression = awscdk.Fn_ConditionAnd(conditions...)
	}
	return awscdk.NewCfnCondition(s.stack, &has, &awscdk.CfnConditionProps{Expression: expression.(awscdk.ICfnRuleConditionExpression)})
}

// either is a value where the partition has something, and another one where not; nil leaves the property out.
func (s *Stack) either(has string, value, otherwise any) map[string]any {
	if otherwise == nil {
		otherwise = map[string]any{"Ref": "AWS::NoValue"}
	}
	return map[string]any{"Fn::If": []any{s.where(has).LogicalId(), value, otherwise}}
}

// suit makes of a function what its partition lacks as it is made there: its log has lines of text, and our own lines are JSON in it all the same.
func (s *Stack) suit(made awslambda.Function) {
	f := made.Node().DefaultChild().(awslambda.CfnFunction)
	f.AddPropertyOverride(jsii.String("LoggingConfig.LogFormat"), s.either(jsonLogs, "JSON", "Text"))
	f.AddPropertyOverride(jsii.String("LoggingConfig.SystemLogLevel"), s.either(jsonLogs, "WARN", nil))
	f.AddPropertyOverride(jsii.String("LoggingConfig.ApplicationLogLevel"), s.either(jsonLogs, "INFO", nil))
}
