package act

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/notify"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// known is what a hub knows of its members, for tests.
type knownMembers struct {
	beats []members.Beat
	place *finding.Place
	err   error
}

func (k *knownMembers) Beats(context.Context, string, time.Time) ([]members.Beat, error) {
	return k.beats, k.err
}

func (k *knownMembers) Place(context.Context, string) (*finding.Place, error) { return k.place, k.err }

const policyN = "0123456789ab"

// TestNotEnrolled holds that what AWS denies in a member's account is refused at the first delivery, and says what was heard of the account's roles.
func TestNotEnrolled(t *testing.T) {
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}
	noRole := &remedy.RefusedError{Why: "The role does not exist or may not be assumed.", Err: denied}
	roles := func(policy string, ago time.Duration) []members.Beat {
		return []members.Beat{{Account: "111122223333", Region: "eu-west-1", Kind: members.RolesKind, Policy: policy, Seen: clock.Add(-ago)}}
	}
	begins := "Account not enrolled at policy " + policyN + ": "
	for _, c := range []struct {
		name        string
		home        string
		known       knownMembers
		reach, read error
		want        string
	}{
		{"never heard of", "999988887777", knownMembers{}, noRole, nil, begins + "its roles were never heard of."},
		{"behind", "999988887777", knownMembers{beats: roles("ba9876543210", time.Hour)}, noRole, nil, begins + "its roles were at policy ba9876543210 when they were last heard of, at 2026-11-23 11:00 UTC."},
		{"a role that lacks a right", "999988887777", knownMembers{beats: roles("none", time.Hour)}, nil, remedy.Explain("read it", denied), begins + "its roles were at policy none"},
		{"at this policy, long ago", "999988887777", knownMembers{beats: roles(policyN, members.Silent)}, noRole, nil, begins + "its roles were at policy " + policyN + " when"},
		{"at this policy", "999988887777", knownMembers{beats: roles(policyN, time.Hour)}, nil, remedy.Explain("read it", denied), "AWS denied the call: let Tagwarden's role do it"},
		{"the table cannot be read", "999988887777", knownMembers{err: errors.New("no table")}, noRole, nil, begins + "what was heard of its roles cannot be read now."},
		{"the hub's own account", "111122223333", knownMembers{}, noRole, nil, "The role does not exist"},
		{"another refusal", "999988887777", knownMembers{}, &remedy.RefusedError{Why: "No session."}, nil, "No session."},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, policyText)
			w.tags, w.failRead = maps.Clone(wrong), c.read
			w.actor.Members = &Members{Home: c.home, Policy: policyN, Beats: &c.known}
			w.actor.Reach = func(context.Context, remedy.Remedy, finding.Resource, string) (aws.Config, error) {
				return aws.Config{}, c.reach
			}
			e := w.open(t, clock)
			if err := w.act(e, false); err != nil {
				t.Fatalf("it is to be delivered again: %v", err)
			}
			got := w.entry(t, e.ID)
			if got.State != journal.Refused || !strings.HasPrefix(got.Reason, c.want) || len(w.told) != 1 || w.writes != 0 {
				t.Errorf("got %s, %q, %d messages, %d writes", got.State, got.Reason, len(w.told), w.writes)
			}
			if strings.HasPrefix(c.want, begins) && !strings.Contains(got.Reason, "Deploy the template of the member's roles in account 111122223333 again.") {
				t.Errorf("no way out: %q", got.Reason)
			}
		})
	}
}

// TestADenialOfTheJournalIsNoMembers holds that what AWS denies of the hub's own table, as it may while a deployment is on its way, is no refusal of the member's: it is delivered again.
func TestADenialOfTheJournalIsNoMembers(t *testing.T) {
	denied := &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}
	w := newWorld(t, strings.Replace(policyText, "do: [tags]", "do: [tags]\n    where: {ou: [ou-ab12-workloads]}", 1))
	w.tags = maps.Clone(wrong)
	w.actor.Members = &Members{Home: "999988887777", Policy: policyN, Beats: &knownMembers{}, Directory: &knownMembers{err: denied}}
	e := w.open(t, clock)
	for _, last := range []bool{false, true} {
		if err := w.act(e, last); !errors.Is(err, denied) {
			t.Errorf("got %v, want it delivered again (the last time: %v)", err, last)
		}
	}
	if got := w.entry(t, e.ID); got.State != journal.Open || len(w.told) != 0 {
		t.Errorf("got %s (%s), %d messages; want it open", got.State, got.Reason, len(w.told))
	}
}

// TestWhereAnAccountStands holds that act looks the account up itself, changes nothing where it is not known, tells that once, and has it delivered again where it cannot look.
func TestWhereAnAccountStands(t *testing.T) {
	text := strings.Replace(policyText, "do: [tags]", "do: [tags]\n    where: {ou: [ou-ab12-workloads]}", 1)
	lost := errors.New("no table")
	for _, c := range []struct {
		name   string
		known  knownMembers
		state  journal.State
		writes int
		told   int
		err    error
	}{
		{"below the OU", knownMembers{place: &finding.Place{OUs: []string{"r-ab12", "ou-ab12-workloads"}}}, journal.Fixed, 1, 1, nil},
		{"moved elsewhere", knownMembers{place: &finding.Place{OUs: []string{"r-ab12"}}}, journal.Compliant, 0, 0, nil},
		{"not known", knownMembers{}, journal.Told, 0, 1, nil},
		{"the table cannot be read", knownMembers{err: lost}, journal.Open, 0, 0, lost},
	} {
		for _, last := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, last), func(t *testing.T) {
				w := newWorld(t, text)
				w.tags = maps.Clone(wrong)
				w.actor.Members = &Members{Home: "111122223333", Policy: policyN, Beats: &c.known, Directory: &c.known}
				e := w.open(t, clock)
				if err := w.act(e, last); !errors.Is(err, c.err) {
					t.Fatalf("got %v, want %v", err, c.err)
				}
				got := w.entry(t, e.ID)
				if got.State != c.state || w.writes != c.writes || len(w.told) != c.told {
					t.Errorf("got %s (%s), %d writes, %d messages", got.State, got.Reason, w.writes, len(w.told))
				}
				if c.state == journal.Told && !strings.Contains(got.Reason, "which the organization's directory does not know, so nothing is changed") {
					t.Errorf("the reason is %q", got.Reason)
				}
				if out := notify.Outcome(got); c.state == journal.Told && out != "told" {
					t.Errorf("the outcome is %q", out)
				}
			})
		}
	}
}
