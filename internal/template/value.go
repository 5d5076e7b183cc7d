package template

import (
	"encoding/json"
	"fmt"
	"strings"
)

// pseudo are CloudFormation's pseudo parameters as package rights writes them.
//
// Source: CloudFormation user guide, "Pseudo parameters reference".
var pseudo = strings.NewReplacer("${AWS::Partition}", "${Partition}", "${AWS::Region}", "${Region}", "${AWS::AccountId}", "${Account}")

// texts are the values of a list, or of one value that stands for a list.
func (t tree) texts(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = t.text(v)
	}
	return all
}

// text is a value of a template with its functions carried out as far as package rights knows what they come to. What is not known stays as JSON, so that it equals only itself.
func (t tree) text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return pseudo.Replace(v)
	case map[string]any:
		if text, ok := t.function(v); ok {
			return text
		}
	}
	text, err := json.Marshal(value)
	if err != nil { // it was JSON before
		return fmt.Sprint(value)
	}
	return string(text)
}

// function carries one function out: Fn::Sub without variables of its own, Fn::Join, Fn::GetAtt of an ARN, Ref.
func (t tree) function(v map[string]any) (string, bool) {
	if len(v) != 1 {
		return "", false
	}
	if sub, ok := v["Fn::Sub"].(string); ok {
		return pseudo.Replace(sub), true
	}
	if name, ok := v["Ref"].(string); ok && strings.HasPrefix(name, "AWS::") {
		return pseudo.Replace("${" + name + "}"), true
	}
	if join, ok := v["Fn::Join"].([]any); ok && len(join) == 2 {
		separator, plain := join[0].(string)
		return strings.Join(t.texts(join[1]), separator), plain
	}
	if id := refers(v); id != "" {
		return t.arn(id)
	}
	return "", false
}

// refers is the logical id that a value refers to by Ref or by GetAtt of an ARN; "" for none.
func refers(value any) string {
	v, ok := value.(map[string]any)
	if !ok || len(v) != 1 {
		return ""
	}
	if name, ok := v["Ref"].(string); ok {
		return name
	}
	if got, ok := v["Fn::GetAtt"].([]any); ok && len(got) == 2 && got[1] == "Arn" {
		id, _ := got[0].(string)
		return id
	}
	return ""
}

// forms are the ARNs of the resources that a function's own role names, and which property is the name in them.
var forms = map[string]struct{ property, arn string }{
	"AWS::SQS::Queue":       {"QueueName", "arn:${Partition}:sqs:${Region}:${Account}:NAME"},
	"AWS::DynamoDB::Table":  {"TableName", "arn:${Partition}:dynamodb:${Region}:${Account}:table/NAME"},
	"AWS::SNS::Topic":       {"TopicName", "arn:${Partition}:sns:${Region}:${Account}:NAME"},
	"AWS::Logs::LogGroup":   {"LogGroupName", "arn:${Partition}:logs:${Region}:${Account}:log-group:NAME:*"},
	"AWS::Events::EventBus": {"Name", "arn:${Partition}:events:${Region}:${Account}:event-bus/NAME"},
	"AWS::Lambda::Function": {"FunctionName", "arn:${Partition}:lambda:${Region}:${Account}:function:NAME"},
	"AWS::IAM::Role":        {"RoleName", "arn:${Partition}:iam::${Account}:role/NAME"},
	"AWS::KMS::Key":         {"", "arn:${Partition}:kms:${Region}:${Account}:key/KEY"},
}

// arn is the ARN of a resource of the template, by its logical id.
func (t tree) arn(id string) (string, bool) {
	r, ok := t.Resources[id]
	form, known := forms[r.Type]
	if !ok || !known {
		return "", false
	}
	if form.property == "" {
		return form.arn, true
	}
	var properties map[string]any
	if json.Unmarshal(r.Properties, &properties) != nil || properties[form.property] == nil {
		return "", false
	}
	return strings.ReplaceAll(form.arn, "NAME", t.text(properties[form.property])), true
}
