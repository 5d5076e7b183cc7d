package awsdynamodb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// heard is the partition of the hearings: one item a kind and day, replaced without a condition, because of two that are written at once either will do.
const heard = "heard"

// at is when it was last heard on that day.
const at = "at"

// Hear writes down that an event of a kind was heard. It is one write.
func (j *Journal) Hear(ctx context.Context, h journal.Hearing) error {
	it := item{PartitionKey: text(heard), SortKey: text(h.Kind + "#" + h.Day())}
	it[at], it[TimeToLive] = text(h.At.UTC().Format(sortableTime)), number(h.At.Add(journal.HeardFor).Unix())
	if _, err := j.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table, Item: it}); err != nil {
		return fmt.Errorf("write that %s was heard: %w", h.Kind, err)
	}
	return nil
}

// Heard are the hearings, by kind and then by time. It is one query.
func (j *Journal) Heard(ctx context.Context) ([]journal.Hearing, error) {
	var all []journal.Hearing
	pages := dynamodb.NewQueryPaginator(j.client, &dynamodb.QueryInput{
		TableName: &j.table, KeyConditionExpression: aws.String("#p = :p"),
		ExpressionAttributeNames: map[string]string{"#p": PartitionKey}, ExpressionAttributeValues: item{":p": text(heard)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read what was heard: %w", err)
		}
		for _, it := range page.Items {
			h, err := hearingOf(it)
			if err != nil {
				return nil, err
			}
			all = append(all, h)
		}
	}
	return all, nil
}

// hearingOf reads a hearing. What cannot be read is an error: a source would else seem silent, or not.
func hearingOf(it item) (journal.Hearing, error) {
	kind, _, found := strings.Cut(textOf(it[SortKey]), "#")
	t, err := time.Parse(sortableTime, textOf(it[at]))
	if !found {
		err = errors.Join(err, errors.New("its sort key names no kind and day"))
	}
	if err != nil {
		return journal.Hearing{}, fmt.Errorf("read when %s was heard: %w", textOf(it[SortKey]), err)
	}
	return journal.Hearing{Kind: kind, At: t}, nil
}

// Pending is how many entries that hold a claim, or held it last, are due now or later: they wait for a time, or for a person until a time. At most limit are counted. It reads
// the index alone, which follows the table within a second.
func (j *Journal) Pending(ctx context.Context, limit int) (int, error) {
	n := 0
	for shard := range shards {
		pages := dynamodb.NewQueryPaginator(j.client, &dynamodb.QueryInput{
			TableName: &j.table, IndexName: aws.String(DueIndex), KeyConditionExpression: aws.String("#p = :p"),
			ExpressionAttributeNames: map[string]string{"#p": DuePartitionKey}, ExpressionAttributeValues: item{":p": dueKey(shard)},
		})
		for pages.HasMorePages() && n < limit {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return 0, fmt.Errorf("count what waits: %w", err)
			}
			n += len(page.Items)
		}
	}
	return min(n, limit), nil
}
