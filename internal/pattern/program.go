package pattern

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
)

// A program is a compiled pattern: the paths that are asked for, as a tree, and the alternatives.
type program struct {
	root      *node
	leaves    []*leaf
	rows      []plan
	emptyKeys bool // an event's key "" can lead to a constraint
	spare     *sync.Pool
}

// A node is a place in the tree of paths. AWS's engine does not tell {"a.b":1} from {"a":{"b":1}}, so steps end at every dot.
type node struct {
	children map[string]*node
	leaves   []*leaf
}

// A plan is a row in the order in which its constraints are tried.
type plan struct {
	leaves []*leaf
	absent bool // some constraint can be met by a missing field
}

func newProgram(c *compilation) *program {
	p := &program{root: &node{}, leaves: c.leaves}
	p.spare = &sync.Pool{New: func() any { return &reading{prog: p} }}
	used := map[*leaf]bool{}
	for _, r := range c.rows {
		p.rows = append(p.rows, newPlan(r))
		for _, l := range r {
			if !used[l] {
				used[l] = true
				p.place(l)
			}
		}
	}
	return p
}

// newPlan orders the constraints so that those under one array stand together. Where a field may be missing the order decides: whether
// it is missing is asked of the elements that the constraints before it have chosen. AWS's engine goes by the paths as Java compares them.
func newPlan(r row) plan {
	p := plan{leaves: slices.Collect(maps.Values(r))}
	for _, l := range p.leaves {
		p.absent = p.absent || l.absent
	}
	slices.SortFunc(p.leaves, func(a, b *leaf) int {
		if p.absent {
			return slices.Compare(utf16.Encode([]rune(a.path)), utf16.Encode([]rune(b.path)))
		}
		return slices.Compare(strings.Split(a.path, "."), strings.Split(b.path, "."))
	})
	return p
}

func (p *program) place(l *leaf) {
	n := p.root
	steps := strings.Split(l.path, ".")
	for _, step := range steps {
		child := n.children[step]
		if child == nil {
			if n.children == nil {
				n.children = map[string]*node{}
			}
			child = &node{}
			n.children[step] = child
		}
		n = child
	}
	n.leaves = append(n.leaves, l)
	slices.SortFunc(n.leaves, func(a, b *leaf) int { return cmp.Compare(a.id, b.id) })
	p.emptyKeys = p.emptyKeys || l.path == "" || emptyStep(l.path)
}

// emptyStep reports whether an empty key stands before the last key of a path that is not empty.
func emptyStep(path string) bool {
	path = strings.TrimRight(path, ".")
	return path != "" && slices.Contains(strings.Split(path, "."), "")
}

// child follows a key of an event; nil where nothing below it is asked for.
func (p *program) child(n *node, key string) *node {
	if key == "" && !p.emptyKeys {
		return nil // AWS's engine does not see the empty key at the end of a path that has keys before it
	}
	for {
		step, rest, more := strings.Cut(key, ".")
		n = n.children[step]
		if n == nil || !more {
			return n
		}
		key = rest
	}
}

// constrains reports whether something is asked of the path, in any alternative.
func (p *program) constrains(path []string) bool {
	var b base
	for _, step := range path[:len(path)-1] {
		b = b.object(step)
	}
	at := b.leaf(path[len(path)-1])
	return slices.ContainsFunc(p.leaves, func(l *leaf) bool { return l.path == at })
}
