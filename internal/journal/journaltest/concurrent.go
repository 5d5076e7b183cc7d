package journaltest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// functions is how many act at once.
const functions = 8

// together runs f as often as there are functions, all at once.
func together(f func(n int)) {
	var wait sync.WaitGroup
	gate := make(chan struct{})
	for n := range functions {
		wait.Go(func() {
			<-gate
			f(n)
		})
	}
	close(gate)
	wait.Wait()
}

var concurrentCases = []testCase{
	{"many report one key: one starts, the others join", func(b *bench) {
		var begun [functions]journal.Begun
		together(func(n int) {
			var err error
			begun[n], err = b.j.Begin(b.Context(), entry(bucket, fmt.Sprintf("e%d", n), config(5), "f1"), b.now)
			if err != nil {
				b.Errorf("begin %d: %v", n, err)
			}
		})
		count(b, begun[:])
		b.same("reporters", len(b.opened(bucket).Reporters), functions)
	}},
	{"one event is delivered many times: one starts", func(b *bench) {
		var begun [functions]journal.Begun
		together(func(n int) {
			var err error
			begun[n], err = b.j.Begin(b.Context(), entry(bucket, "e1", config(5), "f1"), b.now)
			if err != nil {
				b.Errorf("begin %d: %v", n, err)
			}
		})
		count(b, begun[:])
		b.same("open", b.opened(bucket).Reporters, by("config e1"))
	}},
	{"many supersede one: each lapses once, and one stands last", func(b *bench) {
		stands := b.record(b.begin(entry(bucket, "e", config(5), "f"), journal.Started), journal.Told)
		var begun [functions]journal.Begun
		together(func(n int) {
			var err error
			begun[n], err = b.j.Begin(b.Context(), entry(bucket, fmt.Sprintf("e%d", n), config(6), fmt.Sprint(n)), b.now)
			if err != nil {
				b.Errorf("begin %d: %v", n, err)
			}
		})
		count(b, begun[:])
		b.same("the old one", b.life(stands.ID), []journal.State{journal.Open, journal.Told, journal.Lapsed})
	}},
	{"many take one: one wins", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		var errs [functions]error
		together(func(n int) {
			_, errs[n] = b.j.Take(b.Context(), e.ID, fmt.Sprint("function ", n), b.now, b.now.Add(journal.Lease))
		})
		only(b, errs[:], journal.ErrBusy)
	}},
	{"many record one revision: one wins", func(b *bench) {
		e := b.begin(entry(bucket, "e1", config(5), "f1"), journal.Started)
		var errs [functions]error
		together(func(n int) {
			mine := e
			mine.State, mine.Reason = journal.Planned, fmt.Sprint("function ", n)
			_, errs[n] = b.j.Record(b.Context(), mine)
		})
		only(b, errs[:], journal.ErrConflict)
		b.same("life", b.life(e.ID), []journal.State{journal.Open, journal.Planned})
	}},
	{"reports come in while one records: nothing is lost", func(b *bench) {
		e := b.begin(entry(bucket, "e0", config(5), "f1"), journal.Started)
		together(func(n int) {
			if n == 0 {
				e = b.record(b.record(e, journal.Planned), journal.Applying)
				return
			}
			if _, err := b.j.Begin(b.Context(), entry(bucket, fmt.Sprintf("e%d", n), config(5), "f1"), start); err != nil {
				b.Errorf("begin %d: %v", n, err)
			}
		})
		got := b.opened(bucket)
		b.same("state", []any{got.State, got.Revision}, []any{journal.Applying, 3})
		b.same("reporters", len(got.Reporters), functions)
	}},
}

// count says that one report started an entry, and all others were answered with it.
func count(b *bench, begun []journal.Begun) {
	b.Helper()
	started, holder := 0, ""
	for _, got := range begun {
		if got.Kind == journal.Started {
			started, holder = started+1, got.Entry.ID
		}
	}
	if started != 1 {
		b.Fatalf("%d started, want 1", started)
	}
	for n, got := range begun {
		if got.Entry.ID != holder || got.Kind == journal.Stale {
			b.Errorf("%d was %s, with entry %s; want the one that started, %s", n, kind(got.Kind), got.Entry.ID, holder)
		}
	}
}

// only says that one had no error, and all others the wanted one.
func only(b *bench, errs []error, want error) {
	b.Helper()
	won := 0
	for n, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, want):
			b.Errorf("%d: got error %v, want %v", n, err, want)
		}
	}
	if won != 1 {
		b.Errorf("%d won, want 1", won)
	}
}
