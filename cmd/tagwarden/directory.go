package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/members"
)

// addDirectory adds the flag --directory.
func addDirectory(c *cobra.Command) *string {
	const what = "a `FILE` that says where accounts stand in the organization, an object a line, as \"tagwarden members --format json\" prints it (default: no account is known)"
	return c.Flags().String("directory", "", what)
}

// readDirectory reads the file of --directory; nothing is known where none is named.
func readDirectory(path string) (members.File, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--directory: %w", err)
	}
	defer file.Close()
	accounts, err := members.Read(file)
	if err != nil {
		return nil, fmt.Errorf("--directory: %s: %w", path, err)
	}
	return accounts, nil
}
