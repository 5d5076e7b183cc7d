package awsdynamodb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// Due are the entries that hold a claim, or held it last, and whose time has come, the longest due first, at most limit of them. It may miss what became due in the last
// second: the index follows the table. What it gives is as the table has it. An item that cannot be read holds up no other: Due then answers the others, and the error.
func (j *Journal) Due(ctx context.Context, now time.Time, limit int) ([]journal.Entry, error) {
	if limit <= 0 {
		return nil, nil
	}
	var claims []item
	for n := range shards {
		found, err := j.dueOf(ctx, n, now, limit)
		if err != nil {
			return nil, fmt.Errorf("read what is due: %w", err)
		}
		claims = append(claims, found...)
	}
	slices.SortFunc(claims, func(a, b item) int {
		return cmp.Or(strings.Compare(textOf(a[DueSortKey]), textOf(b[DueSortKey])), strings.Compare(textOf(a[PartitionKey]), textOf(b[PartitionKey])))
	})
	return j.stillDue(ctx, now, claims[:min(limit, len(claims))])
}

// stillDue are the entries of claims that are due as the table has them.
func (j *Journal) stillDue(ctx context.Context, now time.Time, claims []item) ([]journal.Entry, error) {
	var due []journal.Entry
	var unreadable []error
	for _, it := range claims {
		key := item{PartitionKey: it[PartitionKey], SortKey: it[SortKey]}
		out, err := j.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &j.table, Key: key, ConsistentRead: aws.Bool(true)})
		if err != nil {
			return nil, fmt.Errorf("read what is due: %w", err)
		}
		c, err := j.claimOf(ctx, out.Item)
		if err != nil {
			unreadable = append(unreadable, fmt.Errorf("read what is due: %w", err))
		}
		if c.Entry.Unproved && textOf(claimKey(c.Entry.Key)[PartitionKey]) != textOf(it[PartitionKey]) {
			continue // a copy of another claim
		}
		if at := c.Entry.Due; !at.IsZero() && !at.After(now) {
			due = append(due, c.Entry)
		}
	}
	return journal.Longest(due), errors.Join(unreadable...)
}

// dueOf are the keys of the claims of one shard that are due, with their times, the longest due first: limit of them, or some more.
func (j *Journal) dueOf(ctx context.Context, shard int, now time.Time, limit int) ([]item, error) {
	var found []item
	pages := dynamodb.NewQueryPaginator(j.client, &dynamodb.QueryInput{
		TableName: &j.table, IndexName: aws.String(DueIndex), Limit: aws.Int32(int32(min(limit, 1000))),
		KeyConditionExpression:    aws.String("#p = :p AND #s <= :s"),
		ExpressionAttributeNames:  map[string]string{"#p": DuePartitionKey, "#s": DueSortKey},
		ExpressionAttributeValues: item{":p": dueKey(shard), ":s": text(now.UTC().Format(sortableTime))},
	})
	for pages.HasMorePages() && len(found) < limit {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, page.Items...)
	}
	return found, nil
}
