package iac

import "strings"

// cdk gives the statements for a CDK app.
func (p patch) cdk() []Snippet {
	s := Snippet{Language: "CDK (TypeScript)"}
	switch {
	case !p.ofTags():
		s.Code = strings.ReplaceAll(p.Code.CDK, itself, p.name())
		if s.Code != "" {
			s.Note = sentences("Of a construct that is there, only the properties shown are new.", p.construct(""))
		}
	case p.shape.form != "none":
		s.Code = strings.Join(p.tagCalls("cdk.Tags.of(resource)", scriptText), ";\n") + ";"
		s.Note = sentences(p.construct("resource stands for"), p.launched())
	}
	return []Snippet{s}
}

// construct says which construct is meant; "" where that is not known, unless something stands for it.
func (p patch) construct(stands string) string {
	switch {
	case p.LogicalID != "" && stands != "":
		return stands + " the construct with the logical ID " + p.LogicalID + "."
	case p.LogicalID != "":
		return "Its logical ID is " + p.LogicalID + "."
	case stands != "":
		return stands + " the construct."
	}
	return ""
}

// tagCalls are the calls that set and remove the tags of what on gives.
//
// Source: CDK v2 API reference, class Tags (add, remove).
func (p patch) tagCalls(on string, quote func(string) string) []string {
	var calls []string
	for _, key := range p.keys() {
		calls = append(calls, on+".add("+quote(key)+", "+quote(p.After[key])+")")
	}
	for _, key := range p.gone() {
		calls = append(calls, on+".remove("+quote(key)+")")
	}
	return calls
}
