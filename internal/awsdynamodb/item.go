package awsdynamodb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/journal"
)

type item = map[string]types.AttributeValue

// sortableTime is of one width for all times, so that its order as text is the order of time.
const sortableTime = "2006-01-02T15:04:05.000000000Z"

// claimKey is hashed because a partition key ends at 2,048 bytes, and a resource's name need not.
func claimKey(k journal.Key) item {
	return item{PartitionKey: text("claim#" + hashed(k.String())), SortKey: text("claim")}
}

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// entryPrefix begins the partition of an entry's revisions.
const entryPrefix = "entry#"

func revisionKey(id string, revision int) item {
	return item{PartitionKey: text(entryPrefix + id), SortKey: text(fmt.Sprintf("rev#%06d", revision))}
}

func shard(id string) types.AttributeValue { return shardKey(shardOf(id)) }

func shardKey(n int) types.AttributeValue { return text("recent#" + strconv.Itoa(n)) }

func dueShard(key string) types.AttributeValue { return dueKey(shardOf(key)) }

func dueKey(n int) types.AttributeValue { return text("due#" + strconv.Itoa(n)) }

func shardOf(id string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // a hash takes every write
	return int(h.Sum32() % shards)
}

// putRevision adds a revision, if there is none of that number.
func (j *Journal) putRevision(e journal.Entry) (types.TransactWriteItem, error) {
	data, err := journal.Encode(e)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	it := revisionKey(e.ID, e.Revision)
	it[document] = text(string(data))
	it[resource] = text(e.Key.Resource)
	it[RecentPartitionKey] = shard(e.ID)
	it[RecentSortKey] = text(fmt.Sprintf("%s#%s#%06d", e.Updated.UTC().Format(sortableTime), e.ID, e.Revision))
	it[TimeToLive] = j.expiry(latest(e.Updated, e.Due))
	return types.TransactWriteItem{Put: &types.Put{
		TableName:           &j.table,
		Item:                it,
		ConditionExpression: aws.String("attribute_not_exists(" + PartitionKey + ")"),
	}}, nil
}

// putClaim replaces the claim, if it is still as it was read.
func (j *Journal) putClaim(c journal.Claim) (types.TransactWriteItem, error) {
	data, err := journal.EncodeClaim(c)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	it := claimKey(c.Entry.Key)
	it[document] = text(string(data))
	it[resource] = text(c.Entry.Key.Resource)
	it[TimeToLive] = j.expiry(latest(c.Touched, c.Entry.Due))
	if due := c.Entry.Due; !due.IsZero() {
		it[DuePartitionKey], it[DueSortKey] = dueShard(c.Entry.Key.String()), text(due.UTC().Format(sortableTime))
	}
	return j.replace(it, c.Version), nil
}

// replace puts an item of a version in the place of the one before it, if that is still there.
func (j *Journal) replace(it item, v int64) types.TransactWriteItem {
	it[version] = number(v)
	put := &types.Put{TableName: &j.table, Item: it, ConditionExpression: aws.String("attribute_not_exists(" + PartitionKey + ")")}
	if v > 1 {
		put.ConditionExpression = aws.String("#v = :was")
		put.ExpressionAttributeNames = map[string]string{"#v": version}
		put.ExpressionAttributeValues = item{":was": number(v - 1)}
	}
	return types.TransactWriteItem{Put: put}
}

// expiry is until when what was written, or is due, at a time is kept.
func (j *Journal) expiry(t time.Time) types.AttributeValue { return number(t.Add(j.keep).Unix()) }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// entryOf reads the entry of a revision. One that the journal did not write itself says so, and is known by the item's key alone.
func (j *Journal) entryOf(ctx context.Context, it item) (journal.Entry, error) {
	data, err := documentOf(it)
	if err != nil {
		return journal.Entry{}, err
	}
	e, err := journal.Decode(data)
	if err != nil {
		return journal.Entry{}, err
	}
	ours, err := j.proved(ctx, it)
	if err != nil {
		return journal.Entry{}, err
	}
	if !ours {
		e.Unproved, e.ID = true, idOf(it)
	}
	return e, nil
}

// claimOf reads a claim; an item that is not there is a claim of which nothing is kept. Of one that the journal did not write itself hardly anything is believed.
func (j *Journal) claimOf(ctx context.Context, it item) (journal.Claim, error) {
	if len(it) == 0 {
		return journal.Claim{}, nil
	}
	data, err := documentOf(it)
	if err != nil {
		return journal.Claim{}, err
	}
	c, err := journal.DecodeClaim(data)
	if err != nil {
		return journal.Claim{}, err
	}
	ours, err := j.proved(ctx, it)
	if err != nil {
		return journal.Claim{}, err
	}
	if !ours {
		return c.Doubted(), nil
	}
	return c, nil
}

func documentOf(it item) ([]byte, error) {
	doc, ok := it[document].(*types.AttributeValueMemberS)
	if !ok {
		return nil, fmt.Errorf("item %s %s has no text in attribute %s", textOf(it[PartitionKey]), textOf(it[SortKey]), document)
	}
	return []byte(doc.Value), nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func textOf(v types.AttributeValue) string {
	s, ok := v.(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return s.Value
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
