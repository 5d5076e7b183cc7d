package remedies

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// noBucket is S3's code for a bucket that does not exist.
//
// Source: Amazon S3 API reference, "Error responses".
const noBucket = "NoSuchBucket"

// bucketClient makes the client for a bucket, each of whose calls S3 only answers while the bucket is the account's: a name that was given up may be a stranger's by now.
//
// Source: S3 user guide, "Verifying bucket ownership with bucket owner condition" (403 Access Denied).
func bucketClient(cfg aws.Config, r finding.Resource) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.APIOptions = append(slices.Clone(o.APIOptions), smithyhttp.SetHeaderValue("X-Amz-Expected-Bucket-Owner", r.Account))
	})
}

// bucketElsewhere are S3's codes for a bucket of another region than the one that was asked.
//
// Source: Amazon S3 API reference, "Error responses"; S3 user guide, "Request redirection".
var bucketElsewhere = []string{"PermanentRedirect", "MovedPermanently", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}

// explainBucket is remedy.Explain for a call on a bucket. A bucket's ARN does not tell its region, and a finding may come from another one.
func explainBucket(tried string, err error) error {
	answer, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok || !remedy.Is(err, bucketElsewhere...) {
		return remedy.Explain(tried, err, noBucket)
	}
	region := "another region"
	if named := answer.Response.Header.Get("X-Amz-Bucket-Region"); named != "" {
		region = named
	}
	why := "The bucket is in " + region + ", and the finding is from elsewhere: let it be found there, or put it right by hand."
	return fmt.Errorf("%s: %w", tried, &remedy.RefusedError{Why: why, Err: err})
}

// A place says which bucket a setting is of, within the setting: Fix sees nothing else of the resource. Nobody changes it.
type place struct {
	Partition, Account, Region, Bucket string
}

func placeOf(r finding.Resource) place { return place{r.Partition, r.Account, r.Region, idOf(r)} }

// arn is the bucket's.
func (p place) arn() string { return "arn:" + p.Partition + ":s3:::" + p.Bucket }

// fill puts the bucket's own name, partition, account and region where a parameter asks for them, so that one rule serves many.
func (p place) fill(text string) string {
	return strings.NewReplacer("${Partition}", p.Partition, "${Account}", p.Account, "${Region}", p.Region, "${Bucket}", p.Bucket).Replace(text)
}
