// Package frozen holds a version to what versions before it wrote: bytes that a test writes down once, with -freeze, and that every later version must read to the same values. For
// tests alone.
package frozen

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

var freeze = flag.Bool("freeze", false, "write down what this version writes, where nothing is written down yet; what is there is never overwritten")

// Each holds what a folder keeps of one kind, a file a sample. samples are by the name of the file; encode is how this version writes one, decode how it reads one. Each file must be
// read to exactly its sample, and each sample must have its file: a test that needs a new one runs once with -freeze, in the release that first writes it. A folder belongs to one kind
// and one version of the program, and its files are never changed: what they hold is in people's tables and queues.
func Each[T any](t *testing.T, folder string, samples map[string]T, encode func(T) ([]byte, error), decode func([]byte) (T, error)) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(samples)) {
		file := filepath.Join(folder, name+".json")
		Write(t, file, func() ([]byte, error) { return encode(samples[name]) })
		data, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%v: run this test once with -freeze", err)
			continue
		}
		got, err := decode(bytes.TrimSuffix(data, []byte("\n")))
		if err != nil || !reflect.DeepEqual(got, samples[name]) {
			t.Errorf("%s is not read as it was meant: got %+v, %v\nwant %+v", file, got, err, samples[name])
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) != len(samples) {
		t.Errorf("%s holds %d files (%v) for %d samples: what was frozen once is read for ever", folder, len(files), err, len(samples))
	}
}

// Write keeps, with -freeze, what this version writes in a file, unless something is there.
func Write(t *testing.T, file string, encode func() ([]byte, error)) {
	t.Helper()
	if !*freeze {
		return
	}
	data, err := encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	to, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = to.Write(append(data, '\n'))
	if err := errors.Join(err, to.Close()); err != nil {
		t.Fatal(err)
	}
}

// Whole holds that the samples, taken together, set every field of a type that is written as JSON, at any depth: a field that none sets is a field whose reading nobody holds.
func Whole[T any](t *testing.T, samples map[string]T) {
	t.Helper()
	unset := map[string]bool{}
	for _, sample := range samples {
		value := reflect.ValueOf(sample)
		seen := map[string]bool{}
		visit(value.Type(), value, value.Type().Name(), seen)
		for path, set := range seen {
			if was, known := unset[path]; !known || was {
				unset[path] = !set
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(unset)) {
		if unset[path] {
			t.Errorf("no frozen sample sets %s: add one in a folder of its own, and run this test once with -freeze", path)
		}
	}
}

// visit notes of each field of a struct, and of those within, whether it is set.
func visit(typ reflect.Type, value reflect.Value, path string, seen map[string]bool) {
	switch typ.Kind() {
	case reflect.Pointer:
		visit(typ.Elem(), reflect.Indirect(value), path, seen)
	case reflect.Slice:
		for i := 0; typ.Elem().Kind() == reflect.Struct && value.IsValid() && i < value.Len(); i++ {
			visit(typ.Elem(), value.Index(i), path, seen)
		}
	case reflect.Struct:
		for i := range typ.NumField() {
			field := typ.Field(i)
			if !field.IsExported() || field.Tag.Get("json") == "-" || field.Tag.Get("json") == "" {
				continue
			}
			at := path + "." + field.Name
			if !value.IsValid() {
				seen[at] = seen[at] || false
				continue
			}
			seen[at] = seen[at] || !value.Field(i).IsZero()
			visit(field.Type, value.Field(i), at, seen)
		}
	}
}
