package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var spanForm = regexp.MustCompile(`^(\d{1,6})([smhd])$`)

// parseSpan reads a length of time as the policy file spells it: 90s, 15m, 72h, 14d.
func parseSpan(text string) (time.Duration, error) {
	parts := spanForm.FindStringSubmatch(text)
	if parts == nil {
		return 0, fmt.Errorf("%q is no length of time: write a number and s, m, h or d, such as 2h or 30d", text)
	}
	count, err := strconv.Atoi(parts[1])
	return time.Duration(count) * map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[parts[2]], err
}

// A span is a flag that is a length of time: as the policy file spells it, or as Go does (1h30m).
type span time.Duration

func (s *span) Type() string { return "span" }

// String is what help shows as the default: nothing for none.
func (s *span) String() string {
	if *s == 0 {
		return ""
	}
	return spanOf(time.Duration(*s))
}

// Set takes a length of time that is not negative.
func (s *span) Set(text string) error {
	d, err := parseSpan(text)
	if long, other := time.ParseDuration(text); err != nil && other == nil && long >= 0 {
		d, err = long, nil
	}
	*s = span(d)
	return err
}

// parseSince reads a time that is past: so long ago, a day (its beginning, UTC), or a time of RFC 3339.
func parseSince(text string, now time.Time) (time.Time, error) {
	if span, err := parseSpan(text); err == nil {
		return now.Add(-span), nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write how long ago (2h, 3d), a day (2026-11-23) or a time (2026-11-23T09:30:00Z)", text)
}

// parseUntil reads when something ends: after a span, or with a day, which is inclusive (UTC). Exactly one of the two is given.
func parseUntil(span, day string, now time.Time) (time.Time, error) {
	switch {
	case (span == "") == (day == ""):
		return time.Time{}, fmt.Errorf("say how long, with --for 30d or with --until 2027-01-31")
	case span != "":
		d, err := parseSpan(span)
		return now.Add(d), err
	}
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return t, fmt.Errorf("%q is no day: write it as 2027-01-31", day)
	}
	return t.AddDate(0, 0, 1), nil
}

// spanOf writes a length of time without the parts that are zero: 72h, 2m.
func spanOf(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if short, cut := strings.CutSuffix(text, zero); cut {
			text = short + zero[:1]
		}
	}
	return text
}
