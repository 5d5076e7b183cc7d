package members

import (
	"maps"
	"slices"
	"time"
)

// A View is what is known of one account, as operators and programs read it. Fields are added, never renamed.
type View struct {
	Account
	Roles    string    `json:"roles,omitempty"`      // policy of its service roles; "" where they were never heard of
	RolesAt  time.Time `json:"roles_heard,omitzero"` // when they were last heard of
	Enrolled bool      `json:"enrolled"`             // whether its roles are those of the deployed policy
	Regions  []Region  `json:"regions"`              // where its rules were heard of, by name; never null
}

// A Region is what was heard of the rules of one account in one region.
type Region struct {
	Region string    `json:"region"`
	Kinds  []string  `json:"kinds"`            // those that beat, sorted
	Silent []string  `json:"silent,omitempty"` // those of them that do no more
	Last   time.Time `json:"last"`             // of the last beat
}

// Views puts the directory and the beats together, by account. policy is the fingerprint of the deployed policy's roles. An account of which only beats are known has no OUs.
func Views(accounts []Account, beats []Beat, policy string, now time.Time) []View {
	all := map[string]*View{}
	for _, a := range accounts {
		all[a.Account] = &View{Account: a}
	}
	for _, b := range beats {
		if all[b.Account] == nil {
			all[b.Account] = &View{Account: Account{Account: b.Account}}
		}
		all[b.Account].add(b, now)
	}
	views := make([]View, 0, len(all))
	for _, id := range slices.Sorted(maps.Keys(all)) {
		v := *all[id]
		if v.Regions == nil {
			v.Regions = []Region{}
		}
		v.Enrolled = v.Roles == policy
		views = append(views, v)
	}
	return views
}

// add adds a beat; they come in order.
func (v *View) add(b Beat, now time.Time) {
	if b.Kind == RolesKind {
		if b.Seen.After(v.RolesAt) {
			v.Roles, v.RolesAt = b.Policy, b.Seen
		}
		return
	}
	i := slices.IndexFunc(v.Regions, func(r Region) bool { return r.Region == b.Region })
	if i < 0 {
		v.Regions, i = append(v.Regions, Region{Region: b.Region}), len(v.Regions)
	}
	r := &v.Regions[i]
	r.Kinds = append(r.Kinds, b.Kind)
	if now.Sub(b.Seen) >= Silent {
		r.Silent = append(r.Silent, b.Kind)
	}
	if b.Seen.After(r.Last) {
		r.Last = b.Seen
	}
}
