package main

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// keyDays is how long a deleted key could still be taken back.
const keyDays = 7

// How often a key may be renewed, in days. Each of the first two renewals costs as much a month as the key itself, so that the default is as seldom as AWS takes.
//
// Source: AWS KMS API reference, EnableKeyRotation (RotationPeriodInDays); AWS KMS pricing.
const (
	leastRotation = 90
	mostRotation  = 2560
)

// rotationDays reads after how many days the key is renewed.
func rotationDays(text string) (int, error) {
	days, err := strconv.Atoi(text)
	if err != nil || days < leastRotation || days > mostRotation {
		return mostRotation, fmt.Errorf("-c rotation=%s: use a number of days from %d to %d", text, leastRotation, mostRotation)
	}
	return days, nil
}

// newKey makes the one key of the deployment, which encrypts its topic and its logs and seals the journal's secret: a key costs as much a month as everything else that is idle. It is
// the customer's own, because AWS's own keys take no statement for CloudWatch, whose alarms would be lost without a word.
func newKey(scope constructs.Construct, names rights.Names, rotation int) awskms.Key {
	return awskms.NewKey(scope, jsii.String("Key"), &awskms.KeyProps{
		Description:       jsii.String("Encrypts what Tagwarden's topic and logs hold, and seals the secret of its journal."),
		Alias:             jsii.String(names.Key()),
		EnableKeyRotation: jsii.Bool(true),
		RotationPeriod:    awscdk.Duration_Days(jsii.Number(rotation)),
		PendingWindow:     awscdk.Duration_Days(jsii.Number(keyDays)),
		RemovalPolicy:     awscdk.RemovalPolicy_DESTROY,
		Policy:            document(inStack(rights.KeyPolicy(names))),
	})
}
