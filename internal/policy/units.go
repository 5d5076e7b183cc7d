package policy

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a window's zone must mean the same at synthesis and in a function, which has no zone files

	"go.yaml.in/yaml/v3"
)

var (
	durationForm = regexp.MustCompile(`^(\d{1,6})([smhd])$`)
	budgetForm   = regexp.MustCompile(`^([1-9]\d{0,6})/([mhd])$`)
	hoursForm    = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$`)
	dateForm     = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
)

// maxDuration is the longest time that a policy may name: ten years.
const maxDuration = 3650 * 24 * time.Hour

// duration gives a reader of a time such as 0s, 15m, 72h or 14d.
func (r *reader) duration(to *time.Duration) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := target(n)
		parts := durationForm.FindStringSubmatch(s.Value)
		if s.Kind != yaml.ScalarNode || parts == nil {
			r.wrong(n, "write a number and s, m, h or d: 15m, 72h, 14d", "this is no length of time: %s", shown(s))
			return
		}
		count, _ := strconv.Atoi(parts[1]) // six digits
		unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[parts[2]]
		if *to = time.Duration(count) * unit; *to > maxDuration {
			r.wrong(n, "use at most 3650d", "%s is longer than ten years", s.Value)
		}
	}
}

// date gives a reader of a day in UTC, YYYY-MM-DD.
func (r *reader) date(to *time.Time) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := target(n)
		day, err := time.Parse(time.DateOnly, s.Value)
		if s.Kind != yaml.ScalarNode || !dateForm.MatchString(s.Value) || err != nil {
			r.wrong(n, "write a day as YYYY-MM-DD: 2027-01-31", "this is no day: %s", shown(s))
			return
		}
		*to = day
	}
}

// form gives a reader of text of a fixed form.
func (r *reader) form(re *regexp.Regexp, what, way string, to *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := target(n)
		if s.Kind != yaml.ScalarNode || !re.MatchString(s.Value) {
			r.wrong(n, way, "this is no %s: %s", what, shown(s))
			return
		}
		*to = s.Value
	}
}

// count gives a reader of a whole number of at least 1.
func (r *reader) count(to *int) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := target(n)
		v, err := strconv.Atoi(s.Value)
		if s.Tag != "!!int" || err != nil || v < 1 || v > 1_000_000 {
			r.wrong(n, "write a whole number from 1 to 1000000", "this is no count: %s", shown(s))
			return
		}
		*to = v
	}
}

// shown names a value in a message.
func shown(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return kindOf(n)
	}
	if len(n.Value) > 40 {
		return strconv.Quote(strings.ToValidUTF8(n.Value[:40], "")) + "..."
	}
	return strconv.Quote(n.Value)
}
