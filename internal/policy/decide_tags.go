package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// judgeTags judges the tags and completes the decision.
func (p *Policy) judgeTags(d *Decision, f *finding.Finding, c *choice, do *use, facts *tag.Facts) {
	known := tag.Facts{}
	if facts != nil {
		known = *facts
	}
	result := p.judge.Judge(f.Resource.Type, f.Resource.Tags, known)
	if len(result.Violations) == 0 {
		d.Verdict, d.Reason = Compliant, c.rule.compliant
		return
	}
	if facts == nil && p.eventFacts(&known, f) {
		result = p.judge.Judge(f.Resource.Type, f.Resource.Tags, known)
	}
	d.Attributes = known.Attributes
	d.Violations = result.Violations
	d.Before, d.After = changes(f.Resource.Tags, result.After)
	d.Fingerprint = fingerprint(f.Control, result.Violations)
	p.answer(d, f, c, do, &result)
}

// untagged says why tag rules do not apply to a type; "" where they do.
func (p *Policy) untagged(typ string) string {
	switch {
	case p.judge == nil:
		return "The policy has no tag rules."
	case arn.Taggable(typ) == arn.No:
		return "Resources of the type " + typ + " cannot be tagged."
	case p.judge.Applies(typ):
		return ""
	case isPrincipal(typ):
		return "IAM users, roles and policies are judged only where a tag rule names their type."
	case typ == "":
		return "The resource's type is not known, and every tag rule is for named types."
	}
	return "No tag rule is for resources of the type " + typ + "."
}

// unreadWhy gives the event's own reason for not carrying the tags.
func unreadWhy(f *finding.Finding) string {
	if f.Unread == "" {
		return ""
	}
	return " (" + f.Unread + ")"
}

// eventFacts adds what fills draw on and the event shows. It tells whether it found any.
func (p *Policy) eventFacts(known *tag.Facts, f *finding.Finding) bool {
	_, _, creator, paths := p.judge.Wants(f.Resource.Type)
	if creator && f.Kind == creations && f.Actor != "" {
		known.Creator = &f.Actor
	}
	if len(paths) > 0 && f.Resource.Attributes != nil {
		known.Attributes = attributes(f.Resource.Attributes, paths)
	}
	return known.Creator != nil || known.Attributes != nil
}

// shownAttributes are the values that fills take from the event, kept for the judgement after a read.
func (p *Policy) shownAttributes(f *finding.Finding) map[string]string {
	var facts tag.Facts
	p.eventFacts(&facts, f)
	return facts.Attributes
}

// attributes gives the values at dotted paths in a JSON object; a path that leads to no text, number or truth value has none. nil if it is no JSON object.
func attributes(object json.RawMessage, paths []string) map[string]string {
	var tree map[string]any
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil || tree == nil {
		return nil
	}
	found := map[string]string{}
	for _, path := range paths {
		if text, ok := attribute(tree, strings.Split(path, ".")); ok {
			found[path] = text
		}
	}
	return found
}

// attribute gives the value at one path. A step into a list is an index.
func attribute(value any, path []string) (string, bool) {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return "", false
			}
			value = v[i]
		default:
			return "", false
		}
	}
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// changes gives what differs between two tag sets.
func changes(from, to map[string]string) (before, after map[string]string) {
	before, after = map[string]string{}, map[string]string{}
	for key, value := range from {
		if now, ok := to[key]; !ok || now != value {
			before[key] = value
		}
	}
	for key, value := range to {
		if was, ok := from[key]; !ok || was != value {
			after[key] = value
		}
	}
	return before, after
}

// fingerprint names a set of violations: 16 hexadecimal digits.
func fingerprint(control string, violations []tag.Violation) string {
	h := sha256.New()
	for _, field := range append([]string{control}, violationFields(violations)...) {
		fmt.Fprintf(h, "%d:%s", len(field), field) // the length keeps "a", "bc" and "ab", "c" apart; a hash has no way to fail
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// violationFields are what makes a violation the same one.
func violationFields(violations []tag.Violation) []string {
	fields := make([]string, 0, 4*len(violations))
	for _, v := range violations {
		fields = append(fields, v.Key, v.Found, string(v.Problem), v.Value)
	}
	return fields
}
