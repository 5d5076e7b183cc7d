package house

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/licences.md anew")

// licencesFile is the list for people.
const licencesFile = "docs/licences.md"

// linked are the licences that what is linked into a function or the command line may have: none of them asks anything of who uses or passes on the program but a notice.
var linked = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT"}

// tools are the licences of the tools that the Makefile names, by its variable: their packages do not say it in a form that a program could read here.
var tools = map[string]string{
	"STATICCHECK": "MIT", "GOCYCLO": "BSD-3-Clause", "GOFUMPT": "BSD-3-Clause", "GREMLINS": "Apache-2.0", "CYCLONEDX": "Apache-2.0", "GOVULNCHECK": "BSD-3-Clause",
	"MOTO": "Apache-2.0", "CFNLINT": "MIT-0",
}

// A used is something that is used, at a version, with its licence.
type used struct{ name, version, licence string }

// modulesOf are the Go modules that packages link, but for our own.
func modulesOf(t *testing.T, packages ...string) []used {
	t.Helper()
	const form = `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}`
	list := exec.Command("go", append([]string{"list", "-tags", "lambda.norpc", "-deps", "-f", form}, packages...)...)
	list.Env = append(list.Environ(), "GOOS=linux", "GOARCH=arm64") // as the functions are deployed, wherever this runs
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var modules []used
	for line := range strings.Lines(string(out)) {
		if parts := strings.Fields(line); len(parts) == 3 {
			modules = append(modules, used{parts[0], parts[1], licenceOf(t, parts[0], parts[2])})
		}
	}
	slices.SortFunc(modules, func(a, b used) int { return strings.Compare(a.name, b.name) })
	return slices.Compact(modules)
}

// phrases tell licences by what only they say.
var phrases = []struct{ licence, says, but string }{
	{"Apache-2.0", "Apache License,? Version 2\\.0|Apache License\\s+Version 2\\.0", ""},
	{"MIT", "Permission is hereby granted, free of charge", ""},
	{"BSD-3-Clause", "Redistribution and use in source and binary forms[\\s\\S]*Neither the name", ""},
	{"BSD-2-Clause", "Redistribution and use in source and binary forms", "Neither the name"},
	{"MPL-2.0", "Mozilla Public License", ""},
	{"GPL", "GNU (AFFERO |LESSER |)GENERAL PUBLIC LICENSE", ""},
}

// licenceOf is the licence, or the licences, that a module's folder holds.
func licenceOf(t *testing.T, module, folder string) string {
	t.Helper()
	var found []string
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			continue
		}
		for _, p := range phrases {
			if regexp.MustCompile(p.says).Match(text) && (p.but == "" || !regexp.MustCompile(p.but).Match(text)) {
				found = append(found, p.licence)
			}
		}
	}
	if len(found) == 0 {
		t.Errorf("%s has no licence that is known here: look at %s", module, folder)
	}
	return strings.Join(slices.Compact(found), " and ")
}

// npmPackages are the packages of the lock file.
func npmPackages(t *testing.T) []used {
	t.Helper()
	text, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Version, License, Integrity string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	var list []used
	for _, path := range slices.Sorted(maps.Keys(lock.Packages)) {
		name, p := strings.TrimPrefix(path, "node_modules/"), lock.Packages[path]
		if path == "" {
			continue
		}
		if p.License == "" || p.Integrity == "" {
			t.Errorf("package-lock.json: %s has the licence %q and the integrity %q, want both", name, p.License, p.Integrity)
		}
		list = append(list, used{name, p.Version, p.License})
	}
	return list
}

// toolPin is a tool with its exact version in the Makefile.
var toolPin = regexp.MustCompile(`(?m)^([A-Z]+) *:= (\S+?)(?:@(v[0-9]+\.[0-9]+\.[0-9]+)|==([0-9]+\.[0-9]+\.[0-9]+))$`)

// toolsOf are the tools that the Makefile names.
func toolsOf(t *testing.T) []used {
	t.Helper()
	text, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	var list []used
	for _, match := range toolPin.FindAllStringSubmatch(string(text), -1) {
		if tools[match[1]] == "" {
			t.Errorf("the Makefile's %s has no licence in tools", match[1])
		}
		list = append(list, used{match[2], match[3] + match[4], tools[match[1]]})
	}
	if len(list) != len(tools) {
		t.Errorf("the Makefile pins %d tools, and licences are known of %d", len(list), len(tools))
	}
	return list
}

// TestLicences holds that docs/licences.md is what is used, and that what is linked asks nothing but a notice.
func TestLicences(t *testing.T) {
	product, infra := modulesOf(t, "./functions/...", "./cmd/..."), modulesOf(t, "./infra/...")
	for _, m := range product {
		for licence := range strings.SplitSeq(m.licence, " and ") {
			if !slices.Contains(linked, licence) {
				t.Errorf("%s is linked, under %s", m.name, m.licence)
			}
		}
	}
	infra = slices.DeleteFunc(infra, func(m used) bool { return slices.Contains(product, m) })
	var b strings.Builder
	b.WriteString("# Licences\n\nTagwarden is under Apache-2.0. This list is written by `make licences` and held by a test: the licences are read from the modules' own files, those of tools are written down by hand.\n")
	section := func(title, says string, list []used) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| what | version | licence |\n|---|---|---|\n", title, says)
		for _, m := range list {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", m.name, m.version, m.licence)
		}
	}
	section("Linked into the functions and the command line", "This is what is deployed, or passed on. What is in which function stands in its SBOM: `make sbom`.", product)
	section("Used to make the stack", "The CDK runs where you deploy from. Nothing of it is in a function. Modules that are linked into the functions, too, stand above.", infra)
	section("Node packages", "They run beside the CDK and in tests, as processes of their own. Nothing of them is linked or passed on.", npmPackages(t))
	section("Tools", "They run in tests and checks only. What they bring along themselves is theirs: their packages name it.", toolsOf(t))
	if *update {
		if err := os.WriteFile(licencesFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(licencesFile); err != nil || string(text) != b.String() {
		t.Errorf("%s is not what is used (%v): run make licences, and look at the difference", licencesFile, err)
	}
}
