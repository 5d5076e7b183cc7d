package tag

import (
	"fmt"
	"slices"
	"strings"
)

// Prove gives all that is wrong with tag rules. Rules without problems converge: fixing what is fixed changes nothing, and what is left in breach is what no
// fill, synonym or spelling can make right.
//
// types are the CloudFormation types of taggable resources that are known; with them an entry of a rule's types that means none of them is a problem, and so
// is a type that could need more tags than it may have. Without them only the rules for every type are counted.
//
// Why it converges: a rule looks only at its own key and at the keys of its when, which have no circle, so keys can be put right one after another. Each
// step leaves a key as it finds it the second time: one spelling is left, the value does or nothing makes it do, and what a fix writes is allowed by all
// rules that can hold together. No rule forbids what another one writes.
func Prove(r Rules, types []string) []Problem {
	p := &prover{known: types}
	for i := range r.Rules {
		p.rules = append(p.rules, compileRule(r.Rules[i], i))
	}
	for _, r := range p.rules {
		p.proveRule(r)
	}
	for j, later := range p.rules {
		for _, earlier := range p.rules[:j] {
			p.provePair(earlier, later)
		}
	}
	p.proveOrder()
	p.proveRoom()
	slices.SortStableFunc(p.problems, func(a, b found) int { return a.index - b.index })
	var out []Problem
	for _, f := range p.problems {
		out = append(out, f.Problem)
	}
	return out
}

// A prover gathers problems.
type prover struct {
	rules    []*rule
	known    []string
	problems []found
}

// A found is a problem and the rule that it is in.
type found struct {
	Problem
	index int
}

// say notes a problem of a rule; at is the place in it (".values[1]").
func (p *prover) say(r *rule, at, problem, way string) {
	p.problems = append(p.problems, found{index: r.index, Problem: Problem{Path: fmt.Sprintf("tags[%d].%s", r.index, at), Problem: problem, Way: way}})
}

// characters are what AWS takes everywhere, for messages.
const characters = "letters, digits, spaces and _ . : / = + - @"

// proveRule proves what concerns one rule alone.
func (p *prover) proveRule(r *rule) {
	p.proveKey(r, "key", r.Key, r.Forbid)
	p.proveTypes(r)
	p.proveWhen(r)
	if r.Forbid {
		p.proveForbid(r)
		return
	}
	p.proveAliases(r)
	if !p.provePattern(r) {
		return
	}
	p.proveValues(r)
	p.proveSynonyms(r)
	p.proveSpellings(r)
	p.proveFills(r)
}

// proveKey proves that a key, or an alias, is within AWS's general limits. A glob is its other characters.
func (p *prover) proveKey(r *rule, at, key string, glob bool) {
	l := general()
	bare := key
	switch {
	case glob:
		bare = strings.ReplaceAll(key, "*", "")
		if bare == "" && key != "" {
			return
		}
	case strings.Contains(key, "*"):
		p.say(r, at, fmt.Sprintf("the key %q is a pattern, and only forbidden keys can be", key), "write the key out, or forbid: true")
		return
	}
	if text := l.checkKey(bare); text != "" {
		p.say(r, at, fmt.Sprintf("the key %q %s", key, text), "a key has 1 to 128 "+characters+", and does not begin with aws:")
	}
}

// proveValue proves that a value is within AWS's general limits; wild says whether `*` stands for others. It says whether it is.
func (p *prover) proveValue(r *rule, at, value string, wild bool) bool {
	l := general()
	bare := value
	if wild {
		bare = strings.ReplaceAll(value, "*", "")
	}
	text := l.checkValue(bare)
	if Reserved(value) {
		text = "begins with aws:, which AWS keeps for itself"
	}
	if text == "" {
		return true
	}
	p.say(r, at, fmt.Sprintf("the value %q %s", value, text), "a value has at most 256 "+characters+", and does not begin with aws:")
	return false
}

// proveForbid proves that a forbidden key says nothing of values.
func (p *prover) proveForbid(r *rule) {
	way := "leave it out, or leave forbid out"
	for _, other := range []struct {
		at  string
		set bool
	}{
		{"required", r.Required},
		{"pattern", r.Pattern != ""},
		{"values", r.Values != nil},
		{"synonyms", r.Synonyms != nil},
		{"aliases", r.Aliases != nil},
		{"fill", r.Fill != nil},
	} {
		if other.set {
			p.say(r, other.at, fmt.Sprintf("%s is forbidden, and %s wants it to be there", r.Key, other.at), way)
		}
	}
}

func (p *prover) proveTypes(r *rule) {
	if r.Types != nil && len(r.Types) == 0 {
		p.say(r, "types", "types is empty, so the rule is about nothing", "leave types out for every type, or name some")
	}
	for i, glob := range r.Types {
		if p.known == nil || slices.ContainsFunc(p.known, func(typ string) bool { return named(glob, typ) }) {
			continue
		}
		p.say(r, fmt.Sprintf("types[%d]", i), fmt.Sprintf("no taggable type is called %q", glob), "write a CloudFormation type such as AWS::EC2::Instance, or AWS::RDS::*")
	}
}

func (p *prover) proveAliases(r *rule) {
	for i, alias := range r.Aliases {
		at := fmt.Sprintf("aliases[%d]", i)
		p.proveKey(r, at, alias, false)
		switch {
		case alias == r.Key:
			p.say(r, at, fmt.Sprintf("the alias %q is the key itself", alias), "leave it out")
		case slices.Contains(r.Aliases[:i], alias):
			p.say(r, at, fmt.Sprintf("the alias %q is there twice", alias), "leave one out")
		}
	}
}

// provePattern proves that a pattern can match a value. It says whether it is a pattern at all.
func (p *prover) provePattern(r *rule) bool {
	if r.Pattern == "" {
		return true
	}
	if _, err := whole(r.Pattern); err != nil {
		p.say(r, "pattern", fmt.Sprintf("the pattern is no regular expression: %v", err), "write it in RE2 syntax")
		return false
	}
	if !reaches(r.Pattern, "*") {
		p.say(r, "pattern", fmt.Sprintf("the pattern %q can match no value that AWS takes", r.Pattern), "a value has at most 256 "+characters)
	}
	return true
}

func (p *prover) proveValues(r *rule) {
	if r.Values != nil && len(r.Values) == 0 {
		p.say(r, "values", "values is empty, so no value is allowed", "leave values out for any value, or forbid the key")
	}
	for i, value := range r.Values {
		at := fmt.Sprintf("values[%d]", i)
		if p.proveValue(r, at, value, true) && r.Pattern != "" && !reaches(r.Pattern, value) {
			p.say(r, at, fmt.Sprintf("the value %q does not match the pattern %q", value, r.Pattern), "leave it out, or change the pattern")
		}
	}
}

func (p *prover) proveSynonyms(r *rule) {
	for _, value := range sorted(r.Synonyms) {
		at := "synonyms." + value
		if p.proveValue(r, at, value, false) {
			if field := r.refuses(value); field != "" {
				p.say(r, at, fmt.Sprintf("%q, for which synonyms stand, is not allowed by the %s of the rule", value, field), "write a value that the rule allows")
			}
		}
		for i, s := range r.Synonyms[value] {
			p.proveValue(r, fmt.Sprintf("%s[%d]", at, i), s, false)
		}
	}
}

// refuses names the field of a rule that does not allow a value, "" if it is allowed.
func (r *rule) refuses(value string) string {
	switch {
	case r.ok(value):
		return ""
	case r.pattern != nil && !r.pattern.MatchString(value):
		return "pattern"
	case r.Values != nil && !matchAny(r.Values, value):
		return "values"
	}
	return "synonyms"
}

// A meaning is a spelling, in any letter case, and the value that it stands for.
type meaning struct{ at, spelt, value string }

// meanings gives all spellings of a rule.
func (r *rule) meanings() []meaning {
	var out []meaning
	for i, value := range r.Values {
		if r.exact[value] {
			out = append(out, meaning{fmt.Sprintf("values[%d]", i), value, value})
		}
	}
	for _, value := range sorted(r.Synonyms) {
		out = append(out, meaning{"synonyms." + value, value, value})
		for i, s := range r.Synonyms[value] {
			out = append(out, meaning{fmt.Sprintf("synonyms.%s[%d]", value, i), s, value})
		}
	}
	return out
}

// proveSpellings proves that no spelling stands for two values, neither in a rule nor beside the ones of earlier rules that can hold with it.
func (p *prover) proveSpellings(r *rule, earlier ...*rule) {
	first := map[string]string{}
	for _, e := range earlier {
		for _, m := range e.meanings() {
			first[spelling(m.spelt)] = m.value
		}
	}
	for _, m := range r.meanings() {
		value, there := first[spelling(m.spelt)]
		if !there {
			first[spelling(m.spelt)] = m.value
			continue
		}
		if value != m.value {
			p.say(r, m.at, fmt.Sprintf("%q stands for %q and for %q", m.spelt, value, m.value), "let each spelling, in any letter case, stand for one value")
		}
	}
}

func (p *prover) proveFills(r *rule) {
	for i, fill := range r.Fill {
		at := fmt.Sprintf("fill[%d]", i)
		if (fill.From != "") == (fill.Value != nil) {
			p.say(r, at, "a fill has either from or value", "write one of the two")
			continue
		}
		if fill.Value != nil {
			p.proveFixed(r, at, fill)
			continue
		}
		p.proveSource(r, at, fill)
	}
}

// proveFixed proves a fill that is a value.
func (p *prover) proveFixed(r *rule, at string, fill Fill) {
	if fill.Path != "" {
		p.say(r, at+".path", "path goes with from: attribute only", "leave it out")
	}
	if !p.proveValue(r, at+".value", *fill.Value, false) {
		return
	}
	if field := r.refuses(*fill.Value); field != "" {
		p.say(r, at+".value", fmt.Sprintf("the fill %q is not allowed by the %s of %s", *fill.Value, field, r.Key), "write "+allowed(r))
	}
}

// proveSource proves a fill that comes from elsewhere; its values are judged when they are known.
func (p *prover) proveSource(r *rule, at string, fill Fill) {
	switch fill.From {
	case FromParent, FromCreator, FromAccount:
		if fill.Path != "" {
			p.say(r, at+".path", "path goes with from: attribute only", "leave it out")
		}
	case FromAttribute:
		if fill.Path == "" {
			p.say(r, at, "a fill from an attribute needs its path", "write {from: attribute, path: configuration.vpcId}")
		}
	default:
		p.say(r, at+".from", fmt.Sprintf("%q is no source of values", fill.From), "write parent, creator, account or attribute")
	}
}
