package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// stackType is the type of CloudFormation stacks themselves.
const stackType = "AWS::CloudFormation::Stack"

// answer turns what is wrong into a verdict and its reason.
func (p *Policy) answer(d *Decision, f *finding.Finding, c *choice, do *use, result *tag.Result) {
	clauses := []string{breaches(result.Violations)}
	switch d.Verdict {
	case Observe:
		clauses = append(clauses, fmt.Sprintf("rule %q only records it", c.rule.name))
	case Fix, Propose:
		if why := p.hindrance(d, f, c, do, result); why != "" {
			d.Verdict = Notify
			clauses = append(clauses, why)
		} else {
			clauses = append(clauses, p.acting(d, f, c, result)...)
		}
	default:
		clauses = append(clauses, fmt.Sprintf("rule %q tells people", c.rule.name))
		if c.sure == byAccount {
			clauses = append(clauses, c.doubt(f))
		}
	}
	d.Reason = strings.Join(clauses, "; ") + "."
}

// hindrance says why a rule that would act only tells people; "" if nothing keeps it.
func (p *Policy) hindrance(d *Decision, f *finding.Finding, c *choice, do *use, result *tag.Result) string {
	fixable := slices.ContainsFunc(result.Violations, func(v tag.Violation) bool { return v.Fixable })
	switch {
	case !fixable:
		return "no fix of the policy can put that right, a person must"
	case c.read && len(d.Before)+len(d.After) == 0:
		return strings.Join(append(pending(result.Pending, true), "a person must see to it"), "; ")
	case f.Resource.Type == stackType:
		return "tags of a stack are set by updating the stack"
	case f.Resource.Stack() != "" && !c.rule.fixIaC:
		return strings.Join(append([]string{p.patch(f, do, d.Before, d.After)}, pending(result.Pending, c.read)...), "; ")
	case c.sure == byAccount && c.read:
		return c.doubt(f) + ", so nothing is changed"
	case c.sure == byDetail:
		return fmt.Sprintf("rule %q may not be meant, for its match needs the event", c.rule.name)
	}
	return ""
}

// acting says what the rule does, what a person still must, which values are not known yet, and what keeps a change waiting.
func (p *Policy) acting(d *Decision, f *finding.Finding, c *choice, result *tag.Result) []string {
	left := unfixable(result.Violations)
	what := "it"
	if len(left) > 0 {
		what = "the rest"
	}
	does := map[Verdict]string{Fix: "puts " + what + " right", Propose: "proposes to put " + what + " right"}[d.Verdict]
	var clauses []string
	if len(left) > 0 {
		clauses = append(clauses, "a person must see to "+enumerate(left, "and"))
	}
	clauses = append(clauses, fmt.Sprintf("rule %q %s", c.rule.name, does))
	if c.sure == byAccount {
		clauses = append(clauses, c.doubt(f))
	}
	clauses = append(clauses, pending(result.Pending, c.read)...)
	return append(clauses, p.waits(f, c)...)
}

// waits says what keeps a change waiting.
func (p *Policy) waits(f *finding.Finding, c *choice) []string {
	var clauses []string
	if len(c.rule.notes) > 0 {
		clauses = append(clauses, "it changes "+enumerate(c.rule.notes, "and"))
	}
	if reason, until, on := p.Freezing(f.Time); on {
		clauses = append(clauses, thaw(reason, until))
	}
	return clauses
}

// breaches names the first few violations as people say them.
func breaches(violations []tag.Violation) string {
	const shown = 3
	var said []string
	for _, v := range violations {
		said = append(said, breach(v))
	}
	if len(said) > shown {
		more := len(said) - shown
		said = append(said[:shown:shown], strconv.Itoa(more)+" more")
	}
	return enumerate(said, "and")
}

// breach says what is wrong with one tag.
func breach(v tag.Violation) string {
	switch v.Problem {
	case tag.Missing:
		return v.Key + " is missing"
	case tag.Value:
		return fmt.Sprintf("%s has the wrong value %q", v.Key, v.Value)
	case tag.WrongKey:
		return fmt.Sprintf("%s is written %s", v.Key, v.Found)
	case tag.Forbidden:
		return v.Key + " is forbidden"
	case tag.Limit:
		if v.Key == "" {
			return "it has more tags than AWS allows"
		}
		return v.Key + " breaks a limit of AWS"
	}
	return v.Key + " breaks its rule"
}

// doubt says why it is not known whether the rule applies, where the account is why.
func (c *choice) doubt(f *finding.Finding) string {
	const why = "whether rule %q applies depends on the OUs or tags of account %s, which the organization's directory does not know"
	return fmt.Sprintf(why, c.rule.name, f.Resource.Account)
}

// unfixable are the keys that no fix puts right, each once.
func unfixable(violations []tag.Violation) []string {
	var keys []string
	for _, v := range violations {
		key := v.Key
		if key == "" {
			key = "the number of tags"
		}
		if !v.Fixable && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// sources names where a fill's value comes from.
var sources = map[tag.Source]string{
	tag.FromParent: "the resource's parent", tag.FromAccount: "the account", tag.FromCreator: "its creator", tag.FromAttribute: "an attribute of the resource",
}

// pending says which values are not known before a read, or even after it.
func pending(list []tag.Pending, read bool) []string {
	why := "is not known before a read"
	if read {
		why = "could not be learnt"
	}
	var clauses []string
	for _, w := range list {
		clauses = append(clauses, fmt.Sprintf("%s is filled from %s, which %s", w.Key, sources[w.From], why))
	}
	return clauses
}

// patch says what a person changes in the code of a stack. A fix of ours would be undone by the stack's next update.
func (p *Policy) patch(f *finding.Finding, do *use, before, after map[string]string) string {
	wanted := iac.Wanted{Before: before, After: after}
	if do.remedy != TagsRemedy {
		wanted.Code = p.catalog.Code(do.remedy, do.with, f.Resource)
	}
	origin, _ := iac.OriginOf(f.Resource.Tags, "")
	text := fmt.Sprintf("it belongs to %s, so change its code", origin)
	if line := iac.Line(origin, f.Resource.Type, wanted); line != "" {
		return text + ": " + line
	}
	return fmt.Sprintf("%s (iac: fix has %s do it)", text, do.remedy)
}

// passedOver names the rules that apply too. Where it is not sure yet that the rule before them applies, the first of them would act in its place.
func passedOver(c *choice) string {
	names := c.passed
	if c.sure != yes {
		return fmt.Sprintf("otherwise rule %q does", names[0])
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	if len(names) == 1 {
		return "rule " + quoted[0] + " applies too and was passed over"
	}
	return "rules " + enumerate(quoted, "and") + " apply too and were passed over"
}

// join adds a clause to a sentence.
func join(sentence, clause string) string {
	return strings.TrimSuffix(sentence, ".") + "; " + clause + "."
}
