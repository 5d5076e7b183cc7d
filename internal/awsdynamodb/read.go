package awsdynamodb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// errUnprocessed says that DynamoDB left a part of a read undone, as it does when it throttles.
var errUnprocessed = errors.New("keys were left unprocessed")

// Get is the newest revision of an entry, with what was reported since, or ErrUnknown.
func (j *Journal) Get(ctx context.Context, id string) (journal.Entry, error) {
	e, err := j.newest(ctx, id)
	if err != nil || e.State.Final() { // nothing is reported to a final entry
		return e, err
	}
	c, err := j.claim(ctx, e.Key)
	if err == nil && c.Entry.ID == id {
		return c.Proved(e).Entry, nil
	}
	return e, err
}

// History is all revisions of an entry in their order, or ErrUnknown.
func (j *Journal) History(ctx context.Context, id string) ([]journal.Entry, error) {
	var all []journal.Entry
	pages := dynamodb.NewQueryPaginator(j.client, j.revisions(id))
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read revisions of entry %s: %w", id, err)
		}
		for _, it := range page.Items {
			e, err := j.entryOf(ctx, it)
			if err != nil {
				return nil, err
			}
			all = append(all, e)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("read entry %s: %w", id, journal.ErrUnknown)
	}
	return all, nil
}

// Recent is the newest revision of the entries that were updated at or after a time, the latest first, at most limit of them. It may miss the last second: the index
// follows the table. Beside those that cannot be read, it answers the others with journal.ErrUnread.
func (j *Journal) Recent(ctx context.Context, since time.Time, limit int) ([]journal.Entry, error) {
	if _, err := j.theSecret(ctx); err != nil {
		return nil, fmt.Errorf("read recent entries: %w", err)
	}
	var all []journal.Entry
	var unread error
	for n := range shards {
		found, err := j.recentOf(ctx, n, since, limit)
		if err != nil && !errors.Is(err, journal.ErrUnread) {
			return nil, fmt.Errorf("read recent entries: %w", err)
		}
		all, unread = append(all, found...), cmp.Or(unread, err)
	}
	if unread != nil {
		unread = fmt.Errorf("read recent entries: %w", unread)
	}
	return journal.Latest(all, limit), unread
}

// recentOf is Recent for one shard. All revisions of an entry are in one shard, and the newest is the latest: the first that is met counts.
func (j *Journal) recentOf(ctx context.Context, n int, since time.Time, limit int) ([]journal.Entry, error) {
	var found []journal.Entry
	var unread error
	met := map[string]bool{}
	pages := dynamodb.NewQueryPaginator(j.client, j.updatedSince(n, since))
	for pages.HasMorePages() && len(found) < limit {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			if met[idOf(it)] {
				continue
			}
			met[idOf(it)] = true
			e, err := j.entryOf(ctx, it)
			if err != nil {
				unread = fmt.Errorf("item %s %s: %w: %w", textOf(it[PartitionKey]), textOf(it[SortKey]), journal.ErrUnread, err)
				continue
			}
			found = append(found, e)
		}
	}
	return found, unread
}

func (j *Journal) updatedSince(shard int, since time.Time) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName:                 &j.table,
		IndexName:                 aws.String(RecentIndex),
		KeyConditionExpression:    aws.String("#p = :p AND #s >= :s"),
		ExpressionAttributeNames:  map[string]string{"#p": RecentPartitionKey, "#s": RecentSortKey},
		ExpressionAttributeValues: item{":p": shardKey(shard), ":s": text(since.UTC().Format(sortableTime))},
		ScanIndexForward:          aws.Bool(false),
	}
}

// claim is the claim on a key.
func (j *Journal) claim(ctx context.Context, k journal.Key) (journal.Claim, error) {
	out, err := j.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &j.table, Key: claimKey(k), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return journal.Claim{}, fmt.Errorf("read claim on %s: %w", k, err)
	}
	c, err := j.claimOf(ctx, out.Item)
	if c.Entry.Unproved && c.Version > 0 {
		c.Entry.Key = k // what it says of itself may be anybody's
	}
	return c, err
}

// claimAndFirst is the claim on the entry's key, and whether the entry is kept already.
func (j *Journal) claimAndFirst(ctx context.Context, e journal.Entry) (journal.Claim, bool, error) {
	claim, first := claimKey(e.Key), revisionKey(e.ID, 1)
	out, err := j.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		j.table: {Keys: []item{claim, first}, ConsistentRead: aws.Bool(true)},
	}})
	if err != nil {
		return journal.Claim{}, false, fmt.Errorf("read claim on %s: %w", e.Key, err)
	}
	if len(out.UnprocessedKeys) > 0 {
		return journal.Claim{}, false, fmt.Errorf("read claim on %s: %w", e.Key, errUnprocessed)
	}
	var held item
	known := false
	for _, it := range out.Responses[j.table] {
		switch textOf(it[PartitionKey]) {
		case textOf(claim[PartitionKey]):
			held = it
		case textOf(first[PartitionKey]):
			known = true
		}
	}
	c, err := j.claimOf(ctx, held)
	if c.Entry.Unproved && c.Version > 0 {
		c.Entry.Key = e.Key
	}
	return c, known, err
}

// newest is the last revision of an entry.
func (j *Journal) newest(ctx context.Context, id string) (journal.Entry, error) {
	in := j.revisions(id)
	in.ScanIndexForward, in.Limit = aws.Bool(false), aws.Int32(1)
	out, err := j.client.Query(ctx, in)
	if err != nil {
		return journal.Entry{}, fmt.Errorf("read entry %s: %w", id, err)
	}
	if len(out.Items) == 0 {
		return journal.Entry{}, fmt.Errorf("read entry %s: %w", id, journal.ErrUnknown)
	}
	return j.entryOf(ctx, out.Items[0])
}

func (j *Journal) revisions(id string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName:                 &j.table,
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": PartitionKey},
		ExpressionAttributeValues: item{":p": revisionKey(id, 1)[PartitionKey]},
		ConsistentRead:            aws.Bool(true),
	}
}
