package clock

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A Source lists what exists, page by page.
type Source interface {
	Name() string // "AWS Config"
	// Page is the page at a token that Page gave, or the first for "". A source that cannot be asked at all answers *UnavailableError to that.
	Page(ctx context.Context, types []string, token string) (Page, error)
}

// A Page is a part of what a source lists.
type Page struct {
	Found   []Found
	Next    string   // token of the next page; "" for the last
	Missing []string // of the first page: types of which the source shows nothing
	Cut     string   // what the source does not show whole: "of the service ec2, only the first 1000 resources"; "" where it does
}

// A Found is a resource as a source shows it.
type Found struct {
	Resource finding.Resource // its tags nil: not known
	Seen     finding.Version  // of what is shown; its zero value where the source does not tell
	Unread   string           // why the tags are not known; "" where they are
}

// An UnavailableError says that a source cannot be asked, and that a retry would not help.
type UnavailableError struct {
	Why string // a clause for people: "it records nothing here"
	Err error
}

func (e *UnavailableError) Error() string { return e.Why }
func (e *UnavailableError) Unwrap() error { return e.Err }

// sweep judges one page of what exists, and sends itself the next. A page that is delivered twice is judged twice, and its events have the same ids. One that fails to the last
// goes to the dead-letter queue, and the sweep goes on without it.
func (c *Clock) sweep(ctx context.Context, m message, last bool) error {
	types := c.Policy.SweptTypes()
	if len(types) == 0 {
		c.Log.InfoContext(ctx, "nothing to sweep: no rule that hears the clock does anything", "sweep", m.ID)
		return nil
	}
	page, m, err := c.page(ctx, types, m)
	if err != nil || m.Source == len(c.Sources) {
		return err
	}
	judged := c.Judge.Findings(ctx, c.findings(page, m))
	if judged != nil && !last {
		return judged
	}
	c.Log.InfoContext(ctx, "page swept", "sweep", m.ID, "source", c.Sources[m.Source].Name(), "page", m.Page, "resources", len(page.Found), "last", page.Next == "")
	c.Meter.Outcome("swept")
	return errors.Join(judged, c.uncovered(ctx, m, page), c.next(ctx, m, page.Next))
}

// page asks the source of a page; at the beginning of a sweep it goes on to the first that can be asked. Where none can, people are told, and the message's source is none.
func (c *Clock) page(ctx context.Context, types []string, m message) (Page, message, error) {
	var why []string
	for ; m.Source < len(c.Sources); m.Source++ {
		page, err := c.Sources[m.Source].Page(ctx, types, m.Token)
		unavailable, no := errors.AsType[*UnavailableError](err)
		if !no || m.Token != "" {
			return page, m, err
		}
		c.Log.WarnContext(ctx, "source of the sweep not available", "sweep", m.ID, "source", c.Sources[m.Source].Name(), "err", unavailable.Err)
		why = append(why, c.Sources[m.Source].Name()+": "+unavailable.Why)
	}
	reason := "Nothing that exists could be swept. " + strings.Join(why, "; ") + "."
	return Page{}, m, c.notice(ctx, "unswept", reason, finding.Medium)
}

// findings are what a page shows, as the judge takes it.
func (c *Clock) findings(page Page, m message) []finding.Finding {
	event := fmt.Sprintf("sweep %s %d %d", m.ID, m.Source, m.Page)
	list := make([]finding.Finding, len(page.Found))
	for i, f := range page.Found {
		list[i] = finding.Finding{Event: event, Kind: source, Control: policy.TagsRemedy, Resource: f.Resource, Time: c.Now(), Seen: f.Seen, Unread: f.Unread}
	}
	return list
}

// next sends the clock the next page.
func (c *Clock) next(ctx context.Context, m message, token string) error {
	if token == "" {
		return nil
	}
	m.Token, m.Page = token, m.Page+1
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode the next page of sweep %s: %w", m.ID, err)
	}
	return c.Self.Send(ctx, string(body))
}

// mostNamed is how many types a notice names; the log names all.
const mostNamed = 40

// uncovered tells of what a source does not show, again only when that has changed.
func (c *Clock) uncovered(ctx context.Context, m message, page Page) error {
	name := c.Sources[m.Source].Name()
	var cut, missing error
	if page.Cut != "" {
		c.Log.WarnContext(ctx, "not all covered by the sweep", "sweep", m.ID, "source", name, "shows", page.Cut)
		cut = c.notice(ctx, "cut "+page.Cut, fmt.Sprintf("The sweep asks %s, which shows, %s. Let AWS Config record them.", name, page.Cut), finding.Low)
	}
	if len(page.Missing) > 0 {
		c.Log.InfoContext(ctx, "types not covered by the sweep", "sweep", m.ID, "source", name, "types", page.Missing)
		missing = c.notice(ctx, "uncovered", missed(name, page.Missing), finding.Informational)
	}
	return errors.Join(cut, missing)
}

// missed names the types of which a source shows nothing.
func missed(name string, types []string) string {
	list := strings.Join(types[:min(mostNamed, len(types))], ", ")
	if len(types) > mostNamed {
		list += fmt.Sprintf(" and %d more, which the log names", len(types)-mostNamed)
	}
	return fmt.Sprintf("The sweep asks %s, which shows nothing of %d types that rules are for: there are none, or it does not record them: %s.", name, len(types), list)
}

// notice tells people something about the sweep, once while it stays the same.
func (c *Clock) notice(ctx context.Context, what, reason string, severity finding.Severity) error {
	sum := sha256.Sum256([]byte(reason))
	begun, err := c.Journal.Begin(ctx, journal.Notice("sweep", what, hex.EncodeToString(sum[:8]), severity.String(), reason, c.Now()), c.Now())
	if err != nil {
		return fmt.Errorf("begin a notice of the sweep: %w", err)
	}
	if begun.Entry.Told {
		return nil
	}
	if err := c.takeUp(ctx, begun.Entry, false); !busy(err) {
		return err
	}
	return nil
}
