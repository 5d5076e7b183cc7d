package remedies

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var wafBlockAddress = remedy.Remedy{
	ID: "waf-block-address",
	Doc: `Put the finding's remote address into an IP set of AWS WAF.

The address that the finding names goes into the IP set that the rule names: what a web ACL does with that set is yours to say. Until when it stays stands in a tag of the set, and
what has aged out goes with the next finding that the rule answers. Addresses without such a tag are people's, and stay. An undo takes the address out again.

When not to use it: for addresses behind which many people sit, such as those of a mobile carrier. Let WAF show a CAPTCHA for the set there, and keep the days few.`,
	Changes:  "The remote address is in the IP set for some days.",
	Breaks:   "Whatever your web ACLs do with the set is done to everybody behind the address.",
	Setting:  "wafv2:addresses",
	Per:      "address",
	Answers:  []string{"guardduty:*"},
	Resource: "*",
	About:    aboutIPSet,
	Reads:    ipSetGrants("wafv2:GetIPSet", "wafv2:ListTagsForResource"),
	Writes:   ipSetGrants("wafv2:UpdateIPSet", "wafv2:TagResource", "wafv2:UntagResource"),
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[addressList]{Read: readIPSet, Fix: fixIPSet, Write: writeIPSet}),
	With: slices.Concat([]remedy.Param{
		{Name: "ip-set", Kind: remedy.Text, Doc: "ARN of the IP set for IPv4 addresses.", Pattern: ipSetARN},
		{Name: "ip-set-v6", Kind: remedy.Text, Doc: "ARN of the IP set for IPv6 addresses.", Pattern: ipSetARN},
	}, listParameters),
	Examples: []remedy.Example{
		{
			Name:    "beside people's own entry, and one that has aged out",
			Subject: finding.Subject{"address": "198.51.100.7"},
			Before:  `{"192.0.2.0/24":"","203.0.113.9/32":"2026-11-01T00:00:00Z"}`,
			After:   `{"192.0.2.0/24":"","198.51.100.7/32":"2026-12-24T12:00:00Z"}`,
		},
		{
			Name:    "an IPv6 address for a week",
			With:    `{"days":7,"never":["2001:db8:ffff::/48"]}`,
			Subject: finding.Subject{"address": "2001:db8::7"},
			Before:  `{}`,
			After:   `{"2001:db8::7/128":"2026-12-01T12:00:00Z"}`,
		},
	},
}

const (
	ipSetType = "AWS::WAFv2::IPSet"
	ipSetARN  = `arn:[a-z-]+:wafv2:[a-z0-9-]+:\d{12}:(regional|global)/ipset/[\w-]+/[\w-]+`
	untilTag  = "tagwarden:until:" // before the address, in the key of a tag of the set
	noIPSet   = "WAFNonexistentItemException"
)

func ipSetGrants(actions ...string) []remedy.Grant {
	grants := make([]remedy.Grant, len(actions))
	for i, action := range actions {
		grants[i] = remedy.Grant{Action: action, On: "${ARN}", Types: []string{ipSetType}}
	}
	return grants
}

// ipSetParams are the remedy's parameters.
type ipSetParams struct {
	IPv4 string `json:"ip-set"`
	IPv6 string `json:"ip-set-v6"`
	listParams
}

func ipSetParamsOf(p remedy.Params) (ipSetParams, error) {
	return remedy.Decode(p, ipSetParams{listParams: listParams{Days: 30}})
}

// aboutIPSet gives the rule's IP set for the kind of address that the finding names.
func aboutIPSet(r finding.Resource, p remedy.Params) (finding.Resource, error) {
	with, err := ipSetParamsOf(p)
	if err != nil {
		return r, err
	}
	address, err := remoteAddress(p.Subject, with.Never)
	if err != nil {
		return r, err
	}
	set := with.IPv4
	if address.Is6() {
		set = with.IPv6
	}
	if set == "" {
		return r, &remedy.RefusedError{Why: "The rule names no IP set for this kind of address: give ip-set for IPv4, ip-set-v6 for IPv6."}
	}
	a, err := arn.Parse(set)
	if err != nil {
		return r, &remedy.RefusedError{Why: "The IP set that the rule names is no ARN.", Err: err}
	}
	return finding.Resource{Partition: a.Partition, Account: a.Account, Region: a.Region, Type: ipSetType, ID: set, ARN: set}, nil
}

func fixIPSet(s addressList, p remedy.Params) (addressList, error) {
	with, err := ipSetParamsOf(p)
	if err != nil {
		return nil, err
	}
	address, err := remoteAddress(p.Subject, with.Never)
	if err != nil {
		return nil, err
	}
	return s.with(netip.PrefixFrom(address, address.BitLen()).String(), p.Now, days(with.Days)), nil
}

// An ipSet names an IP set as WAF's calls do.
type ipSet struct {
	scope    types.Scope
	name, id *string
}

// ipSetOf takes the ARN apart: its resource is regional/ipset/NAME/ID or global/ipset/NAME/ID.
func ipSetOf(r finding.Resource) ipSet {
	parts := append(strings.Split(r.ARN[strings.LastIndex(r.ARN, ":")+1:], "/"), "", "", "")
	set := ipSet{types.ScopeRegional, &parts[2], &parts[3]}
	if parts[0] == "global" {
		set.scope = types.ScopeCloudfront
	}
	return set
}

// get reads the set with the token for a write that nobody has come before.
func (s ipSet) get(ctx context.Context, c *wafv2.Client, r finding.Resource) (*wafv2.GetIPSetOutput, error) {
	out, err := c.GetIPSet(ctx, &wafv2.GetIPSetInput{Scope: s.scope, Name: s.name, Id: s.id})
	if err != nil {
		return nil, remedy.Explain("read the IP set "+r.String(), err, noIPSet)
	}
	if out.IPSet == nil {
		return nil, fmt.Errorf("read the IP set %s: AWS does not tell what it holds", r)
	}
	return out, nil
}

func readIPSet(ctx context.Context, cfg aws.Config, r finding.Resource) (addressList, error) {
	c := wafv2.NewFromConfig(cfg)
	set, err := ipSetOf(r).get(ctx, c, r)
	if err != nil {
		return nil, err
	}
	list := addressList{}
	for _, address := range set.IPSet.Addresses {
		list[canonicalCIDR(address)] = ""
	}
	for in := (&wafv2.ListTagsForResourceInput{ResourceARN: &r.ARN}); ; {
		page, err := c.ListTagsForResource(ctx, in)
		if err != nil {
			return nil, remedy.Explain("read the tags of "+r.String(), err, noIPSet)
		}
		if page.TagInfoForResource != nil {
			list.date(page.TagInfoForResource.TagList)
		}
		if aws.ToString(page.NextMarker) == "" {
			return list, nil
		}
		in.NextMarker = page.NextMarker
	}
}

// date notes until when addresses are on the list, as tags of the set tell it. A tag of an address that is not there any more says nothing.
func (l addressList) date(tags []types.Tag) {
	for _, t := range tags {
		address, ours := strings.CutPrefix(aws.ToString(t.Key), untilTag)
		if _, there := l[address]; ours && there {
			l[address] = aws.ToString(t.Value)
		}
	}
}

// canonicalCIDR is the one spelling of a network; IPv6 has many. What cannot be read stays as it is.
func canonicalCIDR(text string) string {
	if network, err := netip.ParsePrefix(text); err == nil {
		return network.String()
	}
	return text
}

// writeIPSet takes out what goes before it takes the date away, and dates what comes before it puts it in: so nothing is ever in the set for good by accident. What goes,
// goes first, as the set has no more than 50 tags.
func writeIPSet(ctx context.Context, cfg aws.Config, r finding.Resource, from, to addressList) error {
	c := wafv2.NewFromConfig(cfg)
	gone, set := from.difference(to)
	if len(gone) > 0 {
		if err := takeAddresses(ctx, c, r, gone); err != nil {
			return err
		}
	}
	if len(set) == 0 {
		return nil
	}
	return putAddresses(ctx, c, r, set, to)
}

func takeAddresses(ctx context.Context, c *wafv2.Client, r finding.Resource, gone []string) error {
	if err := updateIPSet(ctx, c, r, gone, nil); err != nil {
		return err
	}
	keys := make([]string, len(gone))
	for i, address := range gone {
		keys[i] = untilTag + address
	}
	if _, err := c.UntagResource(ctx, &wafv2.UntagResourceInput{ResourceARN: &r.ARN, TagKeys: keys}); err != nil {
		return explainIPSet("take away the dates of "+r.String(), err)
	}
	return nil
}

func putAddresses(ctx context.Context, c *wafv2.Client, r finding.Resource, set []string, to addressList) error {
	var dates []types.Tag
	for _, address := range set {
		if to[address] != "" {
			dates = append(dates, types.Tag{Key: aws.String(untilTag + address), Value: aws.String(to[address])})
		}
	}
	if len(dates) > 0 {
		if _, err := c.TagResource(ctx, &wafv2.TagResourceInput{ResourceARN: &r.ARN, Tags: dates}); err != nil {
			return explainIPSet("date the addresses of "+r.String(), err)
		}
	}
	return updateIPSet(ctx, c, r, nil, set)
}

// updateIPSet takes addresses out of the set as it is right now, and puts others in. WAF refuses it where somebody was faster.
func updateIPSet(ctx context.Context, c *wafv2.Client, r finding.Resource, gone, set []string) error {
	s := ipSetOf(r)
	now, err := s.get(ctx, c, r)
	if err != nil {
		return err
	}
	addresses := slices.DeleteFunc(now.IPSet.Addresses, func(address string) bool { return slices.Contains(gone, canonicalCIDR(address)) })
	for _, address := range set {
		if strings.Contains(address, ":") != (now.IPSet.IPAddressVersion == types.IPAddressVersionIpv6) {
			return &remedy.RefusedError{Why: "The IP set is not for this kind of address: name one for IPv4 in ip-set, one for IPv6 in ip-set-v6."}
		}
		if !slices.ContainsFunc(addresses, func(there string) bool { return canonicalCIDR(there) == address }) {
			addresses = append(addresses, address)
		}
	}
	in := &wafv2.UpdateIPSetInput{Scope: s.scope, Name: s.name, Id: s.id, LockToken: now.LockToken, Addresses: addresses}
	if aws.ToString(now.IPSet.Description) != "" {
		in.Description = now.IPSet.Description // what an update leaves out is lost
	}
	if _, err := c.UpdateIPSet(ctx, in); err != nil {
		return explainIPSet("write the IP set "+r.String(), err)
	}
	return nil
}

// explainIPSet is remedy.Explain, with the refusal that no retry helps.
//
// Source: AWS WAF developer guide, "AWS WAF quotas" (10,000 addresses in a set); AWS WAF API reference, TagResource (50 tags).
func explainIPSet(tried string, err error) error {
	if remedy.Is(err, "WAFLimitsExceededException") {
		return &remedy.RefusedError{Why: "The IP set has no room for one more address with its date: take some out, or let fewer days pass.", Err: err}
	}
	return remedy.Explain(tried, err, noIPSet)
}
