// Package awskms makes secrets, and opens them, by one key of AWS KMS.
package awskms

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// A Key is a symmetric key for encryption. It needs kms:GenerateDataKey and kms:Decrypt on it. Safe for concurrent use.
type Key struct {
	client *kms.Client
	arn    string
}

// New is the key with that ARN; on one machine an alias ("alias/tagwarden") will do.
func New(client *kms.Client, arn string) *Key { return &Key{client, arn} }

// Name is what the key is called: its ARN.
func (k *Key) Name() string { return k.arn }

// Make is a new secret of 32 bytes, as it is and as only the key opens it again, in that context alone.
//
// Source: AWS KMS API reference, GenerateDataKey (KeySpec AES_256, EncryptionContext).
func (k *Key) Make(ctx context.Context, about map[string]string) (plain, sealed []byte, err error) {
	out, err := k.client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: aws.String(k.arn), KeySpec: types.DataKeySpecAes256, EncryptionContext: about})
	if err != nil {
		return nil, nil, fmt.Errorf("make a secret by key %s: %w", k.arn, err)
	}
	return out.Plaintext, out.CiphertextBlob, nil
}

// Open is the secret that Make sealed, in the same context.
//
// Source: AWS KMS API reference, Decrypt (KeyId: only that key is tried).
func (k *Key) Open(ctx context.Context, sealed []byte, about map[string]string) ([]byte, error) {
	out, err := k.client.Decrypt(ctx, &kms.DecryptInput{KeyId: aws.String(k.arn), CiphertextBlob: sealed, EncryptionContext: about})
	if err != nil {
		return nil, fmt.Errorf("open a secret by key %s: %w", k.arn, err)
	}
	return out.Plaintext, nil
}
