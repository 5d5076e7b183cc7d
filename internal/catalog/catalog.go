// Package catalog tells what a policy may name, without the remedies themselves: a function that only judges links no remedy's client.
//
// catalog.json is generated from events.All and remedies.All by `make docs`; a test fails when it is stale.
package catalog

import (
	_ "embed"
	"encoding/json"
	"sync"

	"github.com/tagwarden/tagwarden/internal/policy"
)

//go:embed catalog.json
var data []byte

// Known is what a policy may name.
func Known() policy.Catalog { return known() }

var known = sync.OnceValue(func() policy.Catalog {
	var c policy.Catalog
	if err := json.Unmarshal(data, &c); err != nil {
		panic("catalog.json is not as `make docs` writes it: " + err.Error())
	}
	return c
})
