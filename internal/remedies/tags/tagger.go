package tags

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A tagger reads and writes the tags of some types of resources through one service's API.
type tagger struct {
	types []string // CloudFormation types, globs allowed
	role  string   // the service role that carries all its grants
	// reads and writes are the IAM actions on the very resource that open's calls need.
	reads, writes []string
	// alsoRead and alsoWrite are grants on something else than the very resource. Types and Role are filled in where they are empty.
	alsoRead, alsoWrite []remedy.Grant
	// fold says that keys ignore letter case.
	fold bool
	// open makes the client for one resource.
	open func(ctx context.Context, cfg aws.Config, r finding.Resource) (calls, error)
}

// calls are a service's tagging calls for one resource.
type calls struct {
	read   func(ctx context.Context) (tagSet, error)         // all tags, all pages; never nil without an error
	add    func(ctx context.Context, set tagSet) error       // writes these and keeps the others
	remove func(ctx context.Context, gone tagSet) error      // removes these keys; the values are what they were
	change func(ctx context.Context, gone, set tagSet) error // does both at once; nil for a service that adds and removes
}

// taggers are the services' own tagging APIs, and last what the Resource Groups Tagging API does. The first with a type that fits is taken.
var taggers = slices.Concat(
	[]tagger{
		ec2Tagger, s3Tagger, s3ControlTagger, rdsTagger, lambdaTagger, dynamodbTagger, kmsTagger, snsTagger, sqsTagger, logsTagger,
		elbv2Tagger, ecsTagger, eksTagger, secretsTagger, ssmTagger, ecrTagger, eventsTagger, statesTagger,
		stackTagger,
	},
	iamTaggers(),
	[]tagger{fallbackTagger},
)

// taggerOf finds the tagger of a resource, and completes the resource's ARN: the taggers find it there, as the service spells it.
func taggerOf(r finding.Resource) (tagger, finding.Resource, error) {
	r = located(r)
	for _, t := range taggers {
		if matches(t.types, r.Type) {
			if r.ARN == "" {
				return tagger{}, r, &remedy.RefusedError{Why: fmt.Sprintf("the ARN of %s is not known, so its tags cannot be reached: tag it by hand", r)}
			}
			return t, r, nil
		}
	}
	return tagger{}, r, &remedy.RefusedError{Why: fmt.Sprintf("no way to tag resources of the type %q is known: tag %s by hand", r.Type, r)}
}

// located gives a resource with its type as AWS Config spells it, and its ARN in the usual spelling (a log group without ":*"), or made of its type and id.
func located(r finding.Resource) finding.Resource {
	if a, err := arn.Parse(r.ARN); err == nil && r.Type == "" {
		r.Type, _, _ = arn.Type(a)
	}
	if name, ok := arn.Canonical(r.Type); ok {
		r.Type = name
	}
	if a, ok := arn.For(r.Type, r.Partition, r.Region, r.Account, cmp.Or(r.ARN, r.ID)); ok {
		r.ARN = a.String()
	}
	return r
}

func matches(types []string, typ string) bool {
	return slices.ContainsFunc(types, func(glob string) bool {
		ok, err := path.Match(glob, typ)
		return ok && err == nil
	})
}

func (t tagger) read(ctx context.Context, cfg aws.Config, r finding.Resource) (tagSet, error) {
	c, err := t.open(ctx, cfg, r)
	if err != nil {
		return nil, err
	}
	return c.read(ctx)
}

// write turns from into to.
func (t tagger) write(ctx context.Context, cfg aws.Config, r finding.Resource, from, to tagSet) error {
	gone, set := difference(from, to, t.fold)
	if len(gone) == 0 && len(set) == 0 {
		return nil
	}
	c, err := t.open(ctx, cfg, r)
	switch {
	case err != nil:
		return err
	case c.change != nil:
		return c.change(ctx, gone, set)
	}
	return c.merge(ctx, from, gone, set)
}

// merge adds before it removes, but for a resource that is at the limit.
func (c calls) merge(ctx context.Context, from, gone, set tagSet) error {
	if len(gone) > 0 && from.merged(nil, set).users() > maxTags {
		return c.removeFirst(ctx, gone, set)
	}
	if len(set) > 0 {
		if err := c.add(ctx, set); err != nil {
			return err
		}
	}
	if len(gone) > 0 {
		return c.remove(ctx, gone)
	}
	return nil
}

// removeFirst makes room before it adds. What was removed is put back where the addition is refused.
func (c calls) removeFirst(ctx context.Context, gone, set tagSet) error {
	if err := c.remove(ctx, gone); err != nil {
		return err
	}
	err := c.add(ctx, set)
	if err == nil {
		return nil
	}
	if back := c.add(ctx, gone); back != nil {
		return errors.Join(err, fmt.Errorf("put the removed tags %s back: %w", strings.Join(gone.keys(), ", "), back))
	}
	return err
}

// done drops the answer of a call that has nothing to say but that it was done.
func done[T any](_ T, err error) error { return err }

// resourcePart is the last part of an ARN, after the account: "instance/i-0abc".
func resourcePart(r finding.Resource) string {
	parts := strings.SplitN(r.ARN, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[5]
}

// lastPart is what stands behind the last slash of an ARN: "i-0abc".
func lastPart(r finding.Resource) string {
	part := resourcePart(r)
	return part[strings.LastIndex(part, "/")+1:]
}

// sibling is the ARN of another resource of the same service, account and region.
func sibling(r finding.Resource, part string) string {
	return strings.TrimSuffix(r.ARN, resourcePart(r)) + part
}
