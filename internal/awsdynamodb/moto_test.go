//go:build moto

package awsdynamodb_test

import (
	"fmt"
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

// operations remembers the names of the operations that pass through it.
type operations struct{ names sync.Map }

func (o *operations) Do(r *http.Request) (*http.Response, error) {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if name == "TransactWriteItems" {
		name = "PutItem" // the only part that its transactions have
	}
	o.names.Store("dynamodb:"+name, true)
	return http.DefaultClient.Do(r)
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
