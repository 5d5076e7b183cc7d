package awsdynamodb

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// Brakes are items that people can write without a tool, in the console: pk "brake", sk "all" or an account. One that is there is on, unless its state is "off". Whoever
// writes one is in a hurry, so that every sk that is no account means all.
const (
	Brakes    = "brake"
	brakeAll  = "all"
	brakeSeal = "table" // names the table that the journal was written to
	off       = "off"
)

var account = regexp.MustCompile(`^\d{12}$`)

func brakeKey(at string) item { return item{PartitionKey: text(Brakes), SortKey: text(at)} }

// Rails are the brake that is on for an account, if one is, and some counters; one that nothing was counted on is not among them. It is a read of the brakes, one of the
// counters, and now and then one of the table's description.
func (j *Journal) Rails(ctx context.Context, account string, counters ...string) (journal.Rails, error) {
	on, err := j.brakesOn(ctx)
	if err != nil {
		return journal.Rails{}, err
	}
	rails := journal.Rails{}
	for _, b := range on {
		if rails.Brake == nil && (b.Account == "" || b.Account == account) {
			rails.Brake = &b
		}
	}
	rails.Counters, err = j.counters(ctx, counters)
	return rails, err
}

// Brakes are the brakes that are on, that of all accounts first, then by account.
func (j *Journal) Brakes(ctx context.Context) ([]journal.Brake, error) {
	on, err := j.brakesOn(ctx)
	if err != nil {
		return nil, err
	}
	var all []journal.Brake
	for _, b := range on {
		if len(all) == 0 || b.Account != all[len(all)-1].Account { // several items may mean all
			all = append(all, b)
		}
	}
	return all, nil
}

// SetBrake puts a brake on or takes it off. Who takes the brake of all accounts off has looked at what a restore may have lost, too.
func (j *Journal) SetBrake(ctx context.Context, b journal.Brake) error {
	b, err := b.Kept()
	if err != nil {
		return err
	}
	if b.On || b.Account != "" {
		return j.putBrake(ctx, b, cmp.Or(b.Account, brakeAll))
	}
	return j.release(ctx, b)
}

// release takes off all that means the brake of all accounts, the item that commands write last: what fails halfway leaves the brake on.
func (j *Journal) release(ctx context.Context, b journal.Brake) error {
	items, err := j.brakeItems(ctx)
	if err != nil {
		return err
	}
	for at := range items {
		if meant(at) == "" && at != brakeSeal && at != brakeAll {
			if err := j.putBrake(ctx, b, at); err != nil {
				return err
			}
		}
	}
	if err := j.reseal(ctx); err != nil {
		return err
	}
	return j.putBrake(ctx, b, brakeAll)
}

func (j *Journal) putBrake(ctx context.Context, b journal.Brake, at string) error {
	data, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encode the brake: %w", err)
	}
	it := brakeKey(at)
	it[document], it[state] = text(string(data)), text(map[bool]string{true: "on", false: off}[b.On])
	if _, err := j.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table, Item: it}); err != nil {
		return fmt.Errorf("write the brake: %w", err)
	}
	return nil
}

// brakesOn are the brakes that are on, those of all accounts first, then by account.
func (j *Journal) brakesOn(ctx context.Context) ([]journal.Brake, error) {
	items, err := j.brakeItems(ctx)
	if err != nil {
		return nil, err
	}
	restored, err := j.restored(ctx, items[brakeSeal])
	if err != nil {
		return nil, err
	}
	var on []journal.Brake
	for _, at := range slices.Sorted(maps.Keys(items)) {
		if at != brakeSeal && !strings.EqualFold(strings.TrimSpace(textOf(items[at][state])), off) {
			on = append(on, brakeOf(items[at], meant(at)))
		}
	}
	if restored {
		on = append(on, journal.Brake{On: true, Reason: journal.Restored})
	}
	slices.SortStableFunc(on, func(a, b journal.Brake) int { return strings.Compare(a.Account, b.Account) })
	return on, nil
}

// meant is the account that an item is for, by its sort key; "" for all.
func meant(at string) string {
	if account.MatchString(at) {
		return at
	}
	return ""
}

// brakeOf reads a brake that is on. What cannot be read is on all the same.
func brakeOf(it item, account string) journal.Brake {
	b := journal.Brake{Reason: "put on in the table itself"}
	if data, err := documentOf(it); err == nil {
		_ = json.Unmarshal(data, &b)
	}
	b.Account, b.On = account, true
	return b
}

// brakeItems are the items of the brakes, and the seal, by their sort keys.
func (j *Journal) brakeItems(ctx context.Context) (map[string]item, error) {
	found := map[string]item{}
	pages := dynamodb.NewQueryPaginator(j.client, &dynamodb.QueryInput{
		TableName: &j.table, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("#p = :p"),
		ExpressionAttributeNames: map[string]string{"#p": PartitionKey}, ExpressionAttributeValues: item{":p": text(Brakes)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the brakes: %w", err)
		}
		for _, it := range page.Items {
			found[textOf(it[SortKey])] = it
		}
	}
	return found, nil
}
