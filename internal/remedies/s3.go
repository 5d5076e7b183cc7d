package remedies

import (
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// noBucket is S3's code for a bucket that does not exist.
//
// Source: Amazon S3 API reference, "Error responses".
const noBucket = "NoSuchBucket"

// A place says which bucket a setting is of, within the setting: Fix sees nothing else of the resource. Nobody changes it.
type place struct {
	Partition, Account, Region, Bucket string
}

func placeOf(r finding.Resource) place { return place{r.Partition, r.Account, r.Region, r.ID} }

// arn is the bucket's.
func (p place) arn() string { return "arn:" + p.Partition + ":s3:::" + p.Bucket }

// fill puts the bucket's own name, partition, account and region where a parameter asks for them, so that one rule serves many.
func (p place) fill(text string) string {
	return strings.NewReplacer("${Partition}", p.Partition, "${Account}", p.Account, "${Region}", p.Region, "${Bucket}", p.Bucket).Replace(text)
}
