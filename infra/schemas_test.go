//go:build synth

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedies"
)

// schemas are the resource schemas of the CloudFormation registry that cfn-lint brings along: its folder, and each type's file of the largest region.
type schemas struct {
	folder string
	files  map[string]string
}

// readSchemas reads which schemas there are from the environment that `make cfn-lint` makes, or that of the cfn-lint on PATH where there is none.
func readSchemas(t *testing.T) schemas {
	t.Helper()
	const list = "cfnlint/data/schemas/providers/us_east_1.py"
	found, err := filepath.Glob("../.venv/lib/python*/site-packages/" + list)
	if err != nil || len(found) == 0 {
		folder, err := exec.Command("python3", "-c", "import cfnlint, os; print(os.path.dirname(os.path.dirname(cfnlint.__file__)))").Output()
		if err != nil {
			t.Fatalf("there is no cfn-lint, which brings CloudFormation's schemas: run make cfn-lint (%v)", err)
		}
		found = []string{filepath.Join(strings.TrimSpace(string(folder)), list)}
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	s := schemas{folder: filepath.Join(filepath.Dir(filepath.Dir(found[0])), "resources"), files: map[string]string{}}
	for _, match := range regexp.MustCompile(`"(AWS::[A-Za-z0-9:]+)": "([0-9a-f]+)"`).FindAllStringSubmatch(string(text), -1) {
		s.files[match[1]] = match[2] + ".json"
	}
	if len(s.files) < 1000 {
		t.Fatalf("%s has %d types only", found[0], len(s.files))
	}
	return s
}

// A shape is one node of a resource schema, as far as names of properties go.
type shape struct {
	Ref                  string           `json:"$ref"`
	Type                 any              `json:"type"`
	Properties           map[string]shape `json:"properties"`
	PatternProperties    map[string]shape `json:"patternProperties"`
	AdditionalProperties json.RawMessage  `json:"additionalProperties"`
	Items                *shape           `json:"items"`
	OneOf                []shape          `json:"oneOf"`
	AnyOf                []shape          `json:"anyOf"`
	Definitions          map[string]shape `json:"definitions"`
	Tagging              struct {
		TagProperty string `json:"tagProperty"`
	} `json:"tagging"`
}

// of reads the schema of a type.
func (s schemas) of(t *testing.T, typ string) (shape, bool) {
	t.Helper()
	file, ok := s.files[typ]
	if !ok {
		return shape{}, false
	}
	text, err := os.ReadFile(filepath.Join(s.folder, file))
	if err != nil {
		t.Fatal(err)
	}
	var root shape
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	return root, true
}

// at follows references.
func (root shape) at(node shape) shape {
	for node.Ref != "" {
		name := strings.TrimPrefix(node.Ref, "#/definitions/")
		if properties, ok := strings.CutPrefix(node.Ref, "#/properties/"); ok {
			node = root.Properties[properties]
			continue
		}
		node = root.Definitions[name]
	}
	return node
}

// unknown gives the names in a value that the schema does not have.
func (root shape) unknown(node shape, value any) []string {
	node = root.at(node)
	var names []string
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			known, ok := node.Properties[name]
			switch {
			case ok:
				names = append(names, root.unknown(known, inner)...)
			case len(node.Properties) > 0 && len(node.OneOf)+len(node.AnyOf)+len(node.PatternProperties) == 0:
				names = append(names, name)
			}
		}
	case []any:
		for _, item := range value {
			if node.Items != nil {
				names = append(names, root.unknown(*node.Items, item)...)
			}
		}
	}
	return names
}

// TestCodesAreOfPublishedSchemas holds that every property that a remedy's code for CloudFormation names is one that the type has.
func TestCodesAreOfPublishedSchemas(t *testing.T) {
	published := readSchemas(t)
	checked := 0
	for _, r := range remedies.All {
		for _, c := range r.Code {
			var properties map[string]any
			code := regexp.MustCompile(`\{\{[A-Za-z-]+\}\}`).ReplaceAllString(c.CloudFormation, "x")
			if err := yaml.Unmarshal([]byte(code), &properties); err != nil {
				t.Errorf("%s: %v", r.ID, err)
			}
			if c.CloudFormation == "" {
				continue
			}
			for _, typ := range holders(r.Resource, c) {
				root, ok := published.of(t, typ)
				if !ok {
					t.Errorf("%s: CloudFormation has no type %s", r.ID, typ)
				}
				checked++
				if names := root.unknown(root, properties); len(names) > 0 {
					t.Errorf("%s: %s has no %v", r.ID, typ, names)
				}
			}
		}
	}
	if checked < 30 {
		t.Errorf("checked %d codes only", checked)
	}
}

// holders are the types that hold a code: that of the resource, or of what is beside it.
func holders(resource string, c iac.Code) []string {
	switch {
	case c.On != "":
		return []string{c.On}
	case resource == "AWS::RDS::DB*":
		return []string{"AWS::RDS::DBInstance", "AWS::RDS::DBCluster"}
	}
	return []string{resource}
}

// TestTagsAreOfPublishedSchemas holds that the tags of each type that can be tagged are written as CloudFormation's schema has them.
func TestTagsAreOfPublishedSchemas(t *testing.T) {
	published := readSchemas(t)
	checked := 0
	for typ := range published.files {
		root, _ := published.of(t, typ)
		name := root.Tagging.TagProperty[strings.LastIndexByte(root.Tagging.TagProperty, '/')+1:]
		if name == "" {
			name = "Tags"
		}
		property, there := root.Properties[name]
		code := ""
		if s := iac.Patch(iac.Origin{Stack: "s", Tool: iac.CloudFormation, LogicalID: "It"}, finding.Resource{Type: typ}, iac.Wanted{After: map[string]string{"k": "v"}}); len(s) > 0 {
			code = s[0].Code
		}
		if !there {
			if specified := strings.Contains(code, "TagSpecifications:"); arn.Taggable(typ) == arn.Yes && code != "" && !specified && !named(root, code) {
				t.Errorf("%s has no tags in CloudFormation, got\n%s", typ, code)
			}
			continue
		}
		checked++
		var template map[string]map[string]map[string]map[string]any
		if err := yaml.Unmarshal([]byte(code), &template); err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		value := template["Resources"]["It"]["Properties"][name]
		_, list := value.([]any)
		if want := !asMap(root.at(property)); value == nil || list != want {
			t.Errorf("%s: want %s as a list: %v, got\n%s", typ, name, want, code)
		}
		if names := root.unknown(property, value); len(names) > 0 {
			t.Errorf("%s: %s has no %v", typ, name, names)
		}
	}
	if checked < 700 {
		t.Errorf("checked %d types only", checked)
	}
}

// named tells whether code names a property that the type has.
func named(root shape, code string) bool {
	for name := range root.Properties {
		if strings.Contains(code, " "+name+":") {
			return true
		}
	}
	return false
}

// asMap tells whether a schema is that of an object.
func asMap(s shape) bool {
	types, _ := s.Type.([]any)
	return s.Type == "object" || slices.Contains(types, any("object")) || len(s.PatternProperties) > 0 || bytes.HasPrefix(bytes.TrimSpace(s.AdditionalProperties), []byte("{"))
}
