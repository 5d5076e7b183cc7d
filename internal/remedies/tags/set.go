package tags

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// maxTags is how many tags a user may put on one resource; the aws: tags do not count.
//
// Source: Tag Editor user guide, "Tag naming limits and requirements".
const maxTags = 50

// A tagSet is a resource's tags: key to value. It is never nil where it was read.
type tagSet map[string]string

// reserved tells whether a key is AWS's own, which no user may write or remove: it begins with aws: in any letter case.
//
// Source: Tag Editor user guide, "Tag naming limits and requirements".
func reserved(key string) bool {
	return len(key) >= 4 && strings.EqualFold(key[:4], "aws:")
}

// keys are the keys, sorted.
func (s tagSet) keys() []string { return slices.Sorted(maps.Keys(s)) }

// users is how many tags count against the limit.
func (s tagSet) users() int {
	n := 0
	for key := range s {
		if !reserved(key) {
			n++
		}
	}
	return n
}

// difference gives the tags that have to go, as they are, and those that have to be written, so that from becomes to. The aws: tags are in neither.
// Where keys ignore letter case (fold), a key in another spelling is written and never also removed: both are one tag.
func difference(from, to tagSet, fold bool) (gone, set tagSet) {
	gone, set = tagSet{}, tagSet{}
	for key, value := range from {
		if _, stays := to[key]; !stays && !reserved(key) && !(fold && to.hasFolded(key)) {
			gone[key] = value
		}
	}
	for key, value := range to {
		if old, same := from[key]; !reserved(key) && (!same || old != value) {
			set[key] = value
		}
	}
	return gone, set
}

func (s tagSet) hasFolded(key string) bool {
	for other := range s {
		if strings.EqualFold(other, key) {
			return true
		}
	}
	return false
}

// merged is s without what has to go and with what has to be written.
func (s tagSet) merged(gone, set tagSet) tagSet {
	next := tagSet{}
	maps.Copy(next, s)
	for key := range gone {
		delete(next, key)
	}
	maps.Copy(next, set)
	return next
}

// collect makes a tag set of a service's list of tags.
func collect[T any](list []T, pair func(T) (key, value *string)) tagSet {
	set := make(tagSet, len(list))
	for _, tag := range list {
		key, value := pair(tag)
		set[aws.ToString(key)] = aws.ToString(value)
	}
	return set
}

// list makes a service's list of tags of a tag set, sorted by key.
func list[T any](s tagSet, tag func(key, value *string) T) []T {
	out := make([]T, 0, len(s))
	for _, key := range s.keys() {
		out = append(out, tag(aws.String(key), aws.String(s[key])))
	}
	return out
}
