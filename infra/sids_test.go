//go:build synth

package main

import (
	"regexp"
	"strings"
	"testing"
)

var sidForm = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// TestSids holds that every Sid of every policy document of a template is of AWS's grammar, and unique in its document.
//
// Source: IAM user guide, "IAM JSON policy elements: Sid".
func TestSids(t *testing.T) {
	for _, policyFile := range []string{deployed, widest, every} {
		tmpl, found := synth(t, policyFile), 0
		for id, r := range tmpl.Resources {
			documents(r.Properties, func(statements []any) {
				seen := map[string]bool{}
				for _, st := range statements {
					sid, there := st.(map[string]any)["Sid"].(string)
					if !there {
						continue // CDK's own statements
					}
					found++
					if !sidForm.MatchString(sid) || seen[sid] {
						t.Errorf("%s, %s: Sid %q is not of letters and digits, or twice there", policyFile, id, sid)
					}
					seen[sid] = true
				}
			})
		}
		if found < 50 {
			t.Errorf("%s has %d Sids only", policyFile, found)
		}
	}
}

// documents gives the statements of all policy documents within a tree.
func documents(v any, do func(statements []any)) {
	switch v := v.(type) {
	case []any:
		for _, of := range v {
			documents(of, do)
		}
	case map[string]any:
		if statements, ok := v["Statement"].([]any); ok && v["Version"] != nil {
			do(statements)
		}
		for _, of := range v {
			documents(of, do)
		}
	}
}

// TestWildcardResources holds that no role is allowed an action on all resources for which AWS has any. The boundaries are not for allowing.
func TestWildcardResources(t *testing.T) {
	list := readPublished(t)
	for _, policyFile := range []string{deployed, widest, every, sweeping} {
		for id, role := range rolesOf(t, synth(t, policyFile)) {
			for _, st := range role.statements {
				for _, on := range st.Resource {
					if on != "*" {
						continue
					}
					for _, action := range st.Action {
						if formats, ok := list.formats(action); !ok || len(formats) > 0 {
							t.Errorf("%s, role %s: %s on *, and AWS takes %s", policyFile, id, action, strings.Join(formats, ", "))
						}
					}
				}
			}
		}
	}
}
