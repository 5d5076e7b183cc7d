package policy

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A window is when a rule may change something, by the clocks on the wall of a zone. The zero window is none.
type window struct {
	set      bool
	days     [7]bool // by time.Weekday: on which it opens
	from, to int     // minutes since midnight, 0 to 1440; where to is not later than from, it closes on the next day
	zone     *time.Location
	text     string // as the policy writes it
}

// open tells whether the window is open. What opens before midnight and closes after it belongs to the day on which it opens. An hour that the clocks skip is never open, and
// one that they show twice is open twice.
func (w *window) open(at time.Time) bool {
	wall := at.In(w.zone)
	minute, today := 60*wall.Hour()+wall.Minute(), wall.Weekday()
	if w.from < w.to {
		return w.days[today] && w.from <= minute && minute < w.to
	}
	return w.days[today] && w.from <= minute || w.days[(today+6)%7] && minute < w.to
}

// opens is the first moment, at or after another, at which the window is open: a week later at the latest, or two where the clocks skip it.
func (w *window) opens(at time.Time) time.Time {
	for !w.open(at) {
		next := w.next(at)
		if _, moved := at.In(w.zone).ZoneBounds(); !moved.IsZero() && moved.Before(next) {
			next = moved // from there on the clocks show another time
		}
		at = next
	}
	return at
}

// next is when the window opens today if it is a day on which it does, else the next midnight, as long as the clocks are not moved.
func (w *window) next(at time.Time) time.Time {
	wall := at.In(w.zone)
	_, offset := wall.Zone()
	midnight := time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, -offset, 0, time.UTC)
	if opening := midnight.Add(time.Duration(w.from) * time.Minute); opening.After(at) {
		return opening
	}
	return midnight.Add(day)
}

// weekdays are the days as the policy file spells them, by time.Weekday.
var weekdays = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// window gives a reader of when a rule may change something.
func (r *reader) window(u *rule) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		var hours string
		var days []string
		w := window{set: true}
		r.object(n, "a window", fields{
			"days":  r.days(&days, &w.days),
			"hours": r.form(hoursForm, "span of hours", "write 08:00-18:00", &hours),
			"zone":  r.zone(&w.zone),
		}, "hours", "zone")
		from, to, _ := strings.Cut(hours, "-")
		if from == to && hours != "" {
			r.wrong(child(n, "hours"), "use 00:00-24:00 for all day", "the window is empty")
		}
		if len(r.problems) > before {
			return
		}
		if days == nil {
			w.days = [7]bool{true, true, true, true, true, true, true}
		}
		w.from, w.to = minuteOf(from), minuteOf(to)
		w.text = strings.TrimSpace(strings.Join(days, ", ") + " " + hours + " " + w.zone.String())
		u.window = w
		u.notes = append(u.notes, "only in its window ("+w.text+")")
	}
}

// minuteOf is a time of the form 08:30 in minutes since midnight.
func minuteOf(clock string) int {
	return 60*number(clock[:2]) + number(clock[3:])
}

// number is two digits as a number.
func number(digits string) int { return 10*int(digits[0]-'0') + int(digits[1]-'0') }

// days gives a reader of days of the week, as they are written and by time.Weekday.
func (r *reader) days(names *[]string, to *[7]bool) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.some("days", names)(n)
		if s := target(n); s.Kind == yaml.SequenceNode {
			for _, item := range s.Content {
				r.day(item, to)
			}
		}
	}
}

// day reads a day of the week, or several from one to another: Mon-Fri, Sat-Mon.
func (r *reader) day(n *yaml.Node, to *[7]bool) {
	s, ok := r.text(n)
	if !ok {
		return
	}
	first, last, ranged := strings.Cut(s, "-")
	if !ranged {
		last = first
	}
	from, until := slices.Index(weekdays, first), slices.Index(weekdays, last)
	if from < 0 || until < 0 {
		r.wrong(n, "use Mon, Tue, Wed, Thu, Fri, Sat, Sun, or a range: Mon-Fri", "unknown day %q", s)
		return
	}
	for i := from; ; i = (i + 1) % 7 {
		to[i] = true
		if i == until {
			return
		}
	}
}

// zone gives a reader of a time zone by its name in the IANA database.
func (r *reader) zone(to **time.Location) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := r.text(n)
		if !ok {
			return
		}
		zone, err := time.LoadLocation(s)
		if err != nil || s == "" || s == "Local" {
			r.wrong(n, "use a name of the IANA time zone database: Europe/Berlin, UTC", "unknown time zone %q", s)
			return
		}
		*to = zone
	}
}
