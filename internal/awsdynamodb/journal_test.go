package awsdynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
)

// A script answers calls in its order, and fails the test if another call comes. It knows nothing of DynamoDB: what a journal owes is tried on an emulator.
type script struct {
	t     *testing.T
	lines []line
	asked []call
}

// A line is the operation that is expected, and the answer.
type line struct {
	operation string
	status    int
	body      string
}

// A call is what was asked.
type call struct {
	operation string
	body      string
}

func (s *script) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.asked = append(s.asked, call{operation, string(body)})
	if len(s.asked) > len(s.lines) || s.lines[len(s.asked)-1].operation != operation {
		s.t.Errorf("call %d is %s, which was not expected: %s", len(s.asked), operation, body)
		return nil, errors.New("not in the script")
	}
	l := s.lines[len(s.asked)-1]
	return &http.Response{
		StatusCode: l.status,
		Header:     http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:       io.NopCloser(strings.NewReader(l.body)),
		Request:    r,
	}, nil
}

// play is a journal that talks to a script, and the pauses that it made.
func play(t *testing.T, lines ...line) (*Journal, *script, *[]int) {
	t.Helper()
	s := &script{t: t, lines: lines}
	j := New(client(s), "journal", Options{Keep: 24 * time.Hour})
	pauses := &[]int{}
	j.pause = func(_ context.Context, try int) error {
		*pauses = append(*pauses, try)
		return nil
	}
	t.Cleanup(func() {
		if len(s.asked) < len(lines) {
			t.Errorf("got %d calls, want %d", len(s.asked), len(lines))
		}
	})
	return j, s, pauses
}

func client(s *script) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://dynamodb.invalid"),
		Credentials:  credentials.NewStaticCredentialsProvider("testing", "testing", ""),
		HTTPClient:   s,
		Retryer:      aws.NopRetryer{},
	})
}

func canceled(reasons ...string) line {
	var all []string
	for _, r := range reasons {
		all = append(all, fmt.Sprintf(`{"Code":%q}`, r))
	}
	return line{"TransactWriteItems", 400, `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled","CancellationReasons":[` +
		strings.Join(all, ",") + `]}`}
}

var (
	nothing   = line{"BatchGetItem", 200, `{"Responses":{"journal":[]},"UnprocessedKeys":{}}`}
	written   = line{"TransactWriteItems", 200, `{}`}
	throttled = `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}`
	noon      = time.Date(2026, 3, 1, 12, 0, 0, 500_000_000, time.UTC)
	key       = journal.Key{Account: "111122223333", Region: "eu-west-1", Resource: "arn:aws:s3:::bucket", Setting: "tags"}
)

func report() journal.Entry {
	return journal.Entry{ID: "tw-1", Key: key, Event: "e1", Kind: "config", Seen: finding.Version{Source: "config", Number: 5}, Since: noon, Fingerprint: "f<1>"}
}

// keptClaim is a claim as DynamoDB answers it.
func keptClaim(t *testing.T, c journal.Claim) string {
	t.Helper()
	data, err := journal.EncodeClaim(c)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"pk":{"S":%q},"sk":{"S":"claim"},"v":{"N":"%d"},"doc":{"S":%s}}`, claimPartition, c.Version, quote(string(data)))
}

func quote(s string) string {
	data, _ := json.Marshal(s) // a string always has a JSON form
	return string(data)
}

// claimPartition is "claim#" and the SHA-256 of "111122223333/eu-west-1/tags/arn:aws:s3:::bucket", made with another tool.
const claimPartition = "claim#f04b0501edd6557cd9e0e050d04898b7edf6645d9f1b31050ebaa9ff057cb880"

const wantRead = `{"RequestItems":{"journal":{"ConsistentRead":true,"Keys":[
	{"pk":{"S":"` + claimPartition + `"},"sk":{"S":"claim"}},
	{"pk":{"S":"entry#tw-1"},"sk":{"S":"rev#000001"}}]}}}`

const wantWrite = `{"TransactItems":[
	{"Put":{"TableName":"journal","ConditionExpression":"attribute_not_exists(pk)","Item":{
		"pk":{"S":"entry#tw-1"},"sk":{"S":"rev#000001"},"resource":{"S":"arn:aws:s3:::bucket"},"expires":{"N":"1772452800"},
		"rpk":{"S":"recent#6"},"rsk":{"S":"2026-03-01T12:00:00.500000000Z#tw-1#000001"}}}},
	{"Put":{"TableName":"journal","ConditionExpression":"attribute_not_exists(pk)","Item":{
		"pk":{"S":"` + claimPartition + `"},"sk":{"S":"claim"},"v":{"N":"1"},"resource":{"S":"arn:aws:s3:::bucket"},"expires":{"N":"1772452800"}}}}]}`

func TestBeginWrites(t *testing.T) {
	j, s, _ := play(t, nothing, written)
	got, err := j.Begin(t.Context(), report(), noon)
	if err != nil || got.Kind != journal.Started {
		t.Fatalf("got %+v, %v; want a start", got, err)
	}
	same(t, "read", object(t, s.asked[0].body), object(t, wantRead))
	write := object(t, s.asked[1].body)
	delete(write, "ClientRequestToken") // random: with it the SDK's own retry is no second write
	docs := documents(t, write)
	same(t, "write", write, object(t, wantWrite))
	e, err := journal.Decode([]byte(docs[0]))
	same(t, "revision", []any{e, err}, []any{got.Entry, nil})
	c, err := journal.DecodeClaim([]byte(docs[1]))
	want := journal.Claim{Version: 1, Entry: got.Entry, Seen: map[string]finding.Version{"config": {Source: "config", Number: 5}}, Touched: noon}
	same(t, "claim", []any{c, err}, []any{want, nil})
	if !strings.Contains(docs[0], `"fingerprint":"f<1>"`) {
		t.Errorf("the document is escaped: %s", docs[0])
	}
}

// documents takes the documents out of a transaction's items.
func documents(t *testing.T, write map[string]any) []string {
	t.Helper()
	var docs []string
	for _, w := range write["TransactItems"].([]any) {
		it := w.(map[string]any)["Put"].(map[string]any)["Item"].(map[string]any)
		docs = append(docs, it["doc"].(map[string]any)["S"].(string))
		delete(it, "doc")
	}
	return docs
}

func object(t *testing.T, data string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(data), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func TestBeginOnAClaim(t *testing.T) {
	was := journal.Claim{Version: 7, Entry: journal.Entry{ID: "tw-0", Revision: 2, State: journal.Open, Key: key}, Seen: map[string]finding.Version{"config": {Source: "config", Number: 4}}}
	j, s, _ := play(t, line{"BatchGetItem", 200, `{"Responses":{"journal":[` + keptClaim(t, was) + `]}}`}, written)
	got, err := j.Begin(t.Context(), report(), noon)
	if err != nil || got.Kind != journal.Repeated || got.Entry.ID != "tw-0" {
		t.Fatalf("got %+v, %v; want a repetition of tw-0", got, err)
	}
	write := object(t, s.asked[1].body)["TransactItems"].([]any)
	put := write[0].(map[string]any)["Put"].(map[string]any)
	same(t, "writes", len(write), 1)
	same(t, "condition", []any{put["ConditionExpression"], put["ExpressionAttributeNames"], put["ExpressionAttributeValues"]},
		[]any{"#v = :was", map[string]any{"#v": "v"}, map[string]any{":was": map[string]any{"N": "7"}}})
}

func TestLostRacesAreTriedAgain(t *testing.T) {
	j, _, pauses := play(t,
		nothing, canceled("None", "ConditionalCheckFailed"),
		nothing, canceled("TransactionConflict", "None"),
		nothing, written)
	got, err := j.Begin(t.Context(), report(), noon)
	if err != nil || got.Kind != journal.Started {
		t.Errorf("got %+v, %v; want a start", got, err)
	}
	same(t, "pauses", *pauses, []int{0, 1})
}

func TestRacesEnd(t *testing.T) {
	lines := slices.Repeat([]line{nothing, canceled("TransactionConflict", "TransactionConflict")}, races)
	j, _, pauses := play(t, lines...)
	_, err := j.Begin(t.Context(), report(), noon)
	if !errors.Is(err, journal.ErrConflict) {
		t.Errorf("got %v, want %v", err, journal.ErrConflict)
	}
	same(t, "pauses", len(*pauses), races)
}

func TestPauseEndsWithTheCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := pause(ctx, 30); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// TestRefusals: whatever is no lost race comes back with AWS's code, is none of the sentinels, and is not tried again.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []line
		code  string
	}{
		{"throttled read", []line{{"BatchGetItem", 400, throttled}}, "ProvisionedThroughputExceededException"},
		{"throttled write", []line{nothing, {"TransactWriteItems", 400, throttled}}, "ProvisionedThroughputExceededException"},
		{"throttled part of a write", []line{nothing, canceled("ConditionalCheckFailed", "ThrottlingError")}, "TransactionCanceledException"},
		{"item too large for AWS", []line{nothing, canceled("ValidationError", "None")}, "TransactionCanceledException"},
		{"cancelled without a reason", []line{nothing, canceled("None", "None")}, "TransactionCanceledException"},
		{"server error", []line{nothing, {"TransactWriteItems", 500, `{"__type":"InternalServerError"}`}}, "InternalServerError"},
		{"no such table", []line{{"BatchGetItem", 400, `{"__type":"ResourceNotFoundException"}`}}, "ResourceNotFoundException"},
		{"denied", []line{{"BatchGetItem", 400, `{"__type":"AccessDeniedException"}`}}, "AccessDeniedException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, _, pauses := play(t, c.lines...)
			got, err := j.Begin(t.Context(), report(), noon)
			same(t, "begun", got, journal.Begun{})
			refused(t, err, c.code)
			same(t, "pauses", len(*pauses), 0)
		})
	}
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Errorf("got error %v, want one with code %s", err, code)
	}
	for _, sentinel := range []error{journal.ErrUnknown, journal.ErrBusy, journal.ErrConflict, journal.ErrStale, journal.ErrTooLarge} {
		if errors.Is(err, sentinel) {
			t.Errorf("%v is %v", err, sentinel)
		}
	}
}

// TestDeniedReads: what cannot be read is never an empty journal.
func TestDeniedReads(t *testing.T) {
	denied := `{"__type":"AccessDeniedException","message":"no"}`
	for name, c := range map[string]struct {
		operation string
		call      func(j *Journal) error
	}{
		"open":    {"GetItem", func(j *Journal) error { _, _, err := j.Open(t.Context(), key); return err }},
		"get":     {"Query", func(j *Journal) error { _, err := j.Get(t.Context(), "tw-1"); return err }},
		"history": {"Query", func(j *Journal) error { _, err := j.History(t.Context(), "tw-1"); return err }},
		"recent":  {"Query", func(j *Journal) error { _, err := j.Recent(t.Context(), noon, 5); return err }},
		"take":    {"Query", func(j *Journal) error { _, err := j.Take(t.Context(), "tw-1", "a", noon, noon); return err }},
		"record":  {"GetItem", func(j *Journal) error { _, err := j.Record(t.Context(), report()); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			j, _, _ := play(t, line{c.operation, 400, denied})
			refused(t, c.call(j), "AccessDeniedException")
		})
	}
}

func TestUnreadable(t *testing.T) {
	for name, body := range map[string]string{
		"a claim without document": `{"Responses":{"journal":[{"pk":{"S":"` + claimPartition + `"},"sk":{"S":"claim"}}]}}`,
		"a claim of nonsense":      `{"Responses":{"journal":[{"pk":{"S":"` + claimPartition + `"},"sk":{"S":"claim"},"doc":{"S":"{"}}]}}`,
		"a claim not answered":     `{"Responses":{},"UnprocessedKeys":{"journal":{"Keys":[{"pk":{"S":"x"},"sk":{"S":"claim"}}]}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			j, _, _ := play(t, line{"BatchGetItem", 200, body})
			if got, err := j.Begin(t.Context(), report(), noon); err == nil {
				t.Errorf("got %+v, want an error", got)
			}
		})
	}
}

func TestTooLargeIsNotSent(t *testing.T) {
	j, _, _ := play(t, nothing)
	e := report()
	e.Violations = json.RawMessage(`"` + strings.Repeat("x", 500_000) + `"`)
	if _, err := j.Begin(t.Context(), e, noon); !errors.Is(err, journal.ErrTooLarge) {
		t.Errorf("got %v, want %v", err, journal.ErrTooLarge)
	}
}

func TestHistoryReadsAllPages(t *testing.T) {
	page := func(revision int, more string) line {
		data, err := journal.Encode(journal.Entry{ID: "tw-1", Revision: revision})
		if err != nil {
			t.Fatal(err)
		}
		return line{"Query", 200, fmt.Sprintf(`{"Items":[{"doc":{"S":%s}}]%s}`, quote(string(data)), more)}
	}
	j, s, _ := play(t, page(1, `,"LastEvaluatedKey":{"pk":{"S":"entry#tw-1"},"sk":{"S":"rev#000001"}}`), page(2, ""))
	got, err := j.History(t.Context(), "tw-1")
	same(t, "history", []any{got, err}, []any{[]journal.Entry{{ID: "tw-1", Revision: 1}, {ID: "tw-1", Revision: 2}}, nil})
	same(t, "start of the second page", object(t, s.asked[1].body)["ExclusiveStartKey"],
		any(map[string]any{"pk": map[string]any{"S": "entry#tw-1"}, "sk": map[string]any{"S": "rev#000001"}}))
}

func TestCreateTable(t *testing.T) {
	active := line{"DescribeTable", 200, `{"Table":{"TableStatus":"ACTIVE"}}`}
	s := &script{t: t, lines: []line{{"CreateTable", 200, `{}`}, active, {"UpdateTimeToLive", 200, `{}`}}}
	if err := CreateTable(t.Context(), client(s), "journal"); err != nil {
		t.Fatal(err)
	}
	same(t, "table", object(t, s.asked[0].body), object(t, `{"TableName":"journal","BillingMode":"PAY_PER_REQUEST",
		"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
			{"AttributeName":"rpk","AttributeType":"S"},{"AttributeName":"rsk","AttributeType":"S"},
			{"AttributeName":"dpk","AttributeType":"S"},{"AttributeName":"dsk","AttributeType":"S"}],
		"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
		"GlobalSecondaryIndexes":[{"IndexName":"recent","Projection":{"ProjectionType":"ALL"},
			"KeySchema":[{"AttributeName":"rpk","KeyType":"HASH"},{"AttributeName":"rsk","KeyType":"RANGE"}]},
			{"IndexName":"due","Projection":{"ProjectionType":"KEYS_ONLY"},
			"KeySchema":[{"AttributeName":"dpk","KeyType":"HASH"},{"AttributeName":"dsk","KeyType":"RANGE"}]}]}`))
	same(t, "time to live", object(t, s.asked[2].body), object(t, `{"TableName":"journal","TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}}`))

	exists := &script{t: t, lines: []line{{"CreateTable", 400, `{"__type":"ResourceInUseException"}`}}}
	if err := CreateTable(t.Context(), client(exists), "journal"); err != nil {
		t.Errorf("a table that exists: %v", err)
	}
	denied := &script{t: t, lines: []line{{"CreateTable", 400, `{"__type":"AccessDeniedException"}`}}}
	refused(t, CreateTable(t.Context(), client(denied), "journal"), "AccessDeniedException")
}
