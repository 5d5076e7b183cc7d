package remedies

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var kmsCancelDeletionCases = []remedytest.Case{{
	Name: "scheduled", Absent: key(noSuchKey),
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		p, err := plantKey(ctx, cfg, kms.CreateKeyInput{})
		if err != nil {
			return p, err
		}
		_, err = kms.NewFromConfig(cfg).ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: &p.Resource.ID, PendingWindowInDays: aws.Int32(7)})
		return p, err
	},
}}

func TestFixKeyDeletion(t *testing.T) {
	disabled := keyDeletion{State: types.KeyStateDisabled}
	for _, test := range []struct{ before, want keyDeletion }{
		{keyDeletion{types.KeyStatePendingDeletion}, disabled},
		{keyDeletion{State: types.KeyStatePendingReplicaDeletion}, disabled},
		{disabled, disabled},
		{keyDeletion{State: types.KeyStateEnabled}, keyDeletion{State: types.KeyStateEnabled}},
		{keyDeletion{State: types.KeyStatePendingImport}, keyDeletion{State: types.KeyStatePendingImport}},
	} {
		if got, err := fixKeyDeletion(test.before, remedy.Params{}); err != nil || got != test.want {
			t.Errorf("%s: got %+v, %v; want %+v", test.before.State, got, err, test.want)
		}
	}
}
