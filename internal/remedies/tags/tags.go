// Package tags is the remedy that puts tags right: its setting, and an adapter for each service that the Resource Groups Tagging API does not do.
package tags

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// Remedy puts a resource's tags right, as the policy's tag rules want them. Its setting is one JSON object, key to value, with the aws: tags included;
// the paths of its changes are the tags' keys.
var Remedy = remedy.Remedy{
	ID: "tags",
	Doc: `Put a resource's tags right.

What changes: the tags that the policy's tag rules name, and no others: a key is spelt as the rule spells it, a value is brought to an allowed one, a missing
tag is filled, a forbidden one is removed. The tags that AWS sets itself (aws:...) are read and never touched. Each service's own tagging call is used where
there is one, else the Resource Groups Tagging API.

A renamed tag is added under its new key first and removed under its old key after that, so that the resource is never without it. Only where the resource is
at AWS's limit of 50 tags is the old one removed first; if the new one is then refused, the old one is put back. The keys of IAM users and roles ignore letter
case: there the new spelling is written and nothing is removed.

What breaks: whatever reads the old key or value: IAM policies and bucket policies with tag conditions, cost reports, backup plans and schedules that choose by
tag. A stack or module that sets the tag sets it back at its next run: change it there.

How to undo: "tagwarden undo ENTRY" puts every touched tag back exactly, and keeps what others have changed since.

When not to use it: on resources that a stack or module owns (see iac in the policy). CloudFormation stacks are left alone, because their tags change only by
updating the stack. A resource that the Resource Groups Tagging API alone can tag, and has never shown a tag to anybody, is only tagged where the event itself
shows that it has none.`,
	Setting:  "tags",
	Answers:  []string{"tags"},
	Resource: "*",
	Reads:    tagReads(),
	Writes:   tagWrites(),
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[tagSet]{Read: readTags, Fix: fixTags, Write: writeTags}),
	Show:     showTags,
	Facts:    tagFacts,
}

func readTags(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	t, r, err := taggerOf(r)
	if err != nil {
		return nil, err
	}
	set, err := t.read(ctx, cfg, r)
	if err != nil {
		return nil, explain(t.role, fmt.Sprintf("read the tags of %s", r), err)
	}
	return set, nil
}

func showTags(state remedy.State, r finding.Resource) (finding.Resource, error) {
	var set tagSet
	if err := json.Unmarshal(state, &set); err != nil {
		return r, fmt.Errorf("read the tags of %s from a setting: %w", r, err)
	}
	if set == nil {
		set = tagSet{}
	}
	r.Tags = set
	return r, nil
}

func fixTags(s tagSet, p remedy.Params) (tagSet, error) {
	if p.Tags == nil {
		return nil, errors.New("fix tags: there are no tag rules")
	}
	fixed := tagSet(maps.Clone(p.Tags(maps.Clone(s))))
	if fixed == nil {
		fixed = tagSet{}
	}
	maps.DeleteFunc(fixed, func(key, _ string) bool { return reserved(key) })
	for key, value := range s {
		if reserved(key) {
			fixed[key] = value
		}
	}
	return fixed, nil
}

func writeTags(ctx context.Context, cfg aws.Config, r finding.Resource, from, to tagSet) error {
	t, r, err := taggerOf(r)
	if err != nil {
		return err
	}
	if err := t.write(ctx, cfg, r, from, to); err != nil {
		return explain(t.role, fmt.Sprintf("write the tags of %s", r), err)
	}
	return nil
}
