package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// keyDays is how long a deleted key could still be taken back; nothing that stays is encrypted with it.
const keyDays = 7

// newTopic makes the topic that messages go to, encrypted with a key of its own: what else is to publish to it, such as CloudWatch alarms, can be given a
// statement in this key's policy, which AWS's own key does not take. The functions' rights to the key are in their roles.
func newTopic(scope constructs.Construct, names rights.Names, email string) (awskms.Key, awssns.Topic) {
	key := awskms.NewKey(scope, jsii.String("TopicKey"), &awskms.KeyProps{
		Description:       jsii.String("Encrypts what Tagwarden's topic holds."),
		Alias:             jsii.String(names.Topic()),
		EnableKeyRotation: jsii.Bool(true),
		PendingWindow:     awscdk.Duration_Days(jsii.Number(keyDays)),
		RemovalPolicy:     awscdk.RemovalPolicy_DESTROY,
	})
	topic := awssns.NewTopic(scope, jsii.String("Topic"), &awssns.TopicProps{
		TopicName:   jsii.String(names.Topic()),
		DisplayName: jsii.String("Tagwarden"),
		MasterKey:   key,
		EnforceSSL:  jsii.Bool(true),
	})
	if email != "" {
		awssns.NewSubscription(scope, jsii.String("Email"), &awssns.SubscriptionProps{
			Topic: topic, Protocol: awssns.SubscriptionProtocol_EMAIL, Endpoint: jsii.String(email),
		})
	}
	return key, topic
}
