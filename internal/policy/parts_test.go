package policy

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/tag"
)

func TestGlobMatch(t *testing.T) {
	for _, test := range []struct {
		glob, text string
		want       bool
	}{
		{"a", "a", true},
		{"a", "ab", false},
		{"*", "", true},
		{"a*", "a", true},
		{"a*", "ba", false},
		{"*b", "ab", true},
		{"*b", "abc", false},
		{"a*b*c", "abc", true},
		{"a*b*c", "axbyc", true},
		{"a*b*c", "acb", false},
		{"a*b*b", "axb", false},
		{"a*xy*xy", "axyxy", true},
		{"a*xy*y", "axy", false},
	} {
		if got := globMatch(test.glob, test.text); got != test.want {
			t.Errorf("globMatch(%q, %q) = %v, want %v", test.glob, test.text, got, test.want)
		}
	}
}

func TestSlips(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"tags", "tags", 0},
		{"confg", "config", 1},
		{"configs", "config", 1},
		{"comfig", "config", 1},
		{"ab", "ba", 1},
		{"abcd", "badc", 2},
		{"xab", "yba", 2},
		{"abc", "ca", 3},
	} {
		if got := slips(test.a, test.b); got != test.want {
			t.Errorf("slips(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// TestChoices holds what is said in the place of a wrong name.
func TestChoices(t *testing.T) {
	letters := func(n int) []string { return strings.Split("a b c d e f g h i j k l m n o p", " ")[:n] }
	long := strings.Repeat("x", 200)
	for _, test := range []struct {
		name, wrong string
		names       []string
		problems    int
		want        string
	}{
		{"none", "x", nil, 0, "leave it out: there is none"},
		{"one", "quite another", []string{"a"}, 0, "use a"},
		{"twelve", "quite another", letters(12), 0, "use a, b, c, d, e, f, g, h, i, j, k or l"},
		{"more than twelve", "quite another", letters(13), 0, "use a, b, c, d, e, f, g, h, i, j, k, l or ..."},
		{"near, among twelve", "confg", append(letters(11), "config"), 0, `did you mean "config"? use a, b, c, config, d, e, f, g, h, i, j or k`},
		{"near, among more", "confg", append(letters(12), "config"), 0, `did you mean "config"?`},
		{"a slip in two letters", "fi", []string{"fix"}, 0, `did you mean "fix"? use fix`},
		{"two slips in two letters", "fi", []string{"fixe"}, 0, "use fixe"},
		{"two slips", "abcdef", []string{"abcdxy"}, 0, `did you mean "abcdxy"? use abcdxy`},
		{"three slips", "abcdef", []string{"abcxyz"}, 0, "use abcxyz"},
		{"the first of two that are as near", "abcde", []string{"abcdx", "abcdy"}, 0, `did you mean "abcdx"? use abcdx or abcdy`},
		{"controls of the same service", "securityhub:S3.1", []string{"securityhub:S3.13", "config:x"}, 0, `did you mean "securityhub:S3.13"? use securityhub:S3.13`},
		{"controls of no service that there is", "lambda:x", []string{"config:xyz", "guardduty:abc"}, 0, "use config:xyz or guardduty:abc"},
		{"a long name", long, []string{long + "x"}, 0, `did you mean "` + long + `x"? use ` + long + "x"},
		{"one that is too long", long + "xy", []string{long + "x"}, 0, "use " + long + "x"},
		{"many problems", "confg", []string{"config"}, maxHints, `did you mean "config"? use config`},
		{"too many problems", "confg", []string{"config"}, maxHints + 1, "use config"},
	} {
		r := &reader{problems: make([]Problem, test.problems)}
		if got := r.choices(test.wrong, test.names); got != test.want {
			t.Errorf("%s: got %s\nwant %s", test.name, got, test.want)
		}
	}
}

// TestAttributes holds which paths of an event lead to a value.
func TestAttributes(t *testing.T) {
	object := json.RawMessage(`{"a":{"text":"x","yes":true,"no":false,"n":1.50,"none":null,"list":["l0",{"k":"l1"}]}}`)
	paths := []string{"a.text", "a.yes", "a.no", "a.n", "a.none", "a.list", "a", "a.list.0", "a.list.1.k", "a.list.2", "a.list.-1", "a.list.x", "a.text.x", "b.c"}
	want := map[string]string{"a.text": "x", "a.yes": "true", "a.no": "false", "a.n": "1.50", "a.list.0": "l0", "a.list.1.k": "l1"}
	if got := attributes(object, paths); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, none := range []string{``, `null`, `[1]`, `{"a":`} {
		if got := attributes(json.RawMessage(none), paths); got != nil {
			t.Errorf("%s: got %v, want nil", none, got)
		}
	}
}

func TestChanges(t *testing.T) {
	type tags = map[string]string
	for name, test := range map[string]struct{ from, to, before, after tags }{
		"nothing":                     {tags{"a": "1"}, tags{"a": "1"}, tags{}, tags{}},
		"another value":               {tags{"a": "1"}, tags{"a": "2"}, tags{"a": "1"}, tags{"a": "2"}},
		"another key":                 {tags{"a": "1"}, tags{"A": "1"}, tags{"a": "1"}, tags{"A": "1"}},
		"an empty value goes":         {tags{"a": ""}, tags{}, tags{"a": ""}, tags{}},
		"an empty value comes":        {nil, tags{"a": ""}, tags{}, tags{"a": ""}},
		"a value that becomes empty":  {tags{"a": "1"}, tags{"a": ""}, tags{"a": "1"}, tags{"a": ""}},
		"one of several that go away": {tags{"a": "1", "b": "2"}, tags{"b": "2"}, tags{"a": "1"}, tags{}},
	} {
		if before, after := changes(test.from, test.to); !reflect.DeepEqual(before, test.before) || !reflect.DeepEqual(after, test.after) {
			t.Errorf("%s: got %v and %v, want %v and %v", name, before, after, test.before, test.after)
		}
	}
}

// TestBreaches holds how violations are said.
func TestBreaches(t *testing.T) {
	missing := func(keys ...string) []tag.Violation {
		var list []tag.Violation
		for _, key := range keys {
			list = append(list, tag.Violation{Key: key, Problem: tag.Missing})
		}
		return list
	}
	for want, list := range map[string][]tag.Violation{
		"A is missing": missing("A"),
		"A is missing, B is missing and C is missing":         missing("A", "B", "C"),
		"A is missing, B is missing, C is missing and 2 more": missing("A", "B", "C", "D", "E"),
		`A has the wrong value "x"`:                           {{Key: "A", Problem: tag.Value, Value: "x"}},
		"A is written a":                                      {{Key: "A", Problem: tag.WrongKey, Found: "a"}},
		"A is forbidden":                                      {{Key: "A", Problem: tag.Forbidden}},
		"A breaks a limit of AWS":                             {{Key: "A", Problem: tag.Limit}},
		"it has more tags than AWS allows":                    {{Problem: tag.Limit}},
	} {
		if got := breaches(list); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestLocate holds that of the names that fit the longest is meant, that none ends within another, and that what is not there is said at what stands above it.
func TestLocate(t *testing.T) {
	var root yaml.Node
	text := "x.y: [c, d]\nx: {y: [a, b]}\nxy: e\nz: f\nlist: [g, {deep: h}]\n"
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"x.y[1]": "1:10", "x.z": "2:4", "xy": "3:5", "z": "4:4", "list[0]": "5:8", "list[1].deep": "5:18", "list[1].none": "5:11", "xyz": "1:1",
	} {
		n := locate(root.Content[0], path)
		if got := fmt.Sprintf("%d:%d", n.Line, n.Column); got != want {
			t.Errorf("locate(%s) = %s, want %s", path, got, want)
		}
	}
}

func TestShown(t *testing.T) {
	long := strings.Repeat("x", 40)
	for want, n := range map[string]*yaml.Node{
		`"x"`:               {Kind: yaml.ScalarNode, Value: "x"},
		`"` + long + `"`:    {Kind: yaml.ScalarNode, Value: long},
		`"` + long + `"...`: {Kind: yaml.ScalarNode, Value: long + "y"},
		"a list":            {Kind: yaml.SequenceNode},
		"a mapping":         {Kind: yaml.MappingNode},
	} {
		if got := shown(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestParameterOfAWholeNumber holds the ends of what a parameter takes.
func TestParameterOfAWholeNumber(t *testing.T) {
	upTo := CatalogParam{Name: "n", Max: 3}
	between := CatalogParam{Name: "n", Min: 2, Max: 3}
	any := CatalogParam{Name: "n"}
	for _, test := range []struct {
		param CatalogParam
		text  string
		ok    bool
	}{
		{any, "-7", true},
		{any, `"7"`, false},
		{any, "[7]", false},
		{any, "0x7", false},
		{any, "7.0", false},
		{upTo, "0", true},
		{upTo, "3", true},
		{upTo, "4", false},
		{between, "1", false},
		{between, "2", true},
		{between, "3", true},
		{between, "4", false},
	} {
		var root yaml.Node
		if err := yaml.Unmarshal([]byte(test.text), &root); err != nil {
			t.Fatal(err)
		}
		r := &reader{}
		r.integer(test.param)(root.Content[0])
		if ok := len(r.problems) == 0; ok != test.ok {
			t.Errorf("%s of %+v: accepted %v, want %v: %v", test.text, test.param, ok, test.ok, r.problems)
		}
	}
}
