package tag

import (
	"fmt"
	"slices"
	"strings"
)

// result judges the tags before and after a fix, and says of each breach whether the fix ends it.
func (p *plan) result(tags map[string]string, f *fixing) Result {
	r := Result{After: f.after, Pending: f.pending, Lost: f.lost}
	left := p.judge(f.after, f.view())
	for _, b := range left {
		r.Left = append(r.Left, f.violation(b, f.waits(b)))
	}
	for _, b := range p.judge(tags, f.view()) {
		fixable := true
		for _, l := range left {
			if f.same(b, l) {
				fixable = f.waits(l)
			}
		}
		r.Violations = append(r.Violations, f.violation(b, fixable))
	}
	return r
}

// same says whether what is left is the breach that was there before.
func (f *fixing) same(before, left breach) bool {
	at := left.at
	if origin, moved := f.origin[left.at]; moved && left.what != Missing {
		at = origin
	}
	return before.what == left.what && before.at == at && before.aspect == left.aspect
}

// waits says whether what is left can be made right by facts that are not known yet.
func (f *fixing) waits(b breach) bool {
	if b.what == Limit {
		return false
	}
	return f.pendingOn(b.key) != "" || f.room && f.unknown[f.byKey[b.key]]
}

// pendingOn gives the source that a key waits for, "" if it waits for none.
func (f *fixing) pendingOn(key string) Source {
	i := slices.IndexFunc(f.pending, func(p Pending) bool { return p.Key == key })
	if i < 0 {
		return ""
	}
	return f.pending[i].From
}

// violation words a breach.
func (f *fixing) violation(b breach, fixable bool) Violation {
	v := Violation{Key: b.key, Problem: b.what, Value: b.value, Fixable: fixable, Detail: f.detail(b, fixable)}
	if b.what == Limit && b.at != "" {
		if g := f.stands(b.at, f.view()); g != nil {
			v.Key = g.key
		}
	}
	if b.at != v.Key {
		v.Found = b.at
	}
	return v
}

// detail is one sentence: the key, what is wrong, and what is allowed or what a person must do.
func (f *fixing) detail(b breach, fixable bool) string {
	switch b.what {
	case Missing:
		return f.missing(b, fixable)
	case Value:
		return f.wrong(b, fixable)
	case WrongKey:
		text := fmt.Sprintf("The key %s stands for %s and must be spelt so", b.at, b.key)
		if !fixable {
			text += f.refusal(b.key, ", by hand")
		}
		return text + "."
	case Forbidden:
		if b.rule == nil {
			return fmt.Sprintf("The key %s is not allowed: no rule names it, and the policy allows no other keys.", b.at)
		}
		return fmt.Sprintf("The key %s is not allowed: the policy forbids %s.", b.at, b.rule.Key)
	default:
		if fixable {
			return b.text
		}
		return strings.TrimSuffix(b.text, ".") + "; change it by hand."
	}
}

func (f *fixing) missing(b breach, fixable bool) string {
	text := fmt.Sprintf("%s is required and missing", b.key)
	from := f.pendingOn(b.key)
	switch {
	case from != "":
		text += fmt.Sprintf("; its value comes from the %s, which is not known yet", from)
	case f.blocked[b.key]:
		text += fmt.Sprintf("; there is no room for it, as at most %d tags are allowed: remove one that is not needed", f.limits.tags)
	case !fixable:
		text += f.refusal(b.key, "; set it to "+allowed(b.rule))
	}
	return text + "."
}

func (f *fixing) wrong(b breach, fixable bool) string {
	text := fmt.Sprintf("%s is %q; allowed is %s", b.at, b.value, allowed(b.rule))
	if from := f.pendingOn(b.key); from != "" {
		return text + fmt.Sprintf(", and its value comes from the %s, which is not known yet.", from)
	}
	if !fixable {
		text += f.refusal(b.key, ", to be set by hand")
	}
	return text + "."
}

// refusal says why nothing can be done about a key: the service does not take it, or what a person must do.
func (f *fixing) refusal(key, otherwise string) string {
	if g := f.byKey[key]; g != nil && g.refused != "" {
		return fmt.Sprintf("; but the service does not take this key, which %s: change the policy for this type", g.refused)
	}
	return otherwise
}

// told is how many allowed values a message names.
const told = 12

// allowed says which values a rule allows.
func allowed(r *rule) string {
	var parts []string
	switch n := len(r.Values); {
	case n == 1:
		parts = append(parts, r.Values[0])
	case n > told:
		parts = append(parts, fmt.Sprintf("one of %s and %d more", strings.Join(r.Values[:told], ", "), n-told))
	case n > 1:
		parts = append(parts, "one of "+strings.Join(r.Values, ", "))
	}
	if r.Pattern != "" {
		parts = append(parts, "what matches "+r.Pattern)
	}
	if len(parts) == 0 && len(r.listed) > 0 {
		return "the value that it is a synonym of"
	}
	if len(parts) == 0 {
		return "any value"
	}
	return strings.Join(parts, " and ")
}
