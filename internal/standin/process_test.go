package standin_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/standin"
)

const instance = "arn:aws:ec2:us-east-1:" + standin.Account + ":instance/i-1"

// calls is one call of each service, of which the stand-in answers all but S3's.
func calls(cfg aws.Config, cloud *standin.Cloud) map[string]func(context.Context) error {
	queue, topic := cloud.NewQueue("q", time.Minute, 0, nil), cloud.NewTopic("t", func(standin.Published) {})
	cloud.Tags.Put(instance, map[string]string{"a": "b"}, 1)
	return map[string]func(context.Context) error{
		"DynamoDB": func(ctx context.Context) error {
			_, err := dynamodb.NewFromConfig(cfg).CreateTable(ctx, &dynamodb.CreateTableInput{
				TableName: aws.String("t"), AttributeDefinitions: []dynamodbtypes.AttributeDefinition{}, KeySchema: []dynamodbtypes.KeySchemaElement{
					{AttributeName: aws.String("p"), KeyType: dynamodbtypes.KeyTypeHash}, {AttributeName: aws.String("s"), KeyType: dynamodbtypes.KeyTypeRange},
				},
			})
			return err
		},
		"SQS": func(ctx context.Context) error {
			_, err := sqs.NewFromConfig(cfg).SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &queue.URL, MessageBody: aws.String("body")})
			return err
		},
		"SNS": func(ctx context.Context) error {
			_, err := sns.NewFromConfig(cfg).Publish(ctx, &sns.PublishInput{TopicArn: &topic.ARN, Message: aws.String("message")})
			return err
		},
		"STS": func(ctx context.Context) error {
			_, err := sts.NewFromConfig(cfg).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::444455556666:role/r"), RoleSessionName: aws.String("s")})
			return err
		},
		"SecurityHub": func(ctx context.Context) error {
			_, err := securityhub.NewFromConfig(cfg).GetFindings(ctx, &securityhub.GetFindingsInput{})
			return err
		},
		"EC2": func(ctx context.Context) error {
			_, err := ec2.NewFromConfig(cfg).CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{"i-1"}, Tags: []ec2types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}})
			return err
		},
		"Tagging": func(ctx context.Context) error {
			in := &resourcegroupstaggingapi.TagResourcesInput{ResourceARNList: []string{instance}, Tags: map[string]string{"k": "v"}}
			_, err := resourcegroupstaggingapi.NewFromConfig(cfg).TagResources(ctx, in)
			return err
		},
		"S3": func(ctx context.Context) error {
			_, err := s3.NewFromConfig(cfg).GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: aws.String("b")})
			return err
		},
	}
}

// TestFaults holds that each fault is, to the SDK's clients, what it is meant to be, in all protocols: what is throttled or broken is tried again, what is denied is not.
func TestFaults(t *testing.T) {
	throttled := map[string]string{
		"DynamoDB": "ProvisionedThroughputExceededException", "SQS": "RequestThrottled", "SNS": "Throttled", "STS": "Throttling", "SecurityHub": "LimitExceededException",
		"EC2": "RequestLimitExceeded", "Tagging": "ThrottlingException", "S3": "SlowDown",
	}
	denied := map[string]string{
		"DynamoDB": "AccessDeniedException", "SQS": "AccessDeniedException", "SNS": "AuthorizationError", "STS": "AccessDenied", "SecurityHub": "AccessDeniedException",
		"EC2": "UnauthorizedOperation", "Tagging": "AccessDeniedException", "S3": "AccessDenied",
	}
	for service, want := range throttled {
		for _, c := range []struct {
			fault standin.Fault
			code  string
			tries int
		}{
			{standin.Throttle, want, map[bool]int{true: 1, false: 3}[service == "SNS"]}, // the SDK does not know SNS's code
			{standin.Deny, denied[service], 1},
			{standin.Break, "", 3},
			{standin.TimeOut, "", 3},
			{standin.DieBefore, "", 0},
			{standin.DieAfter, "", 0},
		} {
			made := 0
			process := standin.NewProcess(func(call standin.Call) standin.Fault {
				made++
				return c.fault
			})
			cloud := standin.New(standin.NewClock(noon))
			err := calls(standin.Config(process.To(cloud), "us-east-1"), cloud)[service](t.Context())
			var api smithy.APIError
			switch {
			case err == nil:
				t.Errorf("%s %s: no error", service, c.fault)
			case c.code != "" && (!errors.As(err, &api) || api.ErrorCode() != c.code):
				t.Errorf("%s %s: got %v, want %s", service, c.fault, err, c.code)
			case c.tries > 0 && made != c.tries:
				t.Errorf("%s %s: called %d times, want %d: %v", service, c.fault, made, c.tries, err)
			case c.tries == 0 && (!process.Dead() || made != 1):
				t.Errorf("%s %s: dead %v after %d calls", service, c.fault, process.Dead(), made)
			}
		}
	}
}

// TestOnce holds that a call that is hit once is made by the SDK's second try, and that it had its effect, or had none, as the fault says.
func TestOnce(t *testing.T) {
	for fault, changes := range map[standin.Fault]int{
		standin.Throttle: 0, standin.Break: 0, standin.TimeOut: 1, standin.DieBefore: 0, standin.DieAfter: 1, standin.Deny: 0, standin.None: 1,
	} {
		cloud := standin.New(standin.NewClock(noon))
		at := 0 // changes when the second call came
		process := standin.NewProcess(func(call standin.Call) standin.Fault {
			if call.Number == 1 {
				return fault
			}
			now, _ := cloud.Tags.Get(instance)
			at = now.Changes
			return standin.None
		})
		err := calls(standin.Config(process.To(cloud), "us-east-1"), cloud)["EC2"](t.Context())
		now, _ := cloud.Tags.Get(instance)
		switch fault {
		case standin.DieBefore, standin.DieAfter, standin.Deny, standin.None:
			at = now.Changes
		default:
			if err != nil || now.Changes != 1 || now.Tags["k"] != "v" {
				t.Errorf("%s: %v, %d changes, %v", fault, err, now.Changes, now.Tags)
			}
		}
		if at != changes {
			t.Errorf("%s: %d changes, want %d", fault, at, changes)
		}
	}
}
