package arn

import "strings"

// A Partition is one of AWS's separate clouds. No ARN, role or event crosses its border.
type Partition struct {
	ID             string   // the second part of its ARNs: "aws-cn"
	DNSSuffix      string   // of its endpoints: "amazonaws.com.cn"
	Console        string   // where its AWS console begins; "" where we know of none
	RegionPrefixes []string // how its regions begin; a word, a hyphen and a number follow
}

// Partitions gives all partitions, the commercial one first. The result is the caller's.
//
// Source: partitions.json of the AWS SDKs (dnsSuffix and regionRegex), aws-sdk-go-v2 1.47; for the consoles "AWS GovCloud (US) user guide", "Signing in to the AWS GovCloud (US)
// console", and "Getting started with AWS in China".
func Partitions() []Partition {
	return []Partition{
		{ID: "aws", DNSSuffix: "amazonaws.com", Console: "https://console.aws.amazon.com", RegionPrefixes: []string{"us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"}},
		{ID: "aws-cn", DNSSuffix: "amazonaws.com.cn", Console: "https://console.amazonaws.cn", RegionPrefixes: []string{"cn-"}},
		{ID: "aws-us-gov", DNSSuffix: "amazonaws.com", Console: "https://console.amazonaws-us-gov.com", RegionPrefixes: []string{"us-gov-"}},
		{ID: "aws-iso", DNSSuffix: "c2s.ic.gov", RegionPrefixes: []string{"us-iso-"}},
		{ID: "aws-iso-b", DNSSuffix: "sc2s.sgov.gov", RegionPrefixes: []string{"us-isob-"}},
		{ID: "aws-iso-e", DNSSuffix: "cloud.adc-e.uk", RegionPrefixes: []string{"eu-isoe-"}},
		{ID: "aws-iso-f", DNSSuffix: "csp.hci.ic.gov", RegionPrefixes: []string{"us-isof-"}},
		{ID: "aws-eusc", DNSSuffix: "amazonaws.eu", RegionPrefixes: []string{"eusc-de-"}},
	}
}

// ConsoleOf is where the AWS console of a partition begins, without a slash at its end; "" where we know of none.
func ConsoleOf(partition string) string {
	for _, p := range Partitions() {
		if p.ID == partition {
			return p.Console
		}
	}
	return ""
}

// PartitionOf gives the id of the partition that a region belongs to, by the region's name
// alone, so that a region opened tomorrow is known too. It also knows the SDKs' pseudo regions
// ("aws-cn-global"). ok is false for what cannot be a region.
func PartitionOf(region string) (id string, ok bool) {
	for _, p := range Partitions() {
		if region == p.ID+"-global" {
			return p.ID, true
		}
		for _, prefix := range p.RegionPrefixes {
			if rest, found := strings.CutPrefix(region, prefix); found && wordAndNumber(rest) {
				return p.ID, true
			}
		}
	}
	return "", false
}

// wordAndNumber matches "west-1". A word has no hyphen, which keeps us-gov-west-1 apart from us-.
func wordAndNumber(s string) bool {
	word, number, found := strings.Cut(s, "-")
	if !found || word == "" || number == "" || !plain(word) {
		return false
	}
	for i := range len(number) {
		if !isDigit(number[i]) {
			return false
		}
	}
	return true
}
