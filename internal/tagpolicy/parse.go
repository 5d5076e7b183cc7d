package tagpolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// An Error says where a tag policy is at fault. It is the only type of error that Parse gives.
type Error struct {
	Path    string // "tags.costcenter.tag_value.@@assign"; "" for the whole file
	Problem string // what is wrong
	Way     string // what would do
}

// Error is one line.
func (e *Error) Error() string {
	text := e.Problem + "; " + e.Way
	if e.Path == "" {
		return text
	}
	return e.Path + ": " + text
}

// maxBytes bounds a file. AWS allows 10,000 characters a policy, ten policies a level and seven levels.
const maxBytes = 1 << 20

// levelsField is the one field of a chain of policies.
const levelsField = "levels_root_to_account"

// Parse reads a tag policy document, an effective policy, or a chain {"levels_root_to_account": [[doc, ...], ...]}, and gives the effective policy.
func Parse(data []byte) (Policy, error) {
	if len(data) > maxBytes {
		return Policy{}, &Error{"", fmt.Sprintf("the file has %d bytes", len(data)), "keep it below 1 MiB"}
	}
	top, err := object("", data)
	if err != nil {
		return Policy{}, err
	}
	if len(top) != 1 || top[0].name != levelsField && top[0].name != "tags" {
		return Policy{}, &Error{"", "this is no tag policy", `begin with {"tags": ...} or {"levels_root_to_account": [...]}`}
	}
	if top[0].name == "tags" {
		doc, err := document("", data)
		if err != nil {
			return Policy{}, err
		}
		return merge([][]policyDoc{{doc}}), nil
	}
	levels, err := chain(top[0].value)
	if err != nil {
		return Policy{}, err
	}
	return merge(levels), nil
}

// chain reads the levels from the organization's root to the account, each with its documents in the order in which they were attached.
func chain(data json.RawMessage) ([][]policyDoc, error) {
	var raw [][]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, &Error{levelsField, "the levels are no list of lists of tag policies", "write [[doc, ...], [doc], ...]"}
	}
	levels := make([][]policyDoc, len(raw))
	for i, docs := range raw {
		for j, text := range docs {
			doc, err := document(fmt.Sprintf("%s[%d][%d].", levelsField, i, j), text)
			if err != nil {
				return nil, err
			}
			levels[i] = append(levels[i], doc)
		}
	}
	return levels, nil
}

// A member is a field of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// object reads a JSON object with its fields in order, each once.
func object(path string, data []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return nil, &Error{path, "this is no JSON object", "write {...}"}
	}
	var members []member
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, &Error{path, "this is no JSON: " + err.Error(), "look at commas, brackets and quotes"}
		}
		name, _ := token.(string) // a name is always text
		if seen[name] {
			return nil, &Error{path, fmt.Sprintf("%q stands twice", name), "keep one of them"}
		}
		seen[name] = true
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, &Error{path, "this is no JSON: " + err.Error(), "look at commas, brackets and quotes"}
		}
		members = append(members, member{name, value})
	}
	if _, err := dec.Token(); err != nil {
		return nil, &Error{path, "the JSON ends too soon", "close every bracket"}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &Error{path, "there is text behind the policy", "remove it"}
	}
	return members, nil
}

// allowField is the operator that says which operators policies further down may use.
const allowField = "@@operators_allowed_for_child_policies"

// A policyDoc is one tag policy document.
type policyDoc struct {
	allow *ops // for all keys; nil: not said
	keys  []docKey
}

// A docKey is one policy key of a document.
type docKey struct {
	name     string // in lower case
	allow    *ops
	settings []docSetting
}

// A docSetting is one setting of a policy key, with what its operators say. A nil list: the operator is not used.
type docSetting struct {
	name                   string
	assign, append, remove []string
	allow                  *ops
}

// document reads one document. An effective policy is one that assigns.
func document(path string, data []byte) (policyDoc, error) {
	var doc policyDoc
	top, err := object(strings.TrimSuffix(path, "."), data)
	if err != nil {
		return doc, err
	}
	if len(top) != 1 || top[0].name != "tags" {
		return doc, &Error{strings.TrimSuffix(path, "."), "a tag policy has the one field tags", `write {"tags": {...}}`}
	}
	path += "tags"
	keys, err := object(path, top[0].value)
	if err != nil {
		return doc, err
	}
	seen := map[string]bool{}
	for _, m := range keys {
		if m.name == allowField {
			if doc.allow, err = allowed(path, m.value); err != nil {
				return doc, err
			}
			continue
		}
		key, err := readKey(path+"."+m.name, m)
		if err != nil {
			return doc, err
		}
		if seen[key.name] {
			return doc, &Error{path, fmt.Sprintf("the policy key %q stands twice, in some letter case", m.name), "keep one of them"}
		}
		seen[key.name] = true
		doc.keys = append(doc.keys, key)
	}
	return doc, nil
}

// settings are what a policy key may set.
var settings = []string{"tag_key", "tag_value", "enforced_for", "report_required_tag_for"}

// readKey reads one policy key.
func readKey(path string, m member) (docKey, error) {
	key := docKey{name: strings.ToLower(m.name)}
	members, err := object(path, m.value)
	if err != nil {
		return key, err
	}
	for _, m := range members {
		switch {
		case m.name == allowField:
			if key.allow, err = allowed(path, m.value); err != nil {
				return key, err
			}
		case slices.Contains(settings, m.name):
			s, err := readSetting(path+"."+m.name, m)
			if err != nil {
				return key, err
			}
			key.settings = append(key.settings, s)
		default:
			return key, &Error{path, fmt.Sprintf("unknown setting %q", m.name), "use " + strings.Join(settings, ", ")}
		}
	}
	for _, s := range key.settings {
		if s.name == "tag_key" && len(s.assign) == 1 && strings.ToLower(s.assign[0]) != key.name {
			return key, &Error{path + ".tag_key", fmt.Sprintf("%q is another key than the policy key", s.assign[0]), "write the policy key in the letter case that is right"}
		}
	}
	return key, nil
}

// readSetting reads one setting: operators, or the plain value of an effective policy.
func readSetting(path string, m member) (docSetting, error) {
	s := docSetting{name: m.name}
	if !bytes.HasPrefix(bytes.TrimSpace(m.value), []byte("{")) {
		list, err := texts(path, m.name, m.value)
		s.assign = list
		return s, err
	}
	members, err := object(path, m.value)
	if err != nil {
		return s, err
	}
	for _, o := range members {
		at := path + "." + o.name
		switch {
		case o.name == "@@assign":
			s.assign, err = texts(at, m.name, o.value)
		case o.name == "@@append" && m.name != "tag_key":
			s.append, err = texts(at, m.name, o.value)
		case o.name == "@@remove" && m.name != "tag_key":
			s.remove, err = texts(at, m.name, o.value)
		case o.name == allowField:
			s.allow, err = allowed(path, o.value)
		default:
			err = &Error{at, "unknown operator", "use @@assign, for lists also @@append and @@remove, and " + allowField}
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// texts reads the value of an operator: one text for tag_key, else a list.
func texts(path, setting string, data json.RawMessage) ([]string, error) {
	if setting == "tag_key" {
		var text *string
		if err := json.Unmarshal(data, &text); err != nil || text == nil {
			return nil, &Error{path, "this is no text", `write "CostCenter"`}
		}
		return []string{*text}, nil
	}
	var list []*string
	if err := json.Unmarshal(data, &list); err != nil || list == nil || slices.Contains(list, nil) {
		return nil, &Error{path, "this is no list of texts", `write ["a", "b"]`}
	}
	all := make([]string, len(list))
	for i, text := range list {
		all[i] = *text
	}
	return union([]string{}, all), nil
}
