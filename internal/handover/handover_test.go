package handover

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func sample() Handover {
	return Handover{
		Entry: "tw-abcdefghij0123456789", Revision: 2, Account: "111122223333", Region: "eu-west-1", Service: "ec2",
		EventTime: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC), Source: "config",
	}
}

func with(f func(*Handover)) Handover {
	h := sample()
	f(&h)
	return h
}

func TestGroupAndDedup(t *testing.T) {
	cases := []struct {
		name         string
		in           Handover
		group, dedup string
	}{
		{"plain", sample(), "111122223333/eu-west-1/ec2/normal", "tw-abcdefghij0123456789/2"},
		{"urgent", with(func(h *Handover) { h.Urgent = true }), "111122223333/eu-west-1/ec2/urgent", "tw-abcdefghij0123456789/2"},
		{"next revision", with(func(h *Handover) { h.Revision = 3 }), "111122223333/eu-west-1/ec2/normal", "tw-abcdefghij0123456789/3"},
		{"no service", with(func(h *Handover) { h.Service = "" }), "111122223333/eu-west-1/-/normal", "tw-abcdefghij0123456789/2"},
		{
			"no alphabet of SQS", with(func(h *Handover) { h.Service, h.Entry = "é 東", "a b" }),
			"111122223333/eu-west-1/___/normal#3b38a37400b281f1f92eba9af53ba80f", "a_b/2#391738c7199a2b61366271cc703ab50a",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.in.Group(); got != c.group {
				t.Errorf("group: got %q, want %q", got, c.group)
			}
			if got := c.in.Dedup(); got != c.dedup {
				t.Errorf("dedup: got %q, want %q", got, c.dedup)
			}
		})
	}
}

// keeps holds SQS's rules for ids.
func keeps(t *testing.T, id string) {
	t.Helper()
	if id == "" || len(id) > 128 || strings.Trim(id, alphabet) != "" {
		t.Errorf("SQS does not take the id %q of %d bytes", id, len(id))
	}
}

func TestIDsKeepApart(t *testing.T) {
	long := strings.Repeat("x", 200)
	seen := map[string]Handover{}
	for _, h := range []Handover{
		with(func(h *Handover) { h.Service = long + "1" }), with(func(h *Handover) { h.Service = long + "2" }),
		with(func(h *Handover) { h.Service = "a b" }), with(func(h *Handover) { h.Service = "a_b" }), with(func(h *Handover) { h.Service = "a\xffb" }),
		with(func(h *Handover) { h.Account, h.Region = "a/b", "c" }), with(func(h *Handover) { h.Account, h.Region = "a", "b/c" }),
	} {
		keeps(t, h.Group())
		if other, ok := seen[h.Group()]; ok {
			t.Errorf("one group %q for %+v and %+v", h.Group(), h, other)
		}
		seen[h.Group()] = h
	}
}

func TestEncode(t *testing.T) {
	got, err := sample().Encode()
	const want = `{"entry":"tw-abcdefghij0123456789","revision":2,"account":"111122223333","region":"eu-west-1","service":"ec2","event_time":"2026-03-01T09:30:00Z","source":"config"}`
	if err != nil || got != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
	back, err := Decode(got)
	if err != nil || !reflect.DeepEqual(back, sample()) {
		t.Errorf("got %+v, %v", back, err)
	}
	for name, h := range map[string]Handover{
		"no entry":    with(func(h *Handover) { h.Entry = "" }),
		"no revision": with(func(h *Handover) { h.Revision = 0 }),
		"too large":   with(func(h *Handover) { h.Source = strings.Repeat("x", 20_000) }),
		"no UTF-8":    with(func(h *Handover) { h.Entry = "\xff" }),
	} {
		if text, err := h.Encode(); err == nil {
			t.Errorf("%s: got %s", name, text)
		}
	}
	if text, err := with(func(h *Handover) { h.Source = "\uffff" }).Encode(); err != nil || strings.Contains(text, "\uffff") {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestDecode(t *testing.T) {
	cases := []struct{ name, in, err string }{
		{"the least", `{"entry":"tw-1","revision":1}`, ""},
		{"empty", ``, "decode a hand-over: unexpected end of JSON input"},
		{"null", `null`, "decode a hand-over: the entry has no id"},
		{"a list", `[]`, "cannot unmarshal array"},
		{"cut off", `{"entry":"tw-1"`, "unexpected end of JSON input"},
		{"something behind", `{"entry":"tw-1","revision":1} {}`, "invalid character '{' after top-level value"},
		{"a field of a newer version", `{"entry":"tw-1","revision":1,"tags":{},"Later":null}`, ""},
		{"another letter case", `{"Entry":"tw-1","revision":1}`, `field "Entry" is spelt "entry"`},
		{"a null field", `{"entry":"tw-1","revision":1,"account":null}`, `field "account" is null`},
		{"no entry", `{"revision":1}`, "the entry has no id"},
		{"no revision", `{"entry":"tw-1"}`, "revision 0: revisions begin with 1"},
		{"a fraction", `{"entry":"tw-1","revision":1.5}`, "cannot unmarshal number 1.5"},
		{"no time", `{"entry":"tw-1","revision":1,"event_time":"yesterday"}`, "parsing time"},
		{"no UTF-8", "{\"entry\":\"\xff\",\"revision\":1}", "not valid UTF-8"},
		{"nonsense of 256 KB", strings.Repeat("x", 256<<10), "262144 bytes, at most 16384 are taken"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Decode(c.in)
			switch {
			case c.err == "" && (err != nil || got != Handover{Entry: "tw-1", Revision: 1}):
				t.Errorf("got %+v, %v", got, err)
			case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err) || got != Handover{}):
				t.Errorf("got %+v, %v; want the error %q and nothing", got, err, c.err)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"entry":"tw-1","revision":1,"account":"111122223333","region":"eu-west-1","service":"ec2","urgent":true,"event_time":"2026-03-01T09:30:00Z","source":"tags"}`)
	f.Add(`{"entry":"\ufffe\u0000","revision":9,"region":"\ud800"}`)
	f.Add(`{"entry":"a","entry":"","revision":1}`)
	f.Fuzz(func(t *testing.T, body string) {
		h, err := Decode(body)
		if err != nil {
			return
		}
		keeps(t, h.Group())
		keeps(t, h.Dedup())
		text, err := h.Encode()
		if err != nil {
			if len(body)*6 < maxSize { // only escapes may make it too large
				t.Fatalf("decoded, but not encoded: %v", err)
			}
			return
		}
		back, err := Decode(text)
		if err != nil || back.Entry != h.Entry || back.Revision != h.Revision || back.Group() != h.Group() || !back.EventTime.Equal(h.EventTime) {
			t.Fatalf("got %+v, %v; want %+v", back, err, h)
		}
	})
}
