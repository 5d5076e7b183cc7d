package awsdynamodb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// maxKeys is how many items one read may ask for.
//
// Source: DynamoDB API reference, BatchGetItem.
const maxKeys = 100

func counterKey(name string) item {
	return item{PartitionKey: text("counter#" + hashed(name)), SortKey: text("counter")}
}

// putCounter replaces a counter, if it is still as it was read. It is kept for longer than anything on it counts.
func (j *Journal) putCounter(c journal.Counter) (types.TransactWriteItem, error) {
	data, err := journal.EncodeCounter(c)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	it := counterKey(c.Name)
	it[document], it[resource], it[TimeToLive] = text(string(data)), text(c.Name), j.expiry(c.Touched.Add(2*c.Per))
	return j.replace(it, c.Version), nil
}

// Reset sets counters back to nothing, and closes them.
func (j *Journal) Reset(ctx context.Context, now time.Time, counters ...string) error {
	err := j.race(ctx, func() error {
		was, err := j.counters(ctx, counters)
		if err != nil {
			return err
		}
		var step journal.Step
		for _, c := range was {
			step.Counts = append(step.Counts, c.Reset(now))
		}
		_, err = j.commit(ctx, step)
		return err
	})
	if err != nil {
		return fmt.Errorf("reset counters: %w", err)
	}
	return nil
}

// counters are the counters of some names; one that nothing was counted on is not among them. It is one read for a hundred.
func (j *Journal) counters(ctx context.Context, names []string) (map[string]journal.Counter, error) {
	found := map[string]journal.Counter{}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	for some := range slices.Chunk(names, maxKeys) {
		keys := make([]item, len(some))
		for i, name := range some {
			keys[i] = counterKey(name)
		}
		out, err := j.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			j.table: {Keys: keys, ConsistentRead: aws.Bool(true)},
		}})
		if err != nil {
			return nil, fmt.Errorf("read counters: %w", err)
		}
		if len(out.UnprocessedKeys) > 0 {
			return nil, fmt.Errorf("read counters: %w", errUnprocessed)
		}
		for _, it := range out.Responses[j.table] {
			data, err := documentOf(it)
			if err != nil {
				return nil, err
			}
			c, err := journal.DecodeCounter(data)
			if err != nil {
				return nil, fmt.Errorf("read counter %s: %w", textOf(it[resource]), err)
			}
			found[c.Name] = c
		}
	}
	return found, nil
}
