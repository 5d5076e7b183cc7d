package iac

import (
	"fmt"
	"strings"
)

// terraform gives the blocks for a Terraform module: those of the resource and, for tags, of the provider.
//
// Source: Terraform AWS provider, "Resource tagging" (default_tags, ignore_tags; neither default_tags nor a map of tags is for Auto Scaling groups).
func (p patch) terraform() []Snippet {
	const language = "Terraform"
	if !p.ofTags() {
		if p.Code.Terraform == "" {
			return nil
		}
		return []Snippet{{language, p.Code.Terraform, "this stands for the resource's own name. Of a resource that is there, only the arguments shown are new."}}
	}
	list := []Snippet{{language, p.resourceTags(), sentences("In the resource itself, or the module that makes it.", p.deletions(hclText))}}
	if len(p.After) > 0 && p.shape.form != "group" {
		defaults := "provider \"aws\" {\n  default_tags {\n" + indented(p.tagMap(hclText, " = ", ""), 4) + "\n  }\n}"
		list = append(list, Snippet{language, defaults, "Or for every resource of the provider."})
	}
	return append(list, Snippet{
		language, fmt.Sprintf("provider \"aws\" {\n  ignore_tags {\n    keys = [%s]\n  }\n}", p.allKeys(hclText)), "Or have Terraform leave these keys to Tagwarden.",
	})
}

// resourceTags are the tags within their resource; "" where only keys go.
func (p patch) resourceTags() string {
	if len(p.After) == 0 {
		return ""
	}
	code := p.tagMap(hclText, " = ", "")
	if p.shape.form == "group" {
		var blocks []string
		for _, key := range p.keys() {
			blocks = append(blocks, fmt.Sprintf("tag {\n  key                 = %s\n  value               = %s\n  propagate_at_launch = true\n}", hclText(key), hclText(p.After[key])))
		}
		code = strings.Join(blocks, "\n")
	}
	if p.shape.terraform == "" {
		return code
	}
	return fmt.Sprintf("resource \"%s\" \"this\" {\n%s\n}", p.shape.terraform, indented(code, 2))
}

// tagMap is the tags as a map, the values in one column. between stands between key and value, behind at the end of each line.
func (p patch) tagMap(quote func(string) string, between, behind string) string {
	widest := 0
	for _, key := range p.keys() {
		widest = max(widest, len([]rune(quote(key))))
	}
	head, tail := "tags = {", "}"
	if behind != "" {
		head, tail, widest = "tags: {", "},", 0
	}
	lines := []string{head}
	for _, key := range p.keys() {
		lines = append(lines, fmt.Sprintf("  %-*s%s%s%s", widest, quote(key), between, quote(p.After[key]), behind))
	}
	return strings.Join(append(lines, tail), "\n")
}

// allKeys are the keys that come, change or go.
func (p patch) allKeys(quote func(string) string) string {
	var keys []string
	for _, key := range append(p.keys(), p.gone()...) {
		keys = append(keys, quote(key))
	}
	return strings.Join(keys, ", ")
}

// pulumi gives the arguments for a Pulumi program. Other settings than tags have none: Pulumi's names follow Terraform's, which are shown.
//
// Source: Pulumi Registry, AWS Classic, "Provider" (defaultTags, ignoreTags).
func (p patch) pulumi() []Snippet {
	const language = "Pulumi (TypeScript)"
	if !p.ofTags() {
		return p.terraform()
	}
	s := Snippet{Language: language, Note: sentences("Among the arguments of the resource.", p.deletions(scriptText))}
	if len(p.After) > 0 {
		s.Code = p.tagMap(scriptText, ": ", ",")
	}
	return []Snippet{s, {
		language, fmt.Sprintf("new aws.Provider('aws', { ignoreTags: { keys: [%s] } });", p.allKeys(scriptText)), "Or have Pulumi leave these keys to Tagwarden.",
	}}
}
