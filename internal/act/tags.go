package act

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// rejudgeTagged asks the policy with the tags of the resource. Nothing is filled: the remedy of a setting that does not show the tags has no facts.
func (a *Actor) rejudgeTagged(ctx context.Context, p planned, r finding.Resource, facts tag.Facts) (judgement, error) {
	resource, err := a.tagged(ctx, p.entry.ID, r)
	if err != nil {
		return judgement{}, err
	}
	d, err := a.decide(ctx, p.entry, resource, facts)
	return judgement{d, facts, resource.Tags}, err
}

// tagged reads the tags of an entry's resource, where the answer depends on them and the setting does not show them: with a session of its own, which may only read. What
// cannot be read is an error, never "no tags": a resource that a stack made would be changed.
func (a *Actor) tagged(ctx context.Context, entry string, r finding.Resource) (finding.Resource, error) {
	reader, ok := remedy.TagReader(a.Remedies)
	if !ok {
		return r, &remedy.RefusedError{Why: "Whether a stack made the resource is seen by its tags, and this version of Tagwarden has no remedy that reads them: give the rule iac: fix."}
	}
	cfg, err := a.Reach(ctx, reader, r, entry)
	if err != nil {
		return r, err
	}
	r.Tags = map[string]string{} // its setting was read, so it is there: what the tagging API does not show of it never had a tag
	g := guard.New(reader)
	state, err := reader.Lens.Read(ctx, g.Config(cfg), r)
	if refused := g.Err(); refused != nil {
		err = refused
	}
	if err != nil {
		return r, err
	}
	return reader.Show(state, r)
}
