package remedy

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A Param is one parameter of a remedy. The policy checks what a rule's `with` gives against it, so that a remedy sees only sound values.
type Param struct {
	Name     string    `json:"name"`
	Kind     ParamKind `json:"kind"`
	Doc      string    `json:"doc"`                // one sentence
	Default  string    `json:"default,omitempty"`  // as JSON, for people; the remedy itself sets it
	Required bool      `json:"required,omitempty"` // a rule that does the remedy must give it
	Pattern  string    `json:"pattern,omitempty"`  // RE2 over the whole of each text; "" for any
	Min      int       `json:"min,omitempty"`      // of each integer; with Max 0 for both, any
	Max      int       `json:"max,omitempty"`
}

// A ParamKind is what a parameter holds.
type ParamKind string

// The kinds of parameters.
const (
	Bool     ParamKind = "bool"
	Integer  ParamKind = "integer"
	Text     ParamKind = "text"
	Integers ParamKind = "integers" // a list
	Texts    ParamKind = "texts"    // a list
)

// Decode reads the parameters over defaults: what the rule does not give stays as it is. A field that the struct does not have is an error.
func Decode[T any](p Params, defaults T) (T, error) {
	if len(p.With) == 0 {
		return defaults, nil
	}
	var params T // a list of the defaults is not written over
	text, err := json.Marshal(defaults)
	if err == nil {
		err = json.Unmarshal(text, &params)
	}
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(p.With))
		decoder.DisallowUnknownFields()
		err = decoder.Decode(&params)
	}
	if err != nil {
		return defaults, &RefusedError{Why: "The rule's parameters of the remedy are not what it takes.", Err: fmt.Errorf("read parameters: %w", err)}
	}
	return params, nil
}
