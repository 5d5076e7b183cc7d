package journal

import (
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// TestService holds that resources of one service are worked on in one group, whether or not their ARN is known.
func TestService(t *testing.T) {
	for want, r := range map[string]finding.Resource{
		"s3":  {Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b"},
		"rds": {Type: "AWS::RDS::DBInstance", ID: "db-1"},
		"":    {ID: "x"},
	} {
		if got := (Entry{Resource: r}).Service(); got != want {
			t.Errorf("%+v: got %q, want %q", r, got, want)
		}
	}
}
