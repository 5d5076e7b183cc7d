package remedies

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var snsEncryptCases = []remedytest.Case{
	{
		Name: "no-key", Absent: topic("tagwarden-no-such-topic"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantTopic(ctx, cfg, "tagwarden-encrypt")
		},
	},
	{
		Name: "a-key-in-the-rule", With: `{"key":"alias/events"}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantTopic(ctx, cfg, "tagwarden-encrypt-own-key")
		},
	},
}

// plantTopic makes a topic of a name that is its own in all tests.
func plantTopic(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	_, err := sns.NewFromConfig(cfg).CreateTopic(ctx, &sns.CreateTopicInput{Name: &name})
	return remedytest.Planted{Resource: topic(name)}, err
}

func topic(name string) finding.Resource {
	arn := "arn:aws:sns:" + remedytest.Region + ":" + remedytest.Account + ":" + name
	return planted("AWS::SNS::Topic", arn, arn)
}

func TestATopicThatIsNotTold(t *testing.T) {
	const nothing = "<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes></Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>"
	if got, err := readTopicEncryption(t.Context(), canned{"text/xml", nothing}.config(), topic("t")); err == nil {
		t.Errorf("got %+v, want an error", got)
	}
}
