package standin_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/journal/journaltest"
	"github.com/tagwarden/tagwarden/internal/standin"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// TestJournal holds the stand-in's DynamoDB, and the journal in it, to what every journal owes.
func TestJournal(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journaltest.Journal {
		cloud := standin.New(standin.NewClock(noon))
		client := dynamodb.NewFromConfig(standin.Config(standin.NewProcess(nil).To(cloud), "us-east-1"))
		if err := awsdynamodb.CreateTable(t.Context(), client, "journal"); err != nil {
			t.Fatal(err)
		}
		return awsdynamodb.New(client, "journal", awsdynamodb.Options{Key: standin.Key{}})
	})
}
