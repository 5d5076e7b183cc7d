package notify

import (
	"net/url"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// commercial is the partition whose console is known to show a resource by its ARN.
const commercial = "aws"

// longestLink is how long a link may be, in bytes: what some mail readers still open.
const longestLink = 2048

// console is a link to the resource in the AWS console; to the console's home of the region where no link to a resource is known to work, and "" in a partition
// that we do not know.
//
// Source: the console's own "go/view" page, which takes an ARN (commercial partition only, as far as is known).
func console(r finding.Resource) string {
	host := arn.ConsoleOf(partition(r))
	switch {
	case host == "":
		return ""
	case partition(r) == commercial && strings.HasPrefix(r.ARN, "arn:"+commercial+":"):
		return openable(host + "/go/view?arn=" + url.QueryEscape(clean(r.ARN)))
	}
	return openable(host + "/console/home?region=" + url.QueryEscape(r.Region))
}

// findingLink is where the service shows a finding; "" where it has no such page that we know.
//
// Source: GuardDuty user guide, "Processing GuardDuty findings with Amazon EventBridge" (the link of its input transformer); the Security Hub console's own search.
func findingLink(r finding.Report, partition string) string {
	host, region := arn.ConsoleOf(partition), url.QueryEscape(r.Region)
	switch {
	case host == "" || r.ID == "":
		return ""
	case r.Product != "":
		search := url.QueryEscape(`Id=` + url.QueryEscape(`\operator\:EQUALS\:`+r.ID))
		return openable(host + "/securityhub/home?region=" + region + "#/findings?search=" + search)
	case r.Service == "guardduty":
		return openable(host + "/guardduty/home?region=" + region + "#/findings?search=" + url.QueryEscape("id="+r.ID))
	case r.Service == "inspector":
		return openable(host + "/inspector/v2/home?region=" + region + "#/findings/all")
	case r.Service == "config":
		return openable(host + "/config/home?region=" + region + "#/rules/details?configRuleName=" + url.QueryEscape(r.ID))
	}
	return ""
}

// detectiveLink is where Amazon Detective investigates a GuardDuty finding; "" for all else, and in China, which has no Detective.
//
// Source: Detective user guide, "Navigating to an entity profile or finding overview using a URL"; AWS General Reference, "Amazon Detective endpoints".
func detectiveLink(r finding.Report, partition string) string {
	host := arn.ConsoleOf(partition)
	if host == "" || partition == "aws-cn" || r.Service != "guardduty" || r.ID == "" {
		return ""
	}
	id := r.ID[strings.LastIndexByte(r.ID, '/')+1:] // Security Hub names it by its ARN
	return openable(host + "/detective/home?region=" + url.QueryEscape(r.Region) + "#findings/GuardDuty/" + url.PathEscape(id))
}

// service names who reports, for people.
func service(r finding.Report) string {
	switch {
	case r.Product != "":
		return "Security Hub"
	case r.Service == "guardduty":
		return "GuardDuty"
	case r.Service == "config":
		return "AWS Config"
	case r.Service == "inspector":
		return "Inspector"
	}
	return r.Service
}

// openable is a link, or "" where it is too long to be opened.
func openable(link string) string {
	if len(link) > longestLink {
		return ""
	}
	return link
}

// partition is the resource's own, or its ARN's where the event did not tell.
func partition(r finding.Resource) string {
	if r.Partition != "" {
		return r.Partition
	}
	parts := strings.SplitN(r.ARN, ":", 3)
	if len(parts) < 3 || parts[0] != "arn" {
		return ""
	}
	return parts[1]
}
