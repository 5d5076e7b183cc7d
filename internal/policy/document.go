package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Bounds of a policy file. No policy that people write comes near them; they keep hostile input cheap.
const (
	maxBytes = 1 << 20
	maxNodes = 100_000 // values, aliases expanded
	maxDepth = 64
	maxRules = 500 // rules, tag rules, and other lists whose items are compared with one another
)

// load reads the one YAML document of a policy file and checks what holds for all of it: size, nesting, aliases, names of fields. It gives nil where the file
// is not worth looking at any further.
func (r *reader) load(data []byte) *yaml.Node {
	if len(data) > maxBytes {
		r.at(1, 1, "keep it below 1 MiB", "the file has %d bytes", len(data))
		return nil
	}
	if !r.utf8(data) {
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		r.syntax(data, err)
		return nil
	}
	switch err := dec.Decode(&more); {
	case err == nil:
		r.wrong(&more, "keep one policy a file", "a second YAML document begins here")
		return nil
	case !errors.Is(err, io.EOF):
		r.syntax(data, err)
		return nil
	}
	if len(doc.Content) != 1 || doc.Content[0].Tag == "!!null" {
		r.at(1, 1, "begin with version: 1", "the policy is empty")
		return nil
	}
	root := doc.Content[0]
	budget := maxNodes
	if !r.bounded(root, 0, &budget) {
		return nil
	}
	r.names(root)
	return root
}

// utf8 refuses text that is not UTF-8 at the first wrong byte.
func (r *reader) utf8(data []byte) bool {
	if utf8.Valid(data) {
		return true
	}
	line, col := 1, 1
	for len(data) > 0 {
		c, size := utf8.DecodeRune(data)
		if c == utf8.RuneError && size == 1 {
			break
		}
		col++
		if c == '\n' {
			line, col = line+1, 1
		}
		data = data[size:]
	}
	r.at(line, col, "save the file as UTF-8", "the text is not UTF-8")
	return false
}

var (
	yamlError     = regexp.MustCompile(`^yaml: (?:line (\d+): )?(?s:(.*))$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	leadingTab    = regexp.MustCompile(`(?m)^ *\t`)
)

// syntax reports what the YAML library says. It knows lines only, and of some errors no place at all.
func (r *reader) syntax(data []byte, err error) {
	if errors.Is(err, io.EOF) {
		r.at(1, 1, "begin with version: 1", "the policy is empty")
		return
	}
	if tab := leadingTab.FindIndex(data); tab != nil {
		line, col := position(data, tab[1]-1)
		r.at(line, col, "indent with spaces", "a tab is no indentation in YAML")
		return
	}
	parts := yamlError.FindStringSubmatch(err.Error())
	if parts == nil {
		r.at(1, 1, "see yaml.org for the syntax", "the file is no YAML: %v", err)
		return
	}
	if name := unknownAnchor.FindStringSubmatch(parts[2]); name != nil {
		line, col := position(data, max(0, bytes.Index(data, []byte("*"+name[1]))))
		r.at(line, col, fmt.Sprintf("define it before with &%s, or quote the text if a * was meant", name[1]), "the alias *%s has no anchor", name[1])
		return
	}
	line := 1
	if n, err := strconv.Atoi(parts[1]); err == nil {
		line = max(1, n)
	}
	r.at(line, indent(data, line), "look at the indentation, colons, brackets and quotes here and on the lines around", "the file is no YAML: %s", parts[2])
}

// position gives the line and column of a byte.
func position(data []byte, at int) (line, col int) {
	before := data[:min(at, len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[start:])
}

// indent gives the column of the first letter of a line.
func indent(data []byte, line int) int {
	lines := strings.SplitN(string(data), "\n", line+1)
	if line > len(lines) {
		return 1
	}
	text := lines[line-1]
	return 1 + len(text) - len(strings.TrimLeft(text, " "))
}

// bounded counts the values with their aliases expanded, and so ends the walk of an anchor bomb or of an alias within itself before it begins.
func (r *reader) bounded(n *yaml.Node, depth int, budget *int) bool {
	if *budget--; *budget < 0 {
		r.wrong(n, "use fewer aliases, or split the policy", "the file has more than %d values, its aliases expanded", maxNodes)
		return false
	}
	if depth > maxDepth {
		r.wrong(n, "nest less; an alias must not stand within its own anchor", "values are nested deeper than %d levels", maxDepth)
		return false
	}
	if n.Kind == yaml.AliasNode {
		return r.bounded(n.Alias, depth+1, budget)
	}
	for _, child := range n.Content {
		if !r.bounded(child, depth+1, budget) {
			return false
		}
	}
	return true
}

// names checks, in the whole document, what YAML allows and a policy does not: one name twice, names that are no text, merge keys, tags of types.
func (r *reader) names(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		return // its anchor is looked at in its own place
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.wrong(n, "leave it out; quote the value if it is text", "the YAML tag %s has no meaning here", n.Tag)
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			r.name(n.Content[i], seen)
		}
	}
	for _, child := range n.Content {
		r.names(child)
	}
}

// name checks the name of one field. seen holds the lines of those before it.
func (r *reader) name(key *yaml.Node, seen map[string]int) {
	switch {
	case key.Tag == "!!merge":
		r.wrong(key, "write the fields out, or use an alias for a whole value", "merge keys (<<) are not supported")
		return
	case key.Kind != yaml.ScalarNode:
		r.wrong(key, "use text", "a field's name must be text")
		return
	case key.Tag != "!!str":
		r.wrong(key, fmt.Sprintf("quote it: %q", key.Value), "a field's name must be text, and %s is %s", key.Value, kindOf(key))
		return
	}
	if line, ok := seen[key.Value]; ok {
		r.wrong(key, "keep one of them", "the field %q stands here for the second time, first on line %d", key.Value, line)
	}
	seen[key.Value] = key.Line
}
