package tagpolicy

import (
	"encoding/json"
	"slices"
	"strings"
)

// ops are the operators that may be used.
type ops struct{ assign, append, remove bool }

// all are all operators: what holds until a policy says less.
var all = ops{true, true, true}

// and gives the operators that are in both.
func (o ops) and(p ops) ops {
	return ops{o.assign && p.assign, o.append && p.append, o.remove && p.remove}
}

// allowed reads which operators policies further down may use.
func allowed(path string, data json.RawMessage) (*ops, error) {
	list, err := texts(path+"."+allowField, "", data)
	if err != nil {
		return nil, err
	}
	var o ops
	for _, name := range list {
		switch name {
		case "@@all":
			o = all
		case "@@none":
		case "@@assign":
			o.assign = true
		case "@@append":
			o.append = true
		case "@@remove":
			o.remove = true
		default:
			return nil, &Error{path + "." + allowField, "unknown operator " + name, "use @@all, @@none, @@assign, @@append or @@remove"}
		}
	}
	return &o, nil
}

// A node is a place in the policy that can be locked: a setting of a key, a key (no setting), or all keys (neither).
type node struct{ key, setting string }

// above are the node itself and the nodes that hold it. Our reading of a lock that stands beside settings or keys: it restricts everything below it.
func (n node) above() []node { return []node{n, {n.key, ""}, {}} }

// A merger computes the effective policy level by level.
type merger struct {
	values  map[node][]string
	locks   map[node]ops  // what a level's policies may still use; a node that is missing: everything
	emptied map[node]bool // settings whose last value was removed
}

// merge gives the effective policy of levels from the organization's root to the account.
func merge(levels [][]policyDoc) Policy {
	m := merger{map[node][]string{}, map[node]ops{}, map[node]bool{}}
	keys := map[string]bool{}
	for _, docs := range levels {
		m.level(docs, keys)
	}
	return m.policy(keys)
}

// level applies the policies of one level. All are judged by what came from above, not by one another.
func (m *merger) level(docs []policyDoc, keys map[string]bool) {
	assigned := map[node]bool{}
	for _, doc := range docs {
		for _, key := range doc.keys {
			for _, s := range key.settings {
				if m.apply(node{key.name, s.name}, s, assigned) {
					keys[key.name] = true
				}
			}
		}
	}
	for _, doc := range docs {
		m.lock(node{}, doc.allow)
		for _, key := range doc.keys {
			m.lock(node{key.name, ""}, key.allow)
			for _, s := range key.settings {
				m.lock(node{key.name, s.name}, s.allow)
			}
		}
	}
}

// may gives the operators that may be used on a node.
func (m *merger) may(n node) ops {
	o := all
	for _, above := range n.above() {
		if lock, ok := m.locks[above]; ok {
			o = o.and(lock)
		}
	}
	return o
}

// lock narrows what may be used further down. It cannot be widened again.
func (m *merger) lock(n node, o *ops) {
	if o == nil {
		return
	}
	have, ok := m.locks[n]
	if !ok {
		have = all
	}
	m.locks[n] = have.and(*o)
}

// apply carries out the operators of one setting that are allowed, in the order assign, append, remove (open in the guide). Of two policies of one level that assign,
// the one attached first wins (the guide says so of single values; we read lists likewise). It tells whether the policy key is in force.
func (m *merger) apply(n node, s docSetting, assigned map[node]bool) bool {
	may := m.may(n)
	value, has := m.values[n]
	if s.assign != nil && may.assign && !assigned[n] {
		value, has, assigned[n] = s.assign, true, true
	}
	if s.append != nil && may.append {
		value, has = union(value, s.append), true
	}
	if s.remove != nil && may.remove && has {
		left := without(value, s.remove)
		m.emptied[n] = len(value) > 0 && len(left) == 0
		value = left
	}
	if has {
		m.values[n] = value
	}
	return has
}

// union gives list and what of more is not in it.
func union(list, more []string) []string {
	has := set(list)
	list = slices.Clone(list)
	for _, text := range more {
		if !has[text] {
			has[text] = true
			list = append(list, text)
		}
	}
	return list
}

// without gives what of list is not in less.
func without(list, less []string) []string {
	goes := set(less)
	return slices.DeleteFunc(slices.Clone(list), func(text string) bool { return goes[text] })
}

// set gives the texts for looking up.
func set(list []string) map[string]bool {
	s := make(map[string]bool, len(list))
	for _, text := range list {
		s[text] = true
	}
	return s
}

// A Policy is an effective tag policy.
type Policy struct {
	Keys []Key // sorted by Name
	// Warnings are sentences about what AWS leaves open, and how it was read.
	Warnings []string
}

// A Key is one policy key of an effective policy.
type Key struct {
	Name        string   // the policy key, in lower case
	TagKey      string   // the key in the letter case that complies
	Values      []string // allowed values, `*` is a wildcard; nil: any; empty: none
	EnforcedFor []string // "ec2:instance", "ec2:ALL_SUPPORTED"; nil: none
	RequiredFor []string // likewise, where the tag must be present
}

// policy gives what was merged. A tag_key that is said nowhere is the policy key in lower case; empty lists of types disappear; an empty tag_value stays.
func (m *merger) policy(keys map[string]bool) Policy {
	var p Policy
	for name := range keys {
		k := Key{Name: name, TagKey: name, EnforcedFor: m.types(name, "enforced_for"), RequiredFor: m.types(name, "report_required_tag_for")}
		if value := m.values[node{name, "tag_key"}]; len(value) == 1 {
			k.TagKey = value[0]
		}
		if value, ok := m.values[node{name, "tag_value"}]; ok {
			k.Values = append([]string{}, value...)
		}
		if m.emptied[node{name, "tag_value"}] && len(k.Values) == 0 {
			p.Warnings = append(p.Warnings, "Every value of "+k.TagKey+" was removed, which is read as: none is allowed.")
		}
		p.Keys = append(p.Keys, k)
	}
	slices.SortFunc(p.Keys, func(a, b Key) int { return strings.Compare(a.Name, b.Name) })
	slices.Sort(p.Warnings)
	return p
}

// types gives a list of types; nil if it is empty.
func (m *merger) types(name, setting string) []string {
	if list := m.values[node{name, setting}]; len(list) > 0 {
		return slices.Clone(list)
	}
	return nil
}

// MarshalJSON is the effective policy as AWS computes it: {"tags":{key:{"tag_key":..,"tag_value":[..],"enforced_for":[..],"report_required_tag_for":[..]}}}.
func (p Policy) MarshalJSON() ([]byte, error) {
	type key struct {
		TagKey      string    `json:"tag_key"`
		Values      *[]string `json:"tag_value,omitempty"`
		EnforcedFor []string  `json:"enforced_for,omitempty"`
		RequiredFor []string  `json:"report_required_tag_for,omitempty"`
	}
	tags := map[string]key{}
	for _, k := range p.Keys {
		out := key{TagKey: k.TagKey, EnforcedFor: k.EnforcedFor, RequiredFor: k.RequiredFor}
		if k.Values != nil {
			out.Values = &k.Values
		}
		tags[k.Name] = out
	}
	return json.Marshal(map[string]any{"tags": tags})
}
