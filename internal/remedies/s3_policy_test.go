package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"pgregory.net/rapid"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// plantPolicy makes a bucket with a policy.
func plantPolicy(ctx context.Context, cfg aws.Config, name, policy string) (remedytest.Planted, error) {
	p, err := plantBucket(ctx, cfg, name)
	if err != nil {
		return p, err
	}
	_, err = s3.NewFromConfig(cfg).PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: &policy})
	return p, err
}

// peoples is a statement of somebody's, with everything in it that must stay.
func peoples(bucket string) string {
	return `{"Sid":"Readers <&>","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/b"]},` +
		`"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::` + bucket + `","arn:aws:s3:::` + bucket + `/*"],` +
		`"Condition":{"NumericLessThan":{"s3:max-keys":1e1},"Bool":{"aws:SecureTransport":true}}}`
}

// addStatement adds a statement to a bucket's policy.
func addStatement(statement string) func(context.Context, aws.Config, remedytest.Planted) error {
	return func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
		client := s3.NewFromConfig(cfg)
		document, err := getBucketPolicy(ctx, client, p.Resource)
		if err != nil {
			return err
		}
		document.Statement = append(document.Statement, json.RawMessage(statement))
		return putBucketPolicy(ctx, client, p.Resource, document)
	}
}

// policyOfB is the policy of the bucket b with some statements; "" is none.
func policyOfB(t *testing.T, statements ...string) bucketPolicy {
	t.Helper()
	p := bucketPolicy{place: placeOf(bucket("b")), Version: policyVersion}
	for _, s := range statements {
		if s == "" {
			continue
		}
		var err error
		if p, err = p.with(json.RawMessage(s)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestPolicyDocumentReplace(t *testing.T) {
	const a, a2, b, b2, c = `{"Sid":"a"}`, `{"Sid":"a","Effect":"Deny"}`, `{"Effect":"b"}`, `{"Effect":"b2"}`, `{"Sid":"c","x":1.0}`
	for _, test := range []struct {
		name           string
		document       string
		from, to, want []string
		err            error
	}{
		{name: "a new one goes to the end", document: "[" + a + "," + c + "]", from: []string{a, c}, to: []string{a, c, b}, want: []string{a, c, b}},
		{name: "a changed one stays in its place", document: "[" + a + "," + c + "]", from: []string{a, c}, to: []string{a2, c}, want: []string{a2, c}},
		{name: "one without a Sid changes", document: "[" + b + "," + c + "]", from: []string{b, c}, to: []string{b2, c}, want: []string{c, b2}},
		{name: "one goes", document: "[" + a + "," + b + "]", from: []string{a, b}, to: []string{b}, want: []string{b}},
		{name: "two of a kind go", document: "[" + b + "," + a + "," + b + "]", from: []string{b, a, b}, to: []string{a}, want: []string{a}},
		{name: "what others add stays", document: "[" + b + "," + c + "," + a + "]", from: []string{a}, to: nil, want: []string{b, c}},
		{name: "a statement that stands alone", document: a, from: []string{a}, to: []string{a, b}, want: []string{a, b}},
		{
			name: "as S3 shows it", document: `[{"Sid":"","Principal":{"AWS":["y","x"],"Service":"s"},"Action":"s3:GetObject","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]`,
			from: []string{`{"Principal":{"AWS":["x","y"],"Service":["s"]},"Action":["s3:GetObject"],"Condition":{"Bool":{"aws:SecureTransport":["true"]}}}`},
		},
		{name: "somebody changed it", document: "[" + a2 + "]", from: []string{a}, to: nil, err: errMeanwhile},
		{name: "somebody removed it", document: "[]", from: []string{a}, to: []string{a2}, err: errMeanwhile},
	} {
		t.Run(test.name, func(t *testing.T) {
			var d policyDocument
			if err := json.Unmarshal([]byte(`{"Statement":`+test.document+`}`), &d); err != nil {
				t.Fatal(err)
			}
			from, to := policyOfB(t, test.from...), policyOfB(t, test.to...)
			err := d.replace(from.differing(to), from, to)
			if !errors.Is(err, test.err) {
				t.Fatalf("got error %v, want %v", err, test.err)
			}
			if test.err == nil && !sameStatements(d.Statement, raw(test.want)) {
				t.Errorf("got %s, want %s", d.Statement, test.want)
			}
		})
	}
}

// TestWriteBucketPolicyOfAnotherVersion holds that people's statements keep the version of the language that they are written in.
func TestWriteBucketPolicyOfAnotherVersion(t *testing.T) {
	theirs, back := policyOfB(t, `{"Sid":"theirs"}`), policyOfB(t, `{"Sid":"theirs"}`, `{"Sid":"old"}`)
	back.Version = "2008-10-17"
	err := writeBucketPolicy(t.Context(), aws.Config{}, bucket("b"), theirs, back)
	if refused := (*remedy.RefusedError)(nil); !errors.As(err, &refused) {
		t.Errorf("got %v, want a refusal", err)
	}
}

func raw(texts []string) []json.RawMessage {
	var all []json.RawMessage
	for _, text := range texts {
		all = append(all, json.RawMessage(text))
	}
	return all
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"s3:PutBucketPolicy", "S3:putbucketpolicy", true},
		{"s3:Put*", "s3:PutBucketPolicy", true},
		{"s3:Put*Policy", "s3:*BucketPolicy", true},
		{"s3:?utBucketPolicy", "s3:PutBucketPolic?", true},
		{"*", "", true},
		{"", "", true},
		{"s3:Get*", "s3:Put*", false},
		{"s3:PutBucketPolicy", "s3:PutBucketPolicyX", false},
		{"?", "", false},
		{"*a", "*b", false},
	} {
		if got, back := overlap(c.a, c.b), overlap(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("overlap(%q, %q) is %t, and %t the other way round; want %t", c.a, c.b, got, back, c.want)
		}
	}
}

func TestOverlapOfWhatOneTextIsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ab]{0,8}`).Draw(t, "text")
		if a, b := pattern(t, text), pattern(t, text); !overlap(a, b) {
			t.Errorf("%q is of %q and of %q, and these have nothing in common", text, a, b)
		}
	})
}

// pattern is one that a text is of.
func pattern(t *rapid.T, text string) string {
	var out []byte
	for i := range len(text) {
		out = append(out, rapid.SampledFrom([]string{text[i : i+1], "?", "*", "*" + text[i:i+1], "**"}).Draw(t, "piece")...)
	}
	return string(out)
}

func TestPolicyTexts(t *testing.T) {
	for text, want := range map[string]policyTexts{`"a"`: {"a"}, `["a","b"]`: {"a", "b"}, `false`: {"false"}, `[true,1]`: {"true", "1"}, `[]`: {}} {
		var got policyTexts
		if err := json.Unmarshal([]byte(text), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s is read as %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`{}`, `[{}]`, `[["a"]]`} {
		var got policyTexts
		if json.Unmarshal([]byte(text), &got) == nil {
			t.Errorf("%s is read as %q; want an error", text, got)
		}
	}
}
