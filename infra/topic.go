package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// newTopic makes the topic that messages go to, encrypted with the deployment's key.
func newTopic(scope constructs.Construct, names rights.Names, key awskms.Key, email string) awssns.Topic {
	topic := awssns.NewTopic(scope, jsii.String("Topic"), &awssns.TopicProps{
		TopicName:   jsii.String(names.Topic()),
		DisplayName: jsii.String("Tagwarden"),
		MasterKey:   key,
		EnforceSSL:  jsii.Bool(true),
	})
	topic.AddToResourcePolicy(statement(inStack(rights.Document{Statement: []rights.Statement{rights.AlarmPolicy(names)}}).Statement[0]))
	if email != "" {
		awssns.NewSubscription(scope, jsii.String("Email"), &awssns.SubscriptionProps{
			Topic: topic, Protocol: awssns.SubscriptionProtocol_EMAIL, Endpoint: jsii.String(email),
		})
	}
	return topic
}
