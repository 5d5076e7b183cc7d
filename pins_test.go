package house

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// exact is a version and no range of versions.
var exact = regexp.MustCompile(`^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)

// TestPinned holds that whatever is installed on the way is of one exact version: Go modules by go.sum, the toolchain, Node packages by their lock, tools of Go and Python by the
// Makefile.
func TestPinned(t *testing.T) {
	module := read(t, "go.mod")
	if !regexp.MustCompile(`(?m)^toolchain go1\.[0-9]+\.[0-9]+$`).MatchString(module) {
		t.Error("go.mod names no toolchain")
	}
	if regexp.MustCompile(`(?m)^replace `).MatchString(module) {
		t.Error("go.mod replaces a module: what is built is not what it says")
	}
	var manifest struct {
		Dependencies, DevDependencies map[string]string
	}
	if err := json.Unmarshal([]byte(read(t, "package.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	locked := map[string]string{}
	for _, p := range npmPackages(t) {
		locked[p.name] = p.version
	}
	for _, list := range []map[string]string{manifest.Dependencies, manifest.DevDependencies} {
		for name, version := range list {
			if !exact.MatchString(version) || locked[name] != version {
				t.Errorf("package.json asks for %s %s, the lock has %q: write the exact version, and run npm install", name, version, locked[name])
			}
		}
	}
	pinned := map[string]bool{}
	for _, tool := range toolsOf(t) {
		pinned[tool.name] = true
	}
	makefile := read(t, "Makefile")
	for _, run := range regexp.MustCompile(`go (?:run|install) (?:-\S+ )*(\S+)`).FindAllStringSubmatch(makefile, -1) {
		if name := run[1]; !strings.HasPrefix(name, "./") && !regexp.MustCompile(`^\$\([A-Z]+\)$`).MatchString(name) {
			t.Errorf("the Makefile runs %s: name it with its version above, and run that", name)
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^[A-Z]+ *:= \S*(?:@|==|>=|~=)\S*$`).FindAllString(makefile, -1) {
		if toolPin.FindString(line) == "" {
			t.Errorf("the Makefile has %s: write an exact version", line)
		}
	}
	for _, name := range []string{"Makefile", "scripts/python", "scripts/with-moto", "scripts/mutate"} {
		if at := regexp.MustCompile(`@latest|pip install (-U|--upgrade)|npm install|npx --yes`).FindString(read(t, name)); at != "" {
			t.Errorf("%s says %q: what it gets differs from day to day", name, at)
		}
	}
	if len(pinned) < 8 || len(locked) == 0 {
		t.Errorf("got %d tools and %d packages only", len(pinned), len(locked))
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
