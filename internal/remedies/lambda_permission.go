package remedies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// everybody is the principal that stands for all of AWS.
const everybody = "*"

// public tells whether a statement lets everybody in.
func (p permission) public() bool {
	return p.Effect == "Allow" && toEverybody(p.Principal) && !p.fenced()
}

// toEverybody tells whether everybody is among the principals, however they are written.
//
// Source: IAM user guide, "AWS JSON policy elements: Principal" (anonymous and public principals).
func toEverybody(principal any) bool {
	switch v := principal.(type) {
	case string:
		return v == everybody
	case []any:
		return slices.ContainsFunc(v, toEverybody)
	case map[string]any:
		return toEverybody(v["AWS"])
	}
	return false
}

// fences are the condition keys that narrow everybody to somebody, and comparisons the operators that do so with them.
//
// Source: Lambda API reference, AddPermission (SourceArn, SourceAccount, PrincipalOrgID).
var (
	fences      = []string{"aws:sourcearn", "aws:sourceaccount", "aws:principalorgid"}
	comparisons = []string{"StringEquals", "StringLike", "ArnEquals", "ArnLike"}
)

// fenced tells whether a condition narrows a statement. Only fixed values do: neither wildcards nor variables.
//
// Source: Security Hub user guide, "Security Hub controls for AWS Lambda", Lambda.1.
func (p permission) fenced() bool {
	for _, operator := range comparisons {
		for key, value := range p.Condition[operator] {
			if slices.Contains(fences, strings.ToLower(key)) && writtenOut(value) {
				return true
			}
		}
	}
	return false
}

// writtenOut tells whether a condition's value, or each of its values, is one that is written out.
func writtenOut(value any) bool {
	switch v := value.(type) {
	case string:
		return v != "" && !strings.ContainsAny(v, "*?") && !strings.Contains(v, "${")
	case []any:
		return len(v) > 0 && !slices.ContainsFunc(v, func(one any) bool { return !writtenOut(one) })
	}
	return false
}

// additionConditions are what AddPermission makes conditions of, by operator and key in lower case.
//
// Source: Lambda API reference, AddPermission; Lambda developer guide, "Viewing resource-based IAM policies in Lambda" and "Control access to Lambda function URLs".
var additionConditions = map[string]func(in *lambda.AddPermissionInput, value string){
	"ArnLike aws:sourcearn":                func(in *lambda.AddPermissionInput, value string) { in.SourceArn = &value },
	"StringEquals aws:sourceaccount":       func(in *lambda.AddPermissionInput, value string) { in.SourceAccount = &value },
	"StringEquals aws:principalorgid":      func(in *lambda.AddPermissionInput, value string) { in.PrincipalOrgID = &value },
	"StringEquals lambda:eventsourcetoken": func(in *lambda.AddPermissionInput, value string) { in.EventSourceToken = &value },
	"StringEquals lambda:functionurlauthtype": func(in *lambda.AddPermissionInput, value string) {
		in.FunctionUrlAuthType = types.FunctionUrlAuthType(value)
	},
	"Bool lambda:invokedviafunctionurl": func(in *lambda.AddPermissionInput, value string) {
		in.InvokedViaFunctionUrl = aws.Bool(value == "true")
	},
}

// addition is the call that gives a public statement; a *remedy.RefusedError where no call gives it, so that what is removed can be put back.
func addition(sid string, p permission) (*lambda.AddPermissionInput, error) {
	action, ok := p.Action.(string)
	if !ok || p.Principal != everybody || p.Effect != "Allow" {
		return nil, notOurs(sid)
	}
	in := &lambda.AddPermissionInput{StatementId: &sid, Principal: aws.String(everybody), Action: &action}
	for operator, keys := range p.Condition {
		for key, value := range keys {
			set, known := additionConditions[operator+" "+strings.ToLower(key)]
			text, one := value.(string)
			if !known || !one {
				return nil, notOurs(sid)
			}
			set(in, text)
		}
	}
	return in, nil
}

func notOurs(sid string) error {
	return &remedy.RefusedError{
		Why: fmt.Sprintf("The statement %s lets everybody in, and Lambda's AddPermission could not put it back as it is: look at it, and remove it by hand.", sid),
	}
}

// oneSpelling writes the condition on a source ARN as AddPermission does by now. Older statements have StringLike in it, which for a whole ARN means the same; put back, they
// would not be what they were, letter by letter.
//
// Source: Lambda API reference, AddPermission, SourceArn (StringLike); Lambda developer guide, "Viewing resource-based IAM policies in Lambda" (ArnLike).
func oneSpelling(condition map[string]map[string]any) map[string]map[string]any {
	for key, value := range condition["StringLike"] {
		if !strings.EqualFold(key, "aws:SourceArn") {
			continue
		}
		delete(condition["StringLike"], key)
		if condition["ArnLike"] == nil {
			condition["ArnLike"] = map[string]any{}
		}
		condition["ArnLike"][key] = value
	}
	if len(condition["StringLike"]) == 0 {
		delete(condition, "StringLike")
	}
	return condition
}
