package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

func table(name string) finding.Resource {
	return planted("AWS::DynamoDB::Table", name, "arn:aws:dynamodb:"+remedytest.Region+":"+remedytest.Account+":table/"+name)
}

// plantTable makes a table. Its name is its own in all tests: tables of the emulator outlive a case.
func plantTable(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	_, err := dynamodb.NewFromConfig(cfg).CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	return remedytest.Planted{Resource: table(name)}, err
}

// throttleTable is somebody's edit of another setting of a table.
func throttleTable(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
	_, err := dynamodb.NewFromConfig(cfg).UpdateTable(ctx, &dynamodb.UpdateTableInput{
		TableName: &p.Resource.ID, BillingMode: types.BillingModeProvisioned,
		ProvisionedThroughput: &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)},
	})
	return err
}
