package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedies/tags"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rig"
	"github.com/tagwarden/tagwarden/internal/standin"
	"github.com/tagwarden/tagwarden/internal/tag"
)

const tagPolicy = `
version: 1
tags:
  - {key: Owner, required: true, aliases: [owned-by]}
  - {key: Environment, required: true, fill: [{value: Dev}]}
rules:
  - {name: tags, on: [tags], do: [tags], mode: %s}
`

const (
	instanceType = "AWS::EC2::Instance"
	instance     = "arn:aws:ec2:" + rig.Region + ":" + standin.Account + ":instance/i-0123456789abcdef0"
)

// Tags is the tags remedy, on the stand-in alone: one tag is missing, another is to be renamed.
func Tags(mode policy.Verdict) (Subject, error) {
	p, err := policy.Parse("policy.yaml", fmt.Appendf(nil, tagPolicy, mode), catalog.Known())
	if err != nil {
		return Subject{}, err
	}
	before := map[string]string{"owned-by": "team-a", "Name": "web"}
	return Subject{
		Name: "tags", Policy: p, Remedy: tags.Remedy,
		Prepare: func(_ context.Context, r *rig.Rig) ([]byte, error) {
			r.Cloud.Tags.Put(instance, before, 7)
			return json.Marshal(map[string]any{
				"version": "0", "id": "e-1", "source": "aws.tag", "detail-type": "Tag Change on Resource", "account": standin.Account, "region": rig.Region,
				"time": noon.Format(time.RFC3339), "resources": []string{instance},
				"detail": map[string]any{"changed-tag-keys": []string{"Name"}, "service": "ec2", "version": 7, "tags": before},
			})
		},
		State: func(ctx context.Context, r *rig.Rig) (remedy.State, error) {
			cfg := standin.Config(standin.NewProcess(nil).To(r.Cloud), rig.Region)
			return tags.Remedy.Lens.Read(ctx, cfg, finding.Resource{Partition: "aws", Account: standin.Account, Region: rig.Region, Type: instanceType, ARN: instance})
		},
		Wrong: func(state remedy.State) (bool, error) {
			var now map[string]string
			err := json.Unmarshal(state, &now)
			return len(p.TagJudge().Judge(instanceType, now, tag.Facts{}).Violations) > 0, err
		},
	}, nil
}
