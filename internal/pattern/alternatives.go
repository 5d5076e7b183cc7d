package pattern

import "slices"

// distinct leaves out the rows that AWS's engine takes for one it has already: those that ask for the same paths as an earlier row and share
// with it, at each path, the first of their values. So {"$or":[{"a":["x","y"]},{"a":["x","z"]}],"b":[1]} does not match {"a":"z","b":1}.
// Where they share a value that is not the first, the engine does either, by chance; here such a row stays.
// Source: event-ruler 2.1.0, tried; its documentation does not say so.
func distinct(rows []row) []row {
	var kept []row
	for _, r := range rows {
		if !slices.ContainsFunc(kept, func(k row) bool { return k.hides(r) }) {
			kept = append(kept, r)
		}
	}
	return kept
}

func (r row) hides(later row) bool {
	if len(r) != len(later) {
		return false
	}
	for path, l := range later {
		own, ok := r[path]
		if !ok || own != l && !slices.Contains(own.marks, l.marks[0]) {
			return false
		}
	}
	return true
}

// mark tells the values of leaves apart as the engine does: addresses and numbers by what they mean, the rest by what is written.
func mark(v value) string {
	switch v.kind {
	case kindString:
		if digits, ok := addressDigits(v.text); ok {
			return "address " + digits
		}
	case kindNumber:
		if n := newComparable(v.text); n.ok {
			return "number " + formatNumber(n.value)
		}
	}
	return v.json()
}
