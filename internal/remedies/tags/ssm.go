package tags

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// ssmTagger tags what Systems Manager owns; its calls want the kind and, of a parameter, the name.
//
// Source: Systems Manager API reference, AddTagsToResource; Service Authorization Reference, "AWS Systems Manager".
var ssmTagger = tagger{
	types:  []string{"AWS::SSM::*"},
	role:   "ssm",
	reads:  []string{"ssm:ListTagsForResource"},
	writes: []string{"ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"},
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		kind, ok := ssmKinds[r.Type]
		if !ok {
			return calls{}, &remedy.RefusedError{Why: fmt.Sprintf("Systems Manager has no tags on resources of the type %s", r.Type)}
		}
		c, id := ssm.NewFromConfig(cfg), aws.String(ssmID(r))
		return calls{
			read: func(ctx context.Context) (tagSet, error) {
				out, err := c.ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{ResourceType: kind, ResourceId: id})
				if err != nil {
					return nil, err
				}
				return collect(out.TagList, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
			},
			add: func(ctx context.Context, set tagSet) error {
				tags := list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
				return done(c.AddTagsToResource(ctx, &ssm.AddTagsToResourceInput{ResourceType: kind, ResourceId: id, Tags: tags}))
			},
			remove: func(ctx context.Context, gone tagSet) error {
				return done(c.RemoveTagsFromResource(ctx, &ssm.RemoveTagsFromResourceInput{ResourceType: kind, ResourceId: id, TagKeys: gone.keys()}))
			},
		}, nil
	},
}

// ssmKinds are what the calls name the types. Source: Systems Manager API reference, AddTagsToResource, ResourceType.
var ssmKinds = map[string]types.ResourceTypeForTagging{
	"AWS::SSM::Association":         types.ResourceTypeForTaggingAssociation,
	"AWS::SSM::AutomationExecution": types.ResourceTypeForTaggingAutomation,
	"AWS::SSM::Document":            types.ResourceTypeForTaggingDocument,
	"AWS::SSM::MaintenanceWindow":   types.ResourceTypeForTaggingMaintenanceWindow,
	"AWS::SSM::ManagedInstance":     types.ResourceTypeForTaggingManagedInstance,
	"AWS::SSM::OpsItem":             types.ResourceTypeForTaggingOpsItem,
	"AWS::SSM::OpsMetadata":         types.ResourceTypeForTaggingOpsmetadata,
	"AWS::SSM::Parameter":           types.ResourceTypeForTaggingParameter,
	"AWS::SSM::PatchBaseline":       types.ResourceTypeForTaggingPatchBaseline,
}

// ssmID is what stands behind the kind in the ARN. A parameter in a hierarchy is named with a leading slash, which its ARN does not show; metadata goes by its ARN.
//
// Source: Systems Manager user guide, "About parameter names"; API reference, AddTagsToResource, ResourceId.
func ssmID(r finding.Resource) string {
	_, id, _ := strings.Cut(resourcePart(r), "/")
	switch {
	case r.Type == "AWS::SSM::OpsMetadata":
		return r.ARN
	case r.Type == "AWS::SSM::Parameter" && strings.Contains(id, "/"):
		return "/" + id
	}
	return id
}
