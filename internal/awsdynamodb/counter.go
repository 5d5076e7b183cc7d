package awsdynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/journal"
)

func counterKey(name string) item {
	return item{PartitionKey: text("counter#" + hashed(name)), SortKey: text("counter")}
}

// putCounter replaces a counter, if it is still as it was read.
func (j *Journal) putCounter(c journal.Counter) (types.TransactWriteItem, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return types.TransactWriteItem{}, fmt.Errorf("encode counter %s: %w", c.Name, err)
	}
	it := counterKey(c.Name)
	it[document], it[resource], it[TimeToLive] = text(string(data)), text(c.Name), j.expiry(c.Touched)
	return j.replace(it, c.Version), nil
}

// counts are the counters as marks leave them.
func (j *Journal) counts(ctx context.Context, marks []journal.Mark, now time.Time) ([]journal.Counter, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	names := make([]string, len(marks))
	for i, m := range marks {
		names[i] = m.Counter
	}
	rails, err := j.read(ctx, nil, names)
	if err != nil {
		return nil, err
	}
	return journal.Moved(marks, rails.counters, now)
}

// Reset sets counters back to nothing, and closes them.
func (j *Journal) Reset(ctx context.Context, now time.Time, counters ...string) error {
	err := j.race(ctx, func() error {
		was, err := j.read(ctx, nil, counters)
		if err != nil {
			return err
		}
		var writes []types.TransactWriteItem
		for _, c := range was.counters {
			put, err := j.putCounter(c.Reset(now))
			if err != nil {
				return err
			}
			writes = append(writes, put)
		}
		if len(writes) == 0 {
			return nil
		}
		_, err = j.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
		return refusedOf("counters", err)
	})
	if err != nil {
		return fmt.Errorf("reset counters: %w", err)
	}
	return nil
}

// refusedOf tells a lost race from a write that could not be made; nil where it was made.
func refusedOf(what string, err error) error {
	var canceled *types.TransactionCanceledException
	var failed *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return nil
	case errors.As(err, &canceled) && raced(canceled.CancellationReasons), errors.As(err, &failed):
		return fmt.Errorf("write %s: %w", what, errRaced)
	}
	return fmt.Errorf("write %s: %w", what, err)
}

// A reading is what one read of guardrails gave.
type reading struct {
	counters map[string]journal.Counter
	brakes   map[string]item // by their sort key
}

// read reads counters, and brakes by their sort keys, in one call.
func (j *Journal) read(ctx context.Context, brakes, counters []string) (reading, error) {
	found := reading{map[string]journal.Counter{}, map[string]item{}}
	var keys []item
	for _, at := range brakes {
		keys = append(keys, brakeKey(at))
	}
	asked := map[string]bool{}
	for _, name := range counters {
		if !asked[name] {
			keys = append(keys, counterKey(name))
		}
		asked[name] = true
	}
	if len(keys) == 0 {
		return found, nil
	}
	out, err := j.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		j.table: {Keys: keys, ConsistentRead: aws.Bool(true)},
	}})
	if err != nil {
		return found, fmt.Errorf("read counters and brakes: %w", err)
	}
	if len(out.UnprocessedKeys) > 0 {
		return found, fmt.Errorf("read counters and brakes: %w", errUnprocessed)
	}
	return found, found.take(out.Responses[j.table])
}

// take sorts what was read.
func (r reading) take(items []item) error {
	for _, it := range items {
		if textOf(it[PartitionKey]) == brakes {
			r.brakes[textOf(it[SortKey])] = it
			continue
		}
		data, err := documentOf(it)
		if err != nil {
			return err
		}
		var c journal.Counter
		if err := json.Unmarshal(data, &c); err != nil {
			return fmt.Errorf("decode counter %s: %w", textOf(it[resource]), err)
		}
		r.counters[c.Name] = c
	}
	return nil
}
