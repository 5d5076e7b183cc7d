//go:build moto

package awsdynamodb_test

import (
	"bytes"
	"encoding/json"
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
	journalClient := dynamodb.New(client.Options(), func(o *dynamodb.Options) { o.HTTPClient = used })
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

// operations remembers the names of the operations that pass through it. And it does what moto leaves out: it answers a transaction that is sent again with the token of
// one that was written as DynamoDB does, with success. The SDK sends one again when the answer was lost, which moto's web server does now and then.
type operations struct{ names, tokens sync.Map }

func (o *operations) Do(r *http.Request) (*http.Response, error) {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if name != "TransactWriteItems" {
		o.names.Store("dynamodb:"+name, true)
		return http.DefaultClient.Do(r)
	}
	o.names.Store("dynamodb:PutItem", true) // the only part that the journal's transactions have
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var in struct{ ClientRequestToken string }
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	if _, ok := o.tokens.Load(in.ClientRequestToken); ok {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
	}
	res, err := http.DefaultClient.Do(r)
	if err == nil && res.StatusCode == http.StatusOK {
		o.tokens.Store(in.ClientRequestToken, true)
	}
	return res, err
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
