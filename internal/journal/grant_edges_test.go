package journal

import (
	"reflect"
	"testing"
	"time"
)

// TestWithout holds that only the exemptions of undos go with an undo: what a person granted stays, and what belongs to another undo.
func TestWithout(t *testing.T) {
	person, one, two := Grant{Event: "1"}, Grant{Event: "2", Undo: "tw-1"}, Grant{Event: "3", Undo: "tw-2"}
	all := []Grant{person, one, two}
	for _, test := range []struct {
		name  string
		undos []string
		want  []Grant
	}{
		{"of none", nil, all},
		{"of one", []string{"tw-1"}, []Grant{person, two}},
		{"of both", []string{"tw-1", "tw-2"}, []Grant{person}},
		{"of an entry without a name", []string{""}, all},
	} {
		if got := Without(all, test.undos...); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
	if want := []Grant{{Event: "1"}, {Event: "2", Undo: "tw-1"}, {Event: "3", Undo: "tw-2"}}; !reflect.DeepEqual(all, want) {
		t.Errorf("the list was changed to %+v", all)
	}
}

// TestRegrant holds that exemptions are kept in place of those that were, and that the entry ends, untold, with the last of them.
func TestRegrant(t *testing.T) {
	e := Entry{ID: "tw-1", State: Told, Key: Key{Resource: "arn:aws:s3:::b", Setting: "exemption"}, Due: noon}
	grants := []Grant{{Rules: []string{"tags"}, Until: noon.Add(time.Hour), Event: "1"}}
	kept, err := e.Regrant(grants, noon)
	if err != nil || kept.State != Told || kept.Told || !kept.Due.Equal(noon.Add(time.Hour)) || !kept.Updated.Equal(noon) {
		t.Errorf("got %+v, %v", kept, err)
	}
	if got, err := Grants(kept); err != nil || !reflect.DeepEqual(normal(got), normal(grants)) {
		t.Errorf("kept are %+v, %v; want %+v", got, err, grants)
	}
	over, err := kept.Regrant(nil, noon)
	if err != nil || over.State != Lapsed || !over.Told || !over.Due.IsZero() {
		t.Errorf("without any it is %+v, %v", over, err)
	}
}
