package arn

import "strings"

// isURL says whether an id is a URL.
func isURL(id string) bool {
	return strings.HasPrefix(id, "https://") || strings.HasPrefix(id, "http://")
}

// fromQueueURL reads the URL of an SQS queue, which AWS Config uses as its resourceId:
// https://sqs.REGION.SUFFIX/ACCOUNT/NAME, and the older https://REGION.queue.SUFFIX/... The host
// of an emulator names no region; then the given ones hold. Source: SQS developer guide, "Queue
// and message identifiers".
func (r *resourceType) fromQueueURL(partition, region, url string) (ARN, bool) {
	if r.service != "sqs" {
		return ARN{}, false
	}
	_, rest, _ := strings.Cut(url, "://")
	host, path, _ := strings.Cut(rest, "/")
	account, name, found := strings.Cut(path, "/")
	if !found || len(account) != 12 {
		return ARN{}, false
	}
	if p, reg, ok := regionOfHost(host); ok {
		partition, region = p, reg
	}
	t := r.templates[0]
	return r.build(ARN{Partition: partition, Region: region, Account: account}, t.prefix+name)
}

// regionOfHost finds the region that an endpoint names.
func regionOfHost(host string) (partition, region string, ok bool) {
	if host == "queue.amazonaws.com" { // The first region's endpoint had no region in its name.
		return "aws", "us-east-1", true
	}
	for label := range strings.SplitSeq(host, ".") {
		if p, ok := PartitionOf(label); ok {
			return p, label, true
		}
	}
	return "", "", false
}
