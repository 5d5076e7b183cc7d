package remedies

import "slices"

// A span is a range of ports, both ends in it.
type span struct{ from, to int32 }

// allPorts is every port of TCP or UDP.
var allPorts = span{0, 65535}

// spans gives each port as a range of one.
func spans(ports []int32) []span {
	list := make([]span, len(ports))
	for i, port := range ports {
		list[i] = span{port, port}
	}
	return list
}

// without is what is left of a range when others are cut out of it, in rising order.
func (s span) without(others []span) []span {
	var left []span
	at := s.from
	sorted := slices.SortedFunc(slices.Values(others), func(a, b span) int { return int(a.from - b.from) })
	for _, cut := range sorted {
		if cut.to < at || cut.from > s.to {
			continue
		}
		if cut.from > at {
			left = append(left, span{at, cut.from - 1})
		}
		at = cut.to + 1
	}
	if at <= s.to {
		left = append(left, span{at, s.to})
	}
	return left
}
