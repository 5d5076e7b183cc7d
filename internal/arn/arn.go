// Package arn reads and writes Amazon Resource Names, and tells which CloudFormation type a
// resource has by its ARN, and which ARN it has by its type and id, in all partitions.
//
// Everything in it is pure and may be called concurrently. The table of types (types.txt) is
// read once, when it is first asked for.
package arn

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLength is how many bytes an ARN may have. Source: the bounds of ARNs in AWS's API models
// (IAM arnType, AmazonResourceName), at most 2,048.
const maxLength = 2048

// shown is how many bytes of a wrong ARN an error repeats.
const shown = 80

// An ARN is an Amazon Resource Name in its six parts, without the leading "arn". Region and
// Account are empty where the service leaves them out (S3 buckets, IAM). Source: AWS General
// Reference, "Amazon Resource Names (ARNs)".
type ARN struct {
	Partition string // "aws", "aws-cn", "aws-us-gov"
	Service   string // "ec2"
	Region    string // "eu-west-1"; empty for global resources
	Account   string // 12 digits; empty or a word ("aws") for what belongs to AWS or to nobody
	Resource  string // all the rest: "instance/i-0abc"; may hold "/" and ":"
}

// String gives the ARN as AWS writes it. It is the inverse of [Parse].
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}

// An Error says why a text is no ARN, and what would be one.
type Error struct {
	Text    string // the beginning of the text, at most 80 bytes and "…"
	Problem string // what is wrong with it
	Way     string // what would do
}

// Error gives the problem and the way out in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("ARN %q %s; %s", e.Text, e.Problem, e.Way)
}

// Parse reads an ARN. Its error is an [*Error]. It knows the form only: a service that nobody
// has heard of is accepted.
func Parse(s string) (ARN, error) {
	if problem, way := wrongText(s); problem != "" {
		return ARN{}, &Error{Text: beginning(s), Problem: problem, Way: way}
	}
	parts := strings.SplitN(s, ":", 6)
	if parts[0] != "arn" || len(parts) < 6 {
		return ARN{}, &Error{Text: beginning(s), Problem: "is not of six parts that begin with arn", Way: "write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"}
	}
	a := ARN{Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5]}
	if problem, way := wrongPart(a); problem != "" {
		return ARN{}, &Error{Text: beginning(s), Problem: problem, Way: way}
	}
	return a, nil
}

// wrongText judges the text as a whole.
func wrongText(s string) (problem, way string) {
	switch {
	case s == "":
		return "is empty", "give the ARN of a resource"
	case len(s) > maxLength:
		return fmt.Sprintf("has %d bytes", len(s)), fmt.Sprintf("ARNs end at %d", maxLength)
	case !utf8.ValidString(s):
		return "is not UTF-8", "give the ARN as AWS writes it"
	case strings.ContainsFunc(s, unicode.IsControl):
		return "has control characters", "remove line breaks, tabs and the like"
	}
	return "", ""
}

// wrongPart judges the parts one by one.
func wrongPart(a ARN) (problem, way string) {
	switch {
	case a.Partition == "" || !plain(a.Partition):
		return fmt.Sprintf("has the partition %q", beginning(a.Partition)), "write aws, aws-cn, aws-us-gov or another partition"
	case a.Service == "" || !plain(a.Service):
		return fmt.Sprintf("has the service %q", beginning(a.Service)), "write the service in lower case, such as ec2"
	case !plain(a.Region):
		return fmt.Sprintf("has the region %q", beginning(a.Region)), "write a region such as eu-west-1, or nothing"
	case !plain(strings.ToLower(a.Account)):
		return fmt.Sprintf("has the account %q", beginning(a.Account)), "write the 12 digits of an account, or nothing"
	case a.Resource == "":
		return "names no resource", "write the resource after the fifth colon"
	}
	return "", ""
}

// plain says whether s has only lower-case letters, digits and hyphens.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '-' && !isDigit(c) && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// isDigit says whether c is an ASCII digit.
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// beginning cuts s to what an error shows; half a rune at the cut goes too.
func beginning(s string) string {
	if len(s) <= shown {
		return s
	}
	return strings.ToValidUTF8(s[:shown], "") + "…"
}
