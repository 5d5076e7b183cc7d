package pattern

import (
	"encoding/binary"
	"slices"
)

// Bounds of one search. No event that AWS sends comes near: it takes arrays that are repeated under one key, or that lie within
// each other in paths with dots, to make the search more than a walk. What is not found within the bounds does not match.
const (
	maxSteps    = 1 << 23
	rememberAt  = maxSteps - 1<<12 // steps left when dead ends begin to be remembered
	maxRemember = 1 << 17
)

// A search looks for one choice of elements under which all constraints of a row are met: two constraints under one array
// must be met by the same element of it.
type search struct {
	plan   plan
	chosen []int32 // by array: the element that constraints so far have chosen, or 0
	trail  []int32 // the chosen elements, in the order of choice
	until  []int32 // by array: the last constraint that has a value in it, or -1; made when dead ends are remembered
	dead   map[string]struct{}
	key    []byte
	live   []int32
	steps  int
}

func (r *reading) matches() bool {
	s := &r.search
	s.steps = maxSteps
	if cap(s.chosen) < len(r.arrays) {
		s.chosen = make([]int32, len(r.arrays))
	}
	s.chosen, s.trail = s.chosen[:len(r.arrays)], s.trail[:0]
	clear(s.chosen)
	for _, p := range r.prog.rows {
		s.until, s.dead, s.plan = nil, nil, p
		if r.hopeful(p) && r.from(0) {
			return true
		}
	}
	return false
}

// hopeful reports whether each constraint is met somewhere, or may be by a missing field.
func (r *reading) hopeful(p plan) bool {
	for _, l := range p.leaves {
		if !l.absent && len(r.hits[l.id]) == 0 {
			return false
		}
	}
	return true
}

// from meets the constraints from the i-th on, given the choices so far.
func (r *reading) from(i int) bool {
	s := &r.search
	if i == len(s.plan.leaves) {
		return true
	}
	if s.steps -= 16; s.steps < 0 || r.isDead(i) {
		return false
	}
	l := s.plan.leaves[i]
	if l.absent && r.consistent(r.seen[l.id], 0) < 0 && r.from(i+1) {
		return true
	}
	hits := r.hits[l.id]
	for at := r.consistent(hits, 0); at >= 0; at = r.consistent(hits, at+1) {
		mark := len(s.trail)
		r.choose(hits[at])
		free := len(s.trail) == mark
		if r.from(i + 1) {
			return true
		}
		r.undo(mark)
		if free && !s.plan.absent {
			break // any other choice leaves less to the constraints that follow
		}
	}
	r.bury(i)
	return false
}

// consistent gives the first owner from the i-th on that fits the choices so far, or -1.
func (r *reading) consistent(o owners, i int) int {
	for i < len(o) {
		other, end := r.conflict(o[i])
		if other == 0 {
			return i
		}
		target := end // behind the array, where another element was chosen
		if other > o[i] {
			target = other
		}
		skip, _ := slices.BinarySearch(o[i+1:], target)
		i += 1 + skip
	}
	return -1
}

// conflict gives the chosen element of an array in which e lies within another one, and the end of that array.
func (r *reading) conflict(e int32) (other, end int32) {
	for ; e != 0; e = r.elems[e].up {
		r.search.steps--
		array := r.elems[e].array
		switch r.search.chosen[array] {
		case 0:
		case e:
			return 0, 0 // and so are all around it
		default:
			return r.search.chosen[array], r.arrays[array].end
		}
	}
	return 0, 0
}

func (r *reading) choose(e int32) {
	s := &r.search
	for ; e != 0 && s.chosen[r.elems[e].array] == 0; e = r.elems[e].up {
		s.chosen[r.elems[e].array] = e
		s.trail = append(s.trail, e)
	}
}

func (r *reading) undo(mark int) {
	s := &r.search
	for _, e := range s.trail[mark:] {
		s.chosen[r.elems[e].array] = 0
	}
	s.trail = s.trail[:mark]
}

// isDead reports whether these constraints were tried in vain under the same choices, as far as the choices concern them.
func (r *reading) isDead(i int) bool {
	if r.search.steps > rememberAt {
		return false
	}
	r.setKey(i)
	_, dead := r.search.dead[string(r.search.key)]
	return dead
}

func (r *reading) bury(i int) {
	s := &r.search
	if s.steps > rememberAt || len(s.dead) >= maxRemember {
		return
	}
	if s.dead == nil {
		s.dead = map[string]struct{}{}
	}
	r.setKey(i)
	s.dead[string(s.key)] = struct{}{}
}

func (r *reading) setKey(i int) {
	s := &r.search
	if s.until == nil {
		r.setUntil()
	}
	s.live = s.live[:0]
	for _, e := range s.trail {
		if s.until[r.elems[e].array] >= int32(i) {
			s.live = append(s.live, e)
		}
	}
	slices.Sort(s.live)
	s.key = binary.AppendUvarint(s.key[:0], uint64(i))
	for _, e := range s.live {
		s.key = binary.AppendUvarint(s.key, uint64(e))
	}
}

func (r *reading) setUntil() {
	s := &r.search
	s.until = slices.Repeat([]int32{-1}, len(r.arrays))
	for i, l := range slices.Backward(s.plan.leaves) {
		for _, held := range [...]owners{r.hits[l.id], r.seen[l.id]} {
			for _, e := range held {
				for ; e != 0 && s.until[r.elems[e].array] < 0; e = r.elems[e].up {
					s.until[r.elems[e].array] = int32(i)
				}
			}
		}
	}
}
