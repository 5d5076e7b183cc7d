package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// keyDays is how long a deleted key could still be taken back.
const keyDays = 7

// newKey makes the one key of the deployment, which encrypts its topic and its logs and seals the journal's secret: a key costs as much a month as everything else that is idle. It is
// the customer's own, because AWS's own keys take no statement for CloudWatch, whose alarms would be lost without a word.
func newKey(scope constructs.Construct, names rights.Names) awskms.Key {
	return awskms.NewKey(scope, jsii.String("Key"), &awskms.KeyProps{
		Description:       jsii.String("Encrypts what Tagwarden's topic and logs hold, and seals the secret of its journal."),
		Alias:             jsii.String(names.Key()),
		EnableKeyRotation: jsii.Bool(true),
		PendingWindow:     awscdk.Duration_Days(jsii.Number(keyDays)),
		RemovalPolicy:     awscdk.RemovalPolicy_DESTROY,
		Policy:            document(inStack(rights.KeyPolicy(names))),
	})
}
