package policy

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// Warnings are what is worth knowing and keeps nobody from working with the policy: exemptions that are over, kinds that a rule names beside those that are built.
func (p *Policy) Warnings(now time.Time) []Problem {
	return tidy(append(p.expired(now), p.warnings...))
}

// Validate is what `validate` refuses beside what Parse does: exemptions that are over or have no end, and fields that this version does not carry out.
func (p *Policy) Validate(now time.Time) []Problem {
	return tidy(append(p.expired(now), p.unbuilt...))
}

// Unbuilt is each field of the policy that this version reads and does not carry out. A deployment refuses them; what works offline only warns.
func (p *Policy) Unbuilt() []Problem { return slices.Clone(p.unbuilt) }

// expired are the exemptions that hold no longer.
func (p *Policy) expired(now time.Time) []Problem {
	var list []Problem
	for i := range p.exempt {
		e := &p.exempt[i]
		switch {
		case e.Until.IsZero():
			list = append(list, Problem{p.file, e.at.Line, e.at.Column, `an exemption has no "until", so it does not hold`, "add until: its last day"})
		case e.over(now):
			list = append(list, Problem{p.file, e.at.Line, e.at.Column, "the exemption ended on " + e.Until.Format(time.DateOnly), "remove it, or set a later day after asking " + e.Owner})
		}
	}
	return list
}

// TagJudge judges tag sets by the policy's tag rules; nil if there are none.
func (p *Policy) TagJudge() *tag.Judge { return p.judge }

// Journal says how long the journal keeps what.
func (p *Policy) Journal() Retention { return p.retention }

// Hash names the policy: the same for the same fields, however they are written. 12 hexadecimal digits.
func (p *Policy) Hash() string { return p.hash }

// A Use is a remedy that some rule does.
type Use struct {
	Remedy  string
	Verdict Verdict  // the strongest mode that a rule does it with: Observe, Notify, Propose or Fix
	Types   []string // CloudFormation types that it works on, globs allowed; nil for every taggable type but IAM users, roles and policies
}

// Remedies are the remedies that some rule does, in the order of the catalog. The rights of a deployment derive from them.
func (p *Policy) Remedies() []Use {
	var uses []Use
	for _, m := range p.catalog.Remedies {
		strongest := ""
		for i := range p.rules {
			u := &p.rules[i]
			does := slices.ContainsFunc(u.do, func(d use) bool { return d.remedy == m.ID })
			if mode := p.reaches(u); does && stronger(mode, Verdict(strongest)) {
				strongest = string(mode)
			}
		}
		if strongest == "" {
			continue
		}
		types := []string{m.Resource}
		if m.ID == TagsRemedy {
			types = p.TagTypes()
		}
		uses = append(uses, Use{m.ID, Verdict(strongest), types})
	}
	return uses
}

// MayChange tells whether some rule in mode propose or fix may do the remedy to resources of a type.
func (p *Policy) MayChange(remedy, typ string) bool {
	return slices.ContainsFunc(p.rules, func(u rule) bool {
		does := slices.ContainsFunc(u.do, func(d use) bool { return d.remedy == remedy })
		return does && stronger(p.reaches(&u), Notify) && p.scope.mayBe(typ) && u.where.mayBe(typ)
	})
}

// ReadsTags tells whether a remedy that may change resources of a type has to know their tags first, though tags are not what it changes: they say whose code made a resource,
// and where a rule holds.
func (p *Policy) ReadsTags(remedy, typ string) bool {
	return remedy != TagsRemedy && arn.Taggable(typ) != arn.No && slices.ContainsFunc(p.rules, func(u rule) bool {
		does := slices.ContainsFunc(u.do, func(d use) bool { return d.remedy == remedy })
		heeds := !u.fixIaC && slices.ContainsFunc(p.kindsOf(&u), func(kind string) bool { return kind != threats })
		return does && stronger(p.reaches(&u), Notify) && p.scope.mayBe(typ) && u.where.mayBe(typ) && (heeds || u.where.onTags())
	})
}

// Sets tells whether some rule sets a parameter of a remedy to true.
func (p *Policy) Sets(remedy, parameter string) bool {
	return slices.ContainsFunc(p.rules, func(u rule) bool {
		return slices.ContainsFunc(u.do, func(d use) bool {
			var with map[string]any
			err := json.Unmarshal(d.with, &with)
			return d.remedy == remedy && err == nil && with[parameter] == true
		})
	})
}

// reaches is the strongest that a rule comes to do, a press of a button included.
func (p *Policy) reaches(u *rule) Verdict {
	if p.pressable(u) && !stronger(u.mode, Notify) {
		return Propose
	}
	return u.mode
}

// mayBe tells whether a condition may hold for resources of a type, whatever else it asks of them.
func (c *condition) mayBe(typ string) bool {
	want, asked := c.tree["type"].([]any)
	out, only := c.except["type"].([]any)
	left := only && len(c.except) == 1 && fits(typ, out)
	return !c.set || !left && (!asked || fits(typ, want))
}

// NeedsDirectory tells whether the policy asks where accounts stand in the organization: some scope or where names ou or account_tags. tags tells whether it asks for the
// accounts' tags.
func (p *Policy) NeedsDirectory() (needed, tags bool) {
	conditions := []*condition{&p.scope}
	for i := range p.rules {
		conditions = append(conditions, &p.rules[i].where)
	}
	for _, c := range conditions {
		needed = needed || c.onAccount()
		tags = tags || slices.Contains(c.names, "account_tags")
	}
	return needed, tags
}

// weaker gives the verdict that does less.
func weaker(a, b Verdict) Verdict {
	if stronger(a, b) {
		return b
	}
	return a
}

// Stronger tells whether a verdict of those that answer a violation does more than another.
func (v Verdict) Stronger(than Verdict) bool { return stronger(v, than) }

// stronger tells whether a does more than b.
func stronger(a, b Verdict) bool {
	return slices.Index(modes, string(a)) > slices.Index(modes, string(b))
}

// TagTypes are the types that tag rules apply to, globs allowed; nil for every taggable type but IAM users, roles and policies. Where some rules are for all of
// these and others name IAM's beside, all are listed.
func (p *Policy) TagTypes() []string {
	var named []string
	for _, t := range p.tagRules.Rules {
		named = append(named, t.Types...)
	}
	slices.Sort(named)
	named = slices.Compact(named)
	if !p.allTypes() {
		return named
	}
	if !slices.ContainsFunc(named, func(glob string) bool { return strings.HasPrefix(glob, iamTypes) }) {
		return nil
	}
	return slices.DeleteFunc(arn.Types(), func(typ string) bool {
		return arn.Taggable(typ) == arn.No || isPrincipal(typ) && !globAny(named, typ)
	})
}

// allTypes tells whether tag rules are for every taggable type but IAM users, roles and policies.
func (p *Policy) allTypes() bool {
	return p.tagRules.Closed || len(p.tagRules.Rules) == 0 || slices.ContainsFunc(p.tagRules.Rules, func(t tag.Rule) bool { return t.Types == nil })
}

// iamTypes begins the types of IAM.
const iamTypes = "AWS::IAM::"

// isPrincipal tells whether resources of a type are IAM users, roles or policies, whose tags are authority.
func isPrincipal(typ string) bool {
	switch typ {
	case "AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy":
		return true
	}
	return false
}

// Kinds are the kinds of events that some rule hears, in the order of the catalog. The clock is none of them: see Sweeps.
func (p *Policy) Kinds() []string {
	var kinds []string
	for _, kind := range p.catalog.Kinds {
		if slices.ContainsFunc(p.rules, func(u rule) bool { return u.hears(kind) }) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// Sweeps tells whether some rule hears the clock: what exists is to be judged from time to time, without an event.
func (p *Policy) Sweeps() bool {
	return slices.ContainsFunc(p.rules, func(u rule) bool { return u.hears(clock) })
}

// WritesBack tells whether findings of Security Hub are to say what became of them: some rule hears them, or there is a button.
func (p *Policy) WritesBack() bool {
	return len(p.buttons) > 0 || slices.Contains(p.Kinds(), hub)
}
