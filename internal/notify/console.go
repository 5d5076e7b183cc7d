package notify

import (
	"net/url"
	"strings"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// console is a link to the resource in the AWS console; to the console's home of the region where no link to a resource is known to work, and "" in a partition
// that we do not know.
//
// Source: the console's own "go/view" page, which takes an ARN (commercial partition only, as far as is known); console addresses by partition as in
// "AWS GovCloud (US) user guide" and "Getting started with AWS in China".
func console(r finding.Resource) string {
	home := "?region=" + url.QueryEscape(r.Region)
	switch partition(r) {
	case "aws":
		if !strings.HasPrefix(r.ARN, "arn:aws:") {
			return "https://console.aws.amazon.com/console/home" + home
		}
		return "https://console.aws.amazon.com/go/view?arn=" + url.QueryEscape(clean(r.ARN))
	case "aws-cn":
		return "https://console.amazonaws.cn/console/home" + home
	case "aws-us-gov":
		return "https://console.amazonaws-us-gov.com/console/home" + home
	}
	return ""
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
