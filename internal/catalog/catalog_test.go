package catalog_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/remedies"
)

var update = flag.Bool("update", false, "write catalog.json anew")

// TestCatalogIsWhatTheListsSay also keeps catalog.json as `make docs` writes it.
func TestCatalogIsWhatTheListsSay(t *testing.T) {
	want, err := json.MarshalIndent(remedies.Catalog(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("catalog.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("catalog.json is stale: run make docs\ngot\n%s\nwant\n%s", got, want)
	}
	// What was written just now is embedded by the next run.
	if !*update && len(catalog.Known().Remedies) != len(remedies.All) {
		t.Errorf("Known has %d remedies, All has %d", len(catalog.Known().Remedies), len(remedies.All))
	}
}
