package iac

import (
	"fmt"
	"strings"
)

// template gives the lines for a CloudFormation template.
func (p patch) template() []Snippet {
	s := Snippet{Language: "CloudFormation"}
	switch {
	case !p.ofTags():
		s.Code, s.Note = p.properties()
	case p.shape.form == "none":
		s.Note = "A template cannot hold tags of this type."
	default:
		if len(p.After) > 0 {
			s.Code = p.within(p.name(), "", p.shape.property+":\n"+indented(p.tagLines(), 2))
		}
		s.Note = sentences(p.deletions(yamlText), p.ofStack(), p.launched(), p.stands())
	}
	return []Snippet{s}
}

// properties gives the lines of a setting, and the note that goes with them.
func (p patch) properties() (code, note string) {
	switch {
	case p.Code.CloudFormation == "":
		return "", ""
	case p.Code.On == "":
		return p.within(p.name(), "", p.Code.CloudFormation), p.stands()
	}
	beside := p.name() + p.Code.On[strings.LastIndexByte(p.Code.On, ':')+1:]
	return p.within(beside, p.Code.On, p.Code.CloudFormation), sentences("Add it beside "+p.name()+", or to the one that is there.", p.stands())
}

// within puts properties where a template has them.
func (p patch) within(name, typ, properties string) string {
	if typ != "" {
		typ = "    Type: " + typ + "\n"
	}
	return "Resources:\n  " + name + ":\n" + typ + "    Properties:\n" + indented(strings.ReplaceAll(properties, itself, p.name()), 6)
}

// ofStack says where else a key may come from; "" where none is to be deleted.
func (p patch) ofStack() string {
	if len(p.gone()) == 0 {
		return ""
	}
	return "What the template does not hold is a tag of the whole stack."
}

// launched says that the tags are those of the group which launched the instance; "" where there is none.
func (p patch) launched() string {
	if !p.Group {
		return ""
	}
	return "The instance was launched by this Auto Scaling group: the tags of a group reach the instances that it launches from then on."
}

// tagLines are the tags in block style.
func (p patch) tagLines() string {
	var lines []string
	for _, key := range p.keys() {
		k, v := yamlText(key), yamlText(p.After[key])
		switch p.shape.form {
		case "map":
			lines = append(lines, k+": "+v)
		case "group":
			lines = append(lines, "- Key: "+k, "  Value: "+v, "  PropagateAtLaunch: true")
		default:
			lines = append(lines, "- Key: "+k, "  Value: "+v)
		}
	}
	text := strings.Join(lines, "\n")
	of, spec := strings.CutPrefix(p.shape.form, "spec:")
	switch {
	case p.shape.form == "items":
		return "Items:\n" + indented(text, 2)
	case spec:
		return "- ResourceType: " + of + "\n  Tags:\n" + indented(text, 4)
	}
	return text
}

// tagFlow is the property of the tags on one line.
func (p patch) tagFlow() string {
	var items []string
	for _, key := range p.keys() {
		k, v := yamlText(key), yamlText(p.After[key])
		switch p.shape.form {
		case "map":
			items = append(items, k+": "+v)
		case "group":
			items = append(items, fmt.Sprintf("{Key: %s, Value: %s, PropagateAtLaunch: true}", k, v))
		default:
			items = append(items, fmt.Sprintf("{Key: %s, Value: %s}", k, v))
		}
	}
	text := strings.Join(items, ", ")
	of, spec := strings.CutPrefix(p.shape.form, "spec:")
	switch {
	case p.shape.form == "map":
		return p.shape.property + ": {" + text + "}"
	case p.shape.form == "items":
		return p.shape.property + ": {Items: [" + text + "]}"
	case spec:
		return fmt.Sprintf("%s: [{ResourceType: %s, Tags: [%s]}]", p.shape.property, of, text)
	}
	return p.shape.property + ": [" + text + "]"
}
