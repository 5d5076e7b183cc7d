package awsdynamodb

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// Due are the entries that hold a claim, or held it last, and whose time has come, the longest due first of each shard, at most limit of them. It may miss what became due in
// the last second: the index follows the table. What it gives is as the table has it.
func (j *Journal) Due(ctx context.Context, now time.Time, limit int) ([]journal.Entry, error) {
	var due []journal.Entry
	for n := range shards {
		keys, err := j.dueOf(ctx, n, now, limit-len(due))
		if err != nil {
			return nil, fmt.Errorf("read what is due: %w", err)
		}
		for _, key := range keys {
			out, err := j.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &j.table, Key: key, ConsistentRead: aws.Bool(true)})
			if err != nil {
				return nil, fmt.Errorf("read what is due: %w", err)
			}
			c, err := claimOf(out.Item)
			if err != nil {
				return nil, err
			}
			if at := c.Entry.Due; !at.IsZero() && !at.After(now) {
				due = append(due, c.Entry)
			}
		}
	}
	return due, nil
}

// dueOf are the keys of the claims of one shard that are due, at most limit.
func (j *Journal) dueOf(ctx context.Context, shard int, now time.Time, limit int) ([]item, error) {
	if limit <= 0 {
		return nil, nil
	}
	var keys []item
	pages := dynamodb.NewQueryPaginator(j.client, &dynamodb.QueryInput{
		TableName: &j.table, IndexName: aws.String(DueIndex), Limit: aws.Int32(int32(min(limit, 1000))),
		KeyConditionExpression:    aws.String("#p = :p AND #s <= :s"),
		ExpressionAttributeNames:  map[string]string{"#p": DuePartitionKey, "#s": DueSortKey},
		ExpressionAttributeValues: item{":p": dueKey(shard), ":s": text(now.UTC().Format(sortableTime))},
	})
	for pages.HasMorePages() && len(keys) < limit {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			keys = append(keys, item{PartitionKey: it[PartitionKey], SortKey: it[SortKey]})
		}
	}
	return keys[:min(limit, len(keys))], nil
}
