package remedies

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// An addressList is what is on a list of addresses, each with the time until which it is: RFC 3339, or "" for what people put there, which stays. It is a map at
// its very top, so that an undo of one address leaves the others alone.
type addressList map[string]string

// listParams are how a remedy that puts an address on a list is set up.
type listParams struct {
	Days  int      `json:"days"`
	Never []string `json:"never"`
}

// listParameters are what listParams reads.
var listParameters = []remedy.Param{
	{Name: "days", Kind: remedy.Integer, Doc: "For how many days the address is on the list.", Default: "30", Min: 1, Max: 365},
	{Name: "never", Kind: remedy.Texts, Doc: "Networks whose addresses never come on the list: your own offices and gateways, in CIDR notation.", Pattern: `[0-9A-Fa-f.:]+/\d{1,3}`},
}

// with gives the list with an address, and without what has aged out. An address that is on it already is renewed once a day at most.
func (l addressList) with(entry string, now time.Time, span time.Duration) addressList {
	fixed := maps.Clone(l)
	maps.DeleteFunc(fixed, func(_, until string) bool {
		end, dated := listedUntil(until)
		return dated && end.Before(now)
	})
	if fixed == nil {
		fixed = addressList{}
	}
	until := now.UTC().Add(span).Truncate(time.Second)
	standing, there := fixed[entry]
	if end, dated := listedUntil(standing); !there || dated && until.Sub(end) >= days(1) {
		fixed[entry] = until.Format(time.RFC3339)
	}
	return fixed
}

// listedUntil reads until when something is on a list; dated is false for what stays.
func listedUntil(until string) (end time.Time, dated bool) {
	end, err := time.Parse(time.RFC3339, until)
	return end, err == nil
}

// remoteAddress is the address that a finding names, if it may be put on a list: a public one, and none of those that the rule spares.
func remoteAddress(subject finding.Subject, never []string) (netip.Addr, error) {
	if subject["address"] == "" {
		return netip.Addr{}, &remedy.RefusedError{Why: "The finding names no remote address: use the remedy for findings that do."}
	}
	address, err := netip.ParseAddr(subject["address"])
	if err != nil || address.Zone() != "" { // the error would quote the event
		return netip.Addr{}, &remedy.RefusedError{Why: "The remote address of the finding is none: look at the finding."}
	}
	address = address.Unmap()
	if !isPublic(address) {
		return netip.Addr{}, &remedy.RefusedError{Why: "The remote address is not a public one, so it may be your own: look who uses it."}
	}
	for _, text := range never {
		network, err := netip.ParsePrefix(text)
		switch {
		case err != nil:
			return netip.Addr{}, &remedy.RefusedError{Why: "A network of the parameter never cannot be read: write it in CIDR notation, like 203.0.113.0/24.", Err: err}
		case network.Contains(address):
			return netip.Addr{}, &remedy.RefusedError{Why: "The remote address is one of those that the rule never puts on a list: look who uses it."}
		}
	}
	return address, nil
}

// isPublic tells whether an address may be a stranger's in the Internet.
func isPublic(address netip.Addr) bool {
	if !address.IsGlobalUnicast() || address.IsPrivate() {
		return false
	}
	for _, network := range reserved {
		if network.Contains(address) {
			return false
		}
	}
	return true
}

// reserved are networks that are nobody's in the Internet, beside those that package netip knows.
//
// Source: IANA, "IPv4 Special-Purpose Address Registry" and "IPv6 Special-Purpose Address Registry".
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2002::/16"),
}

// difference is what goes, and what comes or gets another date, from one list to another; sorted.
func (l addressList) difference(to addressList) (gone, set []string) {
	for _, entry := range slices.Sorted(maps.Keys(l)) {
		if _, there := to[entry]; !there {
			gone = append(gone, entry)
		}
	}
	for _, entry := range slices.Sorted(maps.Keys(to)) {
		if until, there := l[entry]; !there || until != to[entry] {
			set = append(set, entry)
		}
	}
	return gone, set
}
