package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/tag"
)

// A story is an entry with what has to be worked out of it, once for all forms of the message.
type story struct {
	entry      journal.Entry
	about      About
	violations []tag.Violation
	unreadable bool // violations are there, but not in the shape that we know
	touches    []touch
	lost       []loss
	grants     []journal.Grant // of an entry that keeps exemptions
}

func view(e journal.Entry, about About) story {
	s := story{entry: e, about: about, touches: touches(e.Change)}
	if len(e.Violations) > 0 {
		s.unreadable = json.Unmarshal(e.Violations, &s.violations) != nil
	}
	if s.unreadable {
		s.violations = nil
	}
	s.lost = losses(s.touches, s.violations)
	if e.Key.Exemption() {
		var err error
		s.grants, err = journal.Grants(e)
		s.unreadable = err != nil
	}
	return s
}

// reports are the findings of services that reported the entry.
func (s story) reports() []journal.Reporter {
	return slices.DeleteFunc(slices.Clone(s.entry.Reporters), func(r journal.Reporter) bool { return r.Report.ID == "" })
}

// name is what people call the resource: its name, its id, or the end of its ARN.
func name(r finding.Resource) string {
	switch {
	case r.Name != "":
		return clean(r.Name)
	case r.ID != "" && !strings.ContainsAny(r.ID, ":/"):
		return clean(r.ID)
	case r.ARN != "":
		return clean(r.ARN[strings.LastIndexAny(r.ARN, ":/")+1:])
	case r.ID != "":
		return clean(r.ID)
	}
	return "a resource"
}

// kind is the resource's type in words: "EC2 Instance" of "AWS::EC2::Instance".
func kind(r finding.Resource) string {
	return clean(strings.ReplaceAll(strings.TrimPrefix(r.Type, "AWS::"), "::", " "))
}

// topic is what the message is about: "2 tags", "1 tag violation".
func (s story) topic() string {
	if s.entry.Key.Exemption() {
		return s.excused()
	}
	if s.entry.Key.Setting != "tags" {
		return s.matter()
	}
	switch s.entry.State {
	case journal.Fixed, journal.Proposed, journal.Undone, journal.Waiting:
		if n := len(s.touches); n > 0 {
			return count(n, "tag")
		}
	}
	if n := len(s.violations); n > 0 {
		return count(n, "tag violation")
	}
	return "tags"
}

// inHub tells whether a finding of Security Hub reported the entry, or one of GuardDuty, whose findings Security Hub shows too.
func (s story) inHub() bool {
	return slices.ContainsFunc(s.entry.Reporters, func(r journal.Reporter) bool { return r.Report.Product != "" || r.Report.Service == "guardduty" })
}

// threat tells whether the entry is about what somebody did, and not about how a resource is set up.
func (s story) threat() bool {
	return slices.ContainsFunc(s.entry.Reporters, func(r journal.Reporter) bool { return finding.Threat(r.Control) })
}

// matter is what a message that is not about tags is about: what was reported, without the name of the service, or the setting.
func (s story) matter() string {
	if _, control, ok := strings.Cut(s.entry.Control, ":"); ok && len(s.reports()) > 0 {
		return clean(control)
	}
	return clean(s.entry.Key.Setting)
}

// andMore says how many other threats were reported beside the first; "" where there is none. Controls that are broken by one setting are no more than one.
func (s story) andMore() string {
	var others []string
	for _, r := range s.reports() {
		if finding.Threat(r.Control) && r.Control != s.entry.Control && !slices.Contains(others, r.Control) {
			others = append(others, r.Control)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", len(others))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// maxSubject is the longest subject that SNS takes: "less than 100 characters", without line breaks or control characters. We keep to ASCII, which it asked for
// until lately and every mail reader shows.
//
// Source: SNS API reference, Publish, Subject.
const maxSubject = 99

// subject begins with what became of it and of what, because a phone shows the first forty characters.
func (s story) subject() string {
	if s.entry.Key.Noticed() != "" {
		return s.noticeSubject()
	}
	r := s.entry.Resource
	head := s.urgent() + wordsOf(s.entry).headline
	more := s.andMore()
	head += ": " + shorten(ascii(s.topic()), 30-len(more)) + more + " of "
	tail := shorten(ascii(strings.TrimRight(" ("+r.Account+" "+r.Region, " ")), 38) + ")"
	if r.Account == "" && r.Region == "" {
		tail = ""
	}
	who := name(r)
	if unsaid := ascii(who); strings.Trim(unsaid, "? ") == "" && r.ID != "" {
		who = r.ID // the name has no letter that a subject can show
	}
	return head + shorten(ascii(who), maxSubject-len(head)-len(tail)) + tail
}

// urgent begins the subject of what is high or critical.
func (s story) urgent() string {
	if sev := s.entry.Severity; sev == "high" || sev == "critical" {
		return strings.ToUpper(sev) + " "
	}
	return ""
}

// maxSMS is one part of a text message, in ASCII characters. Source: SNS API reference, Publish, Message.
const maxSMS = 140

func (s story) short() string {
	return shorten(s.subject()+" "+ascii(s.entry.ID), maxSMS)
}

// maxAttribute bounds an attribute's value, in code points: a rule's name may be long.
const maxAttribute = 256

// attributes are few: a queue with raw delivery discards a message with more than ten, and an empty value is refused.
//
// Source: SNS developer guide, "Amazon SNS message attributes". It also says there that attributes are sent "only when the message structure is String"; for a
// filter on the body (FilterPolicyScope MessageBody) the document has the same names with the same values.
func (s story) attributes() map[string]string {
	e := s.entry
	all := map[string]string{
		"severity": e.Severity, "verdict": verdict(e), "outcome": Outcome(e), "account": accountOf(e), "region": e.Resource.Region,
		"type": e.Resource.Type, "rule": ruleOf(e),
	}
	for name, value := range all {
		value, _ = cut(strings.TrimSpace(clean(value)), maxAttribute)
		all[name] = value
		if value == "" {
			delete(all, name)
		}
	}
	return all
}

// undo is the command that takes the entry's change back; "" where there is nothing to take back, or it was.
func (s story) undo() string {
	if s.entry.State != journal.Fixed || s.entry.Change.Empty() {
		return ""
	}
	return s.about.Tool + " undo " + clean(s.entry.ID)
}

// approve is the command that has the proposed change made, or what waits made at once; "" where there is none.
func (s story) approve() string {
	e := s.entry
	proposed, waits := e.State == journal.Proposed && !e.Change.Empty(), e.State == journal.Waiting && e.Held != journal.Braked && e.Undoes == ""
	if !s.about.Approve || !proposed && !waits {
		return ""
	}
	command := s.about.Tool + " approve " + clean(e.ID)
	if waits && e.Held == journal.Freeze {
		command += " --during-freeze"
	}
	return command
}

// force is the command that takes an earlier change back over what others changed since; "" where that was not what the undo was refused for.
func (s story) force() string {
	e := s.entry
	if e.Undoes == "" || e.State != journal.Refused || e.Override.Force || !strings.HasSuffix(e.Reason, journal.ChangedSince) {
		return ""
	}
	return s.about.Tool + " undo " + clean(e.Undoes) + " --force"
}
