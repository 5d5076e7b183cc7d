package remedies

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A policyStatement is what is judged of one statement of a resource policy. It is never written back: what people wrote stays as they wrote it.
//
// Source: IAM user guide, "Grammar of the IAM JSON policy language".
type policyStatement struct {
	Sid          string                            `json:"Sid"`
	Effect       string                            `json:"Effect"`
	Principal    policyPrincipals                  `json:"Principal"`
	NotPrincipal json.RawMessage                   `json:"NotPrincipal"`
	Action       policyTexts                       `json:"Action"`
	NotAction    policyTexts                       `json:"NotAction"`
	Resource     policyTexts                       `json:"Resource"`
	Condition    map[string]map[string]policyTexts `json:"Condition"`
}

// everyone tells whether a statement is about everybody: a NotPrincipal leaves out only some.
func (s policyStatement) everyone() bool {
	return s.NotPrincipal != nil || slices.Contains(s.Principal["AWS"], "*")
}

// policyTexts are the values of an element, which stand alone or in a list; a condition's may be a bool or a number.
type policyTexts []string

// UnmarshalJSON reads both forms.
func (t *policyTexts) UnmarshalJSON(data []byte) error {
	var values []any
	if json.Unmarshal(data, &values) != nil {
		values = make([]any, 1)
		if err := json.Unmarshal(data, &values[0]); err != nil {
			return err
		}
	}
	*t = make(policyTexts, len(values))
	for i, value := range values {
		switch value.(type) {
		case string, bool, float64:
			(*t)[i] = fmt.Sprint(value)
		default:
			return fmt.Errorf("a policy holds %T where a text should be", value)
		}
	}
	return nil
}

// policyPrincipals are principals by kind: "AWS", "Service", "CanonicalUser", "Federated". "*" is read as {"AWS":["*"]}.
//
// Source: IAM user guide, "AWS JSON policy elements: Principal" (all principals).
type policyPrincipals map[string]policyTexts

// UnmarshalJSON reads both forms.
func (p *policyPrincipals) UnmarshalJSON(data []byte) error {
	var everyone string
	if json.Unmarshal(data, &everyone) == nil {
		*p = policyPrincipals{"AWS": {everyone}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]policyTexts)(p))
}

// overlap tells whether two patterns of actions have an action in common. Letter case does not count in actions.
//
// Source: IAM user guide, "AWS JSON policy elements: Action" (* and ?).
func overlap(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	common := make([][]bool, len(a)+2) // common[i][j]: what is left of a after i bytes and of b after j has a text in common; behind an end, nothing has
	common[len(a)+1] = make([]bool, len(b)+2)
	for i := len(a); i >= 0; i-- {
		common[i] = make([]bool, len(b)+2)
		for j := len(b); j >= 0; j-- {
			common[i][j] = meet(a[i:], b[j:], func(ofA, ofB int) bool { return common[i+ofA][j+ofB] })
		}
	}
	return common[0][0]
}

// meet tells whether two patterns have a text in common. without tells that of what is left of them when some bytes of each are taken away in front.
func meet(a, b string, without func(ofA, ofB int) bool) bool {
	switch {
	case a == "" && b == "":
		return true
	case strings.HasPrefix(a, "*"), strings.HasPrefix(b, "*"): // it stands for nothing more, or for the other's next byte
		return without(1, 0) || without(0, 1)
	case a == "", b == "":
		return false
	}
	return (a[0] == b[0] || a[0] == '?' || b[0] == '?') && without(1, 1)
}
