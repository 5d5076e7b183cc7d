package deployed

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// A Place is where a template is deployed.
type Place struct{ Partition, Account, Region, Stack string }

// values resolve the functions of a template: what CloudFormation would put in their place.
type values struct {
	Place
	template   *Template
	parameters map[string]string
	physical   map[string]string // by logical id; of what was made
}

// resolve gives a value of the template with every function in it resolved.
//
// Source: AWS CloudFormation template reference, "Intrinsic function reference".
func (v values) resolve(value any) (any, error) {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			resolved, err := v.resolve(item)
			if err != nil {
				return nil, err
			}
			list[i] = resolved
		}
		return list, nil
	case map[string]any:
		if name, argument, is := function(value); is {
			return v.call(name, argument)
		}
		object := map[string]any{}
		for key, item := range value {
			resolved, err := v.resolve(item)
			if err != nil {
				return nil, err
			}
			if resolved != any(nothing) {
				object[key] = resolved
			}
		}
		return object, nil
	}
	return value, nil
}

// function tells whether an object stands for a function of CloudFormation.
func function(object map[string]any) (name string, argument any, is bool) {
	if len(object) != 1 {
		return "", nil, false
	}
	for name, argument = range object {
	}
	return name, argument, name == "Ref" || strings.HasPrefix(name, "Fn::")
}

func (v values) call(name string, argument any) (any, error) {
	switch name {
	case "Ref":
		return v.ref(text(argument))
	case "Fn::GetAtt":
		parts := list(argument)
		if len(parts) != 2 {
			return nil, fmt.Errorf("%s: Fn::GetAtt of %v: it takes a resource and an attribute", v.template.File, argument)
		}
		return v.attribute(text(parts[0]), text(parts[1]))
	case "Fn::Sub":
		return v.sub(argument)
	case "Fn::Join":
		return v.join(argument)
	case "Fn::Select":
		return v.pick(argument)
	case "Fn::Split":
		return v.split(argument)
	case "Fn::If":
		return v.either(argument)
	}
	return nil, fmt.Errorf("%s uses %s, which is not resolved here: add it to values.call", v.template.File, name)
}

// ref is what Ref gives: a pseudo parameter, a parameter, or a resource's physical id.
//
// Source: AWS CloudFormation user guide, "Get AWS values using pseudo parameters".
func (v values) ref(name string) (any, error) {
	if name == "AWS::NoValue" {
		return nothing, nil
	}
	pseudo := map[string]string{
		"AWS::Partition": v.Partition, "AWS::AccountId": v.Account, "AWS::Region": v.Region, "AWS::StackName": v.Stack, "AWS::URLSuffix": suffix(v.Partition),
	}
	for _, known := range []map[string]string{pseudo, v.parameters, v.physical} {
		if value, ok := known[name]; ok {
			return value, nil
		}
	}
	return nil, v.unknown(name, "Ref")
}

// suffix ends the names of a partition's endpoints; "" for a partition that is not known.
func suffix(partition string) string {
	for _, p := range arn.Partitions() {
		if p.ID == partition {
			return p.DNSSuffix
		}
	}
	return ""
}

// unknown says why a resource, or an attribute of it, has no value here.
func (v values) unknown(id, what string) error {
	r, known := v.template.Resources[id]
	if !known {
		return fmt.Errorf("%s: %s of %s, which is no pseudo parameter, parameter or resource", v.template.File, what, id)
	}
	return fmt.Errorf("%s: %s of %s (%s) has no value here: the emulator does not make it, or not this attribute; see internal/deployed", v.template.File, what, id, r.Type)
}

// attribute is what Fn::GetAtt gives.
func (v values) attribute(id, name string) (any, error) {
	r, physical := v.template.Resources[id], v.physical[id]
	if r == nil || physical == "" {
		return nil, v.unknown(id, name)
	}
	give := attributes[r.Type+"."+name]
	if give == nil {
		return nil, v.unknown(id, name)
	}
	return give(v, physical), nil
}

// attributes are those that templates of ours use, from the physical id.
var attributes = map[string]func(v values, physical string) string{
	"AWS::SQS::Queue.Arn":               func(v values, id string) string { return v.arn("sqs", last(id)) },
	"AWS::SQS::Queue.QueueName":         func(_ values, id string) string { return last(id) },
	"AWS::Lambda::Function.Arn":         func(v values, id string) string { return v.arn("lambda", "function:"+id) },
	"AWS::DynamoDB::Table.Arn":          func(v values, id string) string { return v.arn("dynamodb", "table/"+id) },
	"AWS::SNS::Topic.TopicArn":          func(_ values, id string) string { return id },
	"AWS::SNS::Topic.TopicName":         func(_ values, id string) string { return id[strings.LastIndex(id, ":")+1:] },
	"AWS::KMS::Key.Arn":                 func(v values, id string) string { return v.arn("kms", "key/"+id) },
	"AWS::Logs::LogGroup.Arn":           func(v values, id string) string { return v.arn("logs", "log-group:"+id+":*") },
	"AWS::Events::EventBus.Arn":         func(v values, id string) string { return v.arn("events", "event-bus/"+id) },
	"AWS::Events::EventBus.Name":        func(_ values, id string) string { return id },
	"AWS::IAM::Role.Arn":                func(v values, id string) string { return v.global("iam", "role/"+id) },
	"AWS::IAM::Role.RoleId":             func(_ values, id string) string { return id },
	"AWS::IAM::ManagedPolicy.PolicyArn": func(_ values, id string) string { return id },
}

// arn is the ARN of something in the region of the deployment.
func (v values) arn(service, resource string) string {
	return strings.Join([]string{"arn", v.Partition, service, v.Region, v.Account, resource}, ":")
}

// global is the ARN of something that is in no region.
func (v values) global(service, resource string) string {
	return strings.Join([]string{"arn", v.Partition, service, "", v.Account, resource}, ":")
}

// last is the last part of a path or URL.
func last(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// variable is a name in the text of Fn::Sub; "${!" begins a literal "${".
var variable = regexp.MustCompile(`\$\{(!?)([^{}]*)\}`)

// sub is what Fn::Sub gives.
func (v values) sub(argument any) (any, error) {
	format, own := text(argument), map[string]any{}
	if parts := list(argument); len(parts) == 2 {
		format = text(parts[0])
		own, _ = parts[1].(map[string]any)
	}
	var fault error
	filled := variable.ReplaceAllStringFunc(format, func(found string) string {
		match := variable.FindStringSubmatch(found)
		if match[1] != "" {
			return "${" + match[2] + "}"
		}
		value, err := v.named(strings.TrimSpace(match[2]), own)
		if err != nil && fault == nil {
			fault = err
		}
		return text(value)
	})
	return filled, fault
}

// named is what a name within Fn::Sub stands for.
func (v values) named(name string, own map[string]any) (any, error) {
	if value, ok := own[name]; ok {
		return v.resolve(value)
	}
	if id, attribute, is := strings.Cut(name, "."); is {
		return v.attribute(id, attribute)
	}
	return v.ref(name)
}

// join is what Fn::Join gives.
func (v values) join(argument any) (any, error) {
	parts := list(argument)
	if len(parts) != 2 {
		return nil, fmt.Errorf("%s: Fn::Join of %v: it takes a delimiter and a list", v.template.File, argument)
	}
	resolved, err := v.resolve(parts[1])
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, item := range list(resolved) {
		texts = append(texts, text(item))
	}
	return strings.Join(texts, text(parts[0])), nil
}

// pick is what Fn::Select gives.
func (v values) pick(argument any) (any, error) {
	resolved, err := v.resolve(argument)
	if err != nil {
		return nil, err
	}
	if parts := list(resolved); len(parts) == 2 {
		for i, item := range list(parts[1]) {
			if text(parts[0]) == fmt.Sprint(i) {
				return item, nil
			}
		}
	}
	return nil, fmt.Errorf("%s: Fn::Select of %v: it takes an index and a list that is longer", v.template.File, argument)
}

// split is what Fn::Split gives.
func (v values) split(argument any) (any, error) {
	resolved, err := v.resolve(argument)
	if err != nil {
		return nil, err
	}
	parts := list(resolved)
	if len(parts) != 2 {
		return nil, fmt.Errorf("%s: Fn::Split of %v: it takes a delimiter and a text", v.template.File, argument)
	}
	var items []any
	for _, item := range strings.Split(text(parts[1]), text(parts[0])) {
		items = append(items, item)
	}
	return items, nil
}

// text is a scalar as CloudFormation writes it into a text; "" for none.
func text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case float64:
		return number(value)
	}
	return fmt.Sprint(value)
}

// list is a list of the template; nil if the value is none.
func list(value any) []any {
	items, _ := value.([]any)
	return items
}
