package tagpolicy

import (
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// Rules gives the policy as tag rules. unknown are items of report_required_tag_for that mean no type that is known: their resources cannot be judged.
//
// A tag policy asks for a tag only where it reports required tags; elsewhere a resource without the tag complies. A key that no value is allowed for is forbidden.
func (p Policy) Rules() (rules []tag.Rule, unknown []string) {
	for _, k := range p.Keys {
		if k.Values != nil && len(k.Values) == 0 {
			rules = append(rules, tag.Rule{Key: k.TagKey, Forbid: true})
			continue
		}
		rules = append(rules, tag.Rule{Key: k.TagKey, Values: k.Values})
		var required []string
		for _, item := range k.RequiredFor {
			types := Types(item)
			if len(types) == 0 {
				unknown = append(unknown, item)
			}
			required = append(required, types...)
		}
		if len(required) > 0 {
			slices.Sort(required)
			rules = append(rules, tag.Rule{Key: k.TagKey, Values: k.Values, Required: true, Types: slices.Compact(required)})
		}
	}
	slices.Sort(unknown)
	return rules, slices.Compact(unknown)
}

// Types gives the CloudFormation types that an item such as "ec2:instance" or "rds:ALL_SUPPORTED" (older: "rds:*") means; none if it is not known.
func Types(item string) []string {
	service, kind, ok := strings.Cut(item, ":")
	if !ok {
		return nil
	}
	var types []string
	for _, typ := range arn.Types() {
		if arn.Service(typ) != service || arn.Taggable(typ) == arn.No {
			continue
		}
		if kind == "*" || kind == "ALL_SUPPORTED" || slices.Contains(kinds(typ), kind) {
			types = append(types, typ)
		}
	}
	return types
}

// kinds are the words by which tag policies may call a type: what its ARNs call it, and where they call it nothing (buckets, queues, topics), the last part of its name.
func kinds(typ string) []string {
	last := strings.ToLower(typ[strings.LastIndex(typ, ":")+1:])
	format, ok := arn.Format(typ)
	if !ok {
		return []string{last}
	}
	parts := strings.SplitN(format, ":", 6)
	word, _, named := strings.Cut(strings.TrimPrefix(parts[len(parts)-1], "/"), "/")
	if !named {
		word, _, named = strings.Cut(word, ":")
	}
	if !named || strings.ContainsAny(word, "*$") || word == "" {
		return []string{last}
	}
	return []string{word}
}
