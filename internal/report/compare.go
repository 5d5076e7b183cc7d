package report

import (
	"maps"
	"slices"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// Judged is what a policy makes of findings: a row for each finding and remedy.
func Judged(p *policy.Policy, findings []finding.Finding) []Row {
	var rows []Row
	for i, decisions := range p.DecideAll(findings) {
		for _, d := range decisions {
			rows = append(rows, Of(findings[i], d))
		}
	}
	return rows
}

// A Difference is what two policies make of one finding by one remedy, where they differ. One of the two is nil where its policy says nothing of it.
type Difference struct{ Was, Now *Row }

// Compare gives what differs between what two policies make of one event, by resource and remedy, and how many rows are equal.
func Compare(was, now []Row) (differences []Difference, equal int) {
	key := func(row Row) string { return row.Resource.ARN + "\x00" + row.Resource.ID + "\x00" + row.Remedy }
	// An ignored finding has no remedy: it is compared with whatever the other policy does about the resource.
	if len(was) == 1 && len(now) == 1 {
		key = func(Row) string { return "" }
	}
	pairs := map[string]Difference{}
	for i := range was {
		pair := pairs[key(was[i])]
		pair.Was = &was[i]
		pairs[key(was[i])] = pair
	}
	for i := range now {
		pair := pairs[key(now[i])]
		pair.Now = &now[i]
		pairs[key(now[i])] = pair
	}
	for _, k := range slices.Sorted(maps.Keys(pairs)) {
		if pair := pairs[k]; !same(pair.Was, pair.Now) {
			differences = append(differences, pair)
		}
	}
	return differences, len(pairs) - len(differences)
}

// same compares all that a policy decides; the sentence that explains it may differ.
func same(a, b *Row) bool {
	return a != nil && b != nil && a.Verdict == b.Verdict && a.Rule == b.Rule && a.Remedy == b.Remedy && slices.Equal(a.Violations, b.Violations) &&
		maps.Equal(a.Before, b.Before) && maps.Equal(a.After, b.After)
}

// Keys are the tag keys of which the two policies make something else, sorted; none where only verdict, rule or remedy differ.
func (d Difference) Keys() []string {
	was, now := aspects(d.Was), aspects(d.Now)
	all := maps.Clone(was)
	maps.Copy(all, now)
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		a, b := was[key], now[key]
		if !slices.Equal(a.violations, b.violations) || a.before != b.before || a.after != b.after {
			keys = append(keys, key)
		}
	}
	return keys
}

// An aspect is what a row says of one tag key.
type aspect struct {
	violations    []tag.Violation
	before, after edge
}

// An edge is a value that there may be.
type edge struct {
	value string
	there bool
}

// aspects are what a row says, by tag key.
func aspects(r *Row) map[string]aspect {
	all := map[string]aspect{}
	if r == nil {
		return all
	}
	for _, v := range r.Violations {
		a := all[v.Key]
		a.violations = append(a.violations, v)
		all[v.Key] = a
	}
	for key, value := range r.Before {
		a := all[key]
		a.before = edge{value, true}
		all[key] = a
	}
	for key, value := range r.After {
		a := all[key]
		a.after = edge{value, true}
		all[key] = a
	}
	delete(all, "") // of too many tags
	return all
}
