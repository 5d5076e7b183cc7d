package judge

import (
	"context"
	"log/slog"
	"sync"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/report"
)

// A Shadow judges events by two policies and writes down where they differ, and nothing else: it claims, records, hands over and tells nothing, and reads nothing but the event. So it
// does not know exemptions that were granted at run time, nor what was answered before. It is safe for concurrent use.
type Shadow struct {
	Policy  *policy.Policy // the one that is tried
	Against *policy.Policy // the one that is deployed
	Log     *slog.Logger

	mu             sync.Mutex
	equal, differs int
}

// Event judges one event by both policies. There is no error that another delivery would mend.
func (s *Shadow) Event(ctx context.Context, event []byte) error {
	envelope, kind, known, err := events.Open(event)
	if err == nil && !known {
		return nil
	}
	if err == nil {
		err = s.compare(ctx, envelope, kind)
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "event unreadable", "event", envelope.ID, "source", envelope.Source, "outcome", "unreadable", "err", err)
	}
	return nil
}

// compare judges what of an event can be read, and gives the error of the rest.
func (s *Shadow) compare(ctx context.Context, envelope events.Envelope, kind events.Kind) error {
	findings, unread := kind.Decode(envelope)
	differences, equal := report.Compare(report.Judged(s.Against, findings), report.Judged(s.Policy, findings))
	for _, d := range differences {
		s.Log.InfoContext(ctx, "decision differs", described(d)...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.equal, s.differs = s.equal+equal, s.differs+len(differences)
	return unread
}

// described names a difference: the keys of tags, and never a tag's value.
func described(d report.Difference) []any {
	row := d.Now
	if row == nil {
		row = d.Was
	}
	return []any{
		"event", row.Event, "kind", row.Kind, "control", row.Control, "account", row.Resource.Account, "region", row.Resource.Region, "type", row.Resource.Type,
		"resource", row.Resource.ID, side("was", d.Was), side("now", d.Now), "keys", d.Keys(),
	}
}

// side is what one of the policies decides.
func side(name string, row *report.Row) slog.Attr {
	if row == nil {
		row = &report.Row{Verdict: policy.Ignored}
	}
	return slog.Group(name, "verdict", string(row.Verdict), "rule", row.Rule, "remedy", row.Remedy)
}

// Batch writes down, at the end of a batch in which something differed, how much did and how much was equal, and begins anew.
func (s *Shadow) Batch(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.differs > 0 {
		s.Log.InfoContext(ctx, "decisions compared", "equal", s.equal, "differs", s.differs)
		s.equal, s.differs = 0, 0
	}
}
