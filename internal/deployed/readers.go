package deployed

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// A reader asks a service for a resource, by its physical id and its properties as the template wants them, and gives its properties as CloudFormation calls them.
type reader func(ctx context.Context, c *Cloud, id string, want map[string]any) (map[string]any, error)

// readers are of the types that the emulator makes.
var readers = map[string]reader{
	"AWS::SQS::Queue":                 readQueue,
	"AWS::Lambda::Function":           readFunction,
	"AWS::Lambda::EventSourceMapping": readMapping,
	"AWS::Lambda::Version":            readVersion,
	"AWS::Events::Rule":               readRule,
	"AWS::Events::EventBus":           readBus,
	"AWS::DynamoDB::Table":            readTable,
	"AWS::SNS::Topic":                 readTopic,
	"AWS::KMS::Key":                   readKey,
	"AWS::KMS::Alias":                 readAlias,
	"AWS::IAM::Role":                  readRole,
	"AWS::IAM::ManagedPolicy":         readManagedPolicy,
	"AWS::Logs::LogGroup":             readLogGroup,
	"AWS::CloudWatch::Dashboard":      readDashboard,
	"AWS::SSM::Parameter":             readParameter,
}

func readQueue(ctx context.Context, c *Cloud, _ string, want map[string]any) (map[string]any, error) {
	client := sqs.NewFromConfig(c.cfg)
	at, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(text(want["QueueName"]))})
	if err != nil {
		return nil, err
	}
	out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: at.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll}})
	if err != nil {
		return nil, err
	}
	got := object(out.Attributes)
	got["QueueName"] = last(*at.QueueUrl)
	if _, given := got["RedrivePolicy"]; given {
		got["RedrivePolicy"] = exact{got["RedrivePolicy"]}
	}
	return got, nil
}

func readFunction(ctx context.Context, c *Cloud, _ string, want map[string]any) (map[string]any, error) {
	out, err := lambda.NewFromConfig(c.cfg).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String(text(want["FunctionName"]))})
	if err != nil {
		return nil, err
	}
	got := object(out.Configuration)
	got["Environment"] = exact{map[string]any{"Variables": object(out.Configuration.Environment)["Variables"]}}
	for _, asset := range c.Assets {
		if asset.Sum == aws.ToString(out.Configuration.CodeSha256) {
			got["Code"] = map[string]any{"S3Bucket": asset.Bucket, "S3Key": asset.Key}
		}
	}
	return got, nil
}

func readMapping(ctx context.Context, c *Cloud, id string, want map[string]any) (map[string]any, error) {
	out, err := lambda.NewFromConfig(c.cfg).GetEventSourceMapping(ctx, &lambda.GetEventSourceMappingInput{UUID: &id})
	if err != nil {
		return nil, err
	}
	got, named := object(out), text(want["FunctionName"])
	got["FunctionName"] = aws.ToString(out.FunctionArn)
	if !strings.HasPrefix(named, "arn:") {
		got["FunctionName"] = attributes["AWS::SNS::Topic.TopicName"](values{}, aws.ToString(out.FunctionArn)) // what stands behind the last colon
	}
	for _, alias := range c.template.aliases() {
		if whole := aws.ToString(out.FunctionArn) + ":" + alias; named == whole {
			got["FunctionName"] = whole // the emulator makes no alias: it has the mapping on the function
		}
	}
	return got, nil
}

// readVersion finds a published version of the function that the template wants one of.
func readVersion(ctx context.Context, c *Cloud, id string, want map[string]any) (map[string]any, error) {
	name := text(want["FunctionName"])
	out, err := lambda.NewFromConfig(c.cfg).ListVersionsByFunction(ctx, &lambda.ListVersionsByFunctionInput{FunctionName: &name})
	if err != nil {
		return nil, err
	}
	for _, version := range out.Versions {
		if aws.ToString(version.Version) != "$LATEST" {
			got := object(version)
			got["FunctionName"] = aws.ToString(version.FunctionName)
			return got, nil
		}
	}
	return nil, fmt.Errorf("the function %s has no published version (%s)", name, id)
}

func readRule(ctx context.Context, c *Cloud, _ string, want map[string]any) (map[string]any, error) {
	client, bus := eventbridge.NewFromConfig(c.cfg), busOf(want)
	out, err := client.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String(text(want["Name"])), EventBusName: bus})
	if err != nil {
		return nil, err
	}
	targets, err := client.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: out.Name, EventBusName: bus})
	if err != nil {
		return nil, err
	}
	got := object(out)
	got["EventPattern"] = exact{got["EventPattern"]}
	got["Targets"] = exact{plain(targets.Targets)}
	return got, nil
}

// busOf is the name of the bus on which the template puts a rule; nil for the account's own.
func busOf(want map[string]any) *string {
	if name := text(want["EventBusName"]); name != "" {
		return &name
	}
	return nil
}

func readBus(ctx context.Context, c *Cloud, _ string, want map[string]any) (map[string]any, error) {
	out, err := eventbridge.NewFromConfig(c.cfg).DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: aws.String(text(want["Name"]))})
	return object(out), err
}

func readTable(ctx context.Context, c *Cloud, _ string, want map[string]any) (map[string]any, error) {
	name := aws.String(text(want["TableName"]))
	out, err := dynamodb.NewFromConfig(c.cfg).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: name})
	if err != nil {
		return nil, err
	}
	got := object(out.Table)
	if billing := out.Table.BillingModeSummary; billing != nil {
		got["BillingMode"] = string(billing.BillingMode)
	}
	return got, nil
}

func readTopic(ctx context.Context, c *Cloud, id string, _ map[string]any) (map[string]any, error) {
	out, err := sns.NewFromConfig(c.cfg).GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &id})
	if err != nil {
		return nil, err
	}
	got := object(out.Attributes)
	got["TopicName"] = attributes["AWS::SNS::Topic.TopicName"](values{}, out.Attributes["TopicArn"])
	return got, nil
}

func readKey(ctx context.Context, c *Cloud, id string, _ map[string]any) (map[string]any, error) {
	client := kms.NewFromConfig(c.cfg)
	out, err := client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &id})
	if err != nil {
		return nil, err
	}
	rotation, err := client.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: &id})
	if err != nil {
		return nil, err
	}
	policy, err := client.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &id, PolicyName: aws.String("default")})
	if err != nil {
		return nil, err
	}
	got := object(out.KeyMetadata)
	got["EnableKeyRotation"] = rotation.KeyRotationEnabled
	got["KeyPolicy"] = exact{aws.ToString(policy.Policy)}
	return got, nil
}

func readAlias(ctx context.Context, c *Cloud, _ string, want map[string]any) (map[string]any, error) {
	client := kms.NewFromConfig(c.cfg)
	out, err := client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(text(want["AliasName"]))})
	if err != nil {
		return nil, err
	}
	return map[string]any{"AliasName": want["AliasName"], "TargetKeyId": aws.ToString(out.KeyMetadata.Arn)}, nil
}

func readRole(ctx context.Context, c *Cloud, id string, _ map[string]any) (map[string]any, error) {
	client := iam.NewFromConfig(c.cfg)
	out, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: &id})
	if err != nil {
		return nil, err
	}
	got := object(out.Role)
	trust, err := url.QueryUnescape(aws.ToString(out.Role.AssumeRolePolicyDocument))
	if err != nil {
		return nil, err
	}
	got["AssumeRolePolicyDocument"] = exact{trust}
	if boundary := out.Role.PermissionsBoundary; boundary != nil {
		got["PermissionsBoundary"] = aws.ToString(boundary.PermissionsBoundaryArn)
	}
	policies, err := inline(ctx, client, id)
	got["Policies"] = exact{policies}
	return got, err
}

// inline are a role's own policies, as CloudFormation lists them.
func inline(ctx context.Context, client *iam.Client, role string) ([]any, error) {
	names, err := client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role})
	if err != nil {
		return nil, err
	}
	var policies []any
	for _, name := range names.PolicyNames {
		out, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
		if err != nil {
			return nil, err
		}
		document, err := url.QueryUnescape(aws.ToString(out.PolicyDocument))
		if err != nil {
			return nil, err
		}
		policies = append(policies, map[string]any{"PolicyName": name, "PolicyDocument": parsed(document)})
	}
	return policies, nil
}

func readManagedPolicy(ctx context.Context, c *Cloud, id string, _ map[string]any) (map[string]any, error) {
	client := iam.NewFromConfig(c.cfg)
	out, err := client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &id})
	if err != nil {
		return nil, err
	}
	version, err := client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &id, VersionId: out.Policy.DefaultVersionId})
	if err != nil {
		return nil, err
	}
	document, err := url.QueryUnescape(aws.ToString(version.PolicyVersion.Document))
	if err != nil {
		return nil, err
	}
	users, err := client.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: &id})
	if err != nil {
		return nil, err
	}
	roles := []any{}
	for _, role := range users.PolicyRoles {
		roles = append(roles, aws.ToString(role.RoleName))
	}
	got := object(out.Policy)
	got["ManagedPolicyName"], got["PolicyDocument"], got["Roles"] = got["PolicyName"], exact{document}, roles
	return got, nil
}

func readLogGroup(ctx context.Context, c *Cloud, id string, want map[string]any) (map[string]any, error) {
	name := text(want["LogGroupName"])
	out, err := cloudwatchlogs.NewFromConfig(c.cfg).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
	if err != nil {
		return nil, err
	}
	for _, group := range out.LogGroups {
		if aws.ToString(group.LogGroupName) != name {
			continue
		}
		got := map[string]any{"LogGroupName": name, "RetentionInDays": aws.ToInt32(group.RetentionInDays)}
		if group.KmsKeyId != nil {
			got["KmsKeyId"] = *group.KmsKeyId
		}
		return got, nil
	}
	return nil, fmt.Errorf("there is no log group %s (%s)", name, id)
}

func readParameter(ctx context.Context, c *Cloud, _ string, want map[string]any) (map[string]any, error) {
	out, err := ssm.NewFromConfig(c.cfg).GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String(text(want["Name"]))})
	if err != nil {
		return nil, err
	}
	return object(out.Parameter), nil
}
