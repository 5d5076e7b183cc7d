package standin

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// What DynamoDB bounds, in bytes and pieces.
//
// Source: DynamoDB developer guide, "Quotas"; API reference, Query (a page ends at 1 MB) and TransactWriteItems.
const (
	maxItem    = 400 << 10
	maxPage    = 1 << 20
	maxActions = 100
)

type tableInput struct{ TableName string }

type keyElement struct{ AttributeName, KeyType string }

type indexDefinition struct {
	IndexName  string
	KeySchema  []keyElement
	Projection struct {
		ProjectionType   string
		NonKeyAttributes []string
	}
}

type tableDefinition struct {
	TableName, BillingMode string
	AttributeDefinitions   []struct{ AttributeName, AttributeType string }
	KeySchema              []keyElement
	GlobalSecondaryIndexes []indexDefinition
}

type tableDescription struct {
	TableName, TableId, TableStatus, TableArn string //nolint:revive // the names are DynamoDB's
	CreationDateTime                          int64  // Unix seconds
}

type tableAnswer struct{ Table tableDescription }

// createTable makes a table whose keys are strings, as all of ours are.
func createTable(c *Cloud, r request, in tableDefinition) (any, error) {
	t := &table{main: newIndex(in.KeySchema), indexes: map[string]*index{}}
	for _, x := range in.GlobalSecondaryIndexes {
		made := newIndex(x.KeySchema)
		if x.Projection.ProjectionType != "ALL" { // KEYS_ONLY, or INCLUDE
			made.shows = append([]string{t.main.partition, t.main.sort, made.partition, made.sort}, x.Projection.NonKeyAttributes...)
		}
		t.indexes[x.IndexName] = made
	}
	for _, a := range in.AttributeDefinitions {
		if a.AttributeType != "S" {
			return nil, unknown("a key of type %s", a.AttributeType)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tables[in.TableName] != nil {
		return nil, &Error{Status: http.StatusBadRequest, Code: "ResourceInUseException", Message: "the table exists"}
	}
	t.description = tableDescription{
		in.TableName, fmt.Sprintf("00000000-0000-4000-8000-%012d", len(c.tables)+1), "ACTIVE", fmt.Sprintf("arn:aws:dynamodb:%s:%s:table/%s", r.region, r.account, in.TableName),
		c.Clock.Now().Unix(),
	}
	c.tables[in.TableName] = t
	return struct{ TableDescription tableDescription }{t.description}, nil
}

func newIndex(schema []keyElement) *index {
	return &index{partition: schema[0].AttributeName, sort: schema[1].AttributeName, rows: map[string][]row{}}
}

func (c *Cloud) table(name string) (*table, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.tables[name]; t != nil {
		return t, nil
	}
	return nil, &Error{Status: http.StatusBadRequest, Code: "ResourceNotFoundException", Message: "there is no table " + name}
}

func describeTable(c *Cloud, _ request, in tableInput) (tableAnswer, error) {
	t, err := c.table(in.TableName)
	if err != nil {
		return tableAnswer{}, err
	}
	return tableAnswer{t.description}, nil
}

// updateTimeToLive is taken, and nothing expires.
func updateTimeToLive(c *Cloud, _ request, in struct {
	TableName               string
	TimeToLiveSpecification struct {
		AttributeName string
		Enabled       bool
	}
},
) (any, error) {
	_, err := c.table(in.TableName)
	return struct{}{}, err
}

type getInput struct {
	TableName      string
	Key            item
	ConsistentRead bool
}

func getItem(c *Cloud, _ request, in getInput) (any, error) {
	t, err := c.table(in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return struct {
		Item item `json:",omitempty"`
	}{t.get(in.Key)}, nil
}

func batchGetItem(c *Cloud, _ request, in struct {
	RequestItems map[string]struct {
		Keys           []item
		ConsistentRead bool
	}
},
) (any, error) {
	found := map[string][]item{}
	for name, asked := range in.RequestItems {
		t, err := c.table(name)
		if err != nil {
			return nil, err
		}
		found[name] = []item{}
		t.mu.Lock()
		for _, key := range asked.Keys {
			if it := t.get(key); it != nil {
				found[name] = append(found[name], it)
			}
		}
		t.mu.Unlock()
	}
	return struct {
		Responses       map[string][]item
		UnprocessedKeys struct{}
	}{Responses: found}, nil
}

// A put is one write: an item that is put, or a condition on the item of a key.
type put struct {
	TableName           string
	Item                item
	Key                 item
	ConditionExpression string
	substitutes
}

func putItem(c *Cloud, _ request, in put) (any, error) {
	t, err := c.table(in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	failed, err := t.check(in)
	switch {
	case err != nil:
		return nil, err
	case failed:
		return nil, &Error{Status: http.StatusBadRequest, Code: "ConditionalCheckFailedException", Message: "The conditional request failed"}
	}
	t.put(in.Item)
	return struct{}{}, nil
}

// check tells whether the condition of a write fails; an error where it is no write.
func (t *table) check(in put) (bool, error) {
	target := in.Item
	if target == nil {
		target = in.Key
	}
	if _, ok := t.key(target); !ok {
		return false, invalid("the item lacks a key")
	}
	size, _ := json.Marshal(in.Item) // strings, numbers and truths only
	if len(size) > maxItem {
		return false, invalid("Item size has exceeded the maximum allowed size")
	}
	conditions, err := parse(in.substitutes, in.ConditionExpression)
	if err != nil {
		return false, err
	}
	return !conditions[0].holds(t.get(target)), nil
}

func invalid(message string) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "ValidationException", Message: message}
}

// A reason says why one write of a transaction kept it from being made.
type reason struct{ Code, Message string }

type transaction struct {
	ClientRequestToken string
	TransactItems      []struct{ Put, ConditionCheck *put }
}

func (in transaction) writes() []put {
	var all []put
	for _, w := range in.TransactItems {
		if w.Put != nil {
			all = append(all, *w.Put)
		}
		if w.ConditionCheck != nil {
			all = append(all, *w.ConditionCheck)
		}
	}
	return all
}

// transactWriteItems writes all or nothing. One that comes again with the token of one that was written is answered with success.
func transactWriteItems(c *Cloud, _ request, in transaction) (any, error) {
	writes := in.writes()
	if len(writes) == 0 || len(writes) > maxActions {
		return nil, invalid("a transaction has 1 to 100 actions")
	}
	t, err := c.table(writes[0].TableName)
	if err != nil {
		return nil, err
	}
	asked, _ := json.Marshal(writes) // strings, numbers and truths only
	sum := sha256.Sum256(asked)
	t.mu.Lock()
	defer t.mu.Unlock()
	if was, ok := t.written(in.ClientRequestToken); ok {
		if was != string(sum[:]) {
			return nil, &Error{Status: http.StatusBadRequest, Code: "IdempotentParameterMismatchException", Message: "another request had this token"}
		}
		return struct{}{}, nil
	}
	if err := t.checkAll(writes); err != nil {
		return nil, err
	}
	for _, w := range writes {
		if w.Item != nil {
			t.put(w.Item)
		}
	}
	t.remember(in.ClientRequestToken, string(sum[:]))
	return struct{}{}, nil
}

func (t *table) checkAll(writes []put) error {
	reasons, canceled := make([]reason, len(writes)), false
	var keys []string
	for i, w := range writes {
		failed, err := t.check(w)
		if err != nil {
			return err
		}
		target := w.Item
		if target == nil {
			target = w.Key
		}
		key, _ := t.key(target)
		if w.TableName != t.description.TableName || slices.Contains(keys, key) {
			return invalid("Transaction request cannot include multiple operations on one item, nor, for the stand-in, on two tables")
		}
		keys = append(keys, key)
		reasons[i].Code = "None"
		if failed {
			reasons[i], canceled = reason{"ConditionalCheckFailed", "The conditional request failed"}, true
		}
	}
	if !canceled {
		return nil
	}
	return &Error{Status: http.StatusBadRequest, Code: "TransactionCanceledException", Message: "Transaction cancelled", Reasons: reasons}
}

type queryInput struct {
	TableName, IndexName                     string
	KeyConditionExpression, FilterExpression string
	substitutes
	ConsistentRead    bool
	ScanIndexForward  *bool
	Limit             int
	ExclusiveStartKey item
}

type queryAnswer struct {
	Items               []item
	Count, ScannedCount int
	LastEvaluatedKey    item `json:",omitempty"`
}

// query reads a page of one partition.
func query(c *Cloud, _ request, in queryInput) (queryAnswer, error) {
	t, err := c.table(in.TableName)
	if err != nil {
		return queryAnswer{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.main
	if in.IndexName != "" {
		x = t.indexes[in.IndexName]
	}
	conditions, err := parse(in.substitutes, in.KeyConditionExpression, in.FilterExpression)
	if err != nil {
		return queryAnswer{}, err
	}
	if x == nil || in.IndexName != "" && in.ConsistentRead {
		return queryAnswer{}, invalid("there is no such index, or a consistent read of one")
	}
	partition, ok := conditions[0].equal(x.partition)
	if !ok || partition.S == nil {
		return queryAnswer{}, invalid("the key condition does not name one partition")
	}
	return t.page(x, *partition.S, conditions, in), nil
}

// page reads from where the last page ended, until the limit or a page's size is reached.
func (t *table) page(x *index, partition string, conditions []condition, in queryInput) queryAnswer {
	rows := x.rows[partition]
	backward := in.ScanIndexForward != nil && !*in.ScanIndexForward
	at, step := 0, 1
	if backward {
		at, step = len(rows)-1, -1
	}
	if in.ExclusiveStartKey != nil {
		key, _ := t.key(in.ExclusiveStartKey)
		_, last, _ := x.place(in.ExclusiveStartKey, key)
		i, there := slices.BinarySearchFunc(rows, last, row.compare)
		at = i
		if there && !backward {
			at++
		} else if backward {
			at--
		}
	}
	out := queryAnswer{Items: []item{}}
	size := 0
	for ; at >= 0 && at < len(rows); at += step {
		it := rows[at].item
		if !conditions[0].holds(it) {
			continue
		}
		out.ScannedCount++
		size += it.size()
		if conditions[1].holds(it) {
			out.Items = append(out.Items, it.only(x.shows))
			out.Count++
		}
		if out.ScannedCount == in.Limit || size > maxPage {
			out.LastEvaluatedKey = t.place(x, it)
			break
		}
	}
	return out
}

// place are the attributes of an item that say where it stands in table and index.
func (t *table) place(x *index, it item) item {
	return it.only([]string{t.main.partition, t.main.sort, x.partition, x.sort})
}

// only is an item with some of its attributes; nil names all.
func (it item) only(names []string) item {
	if names == nil {
		return it
	}
	some := item{}
	for _, name := range names {
		if v, ok := it[name]; ok {
			some[name] = v
		}
	}
	return some
}

func (it item) size() int {
	n := 0
	for name, v := range it {
		n += len(name) + 1
		if v.S != nil {
			n += len(*v.S)
		}
	}
	return n
}
