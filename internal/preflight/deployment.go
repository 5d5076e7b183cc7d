package preflight

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/tagwarden/tagwarden/internal/wiring"
)

// What `cdk bootstrap` leaves in an account and region, under its usual qualifier.
//
// Source: AWS CDK developer guide, "Bootstrapping" (the version's parameter; 6 is what deployments without parameters need at least).
const (
	bootstrapParameter = "/cdk-bootstrap/hnb659fds/version"
	bootstrapLeast     = 6
)

// bootstrap looks whether `cdk deploy` has where to put the functions' code.
func bootstrap(ctx context.Context, a *Account) Finding {
	const way = "Run make bootstrap, once an account and region."
	got, err := ssm.NewFromConfig(a.Config).GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String(bootstrapParameter)})
	if code(err) == "ParameterNotFound" {
		return Finding{Fail, "The CDK has not been bootstrapped in this account and region.", way}
	}
	if err != nil {
		return unread("ssm:GetParameter", err)
	}
	version := aws.ToString(got.Parameter.Value)
	if n, err := strconv.Atoi(version); err != nil || n < bootstrapLeast {
		return Finding{Fail, fmt.Sprintf("The CDK was bootstrapped with version %s, and %d is needed.", version, bootstrapLeast), way}
	}
	return Finding{OK, "The CDK is bootstrapped, version " + version + ".", ""}
}

// stack looks whether CloudFormation can work on the stack, and whether a journal of a former one is in its way.
//
// Source: AWS CloudFormation user guide, "Stack status codes".
func stack(ctx context.Context, a *Account) Finding {
	found, err := cloudformation.NewFromConfig(a.Config).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &a.Stack})
	switch {
	case code(err) == "ValidationError":
		return a.journalLeft(ctx)
	case err != nil:
		return unread("cloudformation:DescribeStacks", err)
	case len(found.Stacks) == 0:
		return a.journalLeft(ctx)
	}
	switch status := string(found.Stacks[0].StackStatus); {
	case status == "ROLLBACK_COMPLETE" || status == "ROLLBACK_FAILED" || status == "CREATE_FAILED":
		return Finding{Fail, fmt.Sprintf("The stack %s is %s: it was never made.", a.Stack, status), "Remove it (make destroy), look at its events for why, and deploy again."}
	case strings.HasSuffix(status, "_FAILED"):
		return Finding{
			Fail,
			fmt.Sprintf("The stack %s is %s.", a.Stack, status),
			"Look at its events; aws cloudformation continue-update-rollback --stack-name " + a.Stack + " ends a rollback that failed.",
		}
	case strings.HasSuffix(status, "_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS":
		return Finding{Fail, fmt.Sprintf("The stack %s is being worked on (%s).", a.Stack, status), "Wait until it is done."}
	case status == "DELETE_COMPLETE" || status == "REVIEW_IN_PROGRESS":
		return a.journalLeft(ctx)
	default:
		return Finding{OK, fmt.Sprintf("The stack %s is %s.", a.Stack, status), ""}
	}
}

// journalLeft looks for a journal whose stack is gone: it stays when a stack is removed.
func (a *Account) journalLeft(ctx context.Context) Finding {
	table := a.Names.Table()
	_, err := dynamodb.NewFromConfig(a.Config).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	switch {
	case code(err) == "ResourceNotFoundException":
		return Finding{OK, fmt.Sprintf("There is no stack %s yet, and no journal: this is the first deployment.", a.Stack), ""}
	case err != nil:
		return unread("dynamodb:DescribeTable", err)
	}
	return Finding{
		Fail, fmt.Sprintf("There is no stack %s, but the journal of a former one, %s: a new stack cannot make it again.", a.Stack, table),
		"Take it up: make deploy PREFLIGHT=off DEPLOY=--import-existing-resources. Or use another prefix, or delete the table if nothing is to be undone any more.",
	}
}

// perFunction is how many instances of a function that takes from a queue may work at once.
const perFunction = wiring.MaxConcurrency

// concurrency looks whether the account lets the functions work beside its others.
//
// Source: AWS Lambda API reference, GetAccountSettings; developer guide, "Lambda quotas" (concurrent executions: 1,000 by default, less in new accounts).
func concurrency(ctx context.Context, a *Account) Finding {
	const way = "Ask for more: Service Quotas, AWS Lambda, Concurrent executions; or reserve less for other functions."
	got, err := lambda.NewFromConfig(a.Config).GetAccountSettings(ctx, nil)
	if err != nil {
		return unread("lambda:GetAccountSettings", err)
	}
	if got.AccountLimit == nil || got.AccountLimit.UnreservedConcurrentExecutions == nil {
		return Finding{Unknown, "AWS does not say how many executions are left.", "Look at Service Quotas, AWS Lambda, Concurrent executions."}
	}
	left, functions := int(*got.AccountLimit.UnreservedConcurrentExecutions), a.Queues+a.Calls
	most := a.Queues*perFunction + a.Calls
	switch {
	case left < functions:
		return Finding{
			Fail,
			fmt.Sprintf("%d concurrent executions are left, fewer than the %d functions: messages would be throttled into the dead-letter queues.", left, functions),
			way,
		}
	case left < most:
		return Finding{Warn, fmt.Sprintf("%d concurrent executions are left, and a storm of events may use %d: the account's other functions would be throttled.", left, most), way}
	}
	return Finding{OK, fmt.Sprintf("%d concurrent executions are left; a storm of events uses at most %d.", left, most), ""}
}

// pendingSubscription is the ARN of a subscription that nobody confirmed.
//
// Source: Amazon SNS API reference, ListSubscriptionsByTopic.
const pendingSubscription = "PendingConfirmation"

// subscriptions looks whether messages reach anybody.
func subscriptions(ctx context.Context, a *Account) Finding {
	topic := strings.Join([]string{"arn", a.partition, "sns", a.Config.Region, a.id, a.Names.Topic()}, ":")
	way := "Subscribe: aws sns subscribe --topic-arn " + topic + " --protocol email --notification-endpoint ADDRESS, or deploy with -c email=ADDRESS."
	confirmed, pending := 0, 0
	pages := sns.NewListSubscriptionsByTopicPaginator(sns.NewFromConfig(a.Config), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if code(err) == "NotFound" || code(err) == "NotFoundException" {
			return Finding{Warn, "The topic is not there yet, so nobody is subscribed.", "Look again after the deployment. " + way}
		}
		if err != nil {
			return unread("sns:ListSubscriptionsByTopic", err)
		}
		for _, s := range page.Subscriptions {
			if aws.ToString(s.SubscriptionArn) == pendingSubscription {
				pending++
			} else {
				confirmed++
			}
		}
	}
	switch {
	case confirmed == 0 && pending == 0:
		return Finding{Warn, "Nobody is subscribed to the topic: messages reach no one.", way}
	case confirmed == 0:
		return Finding{
			Warn,
			fmt.Sprintf("None of the %d subscriptions is confirmed: messages reach no one.", pending),
			"Open the link in AWS's message to the address; it is good for 3 days. " + way,
		}
	case pending > 0:
		return Finding{
			Warn,
			fmt.Sprintf("%d subscriptions are confirmed, and %d are not.", confirmed, pending),
			"Open the link in AWS's message to the address; it is good for 3 days.",
		}
	}
	return Finding{OK, fmt.Sprintf("%d subscriptions are confirmed.", confirmed), ""}
}

// tagEvents looks whether events of tags arrive: a resource that complies leaves nothing behind, so only what was wrong shows it.
//
// Source: Amazon EventBridge user guide, "Tag change events on AWS resources".
func tagEvents(ctx context.Context, a *Account) Finding {
	const way = "Try it: give a resource in scope a tag that the policy refuses, and look for it with `tagwarden journal --since 10m`."
	if a.Tagged == nil {
		return Finding{Unknown, "No deployment is named that could be asked for what arrived.", "Set TAGWARDEN_URL to the stack's output OperatorUrl. " + way}
	}
	last, err := a.Tagged(ctx)
	switch {
	case err != nil:
		return Finding{Unknown, fmt.Sprintf("The deployment could not be asked for what arrived: %v.", strings.TrimSuffix(plain(err).Error(), ".")), way}
	case last.IsZero():
		return Finding{Unknown, "The journal has no entry that an event of a tag led to: none arrived, or all that did complied.", way}
	}
	return Finding{OK, fmt.Sprintf("Events of tags arrive: the last that led to an entry was of %s.", last.UTC().Format(time.RFC3339)), ""}
}
