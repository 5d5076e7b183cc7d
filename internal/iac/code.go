package iac

import (
	"encoding/json"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A Code is how code holds the setting that a remedy writes. {{NAME}} stands for the remedy's parameter NAME and {{Resource}} for the resource's logical id.
type Code struct {
	// With is the parameter for whose sake this code is another one: it is meant where a rule gives it. "" for the code that is meant otherwise.
	With string `json:"with,omitempty"`
	// On is the CloudFormation type of a resource beside the resource itself, where it is that which holds the setting (a bucket's policy); "" for the resource itself.
	On string `json:"on,omitempty"`
	// CloudFormation is properties in YAML, flow style, each on a line of its own that may go on in indented ones; "" where templates do not hold the setting.
	CloudFormation string `json:"cloudformation,omitempty"`
	CDK            string `json:"cdk,omitempty"`       // TypeScript, statements of version 2 of the CDK
	Terraform      string `json:"terraform,omitempty"` // HCL, blocks for Terraform's AWS provider, in which the resource is called "this"
}

// itself is what stands for the resource's logical id.
const itself = "{{Resource}}"

// Fill chooses the code that is meant where a rule gives a remedy some parameters, and puts their values in: those of with, a JSON object, else the defaults, each JSON. The
// zero Code where there is none.
func Fill(codes []Code, with json.RawMessage, defaults map[string]string, r finding.Resource) Code {
	given := map[string]json.RawMessage{}
	if len(with) > 0 && json.Unmarshal(with, &given) != nil {
		return Code{} // the policy proves it: no object, no code
	}
	c, ok := choose(codes, given)
	if !ok {
		return Code{}
	}
	for name, text := range defaults {
		if _, there := given[name]; !there && text != "" {
			given[name] = json.RawMessage(text)
		}
	}
	c.CloudFormation = put(c.CloudFormation, given, r, yamlText)
	c.CDK = put(c.CDK, given, r, scriptText)
	c.Terraform = put(c.Terraform, given, r, hclText)
	return c
}

// choose gives the code for what a rule gives.
func choose(codes []Code, given map[string]json.RawMessage) (Code, bool) {
	var usual Code
	found := false
	for _, c := range codes {
		if _, ok := given[c.With]; c.With != "" && ok {
			return c, true
		}
		if c.With == "" {
			usual, found = c, true
		}
	}
	return usual, found
}

// put puts values where they belong.
func put(code string, values map[string]json.RawMessage, r finding.Resource, quote func(string) string) string {
	var pairs []string
	for name, raw := range values {
		pairs = append(pairs, "{{"+name+"}}", literal(raw, r, quote))
	}
	return strings.NewReplacer(pairs...).Replace(code)
}

// literal writes a value as a language does. What stands for the resource's own account and the like is known by now.
func literal(raw json.RawMessage, r finding.Resource, quote func(string) string) string {
	var text string
	var list []json.RawMessage
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return quote(strings.NewReplacer("${Partition}", r.Partition, "${Account}", r.Account, "${Region}", r.Region, "${Bucket}", r.ID).Replace(text))
	case json.Unmarshal(raw, &list) == nil:
		items := make([]string, len(list))
		for i, item := range list {
			items[i] = literal(item, r, quote)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return string(raw) // a number, true or false
}
