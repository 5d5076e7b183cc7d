package awsdynamodb

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// Brakes are items that people can write without a tool, in the console: pk "brake", sk "all" or an account. An item that is there means on, unless its state is "off".
const (
	brakes    = "brake"
	brakeAll  = "all"
	brakeSeal = "table" // names the table that the journal was written to
	off       = "off"
)

func brakeKey(at string) item { return item{PartitionKey: text(brakes), SortKey: text(at)} }

func brakeAt(account string) string {
	if account == "" {
		return brakeAll
	}
	return account
}

// Rails are the brake that is on for an account, if one is, and some counters; one that nothing was counted on is not among them. It is one read, and now and then one more
// of the table's description.
func (j *Journal) Rails(ctx context.Context, account string, counters ...string) (journal.Rails, error) {
	places := []string{brakeSeal, brakeAll}
	if account != "" {
		places = append(places, account)
	}
	found, err := j.read(ctx, places, counters)
	if err != nil {
		return journal.Rails{}, err
	}
	rails := journal.Rails{Counters: found.counters}
	restored, err := j.restored(ctx, found.brakes[brakeSeal])
	if err != nil {
		return journal.Rails{}, err
	}
	switch all, on := brakeOf(found.brakes[brakeAll], ""); {
	case on:
		rails.Brake = &all
	case restored:
		rails.Brake = &journal.Brake{On: true, Reason: journal.Restored}
	case account != "":
		if b, on := brakeOf(found.brakes[account], account); on {
			rails.Brake = &b
		}
	}
	return rails, nil
}

// brakeOf reads a brake; false if it is off. One that says nothing more, as people write it, is on.
func brakeOf(it item, account string) (journal.Brake, bool) {
	if len(it) == 0 || textOf(it[state]) == off {
		return journal.Brake{}, false
	}
	b := journal.Brake{Reason: "put on in the table itself"}
	if data, err := documentOf(it); err == nil {
		_ = json.Unmarshal(data, &b) // what cannot be read is on all the same
	}
	b.Account, b.On = account, true
	return b, true
}

// SetBrake puts a brake on or takes it off. Who takes the brake of all accounts off has looked at what a restore may have lost, too.
func (j *Journal) SetBrake(ctx context.Context, b journal.Brake) error {
	data, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encode the brake: %w", err)
	}
	it := brakeKey(brakeAt(b.Account))
	it[document], it[state] = text(string(data)), text(map[bool]string{true: "on", false: off}[b.On])
	if _, err := j.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table, Item: it}); err != nil {
		return fmt.Errorf("write the brake: %w", err)
	}
	if b.On || b.Account != "" {
		return nil
	}
	return j.reseal(ctx)
}

// Brakes are the brakes that are on, that of all accounts first, then by account.
func (j *Journal) Brakes(ctx context.Context) ([]journal.Brake, error) {
	rails, err := j.Rails(ctx, "")
	if err != nil {
		return nil, err
	}
	var on []journal.Brake
	if rails.Brake != nil {
		on = append(on, *rails.Brake)
	}
	byAccount := map[string]journal.Brake{}
	pages := dynamodb.NewQueryPaginator(j.client, &dynamodb.QueryInput{
		TableName: &j.table, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("#p = :p"),
		ExpressionAttributeNames: map[string]string{"#p": PartitionKey}, ExpressionAttributeValues: item{":p": text(brakes)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the brakes: %w", err)
		}
		for _, it := range page.Items {
			at := textOf(it[SortKey])
			if b, set := brakeOf(it, at); set && at != brakeAll && at != brakeSeal {
				byAccount[at] = b
			}
		}
	}
	for _, account := range slices.Sorted(maps.Keys(byAccount)) {
		on = append(on, byAccount[account])
	}
	return on, nil
}
