// Package template reads what the roles of a CloudFormation template may do, so that it can be held against what a policy makes of them. Pure.
package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// A tree is what is read of a template.
type tree struct {
	Resources map[string]resource
}

type resource struct {
	Type       string
	Properties json.RawMessage
}

// ErrNoTemplate says that a text is no template of a deployment.
var ErrNoTemplate = errors.New("it is no CloudFormation template of a deployment: it has no role that begins with the prefix; name another stack or file, or --prefix")

// Roles are the roles of a deployment in a template, as JSON, in any scope: the service roles, and the functions' own as "function/NAME". What refers to another resource of the
// template is named as that is; keys, which have no names, are all KEY.
func Roles(text []byte, names rights.Names) ([]rights.Held, error) {
	var t tree
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	held := map[string]*rights.Held{}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if t.Resources[id].Type != "AWS::IAM::Role" {
			continue
		}
		h, err := t.role(id, names)
		if err != nil {
			return nil, err
		}
		if h != nil {
			held[id] = h
		}
	}
	if len(held) == 0 {
		return nil, ErrNoTemplate
	}
	if err := t.managed(held); err != nil {
		return nil, err
	}
	var list []rights.Held
	for _, id := range slices.Sorted(maps.Keys(held)) {
		list = append(list, Plain(*held[id]))
	}
	return list, nil
}

// A statement is one as templates have it, where one value stands for a list of one.
type statement struct {
	Sid, Effect string
	Action      any
	Resource    any
	Condition   map[string]map[string]any
}

type document struct{ Statement []statement }

// role reads one role; nil where it is none of a deployment's that a policy makes, such as a schedule's.
func (t tree) role(id string, names rights.Names) (*rights.Held, error) {
	var p struct {
		RoleName    any
		Description any
		Policies    []struct{ PolicyDocument document }

		AssumeRolePolicyDocument struct {
			Statement []struct {
				Principal struct{ Service any }
			}
		}
	}
	if err := json.Unmarshal(t.Resources[id].Properties, &p); err != nil {
		return nil, fmt.Errorf("read the role %s: %w", id, err)
	}
	name, ours := t.nameOf(id, t.text(p.RoleName), names)
	trust := p.AssumeRolePolicyDocument.Statement
	byAWS := len(trust) > 0 && trust[0].Principal.Service != nil
	if function := strings.HasPrefix(name, "function/"); !ours || byAWS && !function { // an AWS service works under it: it forwards, beats or releases
		return nil, nil
	}
	h := &rights.Held{Role: name}
	if !strings.HasPrefix(name, "function/") {
		h.Remedies = by(t.text(p.Description))
	}
	for _, policy := range p.Policies {
		h.Document.Statement = append(h.Document.Statement, t.statements(policy.PolicyDocument)...)
	}
	return h, nil
}

// nameOf is what `tagwarden iam` calls a role: by its own name or, where it has none, by the function that works under it.
func (t tree) nameOf(id, role string, names rights.Names) (string, bool) {
	for _, r := range t.Resources {
		var f struct{ FunctionName, Role any }
		if r.Type != "AWS::Lambda::Function" || json.Unmarshal(r.Properties, &f) != nil {
			continue
		}
		if refers(f.Role) == id {
			name, ours := strings.CutPrefix(t.text(f.FunctionName), names.Function(""))
			return "function/" + name, ours
		}
	}
	return strings.CutPrefix(role, names.Service(""))
}

// managed adds what managed policies allow to the roles that they are attached to. A permissions boundary is attached to none.
func (t tree) managed(held map[string]*rights.Held) error {
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if t.Resources[id].Type != "AWS::IAM::ManagedPolicy" {
			continue
		}
		var p struct {
			Roles          []any
			PolicyDocument document
		}
		if err := json.Unmarshal(t.Resources[id].Properties, &p); err != nil {
			return fmt.Errorf("read the managed policy %s: %w", id, err)
		}
		for _, role := range p.Roles {
			if h := held[refers(role)]; h != nil {
				h.Document.Statement = append(h.Document.Statement, t.statements(p.PolicyDocument)...)
			}
		}
	}
	return nil
}

func (t tree) statements(d document) []rights.Statement {
	var list []rights.Statement
	for _, s := range d.Statement {
		st := rights.Statement{Sid: s.Sid, Effect: s.Effect, Action: t.texts(s.Action), Resource: t.texts(s.Resource)}
		for operator, keys := range s.Condition {
			for key, value := range keys {
				if st.Condition == nil {
					st.Condition = map[string]map[string][]string{}
				}
				if st.Condition[operator] == nil {
					st.Condition[operator] = map[string][]string{}
				}
				st.Condition[operator][key] = t.texts(value)
			}
		}
		list = append(list, st)
	}
	return list
}

// byRemedies ends a service role's description. Source: infra, newServiceRole.
const byRemedies = " by: "

// by are the remedies that a role's description names; nil where it names none.
func by(description string) []string {
	_, list, found := strings.Cut(description, byRemedies)
	if !found {
		return nil
	}
	return strings.Split(strings.TrimSuffix(list, "."), ", ")
}

// keyID is the end of a key's ARN. A template refers to a key, and `tagwarden iam` has a word in its place.
var keyID = regexp.MustCompile(`(:kms:[^:]*:[^:]*:key/)[A-Z][A-Za-z0-9-]*$`)

// Plain is what a role holds in the form in which two can be compared: pseudo parameters are written as rights writes them, and keys are all KEY. A service role holds in all
// regions, whether its document says so or leaves the region open.
func Plain(h rights.Held) rights.Held {
	region := "${Region}"
	if !strings.HasPrefix(h.Role, "function/") {
		region = "*"
	}
	d := h.Document.In(rights.Scope{Partition: "${Partition}", Region: region, Account: "${Account}"})
	for i := range d.Statement {
		for k, r := range d.Statement[i].Resource {
			d.Statement[i].Resource[k] = keyID.ReplaceAllString(r, "${1}KEY")
		}
	}
	h.Document = d
	return h
}
