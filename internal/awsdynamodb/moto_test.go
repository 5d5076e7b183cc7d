//go:build moto

package awsdynamodb_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/journal/journaltest"
)

// tables counts the tables that were made, for a new name each.
var tables atomic.Int64

func TestJournal(t *testing.T) {
	server := os.Getenv("TAGWARDEN_MOTO")
	if server == "" {
		t.Fatal("TAGWARDEN_MOTO is not set: start moto_server and give its address, http://127.0.0.1:PORT")
	}
	client := dynamodb.New(dynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(server),
		Credentials:  credentials.NewStaticCredentialsProvider("testing", "testing", ""),
	})
	used := &operations{}
	journalClient := dynamodb.New(client.Options(), func(o *dynamodb.Options) {
		o.HTTPClient = used
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = 10 * time.Millisecond })
	})
	run := time.Now().UnixNano() // the server may be older than this run
	journaltest.Run(t, func(t *testing.T) journaltest.Journal {
		name := fmt.Sprintf("journal-%d-%d", run, tables.Add(1))
		for range 2 { // the second finds it
			if err := awsdynamodb.CreateTable(t.Context(), client, name); err != nil {
				t.Fatal(err)
			}
		}
		return awsdynamodb.New(journalClient, name, awsdynamodb.Options{})
	})
	if got, want := used.actions(), awsdynamodb.TableActions(); !slices.Equal(got, want) {
		t.Errorf("the journal used %v, and declares %v", got, want)
	}
}

// Every third transaction loses a race, and the answer to every fortieth is lost.
const (
	raced = 3
	lost  = 40
)

// operations remembers the names of the operations that pass through it, and makes what an emulator on one machine never shows: transactions that another one stands in the way
// of, and answers that are lost after the transaction was written. And it does what moto leaves out: a transaction is alone while it is written (moto's, when it is cancelled,
// takes back what others wrote meanwhile), and one that is sent again with the token of one that was written is answered as DynamoDB does, with success.
type operations struct {
	names, tokens sync.Map
	transactions  atomic.Int64
	alone         sync.RWMutex
}

func (o *operations) Do(r *http.Request) (*http.Response, error) {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if name != "TransactWriteItems" {
		o.names.Store("dynamodb:"+name, true)
		o.alone.RLock()
		defer o.alone.RUnlock()
		return http.DefaultClient.Do(r)
	}
	o.names.Store("dynamodb:PutItem", true) // the only part that the journal's transactions have
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var in struct {
		ClientRequestToken string
		TransactItems      []json.RawMessage
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	o.alone.Lock()
	defer o.alone.Unlock()
	if _, ok := o.tokens.Load(in.ClientRequestToken); ok {
		return answer(r, http.StatusOK, "{}"), nil
	}
	n := o.transactions.Add(1)
	if n%raced == 0 {
		reasons := strings.Join(slices.Repeat([]string{`{"Code":"TransactionConflict"}`}, len(in.TransactItems)), ",")
		return answer(r, http.StatusBadRequest, `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[`+reasons+`]}`), nil
	}
	res, err := http.DefaultClient.Do(r)
	if err == nil && res.StatusCode == http.StatusOK {
		o.tokens.Store(in.ClientRequestToken, true)
		if n%lost == 0 {
			return nil, errors.Join(errors.New("the answer is lost"), res.Body.Close())
		}
	}
	return res, err
}

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

func (o *operations) actions() []string {
	var all []string
	o.names.Range(func(name, _ any) bool {
		all = append(all, name.(string))
		return true
	})
	slices.Sort(all)
	return all
}
