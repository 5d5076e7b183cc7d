package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var kmsCancelDeletion = remedy.Remedy{
	ID: "kms-cancel-deletion",
	Doc: `Cancel the deletion of a KMS key.

The key is kept, and stays disabled: enable it where it is still needed. An undo schedules the deletion anew.

When not to use it: where keys are deleted as a matter of routine. Exempt those by name or tag.`,
	Changes:  "The key is no longer about to be deleted, and is disabled.",
	Breaks:   "Nothing; the key goes on costing its monthly price.",
	Setting:  "kms:deletion",
	Answers:  []string{"securityhub:KMS.3", "config:kms-cmk-not-scheduled-for-deletion"},
	Resource: "AWS::KMS::Key",
	Reads:    []remedy.Grant{{Action: "kms:DescribeKey", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "kms:CancelKeyDeletion", On: "${ARN}"}, {Action: "kms:ScheduleKeyDeletion", On: "${ARN}"}},
	Undo:     remedy.Nearest,
	UndoNote: "The key is deleted 30 days after the undo, the longest time that AWS offers, and not on the day for which that was scheduled before.",
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[keyDeletion]{Read: readKeyDeletion, Fix: fixKeyDeletion, Write: writeKeyDeletion}),
	Examples: []remedy.Example{
		{
			Name:   "a key that is about to be deleted",
			Before: `{"State":"PendingDeletion"}`,
			After:  `{"State":"Disabled"}`,
		},
		{Name: "a key in use", Before: `{"State":"Enabled"}`, After: `{"State":"Enabled"}`},
	},
}

// A keyDeletion is whether a key is going to be deleted. When is left out: an undo cannot bring that back, and is not to fail because of it.
type keyDeletion struct{ State types.KeyState }

func readKeyDeletion(ctx context.Context, cfg aws.Config, r finding.Resource) (keyDeletion, error) {
	out, err := kms.NewFromConfig(cfg).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String(idOf(r))})
	if err != nil {
		return keyDeletion{}, remedy.Explain("read the state of "+r.String(), err, noKey)
	}
	shown, err := told(r, "what state it is in", out.KeyMetadata)
	return keyDeletion{shown.KeyState}, err
}

func fixKeyDeletion(s keyDeletion, _ remedy.Params) (keyDeletion, error) {
	if pendingDeletion(s.State) {
		return keyDeletion{State: types.KeyStateDisabled}, nil
	}
	return s, nil
}

// longestWindow is the longest time in days after which a key can be deleted. An undo takes it, and never brings a deletion forward.
//
// Source: AWS KMS API reference, ScheduleKeyDeletion (PendingWindowInDays).
const longestWindow = 30

func writeKeyDeletion(ctx context.Context, cfg aws.Config, r finding.Resource, from, to keyDeletion) error {
	c := kms.NewFromConfig(cfg)
	switch was, is := pendingDeletion(from.State), pendingDeletion(to.State); {
	case was && !is:
		if _, err := c.CancelKeyDeletion(ctx, &kms.CancelKeyDeletionInput{KeyId: aws.String(idOf(r))}); err != nil {
			return remedy.Explain("cancel the deletion of "+r.String(), err, noKey)
		}
	case !was && is:
		if _, err := c.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: aws.String(idOf(r)), PendingWindowInDays: aws.Int32(longestWindow)}); err != nil {
			return remedy.Explain("schedule the deletion of "+r.String(), err, noKey)
		}
	}
	return nil
}
