package journaltest

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// TestFaultyFailsEveryCall holds that no call of a journal goes around the faults, those that are added later included.
func TestFaultyFailsEveryCall(t *testing.T) {
	methods := reflect.TypeFor[Journal]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		faults := &Faults{At: 1}
		call := reflect.ValueOf(Faulty{journal.NewMemory(), faults}).MethodByName(name)
		in := []reflect.Value{reflect.ValueOf(context.Background())}
		for n := len(in); n < call.Type().NumIn() && (n < call.Type().NumIn()-1 || !call.Type().IsVariadic()); n++ {
			in = append(in, reflect.Zero(call.Type().In(n)))
		}
		out := call.Call(in)
		if err, _ := out[len(out)-1].Interface().(error); !errors.Is(err, ErrFault) || faults.Done() == "" || faults.Calls() != 1 {
			t.Errorf("%s: got error %v after %d calls, and %q failed", name, err, faults.Calls(), faults.Done())
		}
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults *Faults
		kept   int   // revisions after two that are recorded
		errs   []any // of begin and two records
		done   string
	}{
		{"none", &Faults{}, 3, []any{nil, nil, nil}, ""},
		{"before the second", &Faults{At: 2}, 1, []any{nil, ErrFault, ErrFault}, "record planned"},
		{"after the second", &Faults{At: 2, After: true}, 2, []any{nil, ErrFault, ErrFault}, "record planned"},
		{"after the third", &Faults{At: 3, After: true}, 3, []any{nil, nil, ErrFault}, "record applying"},
	} {
		t.Run(c.name, func(t *testing.T) {
			memory := journal.NewMemory()
			j := Faulty{memory, c.faults}
			begun, err := j.Begin(t.Context(), entry(bucket, "e1", config(5), "f1"), start)
			errs, e := []any{err}, begun.Entry
			for _, s := range []journal.State{journal.Planned, journal.Applying} {
				if err == nil {
					e.State = s
					e, err = j.Record(t.Context(), e)
				}
				errs = append(errs, err)
			}
			history, err := memory.History(t.Context(), journal.NewID(bucket, "e1", "tags"))
			got, want := []any{len(history), err, errs, c.faults.Done()}, []any{c.kept, nil, c.errs, c.done}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
	j := Faulty{journal.NewMemory(), &Faults{At: 1, After: true}}
	if _, err := j.Get(t.Context(), "tw-nothing"); !errors.Is(err, journal.ErrUnknown) {
		t.Errorf("a call that fails by itself: got %v, want its own error", err)
	}
}
