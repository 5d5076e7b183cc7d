package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var logsRetentionCases = []remedytest.Case{
	{
		Name: "a-month", Absent: logGroup("/tagwarden/retention"), // a prefix of the planted ones
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			if _, err := plantLogGroup(ctx, cfg, "/tagwarden/retention/month/other", 1); err != nil {
				return remedytest.Planted{}, err
			}
			return plantLogGroup(ctx, cfg, "/tagwarden/retention/month", 30)
		},
	},
	{
		Name: "a-week-where-two-are-wanted", With: `{"days":14}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantLogGroup(ctx, cfg, "/tagwarden/retention/week", 7)
		},
	},
}

// plantLogGroup makes a log group of a name that is its own in all tests.
func plantLogGroup(ctx context.Context, cfg aws.Config, name string, days int32) (remedytest.Planted, error) {
	c := cloudwatchlogs.NewFromConfig(cfg)
	if _, err := c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}); err != nil {
		return remedytest.Planted{}, err
	}
	_, err := c.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &name, RetentionInDays: &days})
	return remedytest.Planted{Resource: logGroup(name)}, err
}

func logGroup(name string) finding.Resource {
	return planted("AWS::Logs::LogGroup", name, "arn:aws:logs:"+remedytest.Region+":"+remedytest.Account+":log-group:"+name+":*")
}

func TestRetentionIsOnlyLengthened(t *testing.T) {
	days := func(n int32) *int32 { return &n }
	for _, test := range []struct {
		name    string
		with    string
		s       logRetention
		want    *int32
		refused bool
	}{
		{"just enough", `{"days":30}`, logRetention{Days: days(30)}, days(30), false},
		{"a day short", `{"days":3}`, logRetention{Days: days(1)}, days(3), false},
		{"for ever", `{"days":3653}`, logRetention{}, nil, false},
		{"days that there are not", `{"days":100}`, logRetention{Days: days(400)}, nil, true},
		{"text", `{"days":"30"}`, logRetention{Days: days(1)}, nil, true},
		{"another parameter", `{"weeks":3}`, logRetention{Days: days(1)}, nil, true},
		{"the account decides", "", logRetention{Days: days(1), Policy: "p"}, nil, true},
		{"the account decides, and well", "", logRetention{Days: days(400), Policy: "p"}, days(400), false},
		{"a group that passes on", "", logRetention{Days: days(1), Class: types.LogGroupClassDelivery}, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := fixLogRetention(test.s, remedy.Params{With: []byte(test.with)})
			if _, refused := errors.AsType[*remedy.RefusedError](err); refused != test.refused {
				t.Fatalf("got %v, want a refusal: %t", err, test.refused)
			}
			if !test.refused && (aws.ToInt32(got.Days) != aws.ToInt32(test.want) || (got.Days == nil) != (test.want == nil)) {
				t.Errorf("got %d days, want %d", aws.ToInt32(got.Days), aws.ToInt32(test.want))
			}
		})
	}
}
