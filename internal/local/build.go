package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// bootstrap is the name of a function's binary, as Lambda wants it.
const bootstrap = "bootstrap"

// binary is where a function's binary stands.
func (m *machine) binary(function string) string { return filepath.Join(m.Beside, function, bootstrap) }

// build makes the functions for this machine, with the flags of a deployment, unless they are there and newer than every source. Without sources they must be there.
func (m *machine) build(ctx context.Context) error {
	functions := functionNames()
	newest, err := newestSource(m.Root)
	if err != nil {
		return err
	}
	for i, function := range functions {
		m.Progress(i, len(functions), "building the functions")
		built, err := os.Stat(m.binary(function))
		switch {
		case err == nil && built.ModTime().After(newest):
			continue
		case m.Root == "":
			return fmt.Errorf("there is no %s: run `make` in a copy of the repository, or start tagwarden there", m.binary(function))
		}
		if err := m.compile(ctx, function); err != nil {
			return err
		}
	}
	return nil
}

// functionNames are all functions, each once: several kinds may have one judge.
func functionNames() []string {
	functions := []string{actName, rights.OperatorName, rights.ClockName}
	for _, kind := range events.All() {
		if !slices.Contains(functions, kind.Judge()) {
			functions = append(functions, kind.Judge())
		}
	}
	return functions
}

func (m *machine) compile(ctx context.Context, function string) error {
	fresh := fmt.Sprintf("%s.%d", m.binary(function), os.Getpid()) // another run may use the old one right now
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags=-s -w", "-o", fresh, "./functions/"+function)
	command.Dir = m.Root
	command.Env = append(m.Environ, "CGO_ENABLED=0", "GOOS=", "GOARCH=") // for this machine, whatever a deployment is built for
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build functions/%s: %w: %s", function, err, strings.TrimSpace(string(said)))
	}
	return os.Rename(fresh, m.binary(function))
}

// newestSource is when a source of the functions was changed last; the zero time if there are none.
func newestSource(root string) (time.Time, error) {
	var newest time.Time
	if root == "" {
		return newest, nil
	}
	for _, part := range []string{"go.mod", "events", "functions", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(_ string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // somebody's editor
			}
			if err != nil || entry.IsDir() {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.ModTime().After(newest) {
				newest = info.ModTime()
			}
			return nil
		})
		if err != nil {
			return newest, err
		}
	}
	return newest, nil
}
