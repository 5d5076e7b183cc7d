package members

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/wiring"
)

// How long a rule may be silent: it beats every four hours, so that two beats may be lost before people are told.
const (
	Every  = 4 * time.Hour
	Silent = 9 * time.Hour
	Forget = 30 * 24 * time.Hour // what is silent for so long has left, and is not spoken of any more
)

// RolesKind is the kind of the beats by which the template of the roles is heard of. All others are kinds of events.
const RolesKind = wiring.RolesKind

// A Beat is the last heartbeat of one kind from one account and region.
type Beat struct {
	Account string    `json:"account"`
	Region  string    `json:"region"`
	Kind    string    `json:"kind"`             // "config", ..., or RolesKind
	Policy  string    `json:"policy,omitempty"` // of RolesKind alone: fingerprint of the account's service roles (rights.Fingerprint); the rules' template never changes with the policy
	Seen    time.Time `json:"seen"`             // of the event
}

// Name names what beats, the same for each beat of it.
func (b Beat) Name() string { return b.Account + "/" + b.Region + "/" + b.Kind }

// The forms of a beat's fields: whatever is in an account may put events on its bus, so that what is told of a beat is only what can stand in one.
var (
	accountForm = regexp.MustCompile(`^\d{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2,8}(-[a-z]+)+-\d{1,2}$`)
	kindForm    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	policyForm  = regexp.MustCompile(`^([0-9a-f]{12}|none)$`)
)

// Valid says what is wrong with a beat.
func (b Beat) Valid() error {
	for _, field := range []struct {
		name, text string
		form       *regexp.Regexp
	}{{"account", b.Account, accountForm}, {"region", b.Region, regionForm}, {"kind", b.Kind, kindForm}} {
		if !field.form.MatchString(field.text) {
			return fmt.Errorf("its %s cannot be one", field.name)
		}
	}
	switch {
	case (b.Policy != "" || b.Kind == RolesKind) && !policyForm.MatchString(b.Policy):
		return errors.New("its policy cannot be one")
	case b.Seen.IsZero():
		return errors.New("it has no time")
	}
	return nil
}

// InOrder orders beats by account, region and kind.
func InOrder(list []Beat) []Beat {
	slices.SortFunc(list, func(a, b Beat) int { return cmp.Compare(a.Name(), b.Name()) })
	return list
}

// A Gap is a silence of which people were told.
type Gap struct {
	Account string    `json:"account"`
	Region  string    `json:"region"`
	Kind    string    `json:"kind"`
	Since   time.Time `json:"since"`          // of the last beat before it
	Until   time.Time `json:"until,omitzero"` // of the first beat after it that was seen; zero while it lasts
}

// Name is the name of what beats.
func (g Gap) Name() string { return Beat{Account: g.Account, Region: g.Region, Kind: g.Kind}.Name() }

// News is what people are to be told of beats: gaps that began, and those that are over. Pure; told again with what came of it, it is nothing.
func News(beats []Beat, gaps []Gap, now time.Time) []Gap {
	told := make(map[string]Gap, len(gaps))
	for _, g := range gaps {
		told[g.Name()] = g
	}
	var news []Gap
	for _, b := range beats {
		g, open := told[b.Name()]
		open = open && g.Until.IsZero()
		switch silent := now.Sub(b.Seen) >= Silent; {
		case open && b.Seen.After(g.Since) && !silent:
			g.Until = b.Seen
			news = append(news, g)
		case silent && (!open || b.Seen.After(g.Since)): // it beat once since, and is silent again
			news = append(news, Gap{Account: b.Account, Region: b.Region, Kind: b.Kind, Since: b.Seen})
		}
	}
	return news
}

// RolesOf is the last beat of an account's roles, whatever region it came from; false where they were never heard of.
func RolesOf(beats []Beat, account string) (Beat, bool) {
	var last Beat
	for _, b := range beats {
		if b.Account == account && b.Kind == RolesKind && b.Seen.After(last.Seen) {
			last = b
		}
	}
	return last, last.Account != ""
}

// Kept are the beats that are not forgotten.
func Kept(list []Beat, now time.Time) []Beat {
	return slices.DeleteFunc(list, func(b Beat) bool { return now.Sub(b.Seen) >= Forget })
}

// KeptGaps are the gaps that are not forgotten: with the beat before, or after.
func KeptGaps(list []Gap, now time.Time) []Gap {
	return slices.DeleteFunc(list, func(g Gap) bool { return now.Sub(g.Since) >= Forget && now.Sub(g.Until) >= Forget })
}
