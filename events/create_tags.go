package events

import (
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// tags are the tags that a resource was created with, as far as the call tells them: from the response, which is what AWS made of it, or else from the request. nil: not told.
func (c apiCall) tags(service string, m entry, r finding.Resource) map[string]string {
	answered := firstTags(m.holder)
	if len(answered) > 0 {
		return answered
	}
	request, _ := c.Request.(map[string]any)
	asked := firstTags(request)
	if service == "ec2" {
		asked = specifiedTags(request, r)
	}
	if asked != nil {
		return asked
	}
	return answered
}

// firstTags are the tags that an object carries under one of the names that services have for them; nil if there are none, or none that can be read.
func firstTags(object map[string]any) map[string]string {
	for _, name := range []string{"tagSet", "tags", "tagList"} {
		if tags := tagsOf(memberOf(object, name)); tags != nil {
			return tags
		}
	}
	return nil
}

// specifiedTags are the tags that a call of EC2 asks for on resources of one type. Its words for types are those of their ARNs.
//
// Source: Amazon EC2 API reference, TagSpecification.
func specifiedTags(request map[string]any, r finding.Resource) map[string]string {
	a, err := arn.Parse(r.ARN)
	if err != nil {
		return nil
	}
	word, _, _ := strings.Cut(a.Resource, "/")
	for _, name := range []string{"tagSpecificationSet", "tagSpecification", "tagSpecifications"} {
		for _, spec := range objects(memberOf(request, name)) {
			if typ, _ := memberOf(spec, "resourceType").(string); typ != word {
				continue
			}
			for _, list := range []string{"tags", "Tag"} { // "tag" is a number there
				if tags := tagsOf(spec[list]); tags != nil {
					return tags
				}
			}
		}
	}
	return nil
}

// objects are the objects of a list, of a list in a member "items", or the one object that stands for a list of one.
func objects(tree any) []map[string]any {
	switch tree := tree.(type) {
	case []any:
		var list []map[string]any
		for _, item := range tree {
			list = append(list, objects(item)...)
		}
		return list
	case map[string]any:
		if items, ok := tree["items"]; ok {
			return objects(items)
		}
		return []map[string]any{tree}
	}
	return nil
}

// tagsOf reads tags in the ways in which services write them: a list of keys and values, a list within another member, one key and value alone, or a map. nil where it is none
// of them, or something in it is hidden: then it is not known.
func tagsOf(tree any) map[string]string {
	switch tree := tree.(type) {
	case []any:
		return listedTags(tree)
	case map[string]any:
		for _, name := range []string{"items", "item", "member", "Tag", "tag"} {
			switch inner := tree[name].(type) {
			case []any, map[string]any:
				return tagsOf(inner)
			}
		}
		if _, _, ok := tagOf(tree); ok {
			return listedTags([]any{tree})
		}
		return mappedTags(tree)
	}
	return nil
}

func listedTags(list []any) map[string]string {
	tags := make(map[string]string, len(list))
	for _, item := range list {
		object, _ := item.(map[string]any)
		key, value, ok := tagOf(object)
		if !ok {
			return nil
		}
		tags[key] = value
	}
	return tags
}

// tagOf reads one key and value. KMS spells them tagKey and tagValue; a value may be left out.
func tagOf(object map[string]any) (key, value string, ok bool) {
	for _, spelling := range [][2]string{{"key", "value"}, {"tagKey", "tagValue"}} {
		key, ok = memberOf(object, spelling[0]).(string)
		if !ok {
			continue
		}
		switch v := memberOf(object, spelling[1]).(type) {
		case nil:
			return key, "", key != "" && key != hidden
		case string:
			return key, v, key != "" && key != hidden && v != hidden
		}
		return "", "", false
	}
	return "", "", false
}

func mappedTags(object map[string]any) map[string]string {
	tags := make(map[string]string, len(object))
	for key, value := range object {
		text, ok := value.(string)
		if !ok || text == hidden || key == "" {
			return nil
		}
		tags[key] = text
	}
	return tags
}
