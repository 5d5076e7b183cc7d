package notify

import (
	"slices"

	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// patched are the states in which it helps to say how code is to be changed: what is made, or is to be, does not last otherwise.
var patched = []journal.State{journal.Told, journal.Proposed, journal.Waiting, journal.Fixed}

// codeOf says who owns the code that made an entry's resource, within a sentence, and how it is to be changed so that it makes what the entry wants. Nothing where it is not
// known that there is code; but who fights over a setting has some.
func codeOf(p *policy.Policy, e journal.Entry) (origin string, patch []Snippet) {
	o, known := e.Origin, e.Origin != iac.Origin{}
	if !known {
		o, known = iac.OriginOf(nil, e.Agent)
	}
	if !known && !fights(e) || e.Undoes != "" || !slices.Contains(patched, e.State) {
		return "", nil
	}
	for _, s := range iac.Patch(o, e.Resource, wantedOf(p, e)) {
		patch = append(patch, Snippet(s))
	}
	if known {
		origin = o.String()
	}
	return origin, patch
}

// wantedOf is what the code is to say.
func wantedOf(p *policy.Policy, e journal.Entry) iac.Wanted {
	var w iac.Wanted
	if e.Remedy == policy.TagsRemedy {
		w.Before, w.After = iac.TagsOf(e.Change)
	} else {
		w.Code = p.Code(e.Remedy, e.With, e.Resource)
	}
	return w
}
