package journal

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// noon is the first moment of the tests of counters. It lies within a part of every span.
var noon = time.Date(2026, 3, 1, 12, 0, 30, 500_000_000, time.UTC)

// TestNeverMoreThanTheLimit holds that no span of time has more of what was let through than the limit, as the clocks of the functions tell it, wherever the span begins.
func TestNeverMoreThanTheLimit(t *testing.T) {
	for _, per := range []time.Duration{time.Second, time.Minute, 100 * time.Second, time.Hour, 24 * time.Hour} {
		for run := range uint64(40) {
			random := rand.New(rand.NewPCG(run, uint64(per)))
			limit := 1 + random.IntN(8)
			skew := min(per, 10*time.Second)
			var c Counter
			var passed []time.Time
			for now := noon; now.Before(noon.Add(6 * per)); now = now.Add(upTo(random, per/time.Duration(limit)+1)) {
				at := now.Add(upTo(random, skew) - skew/2)
				next, err := c.Mark(Mark{Counter: "made", Limit: limit, Per: per}, at)
				if err == nil {
					c, passed = next, append(passed, at)
				}
			}
			if worst := crowded(passed, per); worst > limit {
				t.Fatalf("%s, run %d: %d passed in one span, the limit is %d", per, run, worst, limit)
			}
			if len(passed) < 3*limit {
				t.Errorf("%s, run %d: %d passed in six spans, the limit is %d", per, run, len(passed), limit)
			}
		}
	}
}

// upTo is a random time below d.
func upTo(random *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(d)))
}

// crowded is the most that one span of time has, its two ends included.
func crowded(times []time.Time, per time.Duration) int {
	sorted := slices.SortedFunc(slices.Values(times), time.Time.Compare)
	worst, first := 0, 0
	for last := range sorted {
		for sorted[last].Sub(sorted[first]) > per {
			first++
		}
		worst = max(worst, last-first+1)
	}
	return worst
}

// TestNeverMoreThanTheLimitOfTheDay holds the same where the policy is changed all the time, and functions work by the old one and the new one: whatever is let through finds
// fewer than the limit that it knows in the span that it knows.
func TestNeverMoreThanTheLimitOfTheDay(t *testing.T) {
	pers := []time.Duration{time.Hour, 90 * time.Minute, 2 * time.Hour}
	for run := range uint64(100) {
		random := rand.New(rand.NewPCG(run, 7))
		var c Counter
		var passed []time.Time
		refused := 0
		for now := noon; now.Before(noon.Add(12 * time.Hour)); now = now.Add(upTo(random, 10*time.Minute)) {
			at, m := now.Add(upTo(random, 4*time.Second)-2*time.Second), Mark{Counter: "made", Limit: 1 + random.IntN(10), Per: pers[random.IntN(len(pers))]}
			next, err := c.Mark(m, at)
			if err != nil {
				refused++
				continue
			}
			inSpan := 0
			for _, was := range passed {
				if at.Sub(was) <= m.Per {
					inSpan++
				}
			}
			if inSpan >= m.Limit {
				t.Fatalf("run %d: %d passed in the last %s, and one more of %d is let through", run, inSpan, m.Per, m.Limit)
			}
			c, passed = next, append(passed, at)
		}
		if refused == 0 || len(passed) == 0 {
			t.Fatalf("run %d: %d passed, %d refused", run, len(passed), refused)
		}
	}
}

// TestRoomComesBack holds that a full counter lets one more through when it says so, at most two parts after the exact time.
func TestRoomComesBack(t *testing.T) {
	for _, per := range []time.Duration{time.Second, time.Minute, 119 * time.Second, time.Hour, 24 * time.Hour} {
		m := Mark{Counter: "made", Limit: 2, Per: per}
		c := marked(t, marked(t, Counter{}, m, noon), m, noon.Add(per/2))
		_, err := c.Mark(m, noon.Add(per/2))
		var spent *SpentError
		if !errors.As(err, &spent) {
			t.Fatalf("%s: got %v, want that it is spent", per, err)
		}
		if late := spent.Free.Sub(noon.Add(per)); late <= 0 || late > 2*width(per) {
			t.Errorf("%s: there is room %s after the exact time, want at most two parts of %s", per, late, width(per))
		}
		if _, err := c.Mark(m, spent.Free.Add(-1)); err == nil {
			t.Errorf("%s: one more passed before %s", per, spent.Free)
		}
		c = marked(t, c, m, spent.Free)
		if free := c.Free(m.Limit); !free.After(spent.Free) {
			t.Errorf("%s: full again, and free at %s", per, free)
		}
		if free := c.Free(3); free.After(spent.Free) {
			t.Errorf("%s: two of three, and free only at %s", per, free)
		}
		if free := (Counter{}).Free(1); !free.IsZero() {
			t.Errorf("nothing counted, and free only at %s", free)
		}
	}
}

func marked(t *testing.T, c Counter, m Mark, at time.Time) Counter {
	t.Helper()
	next, err := c.Mark(m, at)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestCountersStaySmall holds that a counter of any span is a small item, however long and often it is marked, and whatever spans it had before.
func TestCountersStaySmall(t *testing.T) {
	for _, per := range []time.Duration{time.Second, 119 * time.Second, time.Hour, 30 * 24 * time.Hour} {
		var c Counter
		for n := range 2000 {
			m := Mark{Counter: "made", Per: per}
			if n%2 == 1 {
				m.Per = per + time.Second
			}
			c = marked(t, c, m, noon.Add(time.Duration(n)*per/100))
		}
		data, err := EncodeCounter(c)
		if err != nil || len(data) > 8<<10 {
			t.Errorf("%s: %d bytes, %v", per, len(data), err)
		}
	}
}

// TestMarksChangeNothing holds that a mark leaves the counter as it was, whether it is possible or not.
func TestMarksChangeNothing(t *testing.T) {
	was := marked(t, Counter{}, Mark{Counter: "made", Limit: 5, Per: time.Hour}, noon)
	before, err := EncodeCounter(was)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []Mark{{Limit: 1, Per: time.Hour}, {Limit: 5, Per: time.Hour}, {Limit: 1, Per: time.Hour, Kind: Trip}, {Per: time.Minute, Kind: Keep}, {Per: -1}} {
		m.Counter = "made"
		_, _ = was.Mark(m, noon.Add(time.Minute)) // what it answers is others' to test
		if after, err := EncodeCounter(was); err != nil || string(after) != string(before) {
			t.Errorf("after %+v it is %s, %v; want %s", m, after, err, before)
		}
	}
}

// TestABreakerStaysOpen holds that what goes wrong while a breaker is open neither makes it stay longer nor opens it again, and that a clock behind finds it open.
func TestABreakerStaysOpen(t *testing.T) {
	m := Mark{Counter: "failed", Limit: 3, Per: time.Hour, Kind: Trip}
	var c Counter
	for n := range 30 {
		c = marked(t, c, m, noon.Add(time.Duration(n)*time.Minute))
	}
	opened := noon.Add(2 * time.Minute)
	if !c.Opened.Equal(opened) || !c.Open(opened.Add(-time.Minute)) || c.Open(opened.Add(time.Hour)) {
		t.Errorf("opened at %s until %s, want %s for an hour", c.Opened, c.Until(), opened)
	}
	c = marked(t, c, m, c.Until())
	if c.Count(c.Touched) != 1 || !c.Opened.IsZero() {
		t.Errorf("after its time it has %d, opened at %s", c.Count(c.Touched), c.Opened)
	}
}

// TestMoved holds that each counter is written once, one version after the one that is kept, and that the time of its last write never goes back.
func TestMoved(t *testing.T) {
	m := Mark{Counter: "made", Limit: 5, Per: time.Hour}
	was := map[string]Counter{"made": {Name: "made", Version: 7, Per: time.Hour, Touched: noon.Add(time.Minute)}}
	moved, err := Moved([]Mark{m, {Counter: "failed", Per: time.Hour}, m}, was, noon)
	if err != nil || len(moved) != 2 {
		t.Fatalf("got %d counters, %v; want 2", len(moved), err)
	}
	made := moved[0]
	if made.Name != "made" || made.Version != 8 || made.Count(noon) != 2 || !made.Touched.Equal(noon.Add(time.Minute)) {
		t.Errorf("got %+v", made)
	}
	reset := made.Reset(noon)
	if reset.Name != "made" || reset.Version != 9 || reset.Count(noon) != 0 || !reset.Touched.Equal(made.Touched) {
		t.Errorf("reset it is %+v", reset)
	}
}
