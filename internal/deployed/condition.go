package deployed

import "fmt"

// nothing is what a property is that is left out: AWS::NoValue.
const nothing absence = "AWS::NoValue"

type absence string

// either is what Fn::If gives.
//
// Source: AWS CloudFormation template reference, "Condition functions".
func (v values) either(argument any) (any, error) {
	parts := list(argument)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%s: Fn::If of %v: it takes a condition and two values", v.template.File, argument)
	}
	yes, err := v.holds(text(parts[0]))
	if err != nil {
		return nil, err
	}
	if yes {
		return v.resolve(parts[1])
	}
	return v.resolve(parts[2])
}

// holds tells whether a condition of the template holds here; no condition always does.
func (v values) holds(name string) (bool, error) {
	if name == "" {
		return true, nil
	}
	expression, known := v.template.Conditions[name]
	if !known {
		return false, fmt.Errorf("%s has no condition %s", v.template.File, name)
	}
	return v.true(expression)
}

// true tells whether an expression of a condition is true.
func (v values) true(expression any) (bool, error) {
	object, _ := expression.(map[string]any)
	name, argument, _ := function(object)
	parts := list(argument)
	switch {
	case name == "Fn::Equals" && len(parts) == 2:
		both, err := v.resolve(parts)
		if err != nil {
			return false, err
		}
		return text(list(both)[0]) == text(list(both)[1]), nil
	case name == "Fn::Not" && len(parts) == 1:
		yes, err := v.true(parts[0])
		return !yes, err
	case name == "Fn::And":
		for _, part := range parts {
			if yes, err := v.true(part); err != nil || !yes {
				return false, err
			}
		}
		return true, nil
	}
	return false, fmt.Errorf("%s has the condition %v, which is not resolved here: add its function to values.true", v.template.File, expression)
}
