package standin

import (
	"cmp"
	"slices"
	"sync"
)

// A table is a DynamoDB table. Its indexes follow it at once.
type table struct {
	description tableDescription

	mu      sync.Mutex
	main    *index
	indexes map[string]*index
	tokens  [2]map[string]string // the requests of transactions that were written, by their tokens: the latest, and those before
}

// An index is the items of a table by a pair of keys: those that have both. The table itself is one.
type index struct {
	partition, sort string   // names of the key attributes
	shows           []string // names of the attributes that a read of it shows; nil for all
	rows            map[string][]row
}

// A row is an item at its place.
type row struct {
	sort, key string // the sort key, and the item's key in the table: together its place in the partition
	item      item
}

func (r row) compare(other row) int {
	return cmp.Or(cmp.Compare(r.sort, other.sort), cmp.Compare(r.key, other.key))
}

// place is where an item stands in an index; false if it stands nowhere.
func (x *index) place(it item, key string) (partition string, r row, ok bool) {
	p, s := it[x.partition], it[x.sort]
	if p.S == nil || s.S == nil {
		return "", row{}, false
	}
	return *p.S, row{*s.S, key, it}, true
}

func (x *index) put(it item, key string) {
	if partition, r, ok := x.place(it, key); ok {
		rows := x.rows[partition]
		i, there := slices.BinarySearchFunc(rows, r, row.compare)
		if there {
			rows[i] = r
			return
		}
		x.rows[partition] = slices.Insert(rows, i, r)
	}
}

func (x *index) remove(it item, key string) {
	if partition, r, ok := x.place(it, key); ok {
		if i, there := slices.BinarySearchFunc(x.rows[partition], r, row.compare); there {
			x.rows[partition] = slices.Delete(x.rows[partition], i, i+1)
		}
	}
}

// key names an item in its table; false if it lacks a key attribute.
func (t *table) key(it item) (string, bool) {
	partition, r, ok := t.main.place(it, "")
	return partition + "\x00" + r.sort, ok
}

// get is the item of a key, nil if there is none.
func (t *table) get(it item) item {
	key, _ := t.key(it)
	partition, r, ok := t.main.place(it, key)
	if !ok {
		return nil
	}
	if i, there := slices.BinarySearchFunc(t.main.rows[partition], r, row.compare); there {
		return t.main.rows[partition][i].item
	}
	return nil
}

// put replaces an item.
func (t *table) put(it item) {
	key, _ := t.key(it)
	if old := t.get(it); old != nil {
		for _, x := range t.indexes {
			x.remove(old, key)
		}
	}
	t.main.put(it, key)
	for _, x := range t.indexes {
		x.put(it, key)
	}
}

// mostTokens is how many tokens of transactions are kept at least; DynamoDB keeps them for ten minutes.
//
// Source: DynamoDB API reference, TransactWriteItems, ClientRequestToken.
const mostTokens = 10_000

// written tells whether a transaction with that token was written, and with which request.
func (t *table) written(token string) (string, bool) {
	for _, tokens := range t.tokens {
		if request, ok := tokens[token]; ok {
			return request, true
		}
	}
	return "", false
}

func (t *table) remember(token, request string) {
	if len(t.tokens[0]) >= mostTokens || t.tokens[0] == nil {
		t.tokens[0], t.tokens[1] = map[string]string{}, t.tokens[0]
	}
	t.tokens[0][token] = request
}
