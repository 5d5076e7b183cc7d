package policy

import (
	"fmt"
	"slices"
	"strings"
)

// choices says what would do in the place of a wrong name: the one that was probably meant, if there is one, and all that there are.
func (r *reader) choices(wrong string, names []string) string {
	names = slices.Sorted(slices.Values(names))
	if service, _, ok := strings.Cut(wrong, ":"); ok { // of controls, those of the same service
		if like := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strings.HasPrefix(name, service+":") }); len(like) > 0 {
			names = like
		}
	}
	if len(names) == 0 {
		return "leave it out: there is none"
	}
	all := "use " + enumerate(names, "or")
	if near, ok := r.nearest(wrong, names); ok {
		if len(names) > 12 {
			return fmt.Sprintf("did you mean %q?", near)
		}
		return fmt.Sprintf("did you mean %q? %s", near, all)
	}
	if len(names) > 12 {
		return "use " + enumerate(append(names[:12:12], "..."), "or")
	}
	return all
}

// enumerate lists words as people do: "a, b or c".
func enumerate(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	end := len(words) - 1
	return strings.Join(words[:end], ", ") + " " + last + " " + words[end]
}

// maxHints is how many problems may stand before names are no longer compared: a file of nothing but wrong names must not cost minutes.
const maxHints = 100

// nearest gives the name that wrong is most like, if it is like any: two slips at most, and fewer in short names.
func (r *reader) nearest(wrong string, names []string) (string, bool) {
	if len(wrong) > 200 || len(r.problems) > maxHints {
		return "", false
	}
	best, found := "", 1+min(2, (len(wrong)+1)/3)
	for _, name := range names {
		if longer := len(name) - len(wrong); longer >= found || -longer >= found {
			continue
		}
		if d := slips(strings.ToLower(wrong), strings.ToLower(name)); d < found {
			best, found = name, d
		}
	}
	return best, best != ""
}

// slips counts the letters to put in, leave out, replace or swap with their neighbour to get from a to b (optimal string alignment).
func slips(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, last := make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row := make([]int, len(t)+1)
		row[0] = i + 1
		for j := range t {
			differ := 1
			if s[i] == t[j] {
				differ = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+differ)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(t)]
}
