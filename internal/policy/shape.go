package policy

import (
	"go.yaml.in/yaml/v3"
)

// shaped reports what can hold of no resource: each of its fields is a text, but for its tags and its account's, which are texts by key. Such a pattern selects nothing; under except it
// would leave out nothing, and people would rely on it; there, and there alone, single values are looked at, too.
func (r *reader) shaped(field string, n *yaml.Node, left bool) {
	n = target(n)
	switch tags := field == "tags" || field == "account_tags"; {
	case tags && n.Kind == yaml.MappingNode:
		r.shapedTags(field, n, left)
	case tags && left && n.Kind == yaml.SequenceNode:
		r.wrong(n, "name the tag: "+field+": {KEY: [VALUE]}", "%s are values by key, and this is a list: it holds of no resource", field)
	case !tags && n.Kind == yaml.MappingNode:
		r.wrong(n, "write its values in brackets: "+field+": [VALUE]", "%s is one text, and this is a mapping: it holds of no resource", field)
	case left && n.Kind == yaml.SequenceNode && field != "ou": // whose ids are checked by themselves
		r.texts(field, n)
	}
}

// shapedTags is shaped for tags, those of alternatives ($or) included.
func (r *reader) shapedTags(field string, n *yaml.Node, left bool) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, target(n.Content[i+1])
		switch {
		case value.Kind == yaml.MappingNode:
			r.wrong(value, "write its values in brackets: "+field+": {"+key+": [VALUE]}", "the tag %s is one text, and this is a mapping: it holds of no resource", key)
		case key == "$or" && value.Kind == yaml.SequenceNode:
			for _, alternative := range value.Content {
				if alternative = target(alternative); alternative.Kind == yaml.MappingNode {
					r.shapedTags(field, alternative, left)
				}
			}
		case left && value.Kind == yaml.SequenceNode:
			r.texts(field, value)
		}
	}
}

// texts reports alternatives that hold of no text. Numbers are reported by themselves.
func (r *reader) texts(field string, list *yaml.Node) {
	for _, item := range list.Content {
		switch item = target(item); {
		case item.Kind == yaml.ScalarNode && (item.Tag == "!!null" || item.Tag == "!!bool"):
			r.wrong(item, `quote it if it is text, or ask whether it is there: {"exists": false}`, "%s is no text, and what %s holds is: it holds of no resource", item.Value, field)
		case child(item, "numeric") != nil:
			r.wrong(item, "write the texts that are meant, or a prefix or wildcard of them", "numeric compares numbers, and what %s holds is text: it holds of no resource", field)
		}
	}
}
