package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// A Memory is a journal in memory, for tests. Its zero value is an empty journal; its methods may be called concurrently.
//
// It keeps claims and entries encoded, as DynamoDB does, so that nobody shares a slice with the journal and a value that would not survive is seen at once.
type Memory struct {
	mu       sync.Mutex
	claims   map[Key][]byte
	entries  map[string][][]byte // revisions in order, by id
	counters map[string][]byte
	brakes   map[string]Brake  // by account, "" for all
	members  map[string][]byte // of the organization: see members.go
}

// NewMemory is an empty journal.
func NewMemory() *Memory { return &Memory{} }

// Begin takes the report of a violation: see Begun.
func (m *Memory) Begin(_ context.Context, e Entry, now time.Time) (Begun, error) {
	if e.ID == "" {
		return Begun{}, fmt.Errorf("begin an entry on %s: it has no id", e.Key)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c, err := m.claim(e.Key)
	if err != nil {
		return Begun{}, err
	}
	if len(m.entries[e.ID]) > 0 {
		was, err := m.newest(e.ID)
		return Begun{Entry: was, Kind: Repeated}, err
	}
	step := c.Begin(e, now)
	was, err := m.commit(step)
	return Begun{Entry: was, Kind: step.Kind}, err
}

// Open is the newest revision of the entry that holds the claim on a key; false if none does.
func (m *Memory) Open(_ context.Context, k Key) (Entry, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, err := m.claim(k)
	if err != nil {
		return Entry{}, false, err
	}
	e, ok := c.Open()
	return e, ok, nil
}

// Last is the entry that holds a claim or, once that is final, held it last; false if nothing is kept of the key.
func (m *Memory) Last(_ context.Context, k Key) (Entry, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, err := m.claim(k)
	return c.Entry, c.Version > 0, err
}

// Changed is the last entry that changed a setting and was no undo, or made again what one had taken back; false if there is none.
func (m *Memory) Changed(_ context.Context, k Key) (Entry, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, err := m.claim(k)
	if err != nil || c.Changed == "" {
		return Entry{}, false, err
	}
	e, err := m.newest(c.Changed)
	if errors.Is(err, ErrUnknown) {
		return Entry{}, false, nil // not kept any more
	}
	return e, err == nil, err
}

// Take leases the claim of an entry to holder until a time. It answers ErrUnknown, and ErrBusy while another's lease holds. An entry that lost its claim to another is
// answered without a lease: nothing is left to be done for it but telling.
func (m *Memory) Take(_ context.Context, id, holder string, now, until time.Time) (Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.newest(id)
	if err != nil {
		return Entry{}, err
	}
	c, err := m.claim(e.Key)
	if err != nil || c.Entry.ID != id {
		return e, err
	}
	step, err := c.Take(holder, now, until)
	if err != nil {
		return Entry{}, err
	}
	return m.commit(step)
}

// Record appends e as the revision after e.Revision, and answers it as it is kept; marks move their counters with it, or nothing of all is written. It answers ErrUnknown,
// ErrStale, ErrTooLarge, ErrConflict if that is not the newest, and a *SpentError if a counter is at its limit.
func (m *Memory) Record(_ context.Context, e Entry, marks ...Mark) (Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest, err := m.newest(e.ID)
	if err != nil {
		return Entry{}, err
	}
	c, err := m.claim(newest.Key)
	if err != nil {
		return Entry{}, err
	}
	step, err := recorded(c, newest, e)
	if err != nil {
		return Entry{}, err
	}
	was, err := m.counted(Marked(marks))
	if err != nil {
		return Entry{}, err
	}
	if step, err = step.With(marks, was); err != nil {
		return Entry{}, err
	}
	return m.commit(step)
}

// recorded is what Record writes: on an entry that lost its claim to another, its revision alone.
func recorded(c Claim, was, e Entry) (Step, error) {
	if c.Entry.ID == e.ID {
		return c.Record(e)
	}
	e, err := Amend(was, e)
	return Step{Entry: e, Append: []Entry{e}}, err
}

// Due are the entries that hold a claim, or held it last, and whose time has come, the longest due first, at most limit of them.
func (m *Memory) Due(_ context.Context, now time.Time, limit int) ([]Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []Entry
	for _, data := range m.claims {
		c, err := DecodeClaim(data)
		if err != nil {
			return nil, err
		}
		if at := c.Entry.Due; !at.IsZero() && !at.After(now) {
			due = append(due, c.Entry)
		}
	}
	return Longest(due)[:max(0, min(limit, len(due)))], nil
}

// Longest sorts entries that are due, the longest first.
func Longest(due []Entry) []Entry {
	slices.SortFunc(due, func(a, b Entry) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return due
}

// Rails are the brake that is on for an account, if one is, and some counters; one that nothing was counted on is not among them.
func (m *Memory) Rails(_ context.Context, account string, counters ...string) (Rails, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, err := m.counted(counters)
	if err != nil {
		return Rails{}, err
	}
	rails := Rails{Counters: found}
	for _, at := range []string{"", account} {
		if b := m.brakes[at]; b.On && rails.Brake == nil {
			rails.Brake = &b
		}
	}
	return rails, nil
}

// SetBrake puts a brake on or takes it off.
func (m *Memory) SetBrake(_ context.Context, b Brake) error {
	b, err := b.Kept()
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.brakes == nil {
		m.brakes = map[string]Brake{}
	}
	m.brakes[b.Account] = b
	return nil
}

// Brakes are the brakes that are on, that of all accounts first, then by account.
func (m *Memory) Brakes(context.Context) ([]Brake, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var on []Brake
	for _, account := range slices.Sorted(maps.Keys(m.brakes)) {
		if b := m.brakes[account]; b.On {
			on = append(on, b)
		}
	}
	return on, nil
}

// Reset sets counters back to nothing, and closes them.
func (m *Memory) Reset(_ context.Context, now time.Time, counters ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	was, err := m.counted(counters)
	if err != nil {
		return err
	}
	var step Step
	for _, c := range was {
		step.Counts = append(step.Counts, c.Reset(now))
	}
	_, err = m.commit(step)
	return err
}

// Get is the newest revision of an entry, with what was reported since, or ErrUnknown.
func (m *Memory) Get(_ context.Context, id string) (Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.newest(id)
}

// History is all revisions of an entry in their order, or ErrUnknown.
func (m *Memory) History(_ context.Context, id string) ([]Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.entries[id]) == 0 {
		return nil, fmt.Errorf("read entry %s: %w", id, ErrUnknown)
	}
	var all []Entry
	for _, data := range m.entries[id] {
		e, err := Decode(data)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// Recent is the newest revision of the entries that were updated at or after a time, the latest first, at most limit of them.
func (m *Memory) Recent(_ context.Context, since time.Time, limit int) ([]Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []Entry
	for _, revisions := range m.entries {
		e, err := Decode(revisions[len(revisions)-1])
		if err != nil {
			return nil, err
		}
		if !e.Updated.Before(since) {
			all = append(all, e)
		}
	}
	return Latest(all, limit), nil
}

// Latest sorts entries, the latest update first, and cuts them to limit.
func Latest(entries []Entry, limit int) []Entry {
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(a.ID, b.ID))
	})
	return entries[:max(0, min(limit, len(entries)))]
}

func (m *Memory) claim(k Key) (Claim, error) {
	data, ok := m.claims[k]
	if !ok {
		return Claim{}, nil
	}
	return DecodeClaim(data)
}

// counted are the counters of some names; one that nothing was counted on is not among them.
func (m *Memory) counted(names []string) (map[string]Counter, error) {
	found := map[string]Counter{}
	for _, name := range names {
		data, ok := m.counters[name]
		if !ok {
			continue
		}
		c, err := DecodeCounter(data)
		if err != nil {
			return nil, err
		}
		found[name] = c
	}
	return found, nil
}

// newest is the entry as its claim has it, else its last revision.
func (m *Memory) newest(id string) (Entry, error) {
	revisions := m.entries[id]
	if len(revisions) == 0 {
		return Entry{}, fmt.Errorf("read entry %s: %w", id, ErrUnknown)
	}
	e, err := Decode(revisions[len(revisions)-1])
	if err != nil {
		return Entry{}, err
	}
	c, err := m.claim(e.Key)
	if err == nil && c.Entry.ID == id {
		return c.Entry, nil
	}
	return e, err
}

// commit writes a step whole or, if part of it cannot be kept, not at all; and answers the entry as it will be read.
func (m *Memory) commit(s Step) (Entry, error) {
	if m.claims == nil {
		m.claims, m.entries, m.counters = map[Key][]byte{}, map[string][][]byte{}, map[string][]byte{}
	}
	var writes []func()
	for _, e := range s.Append {
		data, err := Encode(e)
		if err != nil {
			return Entry{}, err
		}
		writes = append(writes, func() { m.entries[e.ID] = append(m.entries[e.ID], data) })
	}
	if s.Claim != nil {
		data, err := EncodeClaim(*s.Claim)
		if err != nil {
			return Entry{}, err
		}
		writes = append(writes, func() { m.claims[s.Claim.Entry.Key] = data })
	}
	for _, c := range s.Counts {
		data, err := EncodeCounter(c)
		if err != nil {
			return Entry{}, err
		}
		writes = append(writes, func() { m.counters[c.Name] = data })
	}
	for _, write := range writes {
		write()
	}
	return Reread(s.Entry)
}
