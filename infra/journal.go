package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// newJournal makes the table that remembers every change. It outlives the stack: without it nothing could be undone. A new stack takes it up again by
// `cdk deploy --import-existing-resources`.
func newJournal(scope constructs.Construct, names rights.Names) awsdynamodb.Table {
	table := awsdynamodb.NewTable(scope, jsii.String("Journal"), &awsdynamodb.TableProps{
		TableName:           jsii.String(names.Table()),
		PartitionKey:        text(schema.PartitionKey),
		SortKey:             text(schema.SortKey),
		TimeToLiveAttribute: jsii.String(schema.TimeToLive),
		BillingMode:         awsdynamodb.BillingMode_PAY_PER_REQUEST,
		Encryption:          awsdynamodb.TableEncryption_AWS_MANAGED,
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		},
		DeletionProtection: jsii.Bool(true),
		ResourcePolicy:     document(inStack(rights.TablePolicy(names, schema.Brakes))),
		RemovalPolicy:      awscdk.RemovalPolicy_RETAIN,
	})
	table.AddGlobalSecondaryIndex(&awsdynamodb.GlobalSecondaryIndexProps{
		IndexName:    jsii.String(schema.RecentIndex),
		PartitionKey: text(schema.RecentPartitionKey),
		SortKey:      text(schema.RecentSortKey),
	})
	table.AddGlobalSecondaryIndex(&awsdynamodb.GlobalSecondaryIndexProps{
		IndexName:      jsii.String(schema.DueIndex),
		PartitionKey:   text(schema.DuePartitionKey),
		SortKey:        text(schema.DueSortKey),
		ProjectionType: awsdynamodb.ProjectionType_KEYS_ONLY,
	})
	justifyJournal(table)
	return table
}

// text is an attribute that holds text.
func text(name string) *awsdynamodb.Attribute {
	return &awsdynamodb.Attribute{Name: jsii.String(name), Type: awsdynamodb.AttributeType_STRING}
}
