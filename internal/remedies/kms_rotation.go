package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var kmsRotation = remedy.Remedy{
	ID: "kms-rotation",
	Doc: `Rotate the material of a KMS key automatically.

Automatic rotation is switched on; where it is on already, its period stays as it is. Old material is kept by KMS, so that what was encrypted can be read as before. Only
symmetric keys of your own with material made by KMS can rotate; all others are refused. An undo switches rotation off again.

When not to use it: for keys whose rotation is laid down on certain days. Rotate those on demand.`,
	Changes:  "KMS makes new material for the key once in a period; its id, ARN and aliases stay.",
	Breaks:   "Nothing that calls KMS; each rotation of the first two adds to the key's monthly price.",
	Setting:  "kms:rotation",
	Answers:  []string{"securityhub:KMS.4", "config:cmk-backing-key-rotation-enabled"},
	Resource: "AWS::KMS::Key",
	Reads:    []remedy.Grant{{Action: "kms:DescribeKey", On: "${ARN}"}, {Action: "kms:GetKeyRotationStatus", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "kms:EnableKeyRotation", On: "${ARN}"}, {Action: "kms:DisableKeyRotation", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[keyRotation]{Read: readKeyRotation, Fix: fixKeyRotation, Write: writeKeyRotation}),
	// Source: AWS KMS API reference, EnableKeyRotation (RotationPeriodInDays).
	Code: []iac.Code{{
		CloudFormation: `EnableKeyRotation: true
RotationPeriodInDays: {{period-days}}`,
		CDK: "new kms.Key(this, 'Key', { enableKeyRotation: true, rotationPeriod: cdk.Duration.days({{period-days}}) });",
		Terraform: `resource "aws_kms_key" "this" {
  enable_key_rotation     = true
  rotation_period_in_days = {{period-days}}
}`,
	}},
	With: []remedy.Param{{Name: "period-days", Kind: remedy.Integer, Doc: "Days between two rotations.", Default: "365", Min: 90, Max: 2560}},
	Examples: []remedy.Example{
		{Name: "a key that does not rotate", Before: `{"Enabled":false}`, After: `{"Enabled":true,"PeriodInDays":365}`},
		{Name: "a key that rotates in a period of its own", Before: `{"Enabled":true,"PeriodInDays":730}`, After: `{"Enabled":true,"PeriodInDays":730}`},
	},
}

// A keyRotation is a key's automatic rotation.
type keyRotation struct {
	Enabled      bool
	PeriodInDays int32 `json:",omitzero"` // 0 where it is off, whether or not AWS still knows one then
}

func readKeyRotation(ctx context.Context, cfg aws.Config, r finding.Resource) (keyRotation, error) {
	c := kms.NewFromConfig(cfg)
	key, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(idOf(r))})
	if err != nil {
		return keyRotation{}, remedy.Explain("read the key "+r.String(), err, noKey)
	}
	shown, err := told(r, "what it is", key.KeyMetadata)
	if err != nil {
		return keyRotation{}, err
	}
	if why := unrotatable(&shown); why != "" {
		return keyRotation{}, &remedy.RefusedError{Why: why}
	}
	out, err := c.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: aws.String(idOf(r))})
	if err != nil {
		return keyRotation{}, remedy.Explain("read the rotation of "+r.String(), err, noKey)
	}
	if !out.KeyRotationEnabled {
		return keyRotation{}, nil
	}
	return keyRotation{Enabled: true, PeriodInDays: aws.ToInt32(out.RotationPeriodInDays)}, nil
}

// unrotatable says why a key's rotation cannot be set; "" where it can.
//
// Source: AWS KMS API reference, EnableKeyRotation; AWS KMS developer guide, "Rotate AWS KMS keys", "Key states of AWS KMS keys".
func unrotatable(key *types.KeyMetadata) string {
	switch {
	case key.KeyManager != types.KeyManagerTypeCustomer:
		return "The key is AWS's own, and AWS rotates it: suppress the finding."
	case key.KeySpec != types.KeySpecSymmetricDefault:
		return "Only symmetric encryption keys rotate by themselves: make a new key and point its alias there."
	case key.Origin != types.OriginTypeAwsKms:
		return "The key's material was not made by KMS, so KMS cannot rotate it by itself: rotate it on demand, or make a new key."
	case key.MultiRegionConfiguration != nil && key.MultiRegionConfiguration.MultiRegionKeyType == types.MultiRegionKeyTypeReplica:
		return "The key is a replica, and rotation is set on its primary key: switch it on there."
	case pendingDeletion(key.KeyState):
		return "The key is about to be deleted: let it go, or keep it with kms-cancel-deletion first."
	case key.KeyState == types.KeyStateDisabled:
		return "The key is disabled, and the rotation of a disabled key cannot be set: enable or delete it."
	}
	return ""
}

func fixKeyRotation(s keyRotation, p remedy.Params) (keyRotation, error) {
	want, err := remedy.Decode(p, struct {
		Period int32 `json:"period-days"`
	}{365})
	if err != nil || s.Enabled {
		return s, err
	}
	return keyRotation{Enabled: true, PeriodInDays: want.Period}, nil
}

func writeKeyRotation(ctx context.Context, cfg aws.Config, r finding.Resource, _, to keyRotation) error {
	c := kms.NewFromConfig(cfg)
	if !to.Enabled {
		if _, err := c.DisableKeyRotation(ctx, &kms.DisableKeyRotationInput{KeyId: aws.String(idOf(r))}); err != nil {
			return remedy.Explain("disable the rotation of "+r.String(), err, noKey)
		}
		return nil
	}
	if _, err := c.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: aws.String(idOf(r)), RotationPeriodInDays: unlessZero(to.PeriodInDays)}); err != nil {
		return remedy.Explain("enable the rotation of "+r.String(), err, noKey)
	}
	return nil
}
