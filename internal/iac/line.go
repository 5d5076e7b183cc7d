package iac

import (
	"regexp"
	"strings"
)

// Line gives the patch for a CloudFormation template on one line, as a clause of a sentence: `on the resource Web, Tags: [{Key: "Owner", Value: "web"}], in CDK ...`. "" where
// a template cannot hold what is wanted.
func Line(o Origin, typ string, w Wanted) string {
	if o.Group {
		typ = autoScalingGroup
	}
	p := patch{Origin: o, Wanted: w, typ: typ, shape: shapeOf(typ)}
	if p.ofTags() {
		return p.tagLine()
	}
	code := strings.ReplaceAll(continued.ReplaceAllString(p.Code.CloudFormation, " "), "\n", ", ")
	code = strings.ReplaceAll(code, itself, p.name())
	switch {
	case code == "":
		return ""
	case p.Code.On != "":
		return "beside " + p.name() + ", an " + p.Code.On + " with " + code
	}
	return p.where() + code
}

// tagLine is the patch of tags.
func (p patch) tagLine() string {
	calls := p.tagCalls("Tags.of(x)", yamlText)
	if p.shape.form == "none" || len(calls) == 0 {
		return ""
	}
	var parts []string
	if len(p.After) > 0 {
		parts = append(parts, p.tagFlow())
	}
	if gone := p.gone(); len(gone) > 0 {
		for i, key := range gone {
			gone[i] = word(key)
		}
		parts = append(parts, "without "+strings.Join(gone, " and "))
	}
	return p.where() + strings.Join(append(parts, "in CDK "+strings.Join(calls, "; ")), ", ")
}

// where names the resource in its template; "" where it is not known.
func (p patch) where() string {
	if p.LogicalID == "" {
		return ""
	}
	return "on the resource " + p.LogicalID + ", "
}

// continued is where a property goes on in the next line, which is indented.
var continued = regexp.MustCompile(`\n +`)

var plain = regexp.MustCompile(`^[\pL\pN_.:/=+@-]+$`)

// word writes a key within a sentence.
func word(key string) string {
	if plain.MatchString(key) {
		return key
	}
	return yamlText(key)
}
