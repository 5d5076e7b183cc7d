package pattern

import "slices"

// A reading is what one event says about the paths of a pattern: which elements of which arrays hold a value that meets a constraint.
type reading struct {
	prog   *program
	text   string // of the event, where it is read from text
	pos    int
	elems  []elem  // elems[0] stands for the event itself, outside all arrays
	arrays []array // arrays[0] is none
	hits   []owners
	seen   []owners // values of whatever kind, for the constraints that a missing field meets
	search search
}

// An elem is an element of an array, itself an object or an array: all that is within it is chosen together. Elements are numbered in the
// order of their beginnings, so what is within one, and within one array, stands side by side.
type elem struct {
	up, array int32
}

// An array has its elements, and what is within them, from first up to but without end.
type array struct {
	first, end int32
}

// owners are the elements that hold some value directly, in order and each once.
type owners []int32

func (p *program) newReading() *reading {
	r := p.spare.Get().(*reading)
	r.elems = append(r.elems[:0], elem{})
	r.arrays = append(r.arrays[:0], array{})
	if r.hits == nil {
		r.hits, r.seen = make([]owners, len(p.leaves)), make([]owners, len(p.leaves))
	}
	for i := range r.hits {
		r.hits[i], r.seen[i] = r.hits[i][:0], r.seen[i][:0]
	}
	return r
}

func (r *reading) release() {
	r.text, r.search.dead = "", nil
	r.prog.spare.Put(r)
}

func (r *reading) openArray() int32 {
	r.arrays = append(r.arrays, array{first: int32(len(r.elems))})
	return int32(len(r.arrays) - 1)
}

func (r *reading) closeArray(id int32) { r.arrays[id].end = int32(len(r.elems)) }

func (r *reading) openElem(array, up int32) int32 {
	r.elems = append(r.elems, elem{up: up, array: array})
	return int32(len(r.elems) - 1)
}

// scalar asks all constraints at a node about a value.
func (r *reading) scalar(n *node, s scalar, owner int32) {
	for _, l := range n.leaves {
		if l.absent {
			r.seen[l.id] = r.seen[l.id].add(owner)
		}
		if l.match(&s) {
			r.hits[l.id] = r.hits[l.id].add(owner)
		}
	}
}

// add keeps owners in order. An owner comes late only when its own value stands behind elements in one array.
func (o owners) add(owner int32) owners {
	if len(o) == 0 || o[len(o)-1] < owner {
		return append(o, owner)
	}
	i, found := slices.BinarySearch(o, owner)
	if found {
		return o
	}
	return slices.Insert(o, i, owner)
}
