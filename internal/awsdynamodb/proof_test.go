package awsdynamodb_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/standin"
)

var march = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type item = map[string]types.AttributeValue

// A table is a journal's table on the stand-in, and somebody who may write to it and does not hold the key.
type table struct {
	*testing.T
	client *dynamodb.Client
	name   string
}

func newTable(t *testing.T) table {
	t.Helper()
	client := dynamodb.NewFromConfig(standin.Config(standin.NewProcess(nil).To(standin.New(standin.NewClock(march))), "us-east-1"))
	if err := awsdynamodb.CreateTable(t.Context(), client, "journal"); err != nil {
		t.Fatal(err)
	}
	return table{t, client, "journal"}
}

// journal is a function's journal, in a process of its own.
func (t table) journal(key awsdynamodb.Key) *awsdynamodb.Journal {
	return awsdynamodb.New(t.client, t.name, awsdynamodb.Options{Key: key})
}

func (t table) read(pk, sk string) item {
	t.Helper()
	out, err := t.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &t.name, Key: item{"pk": text(pk), "sk": text(sk)}})
	if err != nil || len(out.Item) == 0 {
		t.Fatalf("item %s %s: %v", pk, sk, err)
	}
	return out.Item
}

func (t table) write(it item) {
	t.Helper()
	if _, err := t.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &t.name, Item: it}); err != nil {
		t.Fatal(err)
	}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func textOf(v types.AttributeValue) string { return v.(*types.AttributeValueMemberS).Value }

// with is an item with some attributes in place of its own; nil takes one away.
func with(it item, more item) item {
	it = maps.Clone(it)
	maps.Copy(it, more)
	maps.DeleteFunc(it, func(_ string, v types.AttributeValue) bool { return v == nil })
	return it
}

func revision(e journal.Entry, n int) (pk, sk string) {
	return "entry#" + e.ID, fmt.Sprintf("rev#%06d", n)
}

// violation is an entry about a bucket's tags, by the event's id.
func violation(event string) journal.Entry {
	k := journal.Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:s3:::data", Setting: "tags"}
	return journal.Entry{
		ID: journal.NewID(k, event, "tags"), Key: k, Event: event, Kind: "config", Control: "tags", Rule: "tags", Remedy: "tags", Mode: "fix", Since: march,
		Fingerprint: "fix:" + event,
	}
}

func begin(t table, j *awsdynamodb.Journal, e journal.Entry) journal.Entry {
	t.Helper()
	begun, err := j.Begin(t.Context(), e, march)
	if err != nil {
		t.Fatal(err)
	}
	return begun.Entry
}

func record(t table, j *awsdynamodb.Journal, e journal.Entry, s journal.State) journal.Entry {
	t.Helper()
	e.State = s
	e, err := j.Record(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// fixed is an entry that changed something, as the journal keeps it.
func fixed(t table, j *awsdynamodb.Journal, event string) journal.Entry {
	e := begin(t, j, violation(event))
	e.Change = change.Change{Remedy: "tags", Schema: 1, Touched: []change.Touch{{Path: "/Env", Before: json.RawMessage(`"prod"`), After: json.RawMessage(`"dev"`)}}}
	for _, s := range []journal.State{journal.Planned, journal.Applying, journal.Fixed} {
		e = record(t, j, e, s)
	}
	return e
}

// What the journal wrote is proved, to every process that holds the key, and can be taken back.
func TestProved(t *testing.T) {
	table := newTable(t)
	e := fixed(table, table.journal(standin.Key{}), "e1")
	j := table.journal(standin.Key{})
	for name, read := range readers(j, e) {
		if got, err := read(t.Context()); err != nil || got.Unproved || got.ID != e.ID {
			t.Errorf("%s: got entry %s, unproved %v, error %v", name, got.ID, got.Unproved, err)
		}
	}
	if why := journal.Undoable(e, journal.Reversal{Known: true, Schema: 1}, time.Hour, march); why != "" {
		t.Errorf("it cannot be taken back: %s", why)
	}
}

// readers are all ways to an entry that is final: of each the newest revision.
func readers(j *awsdynamodb.Journal, e journal.Entry) map[string]func(context.Context) (journal.Entry, error) {
	last := func(list []journal.Entry, err error) (journal.Entry, error) {
		if len(list) == 0 {
			return journal.Entry{}, errors.Join(err, errors.New("nothing was read"))
		}
		return list[len(list)-1], err
	}
	return map[string]func(context.Context) (journal.Entry, error){
		"get":     func(ctx context.Context) (journal.Entry, error) { return j.Get(ctx, e.ID) },
		"history": func(ctx context.Context) (journal.Entry, error) { return last(j.History(ctx, e.ID)) },
		"recent":  func(ctx context.Context) (journal.Entry, error) { return last(j.Recent(ctx, march.Add(-time.Hour), 1)) },
		"take": func(ctx context.Context) (journal.Entry, error) {
			return j.Take(ctx, e.ID, "m", march, march.Add(time.Minute))
		},
	}
}

// TestForgedRevisions holds that a revision which somebody else wrote, copied, changed or left over is read, and never taken back.
func TestForgedRevisions(t *testing.T) {
	tests := map[string]func(table, journal.Entry){
		"a changed document": func(t table, e journal.Entry) {
			it := t.read(revision(e, 4))
			t.write(with(it, item{"doc": text(strings.Replace(textOf(it["doc"]), "prod", "root", 1))}))
		},
		"no code":     func(t table, e journal.Entry) { t.write(with(t.read(revision(e, 4)), item{"mac": nil})) },
		"a code of a": func(t table, e journal.Entry) { t.write(with(t.read(revision(e, 4)), item{"mac": text("a")})) },
		"an older revision as the newest": func(t table, e journal.Entry) {
			t.write(with(t.read(revision(e, 3)), item{"sk": text("rev#000004")}))
		},
		"a newer number": func(t table, e journal.Entry) { t.write(with(t.read(revision(e, 4)), item{"sk": text("rev#000005")})) },
		"another entry's revision": func(t table, e journal.Entry) {
			other := fixed(t, t.journal(standin.Key{}), "e2")
			pk, sk := revision(e, 5)
			t.write(with(t.read(revision(other, 4)), item{"pk": text(pk), "sk": text(sk)}))
		},
		"a version of its own": func(t table, e journal.Entry) {
			t.write(with(t.read(revision(e, 4)), item{"v": &types.AttributeValueMemberN{Value: "7"}}))
		},
	}
	for name, forge := range tests {
		t.Run(name, func(t *testing.T) {
			table := newTable(t)
			e := fixed(table, table.journal(standin.Key{}), "e1")
			forge(table, e)
			j := table.journal(standin.Key{})
			got, err := j.Get(t.Context(), e.ID)
			if err != nil || !got.Unproved || got.ID != e.ID {
				t.Fatalf("got entry %s, unproved %v, error %v: want entry %s, unproved", got.ID, got.Unproved, err, e.ID)
			}
			if why := journal.Undoable(got, journal.Reversal{Known: true, Schema: 1}, time.Hour, march); !strings.HasPrefix(why, "Nothing proves") {
				t.Errorf("it can be taken back: %q", why)
			}
		})
	}
}

// TestRecentBesideWhatCannotBeRead holds that a revision which cannot be read is told, hides no other entry, and lets no older revision of its own pass for the newest.
func TestRecentBesideWhatCannotBeRead(t *testing.T) {
	table := newTable(t)
	j := table.journal(standin.Key{})
	broken := record(table, j, begin(table, j, violation("e1")), journal.Planned)
	other := violation("e2")
	other.Key.Resource = "arn:aws:s3:::other"
	other = begin(table, j, other)
	pk, sk := revision(broken, 2)
	table.write(with(table.read(pk, sk), item{"doc": text("{")}))
	got, err := j.Recent(t.Context(), time.Time{}, 10)
	if !errors.Is(err, journal.ErrUnread) || !strings.Contains(err.Error(), pk+" "+sk) || len(got) != 1 || got[0].ID != other.ID {
		t.Errorf("got %d entries, %v; want the other entry, and the item that cannot be read", len(got), err)
	}
	if got, err := table.journal(closedKey{}).Recent(t.Context(), time.Time{}, 10); err == nil || errors.Is(err, journal.ErrUnread) || got != nil {
		t.Errorf("without the key: got %d entries, %v; want an error alone", len(got), err)
	}
}

// TestForgedClaims holds that a claim which somebody else wrote, or put back, leads to nothing, and holds up no report.
func TestForgedClaims(t *testing.T) {
	claimOf := func(t table, e journal.Entry) item {
		out, err := t.client.Query(t.Context(), &dynamodb.QueryInput{
			TableName: &t.name, IndexName: ptr("due"), KeyConditionExpression: ptr("#p = :p AND #s <= :s"),
			ExpressionAttributeNames: map[string]string{"#p": "dpk", "#s": "dsk"}, ExpressionAttributeValues: item{":p": text("due#" + shardOf(e)), ":s": text("9")},
		})
		if err != nil || len(out.Items) != 1 {
			t.Fatalf("the claim is not found by its index: %d, %v", len(out.Items), err)
		}
		return t.read(textOf(out.Items[0]["pk"]), "claim")
	}
	proposed := func(t table, j *awsdynamodb.Journal) (journal.Entry, item) {
		e := violation("e1")
		e.Due = march.Add(time.Hour)
		e = begin(t, j, e)
		return e, claimOf(t, e)
	}
	t.Run("changed", func(t *testing.T) {
		table := newTable(t)
		e, it := proposed(table, table.journal(standin.Key{}))
		table.write(with(it, item{"doc": text(strings.Replace(textOf(it["doc"]), `"state":"open"`, `"state":"applying"`, 1))}))
		j := table.journal(standin.Key{})
		due, err := j.Due(t.Context(), march.Add(2*time.Hour), 10)
		if err != nil || len(due) != 1 || !due[0].Unproved {
			t.Errorf("due are %v, %v: want the entry, unproved", due, err)
		}
		got, err := j.Take(t.Context(), e.ID, "m", march, march.Add(time.Minute))
		if err != nil || !got.Unproved {
			t.Fatalf("taken %+v, %v: want it unproved", got, err)
		}
		got = record(table, j, got, journal.Refused) // what we write of it is signed, and stays doubted
		if got, err := table.journal(standin.Key{}).Get(t.Context(), e.ID); err != nil || !got.Unproved || got.State != journal.Refused {
			t.Errorf("got %s, unproved %v, %v: want refused, unproved", got.State, got.Unproved, err)
		}
		if begun, err := j.Begin(t.Context(), violation("e2"), march); err != nil || begun.Kind != journal.Started || begun.Entry.Unproved || begun.Entry.Prior != nil {
			t.Errorf("the next report: %+v, %v: want it started, and to know nothing of the forged one", begun, err)
		}
	})
	t.Run("put back", func(t *testing.T) {
		table := newTable(t)
		j := table.journal(standin.Key{})
		e, old := proposed(table, j)
		record(table, j, e, journal.Waiting)
		table.write(old)
		if got, err := j.Take(t.Context(), e.ID, "m", march, march.Add(time.Minute)); err != nil || !got.Unproved {
			t.Errorf("taken %+v, %v: want it unproved", got, err)
		}
		if got, err := j.Get(t.Context(), e.ID); err != nil || !got.Unproved {
			t.Errorf("got %+v, %v: want it unproved", got, err)
		}
	})
	t.Run("of another resource", func(t *testing.T) {
		table := newTable(t)
		j := table.journal(standin.Key{})
		_, it := proposed(table, j)
		other := violation("e3")
		other.Key.Resource, other.Due = "arn:aws:s3:::other", march.Add(time.Hour)
		begin(table, j, other)
		table.write(with(it, item{"pk": claimOf(table, other)["pk"]}))
		got, found, err := j.Last(t.Context(), other.Key)
		if err != nil || !found || !got.Unproved || got.Key != other.Key {
			t.Errorf("got %+v, %v, %v: want an unproved entry of the very key", got, found, err)
		}
	})
}

func ptr(s string) *string { return &s }

// shardOf finds the index's partition of an entry's claim by trying.
func shardOf(e journal.Entry) string { return awsdynamodb.DueShard(e.Key) }

// TestBeforeTheSecret holds what becomes of a journal that is older than its secret: all of it can be read, nothing of it is carried out, and what is reported is looked at anew.
func TestBeforeTheSecret(t *testing.T) {
	table := newTable(t)
	old := table.journal(nil)
	e := record(table, old, begin(table, old, violation("e1")), journal.Proposed)
	j := table.journal(standin.Key{})
	if got, found, err := j.Open(t.Context(), e.Key); err != nil || !found || !got.Unproved || got.ID != e.ID {
		t.Errorf("got %+v, %v, %v: want the entry, unproved", got, found, err)
	}
	again := violation("e2")
	again.Fingerprint = e.Fingerprint
	begun, err := j.Begin(t.Context(), again, march)
	if err != nil || begun.Kind != journal.Started || begun.Entry.Unproved {
		t.Errorf("the same violation again: %+v, %v: want a new entry, proved", begun, err)
	}
	if got, err := j.Get(t.Context(), e.ID); err != nil || got.State != journal.Lapsed || !got.Unproved {
		t.Errorf("the old entry is %s, unproved %v, %v: want lapsed, unproved", got.State, got.Unproved, err)
	}
}

// A counted is a key that counts, and fails while it is told to.
type counted struct {
	standin.Key
	name        string
	made, opens int
	err         error
}

func (c *counted) Name() string { return c.name }

func (c *counted) Make(ctx context.Context, about map[string]string) (plain, sealed []byte, err error) {
	c.made++
	if plain, sealed, err = c.Key.Make(ctx, about); c.name != "key-1" {
		plain[0] ^= 1
	}
	return plain, sealed, errors.Join(err, c.err)
}

func (c *counted) Open(ctx context.Context, sealed []byte, about map[string]string) ([]byte, error) {
	c.opens++
	plain, err := c.Key.Open(ctx, sealed, about)
	return plain, errors.Join(err, c.err)
}

// TestSecret holds that a table's secret is made once and opened once a process, and that a journal without it does nothing.
func TestSecret(t *testing.T) {
	table := newTable(t)
	first, second := &counted{name: "key-1"}, &counted{name: "key-1"}
	j := table.journal(first)
	e := fixed(table, j, "e1")
	other := table.journal(second)
	for range 3 {
		if got, err := other.Get(t.Context(), e.ID); err != nil || got.Unproved {
			t.Errorf("another process: unproved %v, %v", got.Unproved, err)
		}
	}
	if got := []int{first.made, first.opens, second.made, second.opens}; fmt.Sprint(got) != "[1 0 0 1]" {
		t.Errorf("made and opened, by process: %v, want [1 0 0 1]", got)
	}

	replaced := &counted{name: "key-2"}
	if got, err := table.journal(replaced).Get(t.Context(), e.ID); err != nil || !got.Unproved || replaced.made != 1 {
		t.Errorf("under another key: unproved %v, %v, %d secrets made: want it unproved by a secret of its own", got.Unproved, err, replaced.made)
	}

	down := &counted{name: "key-1", err: errors.New("KMS is away")}
	j = table.journal(down)
	if _, err := j.Get(t.Context(), e.ID); !errors.Is(err, down.err) {
		t.Errorf("got %v, want the key's error", err)
	}
	if _, err := j.Begin(t.Context(), violation("e2"), march); !errors.Is(err, down.err) {
		t.Errorf("got %v, want the key's error", err)
	}
	down.err = nil
	if got, err := j.Get(t.Context(), e.ID); err != nil || got.Unproved {
		t.Errorf("when the key is there again: unproved %v, %v", got.Unproved, err)
	}

	table.write(with(table.read("secret", "key-1"), item{"sealed": text("!")}))
	if _, err := table.journal(first).Get(t.Context(), e.ID); err == nil || !strings.Contains(err.Error(), "restore it") {
		t.Errorf("got %v, want the way out", err)
	}
}

// A closedKey is a key that is disabled.
type closedKey struct{ standin.Key }

func (closedKey) Open(context.Context, []byte, map[string]string) ([]byte, error) {
	return nil, errors.New("DisabledException")
}
