package awsdynamodb

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tagwarden/tagwarden/internal/mac"
)

// A Key makes and opens the secret by which the journal knows its own items: internal/awskms is one.
type Key interface {
	// Name is what the key is called: each key has a secret of its own.
	Name() string
	Make(ctx context.Context, about map[string]string) (plain, sealed []byte, err error)
	Open(ctx context.Context, sealed []byte, about map[string]string) ([]byte, error)
}

// A proof says of items that the journal itself wrote them. Its secret is kept in the table, sealed by a key that no other than the functions may use in this context, and is
// opened when it is first needed: once a process.
type proof struct {
	mu     sync.Mutex
	key    Key // nil for none: nothing is proved, and nothing is doubted; for tests of other things
	secret *mac.Secret
}

// about is the context of the table's secret. The key's policy names it, and CloudTrail shows it.
//
// Source: AWS KMS developer guide, "Encryption context".
func about(table string) map[string]string {
	return map[string]string{"tagwarden": "journal", "table": table}
}

// scheme begins what every code of an item is of, so that a later one can be told from it.
const scheme = "tagwarden journal item 1"

// sign adds the code to an item that is complete.
func (j *Journal) sign(ctx context.Context, it item) error {
	secret, err := j.theSecret(ctx)
	if err != nil || secret == nil {
		return err
	}
	it[code] = text(secret.Sum(signed(it)...))
	return nil
}

// proved tells whether the journal itself wrote an item, as it is, under its very key.
func (j *Journal) proved(ctx context.Context, it item) (bool, error) {
	secret, err := j.theSecret(ctx)
	if err != nil {
		return false, err
	}
	return secret == nil || secret.Holds(textOf(it[code]), signed(it)...), nil
}

// signed is what the code of an item is of: its key, so that it cannot be copied to another, a revision's number with it; its version; and all that it says. The attributes of the
// indexes only find it, and its expiry only ends it.
func signed(it item) []string {
	v, _ := it[version].(*types.AttributeValueMemberN)
	if v == nil {
		v = &types.AttributeValueMemberN{}
	}
	return []string{scheme, textOf(it[PartitionKey]), textOf(it[SortKey]), v.Value, textOf(it[document])}
}

// theSecret is the table's secret; nil where the journal has no key. What fails is tried again by the next call.
func (j *Journal) theSecret(ctx context.Context) (*mac.Secret, error) {
	j.proof.mu.Lock()
	defer j.proof.mu.Unlock()
	if j.proof.key == nil || j.proof.secret != nil {
		return j.proof.secret, nil
	}
	plain, err := j.openSecret(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the journal's secret: %w", err)
	}
	secret, err := mac.New(plain)
	if err != nil {
		return nil, fmt.Errorf("read the journal's secret: %w", err)
	}
	j.proof.secret = &secret
	return j.proof.secret, nil
}

// openSecret reads the secret from the table, and makes it where there is none yet.
func (j *Journal) openSecret(ctx context.Context) ([]byte, error) {
	sealed, err := j.readSecret(ctx)
	if err != nil || sealed != nil {
		return j.unseal(ctx, sealed, err)
	}
	plain, sealed, err := j.proof.key.Make(ctx, about(j.table))
	if err != nil {
		return nil, err
	}
	it := j.secretKey()
	it[secretText], it[made] = text(base64.StdEncoding.EncodeToString(sealed)), text(j.now().UTC().Format(time.RFC3339))
	_, err = j.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.table, Item: it, ConditionExpression: aws.String("attribute_not_exists(" + PartitionKey + ")")})
	var there *types.ConditionalCheckFailedException
	if !errors.As(err, &there) {
		return plain, err
	}
	sealed, err = j.readSecret(ctx) // another function was first; or the answer to our own try was lost
	return j.unseal(ctx, sealed, err)
}

func (j *Journal) unseal(ctx context.Context, sealed []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return j.proof.key.Open(ctx, sealed, about(j.table))
}

// readSecret is the sealed secret of the journal's key; nil where there is none.
func (j *Journal) readSecret(ctx context.Context) ([]byte, error) {
	out, err := j.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &j.table, Key: j.secretKey(), ConsistentRead: aws.Bool(true)})
	if err != nil || len(out.Item) == 0 {
		return nil, err
	}
	sealed, err := base64.StdEncoding.DecodeString(textOf(out.Item[secretText]))
	if err != nil || len(sealed) == 0 {
		return nil, fmt.Errorf("item %s %s has no secret in attribute %s: restore it as it was, or all that is in the journal stays without proof", secrets, j.proof.key.Name(), secretText)
	}
	return sealed, nil
}

func (j *Journal) secretKey() item {
	return item{PartitionKey: text(secrets), SortKey: text(j.proof.key.Name())}
}

// idOf is the id of the entry whose revision an item is, by the item's key: what an item says of itself may be anybody's.
func idOf(it item) string { return strings.TrimPrefix(textOf(it[PartitionKey]), entryPrefix) }
