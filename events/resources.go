package events

import (
	"cmp"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// accountType is the type of a whole account, as AWS Config spells it.
const accountType = "AWS::::Account"

// A site is where the resources of a finding are, unless their ARNs say otherwise.
type site struct{ partition, account, region string }

// wholeAccount is the account itself as a resource; its settings are those of the region.
func (s site) wholeAccount() finding.Resource {
	return finding.Resource{
		Partition: s.partition, Account: s.account, Region: s.region, Type: accountType, ID: s.account, ARN: "arn:" + s.partition + ":iam::" + s.account + ":root",
	}
}

// byID is the resource of a type with an id. Its ARN follows from both, where it does.
func (s site) byID(typ, id string) finding.Resource {
	r := finding.Resource{Partition: s.partition, Account: s.account, Region: s.regionOf(arn.ARN{Partition: s.partition, Service: arn.Service(typ)}), Type: typ, ID: id}
	if a, ok := arn.For(typ, s.partition, s.region, s.account, id); ok {
		r.ARN, r.Region = a.String(), s.regionOf(a)
	}
	return r
}

// byARN is the resource that an ARN names; its type is the other one where the ARN tells none. ok is false for what is no ARN.
func (s site) byARN(name, otherwise string) (r finding.Resource, ok bool) {
	a, err := arn.Parse(name)
	if err != nil {
		return finding.Resource{}, false
	}
	r = finding.Resource{Partition: a.Partition, Account: cmp.Or(ownerOf(a), s.account), Region: s.regionOf(a), ARN: name, Type: otherwise, ID: a.Resource}
	if typ, id, known := arn.Type(a); known {
		r.Type, r.ID = typ, id
	}
	if isRoot(a) { // IAM is global, and the account's settings are those of a region
		r.Type, r.ID, r.Region = accountType, a.Account, s.region
	}
	return r, true
}

// named is the resource with an ARN, or else with an id. ok is false where it has neither.
func (s site) named(typ, name, id string) (r finding.Resource, ok bool) {
	if r, ok = s.byARN(name, typ); ok {
		return r, true
	}
	return s.byID(typ, id), id != ""
}

// regionOf is where the resource of an ARN is worked on: a global service in its partition's first region, and a bucket, whose ARN tells nothing, where the event came from.
func (s site) regionOf(a arn.ARN) string {
	switch {
	case a.Region != "":
		return a.Region
	case globalServices[a.Service] && global[a.Partition] != "":
		return global[a.Partition]
	}
	return s.region
}

// globalServices are the services whose resources belong to no region.
//
// Source: AWS General Reference, "Service endpoints and quotas": services with one endpoint a partition.
var globalServices = map[string]bool{"iam": true, "cloudfront": true, "route53": true, "organizations": true, "waf": true, "shield": true, "globalaccelerator": true}

// ownerOf is the account in an ARN; "" where it has none, or a word in its place ("aws").
func ownerOf(a arn.ARN) string {
	if isAccount(a.Account) {
		return a.Account
	}
	return ""
}

// isAccount tells whether s is the id of an account: 12 digits.
func isAccount(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// isRoot tells whether an ARN is the root user's, which stands for the account.
func isRoot(a arn.ARN) bool { return a.Service == "iam" && a.Resource == "root" }

// foreign says why a resource cannot be where a report claims; "" where it can.
func (s site) foreign(r finding.Resource) string {
	a, err := arn.Parse(r.ARN)
	switch {
	case err != nil:
		return ""
	case a.Partition != s.partition:
		return "the ARN of its resource names another partition than the finding"
	case ownerOf(a) != "" && ownerOf(a) != s.account:
		return "the ARN of its resource names another account than the finding"
	}
	return ""
}
