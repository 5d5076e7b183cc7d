package tags

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// fallbackTagger tags by the Resource Groups Tagging API what has no tagger of its own. That API acts with the caller's rights, so the role needs the owning service's
// tagging actions, too (serviceActions).
//
// Source: Resource Groups Tagging API reference, TagResources, "Minimum permissions"; Service Authorization Reference, "Amazon Resource Group Tagging API" (no resource
// level).
var fallbackTagger = tagger{
	types:     serviceTypes(),
	role:      "tag",
	alsoRead:  []remedy.Grant{{Action: "tag:GetResources", On: "*"}},
	alsoWrite: fallbackWrites(),
	open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
		c, arns := tagging.NewFromConfig(cfg), []string{r.ARN}
		return calls{
			read: func(ctx context.Context) (tagSet, error) { return fallbackTags(ctx, c, r) },
			add: func(ctx context.Context, set tagSet) error {
				out, err := c.TagResources(ctx, &tagging.TagResourcesInput{ResourceARNList: arns, Tags: set})
				if err != nil {
					return err
				}
				return partial(out.FailedResourcesMap)
			},
			remove: func(ctx context.Context, gone tagSet) error {
				out, err := c.UntagResources(ctx, &tagging.UntagResourcesInput{ResourceARNList: arns, TagKeys: gone.keys()})
				if err != nil {
					return err
				}
				return partial(out.FailedResourcesMap)
			},
		}, nil
	},
}

// fallbackTags reads the tags of what the API shows: resources that have tags, or once had. One that never had any looks like one that does not exist, and like one
// of a service that the API cannot see; then only the event can tell.
//
// Source: Resource Groups Tagging API reference, GetResources.
func fallbackTags(ctx context.Context, c *tagging.Client, r finding.Resource) (tagSet, error) {
	pages := tagging.NewGetResourcesPaginator(c, &tagging.GetResourcesInput{ResourceARNList: []string{r.ARN}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range page.ResourceTagMappingList {
			if aws.ToString(m.ResourceARN) == r.ARN {
				return collect(m.Tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }), nil
			}
		}
	}
	if matches(unseenTypes, r.Type) {
		return nil, &remedy.RefusedError{Why: fmt.Sprintf("the Resource Groups Tagging API does not show resources of the type %s, so the tags that it has cannot be read: tag it by hand", r.Type)}
	}
	return tagSet{}, seenUntagged(r)
}

// seenUntagged is nil where the event itself showed that there are no tags. Otherwise the resource may be gone, or have tags that nobody let us see: to write then could
// overwrite what somebody has set.
func seenUntagged(r finding.Resource) error {
	switch {
	case r.Tags == nil:
		return &remedy.RefusedError{Why: "no call shows whether the resource exists untagged, and the event does not tell its tags: tag it by hand once; from then on its tags can be read"}
	case len(r.Tags) > 0:
		return &remedy.RefusedError{Why: "the event shows tags, but no call shows the resource: it is gone, or its tags cannot be read: look at it by hand"}
	}
	return nil
}

// partial turns the failures that come with an answer of 200 into errors. Source: Resource Groups Tagging API reference, FailureInfo.
func partial(failed map[string]types.FailureInfo) error {
	var errs []error
	for arn, f := range failed {
		c := string(f.ErrorCode)
		if f.StatusCode == http.StatusForbidden {
			c = "AccessDenied"
		}
		errs = append(errs, fmt.Errorf("%s: %w", arn, &smithy.GenericAPIError{Code: c, Message: aws.ToString(f.ErrorMessage)}))
	}
	return errors.Join(errs...)
}

func fallbackWrites() []remedy.Grant {
	grants := []remedy.Grant{{Action: "tag:TagResources", On: "*"}, {Action: "tag:UntagResources", On: "*"}}
	for _, s := range serviceActions {
		for _, name := range s.actions() {
			grants = append(grants, remedy.Grant{Action: s.prefix + ":" + name, On: cmp.Or(s.on, "${ARN}"), Types: s.types()})
		}
	}
	return grants
}
