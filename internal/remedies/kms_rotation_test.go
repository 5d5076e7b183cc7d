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

var kmsRotationCases = []remedytest.Case{
	{
		Name: "off", Absent: key(noSuchKey),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantKey(ctx, cfg, kms.CreateKeyInput{})
		},
	},
	{
		Name: "own-period", With: `{"period-days":180}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantKey(ctx, cfg, kms.CreateKeyInput{MultiRegion: aws.Bool(true)})
		},
	},
}

func TestFixKeyRotation(t *testing.T) {
	for _, test := range []struct {
		name, with   string
		before, want keyRotation
	}{
		{"off", "", keyRotation{}, keyRotation{true, 365}},
		{"off, with a period", `{"period-days":90}`, keyRotation{}, keyRotation{true, 90}},
		{"on, with another period", `{"period-days":90}`, keyRotation{true, 2560}, keyRotation{true, 2560}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := fixKeyRotation(test.before, remedy.Params{With: []byte(test.with)}); err != nil || got != test.want {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestUnrotatable(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*types.KeyMetadata)
		may    bool
	}{
		{"a customer's symmetric key", func(*types.KeyMetadata) {}, true},
		{"a primary key", func(k *types.KeyMetadata) { k.MultiRegionConfiguration = multiRegion(types.MultiRegionKeyTypePrimary) }, true},
		{"a replica", func(k *types.KeyMetadata) { k.MultiRegionConfiguration = multiRegion(types.MultiRegionKeyTypeReplica) }, false},
		{"AWS's own", func(k *types.KeyMetadata) { k.KeyManager = types.KeyManagerTypeAws }, false},
		{"asymmetric", func(k *types.KeyMetadata) { k.KeySpec = types.KeySpecRsa2048 }, false},
		{"HMAC", func(k *types.KeyMetadata) { k.KeySpec = types.KeySpecHmac256 }, false},
		{"imported", func(k *types.KeyMetadata) { k.Origin = types.OriginTypeExternal }, false},
		{"in a CloudHSM", func(k *types.KeyMetadata) { k.Origin = types.OriginTypeAwsCloudhsm }, false},
		{"disabled", func(k *types.KeyMetadata) { k.KeyState = types.KeyStateDisabled }, false},
		{"to be deleted", func(k *types.KeyMetadata) { k.KeyState = types.KeyStatePendingDeletion }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := &types.KeyMetadata{
				KeyManager: types.KeyManagerTypeCustomer, KeySpec: types.KeySpecSymmetricDefault, Origin: types.OriginTypeAwsKms, KeyState: types.KeyStateEnabled,
			}
			test.change(k)
			if why := unrotatable(k); (why == "") != test.may {
				t.Errorf("got %q, want it rotated: %t", why, test.may)
			}
		})
	}
}

func multiRegion(typ types.MultiRegionKeyType) *types.MultiRegionConfiguration {
	return &types.MultiRegionConfiguration{MultiRegionKeyType: typ}
}
