package remedytest

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/change"
	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// Live takes each case through its life on the emulator at an endpoint, and, if record is set, writes the tapes to a folder.
func Live(t *testing.T, r remedy.Remedy, cases []Case, endpoint, record string) {
	var used []string
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			cfg := emulator.In(emulator.Config(endpoint, Region), Account)
			planted, err := c.Plant(t.Context(), cfg)
			if err != nil {
				t.Fatalf("plant: %v", err)
			}
			l := newLife(t, r, c, planted, &client{next: cfg.HTTPClient}, cfg)
			l.meddle = func() error {
				if c.Meddle == nil {
					return nil
				}
				return c.Meddle(l.ctx, cfg, planted)
			}
			if c.Beside != nil {
				l.beside = func() (any, error) { return c.Beside(l.ctx, cfg, planted) }
			}
			fix, calls := l.live()
			used = append(used, calls...)
			denials(t, l, cfg)
			if record != "" && !t.Failed() {
				save(t, record, r.ID, c.Name, recording{Planted: planted, Change: fix, Tape: l.client.tape})
			}
		})
	}
	if !t.Failed() {
		grants(t, r, used)
	}
}

// Replay takes each case through its life from the tapes in a folder, and holds that the remedy declares what it uses, that each read that is denied is an error, and that
// its examples are true.
func Replay(t *testing.T, r remedy.Remedy, cases []Case, folder string) {
	t.Run("examples", func(t *testing.T) { examples(t, r) })
	if len(cases) == 0 {
		t.Fatal("the remedy has no case")
	}
	if !slices.ContainsFunc(cases, func(c Case) bool { return c.Absent.Type != "" }) && r.Resource != "AWS::::Account" && r.Undo != remedy.None {
		t.Error("no case has a resource that is not there")
	}
	var used []string
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			kept := load(t, folder, r.ID, c.Name)
			cfg := emulator.Config("http://127.0.0.1:1", Region)
			l := newLife(t, r, c, kept.Planted, &client{tape: kept.Tape}, cfg)
			l.meddle = func() error { return nil }
			fix, calls := l.live()
			used = append(used, calls...)
			if !same(fix, kept.Change) {
				t.Errorf("the fix changes%s\nwant%s", show(fix.Touched), show(kept.Change.Touched))
			}
			if l.client.at != len(kept.Tape.Exchanges) {
				t.Errorf("%d of %d recorded requests were made", l.client.at, len(kept.Tape.Exchanges))
			}
			denials(t, l, cfg)
		})
	}
	if !t.Failed() {
		grants(t, r, used)
	}
}

func newLife(t testing.TB, r remedy.Remedy, c Case, p Planted, via *client, cfg aws.Config) *life {
	t.Helper()
	g := guard.New(r)
	l := &life{t: t, ctx: context.WithoutCancel(t.Context()), remedy: r, c: c, p: p, client: via, guard: g, cfg: g.Config(via.config(cfg))}
	if r.About != nil {
		about, err := r.About(p.Resource, l.params())
		if err != nil {
			t.Fatalf("what the remedy is about: %v", err)
		}
		l.p.Resource = about
	}
	return l
}

// grants holds that a remedy used what it declares, no more and no less, over all its cases, and that a write is not declared as a read.
func grants(t testing.TB, r remedy.Remedy, used []string) {
	t.Helper()
	for _, g := range slices.Concat(r.Reads, r.Writes) {
		switch seen := slices.Contains(used, g.Action); {
		case !g.Unseen && !seen:
			t.Errorf("%s declares %s, and no case uses it", r.ID, g.Action)
		case g.Unseen && seen:
			t.Errorf("%s declares %s as one that no call is made under, and a case calls it", r.ID, g.Action)
		}
	}
	for _, g := range r.Reads {
		if !reading(g.Action) {
			t.Errorf("%s declares %s as a read, so the guard would let it write while it plans", r.ID, g.Action)
		}
	}
}

// reading tells whether an action reads, by its name.
func reading(action string) bool {
	_, name, _ := strings.Cut(action, ":")
	return slices.ContainsFunc([]string{"Describe", "Get", "Head", "List", "Lookup"}, func(verb string) bool { return strings.HasPrefix(name, verb) })
}

// denials denies each operation of the first read and of the fix's write, in turn: that must be a refusal, and never "nothing to do", "gone" or done.
func denials(t testing.TB, l *life, cfg aws.Config) {
	t.Helper()
	tried := 0
	for _, operation := range l.client.operations(0, len(l.client.tape.Exchanges)) {
		via, denied := l.denying(operation, cfg)
		var state remedy.State
		resource, err := l.whole(denied)
		if err == nil {
			state, err = l.remedy.Lens.Read(l.ctx, denied, resource)
		}
		if via.denied == 0 {
			continue // not of a read
		}
		tried++
		if !isRefusal(err) {
			t.Errorf("with %s denied, the read gave %s, %v; want a refusal", operation, state, err)
		}
	}
	if tried == 0 {
		t.Error("no read could be denied")
	}
	for _, operation := range l.client.operations(l.fixing.start, l.fixing.end) {
		_, denied := l.denying(operation, cfg)
		if err := l.remedy.Lens.Write(guard.Writing(l.ctx), denied, l.p.Resource, l.fixing.from, l.fixing.to); !isRefusal(err) {
			t.Errorf("with %s denied, the write gave %v; want a refusal", operation, err)
		}
	}
}

// denying gives a configuration that answers from the tape and denies one operation.
func (l *life) denying(operation string, cfg aws.Config) (*client, aws.Config) {
	via := &client{tape: l.client.tape, any: true, deny: operation}
	return via, guard.New(l.remedy).Config(via.config(cfg))
}

func isRefusal(err error) bool {
	_, refused := errors.AsType[*remedy.RefusedError](err)
	return refused && !errors.Is(err, remedy.ErrGone)
}

// examples holds that each example is as Fix makes it, is whole, and needs no second fix.
func examples(t testing.TB, r remedy.Remedy) {
	if len(r.Examples) == 0 {
		t.Error("the remedy has no example")
	}
	for _, e := range r.Examples {
		p := params(r, e.Control, e.With, e.Subject)
		once, err := r.Lens.Fix(remedy.State(e.Before), p)
		if err != nil {
			t.Errorf("%s: %v", e.Name, err)
			continue
		}
		if differs(t, remedy.State(e.After), once) {
			t.Errorf("%s: got %s, want %s", e.Name, once, e.After)
		}
		if twice, err := r.Lens.Fix(once, p); err != nil || differs(t, once, twice) {
			t.Errorf("%s: fixed twice, it is %s, %v; want %s", e.Name, twice, err, once)
		}
		if whole, err := r.Lens.Whole(remedy.State(e.Before)); err != nil || differs(t, remedy.State(e.Before), whole) {
			t.Errorf("%s: its setting is not of the remedy's shape: %s became %s, %v", e.Name, e.Before, whole, err)
		}
	}
}

func differs(t testing.TB, a, b remedy.State) bool {
	t.Helper()
	c, err := change.Between("", 0, a, b)
	if err != nil {
		t.Fatal(err)
	}
	return !c.Empty()
}

func same(a, b change.Change) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// fill puts the planted names where a text asks for them.
func (p Planted) fill(text string) string {
	for name, value := range p.Names {
		text = strings.ReplaceAll(text, "{{"+name+"}}", value)
	}
	return text
}

func path(folder, id, name string) string { return filepath.Join(folder, id+"."+name+".json") }

func save(t *testing.T, folder, id, name string, kept recording) {
	t.Helper()
	text, err := json.MarshalIndent(kept, "", " ")
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	if err == nil {
		err = os.WriteFile(path(folder, id, name), append(text, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, folder, id, name string) recording {
	t.Helper()
	text, err := os.ReadFile(path(folder, id, name))
	if err != nil {
		t.Fatalf("%v: record the case on the emulator: make tapes", err)
	}
	var kept recording
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatalf("%s: %v", path(folder, id, name), err)
	}
	return kept
}
