package remedies

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// bucketPolicySetting is what every remedy that writes a bucket's policy holds.
const bucketPolicySetting = "s3:bucket-policy"

// What a remedy needs that writes a bucket's policy.
var (
	bucketPolicyReads  = []remedy.Grant{{Action: "s3:GetBucketPolicy", On: "${ARN}"}}
	bucketPolicyWrites = []remedy.Grant{{Action: "s3:PutBucketPolicy", On: "${ARN}"}, {Action: "s3:DeleteBucketPolicy", On: "${ARN}"}}
)

// policyVersion is the version of the policy language that a policy of ours is written in.
//
// Source: IAM user guide, "AWS JSON policy elements: Version".
const policyVersion = "2012-10-17"

// A bucketPolicy is the policy of a bucket. Version and ID are the document's own; of a bucket without a policy, they are what a policy of ours would have, so that
// neither is touched when our statement makes the policy, or takes it along.
type bucketPolicy struct {
	place
	Version string `json:"Version"` // "" where the document has none, which means an older one
	ID      string `json:"Id,omitempty"`
	// Statement holds the statements by their Sid, or by their content where they have none; as they are written, but for the order of keys and lists. The list makes one value of
	// a statement, which comes and goes as a whole, and holds more than one only where people gave a Sid twice.
	Statement map[string][]json.RawMessage `json:"Statement,omitempty"`
}

func readBucketPolicy(ctx context.Context, cfg aws.Config, r finding.Resource) (bucketPolicy, error) {
	document, err := getBucketPolicy(ctx, bucketClient(cfg, r), r)
	if err != nil {
		return bucketPolicy{}, err
	}
	p := bucketPolicy{place: placeOf(r), Version: document.Version, ID: document.ID}
	return p.with(document.Statement...)
}

// writeBucketPolicy writes the statements that differ into the policy as it is right now, so that whatever else somebody wrote meanwhile stays. Version and Id only change
// when a policy comes or goes: another Version would give people's statements another meaning.
func writeBucketPolicy(ctx context.Context, cfg aws.Config, r finding.Resource, from, to bucketPolicy) error {
	changed := from.differing(to)
	other := from.Version != to.Version || from.ID != to.ID
	switch {
	case len(changed) == 0:
		return nil
	case other && len(from.Statement) > 0 && len(to.Statement) > 0:
		return &remedy.RefusedError{Why: "Somebody gave the bucket a new policy, of another Version or Id than the one that the statements were taken from: add them by hand."}
	}
	client := bucketClient(cfg, r)
	document, err := getBucketPolicy(ctx, client, r)
	if err != nil {
		return err
	}
	if err := document.replace(changed, from, to); err != nil {
		return fmt.Errorf("write the policy of %s: %w", r, err)
	}
	if other {
		document.Version, document.ID = to.Version, to.ID
	}
	return putBucketPolicy(ctx, client, r, document)
}

// differing are the identities whose statements differ.
func (p bucketPolicy) differing(other bucketPolicy) []string {
	all := maps.Clone(p.Statement)
	if all == nil {
		all = map[string][]json.RawMessage{}
	}
	maps.Copy(all, other.Statement)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(id string) bool { return sameStatements(p.Statement[id], other.Statement[id]) })
}

// statements are all of them, in the order of their identities.
func (p bucketPolicy) statements() []json.RawMessage {
	var all []json.RawMessage
	for _, id := range slices.Sorted(maps.Keys(p.Statement)) {
		all = append(all, p.Statement[id]...)
	}
	return all
}

// judged are the statements as they are judged, in the order of statements.
func (p bucketPolicy) judged() ([]policyStatement, error) {
	all := p.statements()
	judged := make([]policyStatement, len(all))
	for i, statement := range all {
		if err := json.Unmarshal(statement, &judged[i]); err != nil {
			return nil, &remedy.RefusedError{Why: "The bucket policy has a statement that Tagwarden cannot read: look at it, and put it right by hand.", Err: err}
		}
	}
	return judged, nil
}

// with gives the policy with more statements.
func (p bucketPolicy) with(statements ...json.RawMessage) (bucketPolicy, error) {
	p.Statement = maps.Clone(p.Statement)
	for _, statement := range statements {
		text, id, err := identify(statement)
		if err != nil {
			return bucketPolicy{}, err
		}
		if p.Statement == nil {
			p.Statement = map[string][]json.RawMessage{}
		}
		p.Statement[id] = append(slices.Clone(p.Statement[id]), text)
	}
	return p, nil
}

// withOurs gives the policy with our statement of a Sid in place of any other one of that Sid.
func (p bucketPolicy) withOurs(sid string, statement map[string]any) (bucketPolicy, error) {
	statement["Sid"] = sid
	text, err := json.Marshal(statement)
	if err != nil {
		return bucketPolicy{}, fmt.Errorf("encode the statement %s: %w", sid, err)
	}
	p.Statement = maps.Clone(p.Statement)
	delete(p.Statement, sid)
	return p.with(text)
}

// identify gives a statement with its keys and lists in order, and its identity. No Sid begins with "#".
//
// Source: IAM user guide, "AWS JSON policy elements: Sid".
func identify(statement json.RawMessage) (text json.RawMessage, id string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(statement))
	decoder.UseNumber()
	var members map[string]any
	if err := decoder.Decode(&members); err != nil {
		return nil, "", fmt.Errorf("read a statement of a policy: %w", err)
	}
	if members["Sid"] == "" {
		delete(members, "Sid") // S3 may show an empty one where none was written
	}
	if text, err = json.Marshal(oneForm(members)); err != nil {
		return nil, "", fmt.Errorf("encode a statement of a policy: %w", err)
	}
	if sid, _ := members["Sid"].(string); sid != "" {
		return text, sid, nil
	}
	return text, fmt.Sprintf("#%.8x", sha256.Sum256(text)), nil
}

// oneForm gives each list within a statement one form, a single value none: S3 shows lists in an order of its own, and a single value with or without one. The order means
// nothing in any of them.
//
// Source: hashicorp/terraform, pull request 4278; ansible/ansible, issues 29341 and 42532 (what S3 makes of policies).
func oneForm(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key := range value {
			value[key] = oneForm(value[key])
		}
	case []any:
		if len(value) == 1 {
			return value[0]
		}
		slices.SortFunc(value, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return value
}

func sameStatements(a, b []json.RawMessage) bool {
	return slices.EqualFunc(a, b, func(a, b json.RawMessage) bool {
		x, _, errX := identify(a)
		y, _, errY := identify(b)
		return errX == nil && errY == nil && bytes.Equal(x, y)
	})
}
