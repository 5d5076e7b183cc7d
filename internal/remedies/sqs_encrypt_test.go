package remedies

import (
	"context"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var sqsEncryptCases = []remedytest.Case{
	{
		Name: "not-encrypted", Absent: queue("tagwarden-no-such-queue"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantQueue(ctx, cfg, "tagwarden-encrypt")
		},
		Beside: besideInQueue,
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			_, err := sqs.NewFromConfig(cfg).SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{
				QueueUrl: aws.String(p.Names["url"]), Attributes: map[string]string{"VisibilityTimeout": "45"},
			})
			return err
		},
	},
	{
		Name: "a-key-in-the-rule", With: `{"key":"alias/queues"}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantQueue(ctx, cfg, "tagwarden-encrypt-key")
		},
	},
}

// plantQueue makes a queue without encryption, of a name that is its own in all tests.
func plantQueue(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	out, err := sqs.NewFromConfig(cfg).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: map[string]string{"SqsManagedSseEnabled": "false"}})
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: queue(name), Names: map[string]string{"url": *out.QueueUrl}}, nil
}

func queue(name string) finding.Resource {
	url := "https://sqs." + remedytest.Region + ".amazonaws.com/" + remedytest.Account + "/" + name
	return planted("AWS::SQS::Queue", url, "arn:aws:sqs:"+remedytest.Region+":"+remedytest.Account+":"+name)
}

func TestEncryptionAttributes(t *testing.T) {
	none, own, key := queueEncryption{}, queueEncryption{SqsManagedSseEnabled: true}, queueEncryption{KmsMasterKeyID: "alias/a"}
	for _, test := range []struct {
		name     string
		from, to queueEncryption
		want     map[string]string
	}{
		{"on", none, own, map[string]string{"SqsManagedSseEnabled": "true"}},
		{"off", own, none, map[string]string{"SqsManagedSseEnabled": "false"}},
		{"a key", none, key, map[string]string{"KmsMasterKeyId": "alias/a"}},
		{"no key any more", key, none, map[string]string{"SqsManagedSseEnabled": "false", "KmsMasterKeyId": ""}},
		{"another key", key, queueEncryption{KmsMasterKeyID: "alias/b"}, map[string]string{"KmsMasterKeyId": "alias/b"}},
		{"from a key to SQS's own", key, own, map[string]string{"SqsManagedSseEnabled": "true", "KmsMasterKeyId": ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := encryptionAttributes(test.from, test.to); !maps.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestAnEncryptionThatIsNotTold(t *testing.T) {
	r := queue("q")
	r.ARN = ""
	if got, err := readQueueEncryption(t.Context(), canned{"application/x-amz-json-1.0", `{"Attributes":{}}`}.config(), r); err == nil {
		t.Errorf("got %+v, want an error", got)
	}
}
