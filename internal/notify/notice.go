package notify

import (
	"fmt"
	"strings"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// What a notice is, as journal.Key.Noticed tells it. All others are of the sweep, or digests, which have messages of their own.
const (
	budgetNotice    = "budget"
	breakerNotice   = "breaker"
	brakeNotice     = "brake"
	exemptionNotice = "exemption" // of the policy
	silentNotice    = "silent"    // of a member's rules
	directoryNotice = "directory" // of an organization
)

// noticed is the headline of a notice. That somebody closes a breaker, and nobody opens one, tells the two apart; a brake that is not off is on.
func noticed(e journal.Entry) string {
	switch what := e.Key.Noticed(); {
	case what == budgetNotice:
		return "Budget reached"
	case what == breakerNotice && e.Actor != "":
		return "Breaker closed"
	case what == breakerNotice:
		return "Breaker opened"
	case what == brakeNotice && e.Control == journal.BrakeOff:
		return "Brake off"
	case what == brakeNotice:
		return "Brake on"
	case what == exemptionNotice && e.Control == journal.ExemptionOver:
		return "In force again"
	case what == exemptionNotice:
		return "Exemption ends"
	case e.Key.Resource == "sweep":
		return "Sweep is not complete"
	}
	return noticedOfMembers(e)
}

// noticedOfMembers is the headline of a notice about an organization.
func noticedOfMembers(e journal.Entry) string {
	switch what := e.Key.Noticed(); {
	case what == silentNotice && e.Control == journal.SilenceOver:
		return "Heartbeat is back"
	case what == silentNotice:
		return "Heartbeat missing"
	case what == directoryNotice && e.Control == journal.DirectoryBack:
		return "Directory is read again"
	case what == directoryNotice:
		return "Directory cannot be read"
	}
	return "Notice"
}

// noticeAbout is what a notice is about, for people.
func noticeAbout(e journal.Entry) string {
	kind, which, _ := strings.Cut(e.Key.Resource, "/")
	switch {
	case kind == "rule":
		return "rule " + quoteRule(clean(which))
	case kind == "brake" && which == "all":
		return "all accounts"
	case kind == "brake":
		return "account " + clean(which)
	case kind == "exemption":
		return "an exemption of the policy"
	case kind == "member":
		account, region, _ := strings.Cut(which, "/")
		return "account " + clean(account) + ", " + clean(region)
	case kind == "organization":
		return "accounts of the organization"
	case kind == "sweep":
		return sweepAbout(e.Key.Noticed())
	}
	return clean(strings.TrimSpace(e.Key.Resource + " " + e.Key.Noticed()))
}

// sweepAbout is what a notice of the sweep is about.
func sweepAbout(what string) string {
	switch {
	case what == "uncovered":
		return "types of which it sees nothing"
	case what == "unswept":
		return "nothing could be asked for what exists"
	case strings.HasPrefix(what, "cut "):
		return "what it asks does not show all"
	}
	return clean(what)
}

// ruleOf is the rule that an entry is about; of a notice the one that it names.
func ruleOf(e journal.Entry) string {
	if rule, of := strings.CutPrefix(e.Key.Resource, "rule/"); of && e.Rule == "" && e.Key.Noticed() != "" {
		return rule
	}
	return e.Rule
}

// accountOf is the account that an entry is about; of a notice about a brake the one that it stops, of one about a member's rules that one.
func accountOf(e journal.Entry) string {
	if member, of := strings.CutPrefix(e.Key.Resource, "member/"); of && e.Key.Noticed() != "" {
		account, _, _ := strings.Cut(member, "/")
		return account
	}
	if account, of := strings.CutPrefix(e.Key.Resource, "brake/"); of && account != "all" && e.Key.Noticed() != "" {
		return account
	}
	return e.Resource.Account
}

// noticeSubject is the subject of a notice.
func (s story) noticeSubject() string {
	return shorten(s.urgent()+noticed(s.entry)+": "+ascii(noticeAbout(s.entry)), maxSubject)
}

// adviceOnNotice is what can be done about what a notice tells.
func (s story) adviceOnNotice() []string {
	tool, rule := s.about.Tool, argument(ruleOf(s.entry))
	list := func(state string) string { return fmt.Sprintf("%s journal --rule %s --state %s", tool, rule, state) }
	switch noticed(s.entry) {
	case "Budget reached":
		return []string{
			"See what is held back: " + list("proposed"), fmt.Sprintf("Make one of them at once: %s approve ENTRY", tool),
			"If so many changes are right, raise the rule's budget in the policy. If they are not, put the brake on: " + tool + " brake on --reason WHY",
		}
	case "Breaker opened":
		return []string{
			"See what went wrong: " + list("failed"), "See what was taken back: " + list("undone"),
			fmt.Sprintf("When that is understood, let the rule go on: %s breaker close %s", tool, rule),
		}
	case "Heartbeat missing":
		return []string{"See what was heard of the account: " + tool + " members"}
	case "Brake on":
		return []string{fmt.Sprintf("See which brake is on, and take it off when changes may be made again: %s brake", tool)}
	}
	return nil
}
