package tags

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestDifference(t *testing.T) {
	cases := []struct {
		name      string
		from, to  tagSet
		fold      bool
		gone, set tagSet
	}{
		{"nothing", tagSet{"a": "1"}, tagSet{"a": "1"}, false, tagSet{}, tagSet{}},
		{"another value", tagSet{"a": "1"}, tagSet{"a": "2"}, false, tagSet{}, tagSet{"a": "2"}},
		{"an empty value is a value", tagSet{}, tagSet{"a": ""}, false, tagSet{}, tagSet{"a": ""}},
		{"renamed", tagSet{"a": "1"}, tagSet{"b": "1"}, false, tagSet{"a": "1"}, tagSet{"b": "1"}},
		{"another spelling", tagSet{"owner": "1"}, tagSet{"Owner": "1"}, false, tagSet{"owner": "1"}, tagSet{"Owner": "1"}},
		{"another spelling where case is ignored", tagSet{"owner": "1", "x": "2"}, tagSet{"Owner": "1"}, true, tagSet{"x": "2"}, tagSet{"Owner": "1"}},
		{"AWS's own", tagSet{"aws:a": "1", "AWS:b": "2"}, tagSet{"aws:c": "3", "Aws:d": "4"}, false, tagSet{}, tagSet{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			gone, set := difference(c.from, c.to, c.fold)
			if !maps.Equal(gone, c.gone) || !maps.Equal(set, c.set) {
				t.Errorf("got %v and %v, want %v and %v", gone, set, c.gone, c.set)
			}
		})
	}
}

func TestMerge(t *testing.T) {
	full := tagSet{"aws:own": "x"}
	for i := range maxTags {
		full[fmt.Sprintf("k%02d", i)] = "v"
	}
	room := full.merged(tagSet{"k49": ""}, nil)
	denied := errors.New("denied")
	cases := []struct {
		name      string
		from      tagSet
		gone, set tagSet
		fail      string // the call that fails
		want      []string
		err       error
	}{
		{"a rename adds first", tagSet{"a": "1"}, tagSet{"a": "1"}, tagSet{"b": "1"}, "", []string{"add b", "remove a"}, nil},
		{"only adds", tagSet{}, tagSet{}, tagSet{"b": "1"}, "", []string{"add b"}, nil},
		{"only removes", tagSet{"a": "1"}, tagSet{"a": "1"}, tagSet{}, "", []string{"remove a"}, nil},
		{"a refused addition removes nothing", tagSet{"a": "1"}, tagSet{"a": "1"}, tagSet{"b": "1"}, "add b", []string{"add b"}, denied},
		{"one below the limit adds first", room, tagSet{"k00": "v"}, tagSet{"b": "1"}, "", []string{"add b", "remove k00"}, nil},
		{"at the limit it removes first", full, tagSet{"k00": "v"}, tagSet{"b": "1"}, "", []string{"remove k00", "add b"}, nil},
		{"at the limit a value is only written", full, tagSet{"k00": "v"}, tagSet{"k01": "w"}, "", []string{"add k01", "remove k00"}, nil},
		{"what was removed is put back", full, tagSet{"k00": "v"}, tagSet{"b": "1"}, "add b", []string{"remove k00", "add b", "add k00"}, denied},
		{"a refused removal adds nothing", full, tagSet{"k00": "v"}, tagSet{"b": "1"}, "remove k00", []string{"remove k00"}, denied},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			call := func(verb string) func(context.Context, tagSet) error {
				return func(_ context.Context, s tagSet) error {
					did := verb + " " + strings.Join(s.keys(), " ")
					got = append(got, did)
					if did == c.fail {
						return denied
					}
					return nil
				}
			}
			err := calls{add: call("add"), remove: call("remove")}.merge(t.Context(), c.from, c.gone, c.set)
			if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
				t.Errorf("got %q and %v, want %q and %v", got, err, c.want, c.err)
			}
		})
	}
}

func TestFixTags(t *testing.T) {
	cases := []struct {
		name string
		from tagSet
		fix  map[string]string
		want tagSet
	}{
		{"the rules decide", tagSet{"a": "1"}, map[string]string{"b": "2"}, tagSet{"b": "2"}},
		{"nothing is left", tagSet{"a": "1"}, nil, tagSet{}},
		{"AWS's own stay as they are", tagSet{"aws:a": "1", "aws:b": "2"}, map[string]string{"aws:a": "9", "aws:c": "3"}, tagSet{"aws:a": "1", "aws:b": "2"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := fixTags(c.from, remedy.Params{Tags: func(map[string]string) map[string]string { return c.fix }})
			if err != nil || !maps.Equal(got, c.want) || got == nil {
				t.Errorf("got %v and %v, want %v", got, err, c.want)
			}
		})
	}
	t.Run("no rules", func(t *testing.T) {
		if _, err := fixTags(tagSet{}, remedy.Params{}); err == nil {
			t.Error("got no error, want one")
		}
	})
}
