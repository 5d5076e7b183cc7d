package local

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// TestFunctionNames holds that the functions which are built here are those of the repository, each once.
func TestFunctionNames(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join("..", "..", "functions"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, folder := range folders {
		if folder.Name() != rights.ButtonsName { // CloudFormation alone asks it
			want = append(want, folder.Name())
		}
	}
	if got := functionNames(); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
