package awssts

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// Source: AWS STS API reference, AssumeRole, "Sample response" and the Query protocol's error form.
const (
	assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>
		<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
	fault = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>%CODE%</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>`
)

// service answers every call alike and keeps the forms that it got.
func service(t *testing.T, status int, answer string) (aws.Config, *[]url.Values) {
	t.Helper()
	forms := &[]url.Values{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		*forms = append(*forms, r.PostForm)
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		if _, err := io.WriteString(w, answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), HTTPClient: server.Client(), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	}, forms
}

var (
	bucket = finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b"}
	tags   = remedy.Remedy{ID: "tags", Reads: []remedy.Grant{{Action: "s3:GetBucketTagging", On: "${ARN}"}}, Writes: []remedy.Grant{{Action: "s3:PutBucketTagging", On: "${ARN}"}}}
)

func TestReachNarrowsTheSession(t *testing.T) {
	cfg, forms := service(t, http.StatusOK, assumed)
	got, err := Roles{Config: cfg, Names: rights.Names{Prefix: "tagwarden"}}.Reach(context.Background(), tags, bucket, "tw-1")
	if err != nil {
		t.Fatal(err)
	}
	if len(*forms) != 1 {
		t.Fatalf("%d calls, want 1", len(*forms))
	}
	form := (*forms)[0]
	var policy rights.Document
	if err := json.Unmarshal([]byte(form.Get("Policy")), &policy); err != nil {
		t.Fatal(err)
	}
	want, err := rights.Session(tags, bucket)
	if err != nil {
		t.Fatal(err)
	}
	if form.Get("RoleArn") != "arn:aws:iam::111122223333:role/tagwarden-s3" || form.Get("RoleSessionName") != "tw-1" || !reflect.DeepEqual(policy, want) {
		t.Errorf("assumed %s as %s with %v; want arn:aws:iam::111122223333:role/tagwarden-s3 as tw-1 with %v", form.Get("RoleArn"), form.Get("RoleSessionName"), policy, want)
	}
	key, err := got.Credentials.Retrieve(context.Background())
	if err != nil || key.AccessKeyID != "ASIAEXAMPLE" || got.Region != "eu-west-1" || cfg.Region != "us-east-1" {
		t.Errorf("works with %s in %s, %v; want the session's key in the bucket's region", key.AccessKeyID, got.Region, err)
	}
}

func TestWhatNoRetryCuresIsRefused(t *testing.T) {
	for _, test := range []struct {
		name, code string
		remedy     remedy.Remedy
		refused    bool
	}{
		{"no such role, or not ours to assume", "AccessDenied", tags, true},
		{"a policy that AWS does not take", "MalformedPolicyDocument", tags, true},
		{"a region that is off", "RegionDisabledException", tags, true},
		{"throttled", "Throttling", tags, false},
		{"expired credentials of our own", "ExpiredToken", tags, false},
		{"a type for which the remedy has no grant", "", remedy.Remedy{ID: "tags"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg, _ := service(t, http.StatusForbidden, strings.Replace(fault, "%CODE%", test.code, 1))
			_, err := Roles{Config: cfg, Names: rights.Names{Prefix: "tagwarden"}}.Reach(context.Background(), test.remedy, bucket, "tw-1")
			var refused *remedy.RefusedError
			if got := errors.As(err, &refused); err == nil || got != test.refused {
				t.Errorf("refused is %v, want %v: %v", got, test.refused, err)
			}
		})
	}
}
