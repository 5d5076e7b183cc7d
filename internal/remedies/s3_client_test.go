package remedies

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// bucketRemedies are those that work on buckets.
func bucketRemedies() []remedy.Remedy {
	var list []remedy.Remedy
	for _, r := range All {
		if r.Resource == "AWS::S3::Bucket" {
			list = append(list, r)
		}
	}
	return list
}

// ownedOnly fails a request that does not say whose the bucket is to be, or names another bucket.
type ownedOnly struct{ t *testing.T }

// Do answers as S3 does for a bucket that is not there.
func (o ownedOnly) Do(r *http.Request) (*http.Response, error) {
	if owner := r.Header.Get("X-Amz-Expected-Bucket-Owner"); owner != "111122223333" || !strings.HasPrefix(r.URL.Host, "reports.s3.") {
		o.t.Errorf("%s %s: got the owner %q, want the finding's account and bucket", r.Method, r.URL, owner)
	}
	answer, err := canned{"application/xml", "<Error><Code>NoSuchBucket</Code></Error>"}.Do(r)
	answer.StatusCode = http.StatusNotFound
	return answer, err
}

// TestBucketsOfStrangers holds that every read of a bucket is bound to the account, whether the finding names it by its ARN or its id.
func TestBucketsOfStrangers(t *testing.T) {
	cfg := canned{}.config()
	cfg.HTTPClient = ownedOnly{t}
	for _, r := range bucketRemedies() {
		for _, b := range []finding.Resource{planted("AWS::S3::Bucket", "", "arn:aws:s3:::reports"), planted("AWS::S3::Bucket", "reports", "")} {
			if got, err := r.Lens.Read(t.Context(), cfg, b); !errors.Is(err, remedy.ErrGone) {
				t.Errorf("%s: got %s, %v; want ErrGone", r.ID, got, err)
			}
		}
	}
}

// redirecting answers as S3 does for a bucket of eu-west-1.
type redirecting struct{}

// Do gives the redirection.
func (redirecting) Do(r *http.Request) (*http.Response, error) {
	answer, err := canned{"application/xml", "<Error><Code>PermanentRedirect</Code></Error>"}.Do(r)
	answer.StatusCode = http.StatusMovedPermanently
	answer.Header.Set("X-Amz-Bucket-Region", "eu-west-1")
	return answer, err
}

// TestBucketsElsewhere holds that a bucket of another region is a refusal that names the region, and neither gone nor tried again.
func TestBucketsElsewhere(t *testing.T) {
	cfg := canned{}.config()
	cfg.HTTPClient, cfg.Retryer = redirecting{}, func() aws.Retryer { return aws.NopRetryer{} }
	for _, r := range bucketRemedies() {
		got, err := r.Lens.Read(t.Context(), cfg, bucket("reports"))
		if no := (*remedy.RefusedError)(nil); !errors.As(err, &no) || !strings.Contains(no.Why, "eu-west-1") || errors.Is(err, remedy.ErrGone) {
			t.Errorf("%s: got %s, %v; want a refusal that names eu-west-1", r.ID, got, err)
		}
	}
}

// TestBlockPublicAccessThatIsNotTold holds that an answer without the settings is not one that they are off.
func TestBlockPublicAccessThatIsNotTold(t *testing.T) {
	for r, resource := range map[*remedy.Remedy]finding.Resource{&s3BlockPublicAccess: bucket("reports"), &s3AccountBlockPublicAccess: theAccount()} {
		if got, err := r.Lens.Read(t.Context(), canned{"application/xml", ""}.config(), resource); err == nil {
			t.Errorf("%s: got %s, want that it is not known", r.ID, got)
		}
	}
}

// TestFixDefaultEncryptionOfTomorrow holds that an algorithm that nobody knows yet is not taken for a weak one.
func TestFixDefaultEncryptionOfTomorrow(t *testing.T) {
	got, err := fixDefaultEncryption(defaultEncryption{SSEAlgorithm: types.ServerSideEncryption("aws:tomorrow")}, remedy.Params{})
	refused(t, got, err)
}
