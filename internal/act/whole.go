package act

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// whole finds the ARN of a resource of which an event told only an id that AWS made up. The claim stays on what the event told; exemptions, sessions and messages go by
// what was found.
func (a *Actor) whole(ctx context.Context, in admitted) (admitted, error) {
	if in.remedy.Find == nil || in.target.ARN != "" {
		return in, nil
	}
	cfg, err := a.Reach(ctx, in.remedy, in.target, in.entry.ID)
	if err != nil {
		return in, err
	}
	g := guard.New(in.remedy)
	found, err := in.remedy.Find(ctx, g.Config(cfg), in.target)
	if refused := g.Err(); refused != nil {
		err = refused
	}
	if err != nil {
		return in, err
	}
	in.target, in.entry.Resource = found, found
	if in.entry.Undoes != "" || begun(in.entry) {
		return in, nil
	}
	d, err := a.decide(ctx, in.entry, found, tag.Facts{})
	if err != nil {
		return in, err
	}
	return in, a.wanted(ctx, in.entry, d) // exemptions go by the ARN
}
