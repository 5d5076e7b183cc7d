package rights

import (
	"path"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A grant is what a remedy declares, and whether it changes anything.
type grant struct {
	remedy.Grant
	writes bool
}

// grantsOf are a remedy's grants that hold for a type.
func grantsOf(r remedy.Remedy, typ string) []grant {
	var list []grant
	for _, g := range r.Reads {
		if covers(g.Types, typ) {
			list = append(list, grant{g, false})
		}
	}
	for _, g := range r.Writes {
		if covers(g.Types, typ) {
			list = append(list, grant{g, true})
		}
	}
	return list
}

// service is the service role that carries a grant.
func (g grant) service() string {
	if g.Role != "" {
		return g.Role
	}
	prefix, _, _ := strings.Cut(g.Action, ":")
	return prefix
}

// on is the grant's template for all resources of a type.
func (g grant) on(typ string) string {
	if !strings.HasPrefix(g.On, theVery) {
		return g.On
	}
	format, ok := arn.Format(typ)
	if unowned[typ] {
		format = strings.Replace(format, ":*:", "::", 1)
	}
	if !ok { // the table knows no ARN of this type: the narrowest thing that surely holds it is its service
		format = "arn:${Partition}:" + arn.Service(typ) + ":*:*:*"
	}
	return format + strings.TrimPrefix(g.On, theVery)
}

// unowned are the types whose ARNs name an account in some events, and none in policies.
//
// Source: Service Authorization Reference, "Resource types defined by Amazon EC2" (image, snapshot).
var unowned = map[string]bool{"AWS::EC2::Image": true, "AWS::EC2::Snapshot": true}

// theVery begins a grant for the very resource.
const theVery = "${ARN}"

// covers tells whether a list of type globs holds a type. An empty list holds all.
func covers(globs []string, typ string) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, func(glob string) bool {
		ok, err := path.Match(glob, typ) // no type has a "/", at which path.Match's * would end
		return ok && err == nil
	})
}
