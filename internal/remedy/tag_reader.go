package remedy

import "slices"

// TagReader gives, of some remedies, the one whose read shows a resource's tags, as a reader and no more: it has no right to write, nor to read what a fix draws on. ok is
// false where there is none.
func TagReader(all []Remedy) (reader Remedy, ok bool) {
	i := slices.IndexFunc(all, func(r Remedy) bool { return r.Show != nil })
	if i < 0 {
		return Remedy{}, false
	}
	reader = all[i]
	reader.Writes, reader.Facts = nil, nil
	reader.Reads = slices.DeleteFunc(slices.Clone(reader.Reads), func(g Grant) bool { return g.For != "" })
	return reader, true
}
