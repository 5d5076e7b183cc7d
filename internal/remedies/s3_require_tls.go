package remedies

import (
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var s3RequireTLS = remedy.Remedy{
	ID: "s3-require-tls",
	Doc: `Deny requests to an S3 bucket that do not use TLS.

The bucket policy gets one statement more, TagwardenRequireTLS, which denies every S3 action on the bucket and its objects to requests over plain HTTP; every other
statement stays. A bucket without a policy gets one. An undo takes that statement away again, and the policy with it if no other statement is left.

When not to use it: for a bucket with a static web site that is read through the web site endpoint, which speaks no TLS. Serve it through CloudFront, or exempt it.`,
	Changes:  "The bucket policy denies requests over plain HTTP.",
	Breaks:   "Clients that use http:// addresses are refused from now on, visitors of the bucket's web site endpoint among them.",
	Setting:  bucketPolicySetting,
	Answers:  []string{"securityhub:S3.5", "config:s3-bucket-ssl-requests-only"},
	Resource: "AWS::S3::Bucket",
	Reads:    bucketPolicyReads,
	Writes:   bucketPolicyWrites,
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[bucketPolicy]{Read: readBucketPolicy, Fix: fixRequireTLS, Write: writeBucketPolicy}),
	Code: []iac.Code{{
		On: "AWS::S3::BucketPolicy",
		CloudFormation: `Bucket: !Ref {{Resource}}
PolicyDocument: {Version: "2012-10-17",
  Statement: [{Effect: Deny, Principal: "*", Action: "s3:*",
    Resource: [!GetAtt {{Resource}}.Arn, !Sub "${{{Resource}}.Arn}/*"],
    Condition: {Bool: {"aws:SecureTransport": "false"}}}]}`,
		CDK: "new s3.Bucket(this, 'Bucket', { enforceSSL: true });",
		Terraform: `resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}`,
	}},
	Examples: []remedy.Example{{
		Name:   "a bucket without a policy",
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17"}`,
		After: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17","Statement":{"TagwardenRequireTLS":[
			{"Sid":"TagwardenRequireTLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"],
			"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}}`,
	}, {
		Name: "a bucket whose policy denies plain HTTP for its objects only",
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2008-10-17","Id":"reports","Statement":{"Objects":[
			{"Sid":"Objects","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::reports/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}}`,
		After: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2008-10-17","Id":"reports","Statement":{"Objects":[
			{"Sid":"Objects","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::reports/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}],
			"TagwardenRequireTLS":[
			{"Sid":"TagwardenRequireTLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"],
			"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}}`,
	}},
}

// requireTLS is the Sid of our statement.
const requireTLS = "TagwardenRequireTLS"

func fixRequireTLS(p bucketPolicy, _ remedy.Params) (bucketPolicy, error) {
	statements, err := p.judged()
	if err != nil {
		return bucketPolicy{}, err
	}
	if slices.ContainsFunc(statements, func(s policyStatement) bool { return deniesPlainHTTP(s, p.arn()) }) {
		return p, nil
	}
	return p.withOurs(requireTLS, map[string]any{
		"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": []string{p.arn(), p.arn() + "/*"},
		"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
	})
}

// deniesPlainHTTP tells whether a statement denies all of S3 on the bucket and its objects to whoever comes without TLS, and on no further condition.
//
// Source: AWS Config developer guide, s3-bucket-ssl-requests-only; S3 user guide, "Security best practices" (enforce encryption of data in transit).
func deniesPlainHTTP(s policyStatement, bucket string) bool {
	covers := func(resource string) bool {
		return slices.ContainsFunc(s.Resource, func(r string) bool { return r == resource || r == "*" || r == bucket+"*" })
	}
	allActions := slices.ContainsFunc(s.Action, func(action string) bool { return action == "*" || strings.EqualFold(action, "s3:*") })
	return s.Effect == "Deny" && slices.Contains(s.Principal["AWS"], "*") && allActions && covers(bucket) && covers(bucket+"/*") && onlyPlainHTTP(s.Condition)
}

// onlyPlainHTTP tells whether a condition is that a request comes without TLS, and nothing else.
func onlyPlainHTTP(condition map[string]map[string]policyTexts) bool {
	for operator, keys := range condition {
		for key, values := range keys {
			if !strings.EqualFold(operator, "Bool") || !strings.EqualFold(key, "aws:SecureTransport") || !slices.Equal(values, policyTexts{"false"}) {
				return false
			}
		}
	}
	return len(condition) == 1
}
