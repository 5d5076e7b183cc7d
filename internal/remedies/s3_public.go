package remedies

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// public tells whether a statement of a bucket policy makes the bucket public, as S3 understands it: it allows something to everybody, and no condition narrows that to
// fixed values. A pattern within one account or organization counts as fixed here, so that no statement is taken for public that is not.
//
// Source: S3 user guide, "Blocking public access to your Amazon S3 storage" (the meaning of "public").
func (s policyStatement) public() bool {
	if s.Effect != "Allow" || !s.everyone() {
		return false
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			if narrows(operator, key, values) {
				return false
			}
		}
	}
	return true
}

// narrowingKeys are the condition keys by which a statement for everybody is not public, in lower case.
//
// Source: S3 user guide, "Blocking public access to your Amazon S3 storage"; IAM user guide, "AWS global condition context keys".
var narrowingKeys = []string{
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principalservicename",
	"aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner",
	"aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:userid", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
	"s3:dataaccesspointaccount", "s3:dataaccesspointarn", "s3:x-amz-server-side-encryption-aws-kms-key-id",
}

// matchingOperators are the operators that hold only for what they name, in lower case. Those with IfExists, with ForAllValues and with Not hold for others, too.
//
// Source: IAM user guide, "IAM JSON policy elements: Condition operators".
var matchingOperators = []string{"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"}

func narrows(operator, key string, values policyTexts) bool {
	operator, key = strings.ToLower(operator), strings.ToLower(key)
	fixed := fixedValue.MatchString
	if key == "aws:sourceip" {
		fixed = narrowAddress
	}
	return slices.Contains(matchingOperators, strings.TrimPrefix(operator, "foranyvalue:")) && slices.Contains(narrowingKeys, key) &&
		len(values) > 0 && !slices.ContainsFunc(values, func(value string) bool { return !fixed(value) })
}

// fixedValue is a value without wildcard and policy variable, or one that has them only within a fixed account, organization or role.
var fixedValue = regexp.MustCompile(`^(?:[^*?$]+|arn:[^:*?$]+:[^:*?$]+:[^:$]*:\d{12}:[^$]*|o-[a-z0-9]+/[^$]*|A[A-Z0-9]{15,}:\*)$`)

// narrowAddress tells whether an address range is not so broad that S3 takes it for public.
//
// Source: S3 user guide, "Blocking public access to your Amazon S3 storage" (broader than /8 for IPv4, /32 for IPv6).
func narrowAddress(value string) bool {
	if address, err := netip.ParseAddr(value); err == nil {
		return !address.IsUnspecified()
	}
	prefix, err := netip.ParsePrefix(value)
	return err == nil && (prefix.Addr().Is4() && prefix.Bits() >= 8 || prefix.Addr().Is6() && prefix.Bits() >= 32)
}
