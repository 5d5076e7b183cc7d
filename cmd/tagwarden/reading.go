package main

import (
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/events"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/local"
	"github.com/tagwarden/tagwarden/internal/recorded"
	"github.com/tagwarden/tagwarden/internal/report"
)

// A reading is a recorded event, as far as it can be read.
type reading struct {
	envelope events.Envelope
	kind     events.Kind // its zero value where no kind's pattern selects the event
	findings []finding.Finding
	unread   error // why some of it, or all, is not as AWS documents its kind
}

// open reads a recorded text. The error says why it is no event, or none that can be judged here.
func open(text recorded.Text) (reading, error) {
	if text.Err != nil {
		return reading{}, text.Err
	}
	var r reading
	var known bool
	var err error
	r.envelope, r.kind, known, err = events.Open(text.Data)
	if err == nil && known {
		r.findings, r.unread = r.kind.Decode(r.envelope)
	}
	if name := local.Named(text.Data); name != "" && (err != nil || r.unread != nil || r.named()) {
		return reading{}, fmt.Errorf("{{%s}} in it stands for what `tagwarden local` makes of a seed: send it there, or write in its place what a real event has", name)
	}
	return r, err
}

// named tells whether a finding is about a name of a seed. Braces elsewhere are anybody's own.
func (r reading) named() bool {
	for _, f := range r.findings {
		if strings.Contains(f.Resource.ARN+f.Resource.ID+f.Resource.Account+f.Resource.Region, "{{") {
			return true
		}
	}
	return false
}

// without says why the event, or a part of it, gives no finding; "" where all of it does.
func (r reading) without() string {
	switch {
	case r.unread != nil:
		return "The event is not as AWS documents it: " + r.unread.Error() + "."
	case r.kind.ID == "":
		return report.NotSelected
	case len(r.findings) == 0:
		return report.NoFinding
	}
	return ""
}

// ignored is the row of an event without a finding.
func (r reading) ignored(why string) report.Row {
	return report.Ignored(r.envelope.ID, r.kind.ID, r.envelope.AccountID, r.envelope.Region, why)
}
