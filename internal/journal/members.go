package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/members"
)

// Account is what the directory has of an account, or members.ErrUnknown.
func (m *Memory) Account(_ context.Context, id string) (members.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.members["account "+id]
	if !ok {
		return members.Account{}, fmt.Errorf("look up account %s: %w", id, members.ErrUnknown)
	}
	var a members.Account
	return a, json.Unmarshal(data, &a)
}

// Accounts are all accounts of the directory, by id.
func (m *Memory) Accounts(context.Context) ([]members.Account, error) {
	return listed[members.Account](m, "account ")
}

// PutAccount writes what was found of an account.
func (m *Memory) PutAccount(_ context.Context, a members.Account) error {
	return m.putMember("account "+a.Account, a)
}

// Walk is how far the directory's refresh came.
func (m *Memory) Walk(context.Context) (members.Walk, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.walk()
}

func (m *Memory) walk() (members.Walk, error) {
	var w members.Walk
	data, ok := m.members["walk"]
	if !ok {
		return w, nil
	}
	return w, json.Unmarshal(data, &w)
}

// PutWalk writes the version after w.Version, or answers members.ErrConflict.
func (m *Memory) PutWalk(_ context.Context, w members.Walk) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	was, err := m.walk()
	if err != nil {
		return err
	}
	if was.Version != w.Version {
		return fmt.Errorf("write how far the directory's refresh came: %w", members.ErrConflict)
	}
	w.Version++
	return m.keepMember("walk", w)
}

// Beats are the last beats of an account, or of all for "".
func (m *Memory) Beats(_ context.Context, account string, now time.Time) ([]members.Beat, error) {
	all, err := listed[members.Beat](m, "beat "+account)
	return members.Kept(all, now), err
}

// BeatsBetween are the last beats of the accounts from one to another, both inclusive; "" for no bound.
func (m *Memory) BeatsBetween(ctx context.Context, from, to string, now time.Time) ([]members.Beat, error) {
	all, err := m.Beats(ctx, "", now)
	return slices.DeleteFunc(all, func(b members.Beat) bool { return b.Account < from || to != "" && b.Account > to }), err
}

// PutBeat writes a beat, unless a later one is kept.
func (m *Memory) PutBeat(_ context.Context, b members.Beat) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var was members.Beat
	if data, ok := m.members["beat "+b.Name()]; ok {
		if err := json.Unmarshal(data, &was); err != nil {
			return err
		}
	}
	if !b.Seen.After(was.Seen) {
		return nil
	}
	return m.keepMember("beat "+b.Name(), b)
}

// Gaps are the gaps of which people were told.
func (m *Memory) Gaps(_ context.Context, now time.Time) ([]members.Gap, error) {
	all, err := listed[members.Gap](m, "gap ")
	return members.KeptGaps(all, now), err
}

// PutGap writes a gap of which people were told.
func (m *Memory) PutGap(_ context.Context, g members.Gap) error {
	return m.putMember("gap "+g.Name(), g)
}

func (m *Memory) putMember(key string, value any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.keepMember(key, value)
}

// keepMember writes while the lock is held.
func (m *Memory) keepMember(key string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", key, err)
	}
	if m.members == nil {
		m.members = map[string][]byte{}
	}
	m.members[key] = data
	return nil
}

// listed are the values whose key begins so, in the order of their keys.
func listed[T any](m *Memory, prefix string) ([]T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []T
	for _, key := range slices.Sorted(maps.Keys(m.members)) {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		var one T
		if err := json.Unmarshal(m.members[key], &one); err != nil {
			return nil, fmt.Errorf("decode %s: %w", key, err)
		}
		all = append(all, one)
	}
	return all, nil
}
