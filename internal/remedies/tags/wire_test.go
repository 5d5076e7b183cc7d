package tags

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// What every service answers in these tests, and what it shall become: one tag is renamed, one goes, one comes, AWS's own stays.
var (
	wireBefore = tagSet{"aws:x": "1", "Keep": "k", "Old": "o", "role": "a"}
	wireAfter  = tagSet{"aws:x": "1", "Keep": "k", "New": "", "Owner": "a"}
)

// The tags of wireBefore as the services write them.
const (
	jsonList  = `[{"Key":"aws:x","Value":"1"},{"Key":"Keep","Value":"k"},{"Key":"Old","Value":"o"},{"Key":"role","Value":"a"}]`
	jsonLower = `[{"key":"aws:x","value":"1"},{"key":"Keep","value":"k"},{"key":"Old","value":"o"},{"key":"role","value":"a"}]`
	jsonKMS   = `[{"TagKey":"aws:x","TagValue":"1"},{"TagKey":"Keep","TagValue":"k"},{"TagKey":"Old","TagValue":"o"},{"TagKey":"role","TagValue":"a"}]`
	jsonMap   = `{"aws:x":"1","Keep":"k","Old":"o","role":"a"}`
	xmlTags   = `<Tag><Key>aws:x</Key><Value>1</Value></Tag><Tag><Key>Keep</Key><Value>k</Value></Tag><Tag><Key>Old</Key><Value>o</Value></Tag><Tag><Key>role</Key><Value>a</Value></Tag>`
)

var xmlMembers = strings.NewReplacer("<Tag>", "<member>", "</Tag>", "</member>").Replace(xmlTags)

// A wire is one service: what it answers, and the calls that reading and writing must make.
type wire struct {
	r       finding.Resource
	speaks  protocol
	gone    string            // the code that says that there is no such resource
	answers map[string]string // by operation
	read    []string
	write   []string
}

func (w wire) fake(t *testing.T) *fake {
	f := newFake(t)
	for operation, body := range w.answers {
		f.on(operation, 200, body)
	}
	return f
}

func encoded(t *testing.T, s tagSet) remedy.State {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return remedy.State(data)
}

func TestTagsOnTheWire(t *testing.T) {
	for name, w := range wires {
		t.Run(name, func(t *testing.T) {
			f := w.fake(t)
			cfg := guard.New(Remedy).Config(f.config())
			state, err := Remedy.Lens.Read(t.Context(), cfg, w.r)
			if err != nil {
				t.Fatal(err)
			}
			var got tagSet
			if err := json.Unmarshal(state, &got); err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(got, wireBefore) {
				t.Errorf("read: got %v, want %v", got, wireBefore)
			}
			compareCalls(t, "read", f.calls, w.read)
			f.calls = nil
			if err := Remedy.Lens.Write(guard.Writing(t.Context()), cfg, w.r, encoded(t, wireBefore), encoded(t, wireAfter)); err != nil {
				t.Fatal(err)
			}
			compareCalls(t, "write", f.calls, w.write)
		})
	}
}

func compareCalls(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got calls\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func operations(calls []string) []string {
	var names []string
	for _, call := range calls {
		name, _, _ := strings.Cut(call, " ")
		names = append(names, name)
	}
	return names
}

func TestDeniedIsNeverNone(t *testing.T) {
	for name, w := range wires {
		for _, operation := range operations(slices.Concat(w.read, w.write)) {
			t.Run(name+" "+operation, func(t *testing.T) {
				f := w.fake(t)
				f.answers[operation] = []answer{{403, w.speaks.fault(w.speaks.denied())}}
				err := readAndWrite(t, f, w.r)
				if _, refused := errors.AsType[*remedy.RefusedError](err); !refused || errors.Is(err, remedy.ErrGone) {
					t.Errorf("got %v, want it refused", err)
				}
			})
		}
	}
}

func TestGone(t *testing.T) {
	for name, w := range wires {
		for _, operation := range operations(slices.Concat(w.read, w.write)) {
			t.Run(name+" "+operation, func(t *testing.T) {
				f := w.fake(t)
				f.answers[operation] = []answer{{404, w.speaks.fault(w.gone)}}
				if err := readAndWrite(t, f, w.r); w.gone != "" && !errors.Is(err, remedy.ErrGone) {
					t.Errorf("got %v, want ErrGone", err)
				}
			})
		}
	}
}

func TestThrottledIsTriedAgain(t *testing.T) {
	for name, w := range wires {
		for _, operation := range operations(slices.Concat(w.read, w.write)) {
			t.Run(name+" "+operation, func(t *testing.T) {
				f := w.fake(t)
				f.answers[operation] = []answer{{503, w.speaks.fault("ThrottlingException")}}
				err := readAndWrite(t, f, w.r)
				if _, refused := errors.AsType[*remedy.RefusedError](err); err == nil || refused || errors.Is(err, remedy.ErrGone) {
					t.Errorf("got %v, want an ordinary error", err)
				}
			})
		}
	}
}

func readAndWrite(t *testing.T, f *fake, r finding.Resource) error {
	t.Helper()
	if _, err := Remedy.Lens.Read(t.Context(), f.config(), r); err != nil {
		return err
	}
	return Remedy.Lens.Write(t.Context(), f.config(), r, encoded(t, wireBefore), encoded(t, wireAfter))
}
