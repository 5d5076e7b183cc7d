package deployed

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// feed is the template as the emulator can take it, which CloudFormation needs not: outputs that name what it does not make are left out, and in place of an alias stands its
// function; documents that it would keep as objects of its own language are given as text (documents); what it cannot update keeps the properties of the template before.
func feed(t, before *Template) (*Template, error) {
	var whole map[string]any
	if err := json.Unmarshal(t.Body, &whole); err != nil {
		return nil, fmt.Errorf("%s: %w", t.File, err)
	}
	if outputs, is := whole["Outputs"].(map[string]any); is {
		for name, output := range outputs {
			if refersTo(output, t.absent) {
				delete(outputs, name)
			}
		}
	}
	resources, _ := whole["Resources"].(map[string]any)
	for id, r := range t.Resources {
		of := t
		if before != nil && frozen[r.Type] && before.Resources[id] != nil && before.Resources[id].Type == r.Type {
			of = before
		}
		fed, err := of.fed(id)
		if err != nil {
			return nil, err
		}
		resources[id] = fed
	}
	body, err := json.Marshal(whole)
	if err != nil {
		return nil, err
	}
	return Parse(t.File, body)
}

// fed is one resource as the emulator takes it, without its metadata: a change of those alone would count as one.
func (t *Template) fed(id string) (any, error) {
	var whole struct{ Resources map[string]map[string]any }
	if err := json.Unmarshal(t.Body, &whole); err != nil {
		return nil, fmt.Errorf("%s: %w", t.File, err)
	}
	resource := whole.Resources[id]
	delete(resource, "Metadata")
	fed := t.replaced(resource)
	properties, is := resource["Properties"].(map[string]any)
	switch typ := t.Resources[id].Type; {
	case is && documents[typ] != nil:
		documents[typ](properties)
	case is && typ == "AWS::Lambda::EventSourceMapping":
		properties["FunctionName"] = t.unaliased(properties["FunctionName"])
	}
	return fed, nil
}

// frozen are types which the emulator makes and does not update, or not wholly: it would forget them, or keep the documents of a role.
var frozen = map[string]bool{
	"AWS::DynamoDB::Table": true, "AWS::KMS::Key": true, "AWS::Logs::LogGroup": true, "AWS::IAM::ManagedPolicy": true, "AWS::IAM::Role": true, "AWS::SQS::Queue": true,
	"AWS::Lambda::Version": true,
}

// standIns are what is named in place of a resource that the emulator does not make, by its type: from its properties.
var standIns = map[string]func(properties map[string]any) any{
	"AWS::Lambda::Alias": func(properties map[string]any) any { return properties["FunctionName"] }, // the function itself
}

// documents are the types whose policy documents the emulator takes as text only. A key whose policy is an object answers each call with an error of the emulator's.
var documents = map[string]func(properties map[string]any){
	"AWS::KMS::Key": func(properties map[string]any) { properties["KeyPolicy"] = written(properties["KeyPolicy"]) },
	"AWS::IAM::Role": func(properties map[string]any) {
		for _, policy := range list(properties["Policies"]) {
			if p, is := policy.(map[string]any); is {
				p["PolicyDocument"] = written(p["PolicyDocument"])
			}
		}
	},
}

// written is a document as text in JSON, joined around the functions in it.
func written(document any) any {
	var functions []any
	marked, err := json.Marshal(lifted(document, &functions))
	if err != nil || document == nil {
		return document
	}
	var pieces []any
	rest := string(marked)
	for i, f := range functions {
		before, after, _ := strings.Cut(rest, `"`+mark(i)+`"`)
		pieces, rest = append(pieces, before+`"`, f), `"`+after
	}
	return map[string]any{"Fn::Join": []any{"", append(pieces, rest)}}
}

// lifted is a value with a mark in place of each function, which is put to the others.
func lifted(value any, functions *[]any) any {
	switch value := value.(type) {
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = lifted(item, functions)
		}
		return items
	case map[string]any:
		if _, _, is := function(value); is {
			*functions = append(*functions, value)
			return mark(len(*functions) - 1)
		}
		object := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(value)) { // as JSON writes them
			object[key] = lifted(value[key], functions)
		}
		return object
	}
	return value
}

// mark stands for a function until the text is written.
func mark(i int) string { return fmt.Sprintf("function %d of the document", i) }

// unaliased is a function where one of its aliases is named by ARN: the emulator makes no alias, and refuses a mapping to one.
func (t *Template) unaliased(function any) any {
	object, _ := function.(map[string]any)
	join := list(object["Fn::Join"])
	if len(join) != 2 || text(join[0]) != ":" {
		return function
	}
	parts := list(join[1])
	if len(parts) != 2 || !slices.Contains(t.aliases(), text(parts[1])) {
		return function
	}
	return parts[0]
}

// aliases are the names of the aliases that the template makes, sorted.
func (t *Template) aliases() []string {
	var names []string
	for _, id := range t.of("AWS::Lambda::Alias") {
		names = append(names, text(t.Resources[id].Properties["Name"]))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// absent tells whether the emulator does not make a resource.
func (t *Template) absent(id string) bool {
	return t.Resources[id] != nil && notMade[t.Resources[id].Type] != ""
}

// refersTo tells whether a value of the template names one of some resources, by Ref or Fn::GetAtt.
func refersTo(value any, some func(id string) bool) bool {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			if refersTo(item, some) {
				return true
			}
		}
	case map[string]any:
		if id := referred(value); id != "" {
			return some(id)
		}
		for _, item := range value {
			if refersTo(item, some) {
				return true
			}
		}
	}
	return false
}

// referred is the resource, or parameter, that Ref or Fn::GetAtt name; "" if the object is neither.
func referred(object map[string]any) string {
	switch name, argument, _ := function(object); name {
	case "Ref":
		return text(argument)
	case "Fn::GetAtt":
		if parts := list(argument); len(parts) == 2 {
			return text(parts[0])
		}
	}
	return ""
}

// replaced gives a value with stand-ins for what the emulator does not make.
func (t *Template) replaced(value any) any {
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			value[i] = t.replaced(item)
		}
	case map[string]any:
		if r := t.Resources[referred(value)]; r != nil && standIns[r.Type] != nil {
			return standIns[r.Type](r.Properties)
		}
		switch r := t.Resources[referred(value)]; {
		case r != nil && r.Type == "AWS::Events::EventBus" && value["Ref"] != nil:
			return map[string]any{"Fn::GetAtt": []any{value["Ref"], "Name"}} // Ref gives an object of the emulator's
		case r != nil && r.Type == "AWS::Logs::LogGroup" && value["Fn::GetAtt"] != nil:
			return map[string]any{"Fn::Join": []any{"", []any{value, ":*"}}} // the emulator's ARN of a log group is without its streams
		}
		for key, item := range value {
			value[key] = t.replaced(item)
		}
	}
	return value
}
