// Package deployed puts a synthesized template through CloudFormation on the emulator of AWS, and holds what the emulator really made against the template: by asking each
// service, because the emulator reports success also for what it does not make.
package deployed

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
)

// A Template is a CloudFormation template, as far as it is looked at here.
type Template struct {
	File       string               `json:"-"`
	Body       []byte               `json:"-"`
	Resources  map[string]*Resource `json:"Resources"`
	Parameters map[string]Parameter `json:"Parameters"`
	Conditions map[string]any       `json:"Conditions"`
}

// A Resource is one resource of a template, before any function in it is resolved.
type Resource struct {
	Type                string         `json:"Type"`
	Properties          map[string]any `json:"Properties"`
	Condition           string         `json:"Condition"`
	DeletionPolicy      string         `json:"DeletionPolicy"`
	UpdateReplacePolicy string         `json:"UpdateReplacePolicy"`
}

// A Parameter is a parameter of a template.
type Parameter struct {
	Type    string `json:"Type"`
	Default any    `json:"Default"`
}

// Read reads a template in JSON, as `cdk synth` writes it.
func Read(file string) (*Template, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%w; `make synth` writes the template", err)
	}
	t, err := Parse(file, body)
	if err == nil && len(t.Resources) == 0 {
		err = fmt.Errorf("%s: this is no template of CloudFormation: it has no Resources", file)
	}
	return t, err
}

// Parse reads the text of a template; file is for errors.
func Parse(file string, body []byte) (*Template, error) {
	t := &Template{File: file, Body: body}
	if err := json.Unmarshal(body, t); err != nil {
		return nil, fmt.Errorf("%s: this is no template of CloudFormation in JSON: %w", file, err)
	}
	return t, nil
}

// ids are the logical ids, sorted.
func (t *Template) ids() []string { return slices.Sorted(maps.Keys(t.Resources)) }

// of are the logical ids of a type, sorted.
func (t *Template) of(typ string) []string {
	var ids []string
	for _, id := range t.ids() {
		if t.Resources[id].Type == typ {
			ids = append(ids, id)
		}
	}
	return ids
}
