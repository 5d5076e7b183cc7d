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

// sealAge is how long it is believed which table this is before it is asked for again: for as long changes may go on after one was put in its place.
const sealAge = 10 * time.Second

// A seal remembers which table this is. The item of the same name says which table the journal was written to: a restore makes a new one.
//
// Source: DynamoDB API reference, RestoreTableToPointInTime and RestoreTableFromBackup (to a new table), TableDescription.
type seal struct {
	mu    sync.Mutex
	table string
	asked time.Time // without a monotonic part: that clock stands still while a function is frozen
}

// restored tells whether the journal is in another table than it was written to. A table that has no seal yet is sealed: every change asks for the brakes first, so that none was
// made yet.
func (j *Journal) restored(ctx context.Context, sealed item) (bool, error) {
	table, err := j.thisTable(ctx)
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
	table, err := j.thisTable(ctx)
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

// thisTable names the table as no other is named, one of the same name before or after it included: its id, and when it was made. An emulator may know no ids.
func (j *Journal) thisTable(ctx context.Context) (string, error) {
	j.seal.mu.Lock()
	defer j.seal.mu.Unlock()
	now := j.now().Round(0)
	if age := now.Sub(j.seal.asked); j.seal.table != "" && age >= 0 && age < sealAge {
		return j.seal.table, nil
	}
	out, err := j.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &j.table})
	if err != nil {
		return "", fmt.Errorf("read which table %s is: %w", j.table, err)
	}
	if out.Table == nil || out.Table.CreationDateTime == nil {
		return "", fmt.Errorf("read which table %s is: it does not say when it was made", j.table)
	}
	j.seal.table, j.seal.asked = aws.ToString(out.Table.TableId)+" of "+out.Table.CreationDateTime.UTC().Format(sortableTime), now
	return j.seal.table, nil
}
