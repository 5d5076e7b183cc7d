package awsdynamodb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// sealAge is how long the table's id is believed before it is asked for again: for as long changes may go on after a restore in place.
const sealAge = 10 * time.Second

// A seal remembers the id of the table. The table's item of the same name says which table the journal was written to: a restored one has another id.
//
// Source: DynamoDB API reference, TableDescription, TableId ("Unique identifier for the table for which the backup was created").
type seal struct {
	mu    sync.Mutex
	table string
	asked time.Time
}

// restored tells whether the journal is in another table than it was written to. A table that has no seal yet is sealed.
func (j *Journal) restored(ctx context.Context, sealed item) (bool, error) {
	table, err := j.tableID(ctx)
	if err != nil || len(sealed) > 0 {
		return err == nil && textOf(sealed[resource]) != table, err
	}
	it := brakeKey(brakeSeal)
	it[resource] = text(table)
	_, err = j.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table, Item: it, ConditionExpression: aws.String("attribute_not_exists(" + PartitionKey + ")")})
	var there *types.ConditionalCheckFailedException
	if err != nil && !errors.As(err, &there) {
		return false, fmt.Errorf("seal the journal: %w", err)
	}
	return false, nil // who sealed it first did so in this very table
}

// reseal says that the journal belongs to the table that it is in.
func (j *Journal) reseal(ctx context.Context) error {
	table, err := j.tableID(ctx)
	if err != nil {
		return err
	}
	it := brakeKey(brakeSeal)
	it[resource] = text(table)
	if _, err := j.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table, Item: it}); err != nil {
		return fmt.Errorf("seal the journal: %w", err)
	}
	return nil
}

// tableID is the id of the table.
func (j *Journal) tableID(ctx context.Context) (string, error) {
	j.seal.mu.Lock()
	defer j.seal.mu.Unlock()
	if j.seal.table != "" && time.Since(j.seal.asked) < sealAge {
		return j.seal.table, nil
	}
	out, err := j.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &j.table})
	if err != nil {
		return "", fmt.Errorf("read the table's id: %w", err)
	}
	if out.Table == nil || aws.ToString(out.Table.TableId) == "" {
		return "", fmt.Errorf("read the table's id: %s has none", j.table)
	}
	j.seal.table, j.seal.asked = *out.Table.TableId, time.Now()
	return j.seal.table, nil
}
