// Package policyfile reads a policy from disk, with the files that it names beside it: for the functions, the stack and the command line alike.
package policyfile

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tagwarden/tagwarden/internal/catalog"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A File is a policy and where it stands.
type File struct {
	*policy.Policy
	// Paths are the policy's own file and all that it names, as they can be opened: what has to go along with it.
	Paths []string
	// Names are the same files relative to the policy's folder, in the order of Paths.
	Names []string
}

// Read reads and proves a policy. Names in it are relative to its folder and may not lead out of it. What is wrong in the policy is a *policy.Errors; what cannot be read,
// another error.
func Read(path string) (File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return File{}, fmt.Errorf("read the policy: %w", err)
	}
	file := File{Paths: []string{path}, Names: []string{filepath.Base(path)}}
	beside := func(name string) ([]byte, error) {
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("%s is not in the policy's folder: name a file in it", name)
		}
		at := filepath.Join(filepath.Dir(path), name)
		data, err := os.ReadFile(at)
		if err != nil {
			return nil, err
		}
		file.Paths, file.Names = append(file.Paths, at), append(file.Names, name)
		return data, nil
	}
	file.Policy, err = policy.ParseWith(path, data, catalog.Known(), policy.Options{ReadFile: beside})
	return file, err
}
