package rights

import (
	"maps"
	"slices"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// The limits of a role: how many characters its inline policies may have together and a managed policy alone, white space left out, and how many managed
// policies it may have.
//
// Source: IAM user guide, "IAM and AWS STS quotas" (role policy size, managed policy size, managed policies attached to an IAM role).
const (
	MaxRole     = 10240
	MaxManaged  = 6144
	MaxAttached = 10
)

// A Role is the service role of one AWS service: what act assumes to work on that service's resources, in the resource's account.
type Role struct {
	Service  string   // "s3"; the role's name is the deployment's prefix, "-" and this
	Remedies []string // ids of the remedies that use it, sorted
	Document Document // in any scope
}

// Roles gives the service roles that a policy needs, by service: the grants of those remedies in all that some rule may fix or propose with, on the types
// that the policy has in scope. A policy that only observes and notifies needs none.
func Roles(p *policy.Policy, all []remedy.Remedy) []Role {
	permissions := map[string][]permission{}
	users := map[string][]string{}
	for _, use := range p.Remedies() {
		if use.Verdict != policy.Fix && use.Verdict != policy.Propose {
			continue
		}
		work := types(p, use)
		of := byService(p, named(all, use.Remedy), typesOf(named(all, use.Remedy), work))
		for service, list := range tagReads(p, named(all, use.Remedy), all, work) {
			of[service] = append(of[service], list...)
		}
		for service, list := range of {
			permissions[service] = append(permissions[service], list...)
			users[service] = append(users[service], use.Remedy)
		}
	}
	roles := make([]Role, 0, len(permissions))
	for _, service := range slices.Sorted(maps.Keys(permissions)) {
		slices.Sort(users[service])
		roles = append(roles, Role{Service: service, Remedies: users[service], Document: fit(document(permissions[service]))})
	}
	return roles
}

// tagReads are what it takes to know the tags of those types on which a remedy acts by them, by the service role that carries it.
func tagReads(p *policy.Policy, r remedy.Remedy, all []remedy.Remedy, types []string) map[string][]permission {
	reader, ok := remedy.TagReader(all)
	if !ok || r.About != nil {
		return nil
	}
	return byService(p, reader, slices.DeleteFunc(slices.Clone(types), func(typ string) bool { return len(grantsOf(r, typ)) == 0 || !p.ReadsTags(r.ID, typ) }))
}

// named gives a remedy by its id; one that is not in the list asks for nothing.
func named(all []remedy.Remedy, id string) remedy.Remedy {
	if i := slices.IndexFunc(all, func(r remedy.Remedy) bool { return r.ID == id }); i >= 0 {
		return all[i]
	}
	return remedy.Remedy{ID: id}
}

// Policies is the role's document in pieces that IAM takes in any scope: the first as an inline policy of at most MaxRole characters, the others, of which most roles
// have none, as managed policies of at most MaxManaged.
func (r Role) Policies() []Document {
	policies, limit := []Document{}, 0
	for _, st := range r.Document.Statement {
		last := len(policies) - 1
		if last >= 0 {
			longer := Document{Version: version, Statement: append(slices.Clip(policies[last].Statement), st)}
			if longer.size() <= limit {
				policies[last] = longer
				continue
			}
		}
		if policies, limit = append(policies, alone(st)), MaxManaged; last < 0 {
			limit = MaxRole
		}
	}
	return policies
}

// byService gives what a remedy needs to work on resources of some types, by the service role that carries it.
func byService(p *policy.Policy, r remedy.Remedy, types []string) map[string][]permission {
	list := map[string][]permission{}
	for _, typ := range types {
		for _, g := range grantsOf(r, typ) {
			if !wanted(p, r.ID, g, typ) {
				continue
			}
			list[g.service()] = append(list[g.service()], permission{action: g.Action, resource: g.on(typ), writes: g.writes, when: g.When})
		}
	}
	return list
}

// wanted tells whether the policy needs a remedy's grant: those for a parameter only where a rule sets it, those for facts only where a fill of the type draws on them.
func wanted(p *policy.Policy, id string, g grant, typ string) bool {
	if g.With != "" && !p.Sets(id, g.With) {
		return false
	}
	if g.For == "" || g.For == remedy.ForARN {
		return true
	}
	if p.TagJudge() == nil {
		return false
	}
	parent, account, _, _ := p.TagJudge().Wants(typ)
	return g.For == "parent" && parent || g.For == "account" && account
}

// typesOf are the types that a remedy works on when findings are about resources of some types: those very types, unless the remedy works on what a finding names.
func typesOf(r remedy.Remedy, types []string) []string {
	if r.About == nil || len(types) == 0 {
		return types
	}
	own := slices.DeleteFunc(arn.Types(), func(typ string) bool {
		return !slices.ContainsFunc(slices.Concat(r.Reads, r.Writes), func(g remedy.Grant) bool { return len(g.Types) > 0 && covers(g.Types, typ) })
	})
	if len(own) == 0 {
		return types[:1] // no grant asks for a type: one stands for all
	}
	return own
}

// types are the types that a use can come to work on.
func types(p *policy.Policy, use policy.Use) []string {
	return slices.DeleteFunc(arn.Types(), func(typ string) bool { return !inScope(p, use, typ) })
}

// inScope tells whether a use can come to work on a type. For tags the tag rules know it best: no glob but one of IAM itself reaches IAM's principals.
func inScope(p *policy.Policy, use policy.Use, typ string) bool {
	if !p.MayChange(use.Remedy, typ) {
		return false
	}
	if use.Remedy != policy.TagsRemedy {
		return covers(use.Types, typ)
	}
	if arn.Taggable(typ) == arn.No || typ == serviceLinkedRole {
		return false
	}
	judge := p.TagJudge()
	return judge != nil && judge.Applies(typ)
}

// serviceLinkedRole is a type that has the ARNs of roles and belongs to an AWS service: no policy has it in mind when it speaks of tags.
const serviceLinkedRole = "AWS::IAM::ServiceLinkedRole"
