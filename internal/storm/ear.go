package storm

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"

	"github.com/tagwarden/tagwarden/internal/standin"
)

// told is what people were told: by the id of the entry, or of the event that could not be read, how often of which outcome.
type told struct {
	mu       sync.Mutex
	messages map[string]map[string]int
	garbled  int // what had no id
}

func newTold() *told { return &told{messages: map[string]map[string]int{}} }

func (t *told) hear(p standin.Published) {
	var texts struct {
		Default string `json:"default"`
	}
	var document struct{ ID, Event, Outcome string }
	err := json.Unmarshal([]byte(p.Message), &texts)
	if err == nil {
		err = json.Unmarshal([]byte(texts.Default), &document)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	id := document.ID
	if id == "" {
		id = document.Event
	}
	if err != nil || id == "" {
		t.garbled++
		return
	}
	if t.messages[id] == nil {
		t.messages[id] = map[string]int{}
	}
	t.messages[id][document.Outcome]++
}

// deliver is the topic's subscriber.
func (s *storm) deliver(p standin.Published) {
	if s.Plant == "mute" && p.Attributes["outcome"] == "fixed" && !s.muted.Swap(true) {
		return
	}
	s.told.hear(p)
}

// logged remembers the events that the log says to be of no known kind.
type logged struct{ events sync.Map }

func (*logged) Enabled(context.Context, slog.Level) bool { return true }
func (l *logged) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l *logged) WithGroup(string) slog.Handler          { return l }

func (l *logged) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "event of no known kind" {
		return nil
	}
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "event" {
			l.events.Store(a.Value.String(), true)
		}
		return true
	})
	return nil
}
