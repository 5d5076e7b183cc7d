package remedies

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var dynamodbPITRCases = []remedytest.Case{
	{
		Name: "off", Absent: table("tagwarden-no-such-table"), Meddle: throttleTable, Beside: besideInTable,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantTable(ctx, cfg, "tagwarden-pitr-off")
		},
	},
	{
		Name: "a-week", With: `{"days":7}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantTable(ctx, cfg, "tagwarden-pitr-week")
		},
	},
}

func TestFixRecovery(t *testing.T) {
	tests := []struct {
		name    string
		with    string
		s, want recovery
	}{
		{"off", ``, recovery{}, recovery{PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35}},
		{"off, and a week is asked for", `{"days":7}`, recovery{}, recovery{PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7}},
		{"on for less than is asked for", `{"days":35}`, recovery{true, 1}, recovery{true, 1}},
		{"on for longer than is asked for", `{"days":7}`, recovery{true, 35}, recovery{true, 35}},
		{"on, without days", `{"days":7}`, recovery{PointInTimeRecoveryEnabled: true}, recovery{PointInTimeRecoveryEnabled: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, err := fixRecovery(test.s, remedy.Params{With: json.RawMessage(test.with)}); err != nil || got != test.want {
				t.Errorf("got %v, %v; want %v", got, err, test.want)
			}
		})
	}
}
