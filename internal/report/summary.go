package report

// A Summary counts results by outcome. Its JSON is relied on by programs.
type Summary struct {
	Events    int `json:"events"` // events that were read
	Fixed     int `json:"fixed"`
	Told      int `json:"told"`
	Proposed  int `json:"proposed"`
	Observed  int `json:"observed"`
	Compliant int `json:"compliant"`
	Exempt    int `json:"exempt"`
	Ignored   int `json:"ignored"`
	Waiting   int `json:"waiting"`
	Gone      int `json:"gone"`
	Refused   int `json:"refused"`
	Failed    int `json:"failed"`
	Lapsed    int `json:"lapsed"`
	Undone    int `json:"undone"`
	Lost      int `json:"lost"` // events and hand-overs that no function took: in a dead-letter queue, or still on their way
}

// Count adds a result to its outcome's count.
func (s *Summary) Count(r Result) {
	for _, c := range s.counts() {
		if c.outcome == r.Outcome {
			*c.count++
		}
	}
}

// Bad tells whether anything was lost or failed.
func (s *Summary) Bad() bool { return s.Lost > 0 || s.Failed > 0 }

// Words are the outcomes that occurred, in one order, as "3 fixed".
func (s *Summary) Words(say func(count int, outcome string)) {
	for _, c := range s.counts() {
		if *c.count > 0 || c.outcome == "lost" {
			say(*c.count, c.outcome)
		}
	}
}

type count struct {
	outcome string
	count   *int
}

func (s *Summary) counts() []count {
	return []count{
		{"fixed", &s.Fixed},
		{"told", &s.Told},
		{"proposed", &s.Proposed},
		{"observed", &s.Observed},
		{"compliant", &s.Compliant},
		{"exempt", &s.Exempt},
		{"ignored", &s.Ignored},
		{"waiting", &s.Waiting},
		{"gone", &s.Gone},
		{"refused", &s.Refused},
		{"failed", &s.Failed},
		{"lapsed", &s.Lapsed},
		{"undone", &s.Undone},
		{"lost", &s.Lost},
	}
}
