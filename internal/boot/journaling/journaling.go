// Package journaling opens a function's journal: its table, and the key by which it knows its own entries.
package journaling

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/awskms"
	"github.com/tagwarden/tagwarden/internal/boot"
)

// Open gives the journal in a table, whose secret a key opens; that is asked for when an entry is first read or written, and once a process.
func Open(b boot.Base, table, key string) *awsdynamodb.Journal {
	return awsdynamodb.New(dynamodb.NewFromConfig(b.Config), table, awsdynamodb.Options{
		Keep: b.Policy.Journal().Keep, Key: awskms.New(kms.NewFromConfig(b.Config), key),
	})
}
