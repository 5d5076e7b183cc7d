package awsdynamodb

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/members"
)

// What a hub knows of the accounts of its organization, beside the journal. Accounts and beats are spread over shards by account: a hub of thousands would write to one partition
// more than it takes. They expire by themselves: what is not found, or heard of, any more is forgotten in 30 days.
const (
	accountItems = "account#" // and a shard; sk: the account
	beatItems    = "beat#"    // and a shard by account; sk: account/region/kind
	gapItems     = "gap"      // sk: account/region/kind
	walkItem     = "walk"     // sk: the same
	seenAt       = "seen"     // of a beat: its time, sortable, for the condition of its write
)

func memberKey(partition, sort string) item {
	return item{PartitionKey: text(partition), SortKey: text(sort)}
}

func sharded(of, account string) string { return of + strconv.Itoa(shardOf(account)) }

// Account is what the directory has of an account, or members.ErrUnknown. It is one read.
func (j *Journal) Account(ctx context.Context, id string) (members.Account, error) {
	var a members.Account
	out, err := j.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &j.table, Key: memberKey(sharded(accountItems, id), id)})
	if err == nil && len(out.Item) == 0 {
		err = members.ErrUnknown
	}
	if err == nil {
		err = decodeMember(out.Item, &a)
	}
	if err != nil {
		return a, fmt.Errorf("look up account %s: %w", id, err)
	}
	return a, nil
}

// Accounts are all accounts of the directory, by id. It is a query a shard.
func (j *Journal) Accounts(ctx context.Context) ([]members.Account, error) {
	var all []members.Account
	for n := range shards {
		found, err := memberList[members.Account](ctx, j, accountItems+strconv.Itoa(n), "", "")
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return members.Sorted(all), nil
}

// PutAccount writes what was found of an account.
func (j *Journal) PutAccount(ctx context.Context, a members.Account) error {
	return j.putMember(ctx, memberKey(sharded(accountItems, a.Account), a.Account), a, a.Seen.Add(members.Forget), nil)
}

// Walk is how far the directory's refresh came.
func (j *Journal) Walk(ctx context.Context) (members.Walk, error) {
	var w members.Walk
	out, err := j.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &j.table, Key: memberKey(walkItem, walkItem), ConsistentRead: aws.Bool(true)})
	if err == nil && len(out.Item) > 0 {
		err = decodeMember(out.Item, &w)
	}
	if err != nil {
		return w, fmt.Errorf("read how far the directory's refresh came: %w", err)
	}
	return w, nil
}

// PutWalk writes the version after w.Version, or answers members.ErrConflict.
func (j *Journal) PutWalk(ctx context.Context, w members.Walk) error {
	w.Version++
	it := memberKey(walkItem, walkItem)
	it[version] = number(w.Version)
	condition := &types.Put{ConditionExpression: aws.String("attribute_not_exists(" + PartitionKey + ")")}
	if w.Version > 1 {
		condition = &types.Put{
			ConditionExpression: aws.String("#v = :was"), ExpressionAttributeNames: map[string]string{"#v": version},
			ExpressionAttributeValues: item{":was": number(w.Version - 1)},
		}
	}
	err := j.putMember(ctx, it, w, time.Time{}, condition)
	if isConditional(err) {
		return fmt.Errorf("write how far the directory's refresh came: %w", members.ErrConflict)
	}
	return err
}

// Beats are the last beats of an account, or of all for "". It is one query, or one a shard.
func (j *Journal) Beats(ctx context.Context, account string, now time.Time) ([]members.Beat, error) {
	if account == "" {
		return j.BeatsBetween(ctx, "", "", now)
	}
	found, err := memberList[members.Beat](ctx, j, sharded(beatItems, account), account+"/", account+behind)
	return members.InOrder(members.Kept(found, now)), err
}

// behind stands behind whatever begins with an account and a "/".
const behind = "0"

// BeatsBetween are the last beats of the accounts from one to another, both inclusive; "" for no bound. It is a query a shard.
func (j *Journal) BeatsBetween(ctx context.Context, from, to string, now time.Time) ([]members.Beat, error) {
	if to == "" {
		to = "A" // behind all digits
	}
	var all []members.Beat
	for n := range shards {
		found, err := memberList[members.Beat](ctx, j, beatItems+strconv.Itoa(n), cmp.Or(from, "0"), to+behind)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return members.InOrder(members.Kept(all, now)), nil
}

// PutBeat writes a beat, unless a later one is kept.
func (j *Journal) PutBeat(ctx context.Context, b members.Beat) error {
	at := b.Seen.UTC().Format(sortableTime)
	it := memberKey(sharded(beatItems, b.Account), b.Name())
	it[seenAt] = text(at)
	err := j.putMember(ctx, it, b, b.Seen.Add(members.Forget), &types.Put{
		ConditionExpression: aws.String("attribute_not_exists(" + PartitionKey + ") OR #s < :s"), ExpressionAttributeNames: map[string]string{"#s": seenAt},
		ExpressionAttributeValues: item{":s": text(at)},
	})
	if isConditional(err) {
		return nil // a later one came first
	}
	return err
}

// Gaps are the gaps of which people were told.
func (j *Journal) Gaps(ctx context.Context, now time.Time) ([]members.Gap, error) {
	all, err := memberList[members.Gap](ctx, j, gapItems, "", "")
	slices.SortFunc(all, func(a, b members.Gap) int { return cmp.Compare(a.Name(), b.Name()) })
	return members.KeptGaps(all, now), err
}

// PutGap writes a gap of which people were told.
func (j *Journal) PutGap(ctx context.Context, g members.Gap) error {
	return j.putMember(ctx, memberKey(gapItems, g.Name()), g, latest(g.Since, g.Until).Add(members.Forget), nil)
}

// putMember writes a document into an item, which expires at a time, if one is given; condition may be nil.
func (j *Journal) putMember(ctx context.Context, it item, value any, expires time.Time, condition *types.Put) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", textOf(it[SortKey]), err)
	}
	it[document] = text(string(data))
	if !expires.IsZero() {
		it[TimeToLive] = number(expires.Unix())
	}
	in := &dynamodb.PutItemInput{TableName: &j.table, Item: it}
	if condition != nil {
		in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = condition.ConditionExpression, condition.ExpressionAttributeNames, condition.ExpressionAttributeValues
	}
	if _, err := j.client.PutItem(ctx, in); err != nil {
		return fmt.Errorf("write %s %s: %w", textOf(it[PartitionKey]), textOf(it[SortKey]), err)
	}
	return nil
}

// memberList are the documents of a partition whose sort key is within bounds; "" for all of it.
func memberList[T any](ctx context.Context, j *Journal, partition, from, to string) ([]T, error) {
	in := &dynamodb.QueryInput{
		TableName: &j.table, KeyConditionExpression: aws.String("#p = :p"),
		ExpressionAttributeNames: map[string]string{"#p": PartitionKey}, ExpressionAttributeValues: item{":p": text(partition)},
	}
	if from != "" {
		in.KeyConditionExpression = aws.String("#p = :p AND #s BETWEEN :from AND :to")
		in.ExpressionAttributeNames["#s"], in.ExpressionAttributeValues[":from"], in.ExpressionAttributeValues[":to"] = SortKey, text(from), text(to)
	}
	var all []T
	pages := dynamodb.NewQueryPaginator(j.client, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", partition, err)
		}
		for _, it := range page.Items {
			var one T
			if err := decodeMember(it, &one); err != nil {
				return nil, err
			}
			all = append(all, one)
		}
	}
	return all, nil
}

func decodeMember(it item, to any) error {
	data, err := documentOf(it)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, to); err != nil {
		return fmt.Errorf("item %s %s: %w", textOf(it[PartitionKey]), textOf(it[SortKey]), err)
	}
	return nil
}

func isConditional(err error) bool {
	_, failed := errors.AsType[*types.ConditionalCheckFailedException](err)
	return failed
}
