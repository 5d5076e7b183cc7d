package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var s3AccessLoggingCases = []remedytest.Case{
	{
		Name: "nothing-set", Absent: bucket("tagwarden-no-such-bucket"), With: `{"bucket":"tagwarden-logs-${Account}-${Region}"}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			if err := plantLogBucket(ctx, cfg, "tagwarden-logs-"+remedytest.Account+"-"+remedytest.Region); err != nil {
				return remedytest.Planted{}, err
			}
			return plantBucket(ctx, cfg, "tagwarden-logged")
		},
	},
	{
		Name: "a-prefix-of-the-rule", With: `{"bucket":"tagwarden-logs","prefix":"${Account}/${Bucket}-"}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			if err := plantLogBucket(ctx, cfg, "tagwarden-logs"); err != nil {
				return remedytest.Planted{}, err
			}
			return plantBucket(ctx, cfg, "tagwarden-logged-with-prefix")
		},
	},
}

// plantLogBucket makes a bucket that server access logs may be delivered to.
func plantLogBucket(ctx context.Context, cfg aws.Config, name string) error {
	_, err := plantPolicy(ctx, cfg, name, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},`+
		`"Action":"s3:PutObject","Resource":"arn:aws:s3:::`+name+`/*"}]}`)
	return err
}

func TestFixAccessLogging(t *testing.T) {
	for _, c := range []struct {
		name, with string
		before     accessLogging
		want       accessLogging
		refused    bool
	}{
		{name: "no prefix", with: `{"bucket":"logs","prefix":""}`, want: accessLogging{TargetBucket: "logs"}},
		{name: "no log bucket", refused: true},
		{name: "the log bucket itself", with: `{"bucket":"b"}`, refused: true},
		{name: "the log bucket itself, by what stands for it", with: `{"bucket":"${Bucket}"}`, refused: true},
		{name: "the log bucket itself, logged already", with: `{"bucket":"b"}`, before: accessLogging{TargetBucket: "other"}, want: accessLogging{TargetBucket: "other"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.before.place, c.want.place = placeOf(bucket("b")), placeOf(bucket("b"))
			got, err := fixAccessLogging(c.before, remedy.Params{With: json.RawMessage(c.with)})
			if refused := (*remedy.RefusedError)(nil); errors.As(err, &refused) != c.refused {
				t.Fatalf("got error %v, want a refusal: %t", err, c.refused)
			}
			if !c.refused && got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
