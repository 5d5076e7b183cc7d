package cost_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/cost"
)

// A scale weighs what AWS would bill of each call. It is safe for concurrent use.
type scale struct {
	mu   sync.Mutex
	used cost.Usage
	base map[string]int    // bytes of each item of the table, by its key
	copy map[string]int    // bytes of its copy in the index of revisions
	due  map[string]string // its key in the index of what is due
}

func newScale() *scale {
	return &scale{used: cost.Usage{Calls: map[string]int{}}, base: map[string]int{}, copy: map[string]int{}, due: map[string]string{}}
}

// reset forgets what was used, and not what is stored.
func (s *scale) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used = cost.Usage{Calls: map[string]int{}}
}

// read is what was used since the last reset.
func (s *scale) read() cost.Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := s.used
	used.Calls = maps.Clone(s.used.Calls)
	return used
}

// unbilled are calls that cost nothing, and whose number depends on how long a function lives.
var unbilled = map[string]bool{"DynamoDB.DescribeTable": true, "DynamoDB.CreateTable": true, "DynamoDB.UpdateTimeToLive": true}

// A scaleFor stands between the SDK's clients and who answers, and has a scale weigh each call.
type scaleFor struct {
	*scale
	answers aws.HTTPClient
}

func (s *scaleFor) Do(r *http.Request) (*http.Response, error) {
	name := awsmiddleware.GetServiceID(r.Context()) + "." + awsmiddleware.GetOperationName(r.Context())
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	answer, err := s.answers.Do(r)
	if err != nil {
		return answer, err
	}
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(got))
	s.mu.Lock()
	defer s.mu.Unlock()
	if unbilled[name] {
		return answer, nil
	}
	s.used.Calls[name]++
	if strings.HasPrefix(name, "DynamoDB.") {
		return answer, s.table(name, sent, got)
	}
	if name == "SNS.Publish" {
		s.used.MessageBytes += len(sent)
	}
	return answer, nil
}

type attributes map[string]map[string]any

// An input is as much as is needed of what the calls to DynamoDB carry.
type input struct {
	ConsistentRead bool
	IndexName      string
	Item           attributes
	TransactItems  []struct{ Put *struct{ Item attributes } }
	RequestItems   map[string]struct {
		Keys           []attributes
		ConsistentRead bool
	}
}

type output struct {
	Item      attributes
	Items     []attributes
	Responses map[string][]attributes
}

// table weighs one call to DynamoDB.
//
// Source: DynamoDB developer guide, "DynamoDB on-demand capacity mode" (request units), "Provisioned throughput considerations for Global Secondary Indexes", and "Amazon DynamoDB
// Transactions: How it works" (two units for each item of a transaction; its copies in indexes are written once).
func (s *scale) table(name string, sent, got []byte) error {
	var in input
	var out output
	if err := json.Unmarshal(sent, &in); err != nil {
		return err
	}
	if err := json.Unmarshal(got, &out); err != nil {
		return err
	}
	switch name {
	case "DynamoDB.GetItem":
		s.reads(in.ConsistentRead, size(out.Item))
	case "DynamoDB.BatchGetItem":
		for table, asked := range in.RequestItems {
			found := 0
			for _, item := range out.Responses[table] {
				s.reads(asked.ConsistentRead, size(item))
				found++
			}
			for range len(asked.Keys) - found {
				s.reads(asked.ConsistentRead, 0)
			}
		}
	case "DynamoDB.Query":
		total := 0
		for _, item := range out.Items {
			total += size(item)
		}
		s.reads(in.ConsistentRead, total)
	case "DynamoDB.PutItem":
		s.put(in.Item, 1)
	case "DynamoDB.TransactWriteItems":
		for _, t := range in.TransactItems {
			s.put(t.Put.Item, 2)
		}
	}
	return nil
}

// reads counts a read of some bytes: a unit for each 4 KB that were begun, at least one, and half of it where the read need not be consistent.
func (s *scale) reads(consistent bool, n int) {
	units := float64(max(1, (n+4095)/4096))
	if !consistent {
		units /= 2
	}
	s.used.Reads += units
}

// put counts a write of an item: so many units for each KB that was begun, and one for each that is written into an index.
func (s *scale) put(item attributes, factor int) {
	key, n := text(item[awsdynamodb.PartitionKey])+" "+text(item[awsdynamodb.SortKey]), size(item)
	s.used.Writes += float64(factor * kilobytes(n))
	s.used.StoredBytes += n - s.base[key]
	s.base[key] = n
	if item[awsdynamodb.RecentPartitionKey] != nil {
		s.used.Writes += float64(kilobytes(n))
		s.used.IndexBytes += n - s.copy[key]
		s.copy[key] = n
	}
	was, now := s.due[key], text(item[awsdynamodb.DueSortKey])
	if was != now {
		for _, copied := range []string{was, now} { // an entry of an index whose key changes is deleted and written anew
			if copied != "" {
				s.used.Writes++
			}
		}
	}
	s.due[key] = now
}

func kilobytes(n int) int { return max(1, (n+1023)/1024) }

// size is how large DynamoDB takes an item to be.
//
// Source: DynamoDB developer guide, "DynamoDB Item sizes and formats".
func size(item attributes) int {
	n := 0
	for name, value := range item {
		n += len(name)
		for kind, v := range value {
			if t, ok := v.(string); ok && kind == "N" {
				n += (len(t)+1)/2 + 1
			} else if ok {
				n += len(t)
			}
		}
	}
	return n
}

func text(value map[string]any) string {
	t, _ := value["S"].(string)
	return t
}
