package remedies

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A policyDocument is a bucket's policy as S3 keeps it, its statements in their order and as people wrote them.
type policyDocument struct {
	Version   string           `json:"Version,omitempty"`
	ID        string           `json:"Id,omitempty"`
	Statement policyStatements `json:"Statement"`
}

// policyStatements are statements, which stand alone or in a list.
type policyStatements []json.RawMessage

// UnmarshalJSON reads both forms.
func (s *policyStatements) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, (*[]json.RawMessage)(s)) != nil {
		*s = policyStatements{slices.Clone(data)}
	}
	return nil
}

// replace puts the statements of some identities in the place of those that were read, new ones at the end.
func (d *policyDocument) replace(ids []string, from, to bucketPolicy) error {
	now, err := bucketPolicy{}.with(d.Statement...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !sameStatements(now.Statement[id], from.Statement[id]) {
			return fmt.Errorf("the statement %s: %w", id, errMeanwhile)
		}
	}
	var replaced policyStatements
	done := map[string]bool{}
	emit := func(id string) {
		if !done[id] {
			replaced = append(replaced, to.Statement[id]...)
		}
		done[id] = true
	}
	for _, statement := range d.Statement {
		_, id, err := identify(statement)
		if err != nil {
			return err
		}
		if slices.Contains(ids, id) {
			emit(id)
		} else {
			replaced = append(replaced, statement)
		}
	}
	for _, id := range ids {
		emit(id)
	}
	d.Statement = replaced
	return nil
}

// getBucketPolicy reads the policy; of a bucket without one, an empty one of our version.
func getBucketPolicy(ctx context.Context, client *s3.Client, r finding.Resource) (policyDocument, error) {
	out, err := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: aws.String(idOf(r))})
	if remedy.Is(err, "NoSuchBucketPolicy") {
		return policyDocument{Version: policyVersion}, nil
	}
	if err != nil {
		return policyDocument{}, explainBucket("read the policy of "+r.String(), err)
	}
	var d policyDocument
	if err := json.Unmarshal([]byte(aws.ToString(out.Policy)), &d); err != nil {
		return policyDocument{}, fmt.Errorf("read the policy of %s: %w", r, err)
	}
	return d, nil
}

// putBucketPolicy writes the policy; one without statements is deleted, since S3 keeps none.
func putBucketPolicy(ctx context.Context, client *s3.Client, r finding.Resource, d policyDocument) error {
	if len(d.Statement) == 0 {
		if _, err := client.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: aws.String(idOf(r))}); err != nil {
			return explainBucket("delete the policy of "+r.String(), err)
		}
		return nil
	}
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encode the policy of %s: %w", r, err)
	}
	_, err = client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: aws.String(idOf(r)), Policy: aws.String(string(text))})
	switch {
	case remedy.Is(err, "MalformedPolicy"):
		return &remedy.RefusedError{Why: "S3 does not take the bucket policy: it grows over 20 KB, or names a principal that does not exist any more. Put it right by hand.", Err: err}
	case err != nil:
		return explainBucket("write the policy of "+r.String(), err)
	}
	return nil
}
