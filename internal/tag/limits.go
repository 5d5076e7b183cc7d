package tag

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits are AWS's on the tags of a resource. Lengths are in Unicode code points.
type limits struct {
	tags      int             // most user tags a resource may have; aws: tags do not count
	key       int             // longest key; the shortest is 1
	value     int             // longest value
	least     int             // shortest value: 0, or 1 where a service takes no empty one
	inKey     func(rune) bool // characters of a key
	inValue   func(rune) bool // characters of a value
	reserved  string          // prefix of keys that the service keeps for itself, in any letter case; "" for none
	caseBlind bool            // two keys that differ in letter case only are one key
}

// General are the limits that hold everywhere, and the ones for what a policy may name.
//
// Source: Tag Editor user guide, "Tag naming limits and requirements".
func general() limits {
	return limits{tags: 50, key: 128, value: 256, inKey: common, inValue: common}
}

// services lists where a service differs from the general limits, by the beginning of the CloudFormation type.
func services() []struct {
	types  string
	differ func(*limits)
} {
	noEmpty := func(l *limits) { l.least = 1 }
	rds := func(l *limits) { l.least, l.reserved = 1, "rds:" }
	noAt := func(l *limits) { l.inKey, l.inValue = without('@'), without('@') }
	narrowKey := func(l *limits) { l.inKey = guardDutyKey }
	return []struct {
		types  string
		differ func(*limits)
	}{
		// EC2 user guide, "Tag your Amazon EC2 resources", tag restrictions: any character.
		{"AWS::EC2::", func(l *limits) { l.inKey, l.inValue = anything, anything }},
		// S3 user guide, "Categorizing your storage using tags": 10 tags an object.
		{"AWS::S3::Object", func(l *limits) { l.tags = 10 }},
		// RDS user guide, "Tagging Amazon RDS resources": value 1 to 256, no key begins with rds:. DocumentDB and Neptune share its API.
		{"AWS::RDS::", rds},
		{"AWS::DocDB::", rds},
		{"AWS::Neptune::", rds},
		// DynamoDB developer guide, "Tagging restrictions in DynamoDB": letters, white space, numbers and + - = . _ : /
		{"AWS::DynamoDB::", noAt},
		// CloudFormation user guide, "Resource tag": value 1 to 256.
		{"AWS::CloudFormation::", noEmpty},
		// CloudTrail API reference, Tag: value at least 1 when given.
		{"AWS::CloudTrail::", noEmpty},
		// Elastic Beanstalk API reference, Tag: value at least 1.
		{"AWS::ElasticBeanstalk::", noEmpty},
		// Service Catalog API reference, Tag: value at least 1.
		{"AWS::ServiceCatalog::", noEmpty},
		// WorkSpaces API reference, Tag: key at most 127, value at most 255.
		{"AWS::WorkSpaces::", func(l *limits) { l.key, l.value = 127, 255 }},
		// CloudWatch Logs user guide, "Tag log groups": value at most 255.
		{"AWS::Logs::", func(l *limits) { l.value = 255 }},
		// GuardDuty API reference, TagResource: keys match [a-zA-Z+-=._:/]+.
		{"AWS::GuardDuty::", narrowKey},
		// Security Hub API reference, TagResource: keys as GuardDuty's.
		{"AWS::SecurityHub::", narrowKey},
		// Firehose API reference, Tag: % besides the common characters.
		{"AWS::KinesisFirehose::", func(l *limits) { l.inKey, l.inValue = with('%'), with('%') }},
		// IAM user guide, "Tags for AWS Identity and Access Management resources": keys of users and roles ignore letter case.
		{"AWS::IAM::User", func(l *limits) { l.caseBlind = true }},
		{"AWS::IAM::Role", func(l *limits) { l.caseBlind = true }},
	}
}

// limitsOf gives the limits that hold for a CloudFormation type.
func limitsOf(typ string) limits {
	l := general()
	for _, s := range services() {
		if strings.HasPrefix(typ, s.types) {
			s.differ(&l)
		}
	}
	return l
}

// common says whether every service takes r in keys and values: [\p{L}\p{Z}\p{N}_.:/=+\-@].
func common(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(" _.:/=+-@", r)
	}
	return unicode.In(r, unicode.L, unicode.Z, unicode.N)
}

func anything(rune) bool { return true }

func without(c rune) func(rune) bool { return func(r rune) bool { return r != c && common(r) } }

func with(c rune) func(rune) bool { return func(r rune) bool { return r == c || common(r) } }

// guardDutyKey is the class [a-zA-Z+-=._:/], in which +-= is a range: digits and + , - . / : ; < =.
func guardDutyKey(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '+' <= r && r <= '=' || r == '_'
}

// Reserved says whether a key is AWS's own: it begins with aws:, in any letter case. Such keys are never judged nor touched.
func Reserved(key string) bool { return hasFoldPrefix(key, "aws:") }

// hasFoldPrefix says whether s begins with the ASCII prefix, in any letter case.
func hasFoldPrefix(s, prefix string) bool {
	return prefix != "" && len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// owned says whether a key is AWS's or the service's own, so that nobody can change it.
func (l *limits) owned(key string) bool { return Reserved(key) || hasFoldPrefix(key, l.reserved) }

// checkKey says what is wrong with a key, "" if nothing is.
func (l *limits) checkKey(key string) string {
	switch {
	case key == "":
		return "is empty"
	case Reserved(key):
		return "begins with aws:, which AWS keeps for itself"
	case hasFoldPrefix(key, l.reserved):
		return "begins with " + l.reserved + ", which the service keeps for itself"
	}
	return check(key, l.key, l.inKey)
}

// checkValue says what is wrong with a value, "" if nothing is.
func (l *limits) checkValue(value string) string {
	if value == "" && l.least > 0 {
		return "is empty, which the service does not take"
	}
	return check(value, l.value, l.inValue)
}

// check says what is wrong with the length or the characters of s, "" if nothing is.
func check(s string, longest int, in func(rune) bool) string {
	if !utf8.ValidString(s) {
		return "is not valid UTF-8"
	}
	if len(s) > longest {
		if n := utf8.RuneCountInString(s); n > longest {
			return fmt.Sprintf("has %d characters; at most %d are allowed", n, longest)
		}
	}
	for _, r := range s {
		if !in(r) {
			return fmt.Sprintf("holds %q, which is not allowed", r)
		}
	}
	return ""
}

// tooMany says whether a set has more user tags than the resource may have.
func (l *limits) tooMany(tags map[string]string) bool { return userTags(tags) > l.tags }

// userTags counts the tags that are not AWS's own.
func userTags(tags map[string]string) int {
	n := 0
	for key := range tags {
		if !Reserved(key) {
			n++
		}
	}
	return n
}

// judge gives the breaches of AWS's own limits in a tag set, in no order.
func (l *limits) judge(tags map[string]string) []breach {
	var out []breach
	if len(tags) > l.tags && l.tooMany(tags) {
		out = append(out, breach{what: Limit, text: fmt.Sprintf("The resource has %d tags; at most %d are allowed.", userTags(tags), l.tags)})
	}
	for key, value := range tags {
		if Reserved(key) {
			continue
		}
		if text := l.checkKey(key); text != "" {
			out = append(out, breach{what: Limit, key: key, at: key, aspect: "key", value: value, text: fmt.Sprintf("The key %q %s.", key, text)})
		}
		if text := l.checkValue(value); text != "" {
			out = append(out, breach{what: Limit, key: key, at: key, aspect: "value", value: value, text: fmt.Sprintf("The value of %q %s.", key, text)})
		}
	}
	if l.caseBlind {
		out = append(out, twins(tags)...)
	}
	return out
}

// twins gives the keys of a set that another key of it equals but for letter case.
func twins(tags map[string]string) []breach {
	first := make(map[string]string, len(tags))
	for _, key := range sorted(tags) {
		if Reserved(key) {
			continue
		}
		first[fold(key)] = key
	}
	var out []breach
	for _, key := range sorted(tags) {
		if other := first[fold(key)]; other != "" && other != key {
			text := fmt.Sprintf("The keys %q and %q are one key: letter case is ignored here.", key, other)
			out = append(out, breach{what: Limit, key: key, at: key, aspect: "twin", text: text})
		}
	}
	return out
}

// ValidateSet gives what in a tag set breaks AWS's own limits for the CloudFormation type, the service's narrower ones included, ordered by key.
// None of it is fixable. A breach of the number of tags has no key. AWS's own aws: keys are not looked at and do not count.
func ValidateSet(typ string, tags map[string]string) []Violation {
	l := limitsOf(typ)
	breaches := l.judge(tags)
	order(breaches)
	var out []Violation
	for _, b := range breaches {
		out = append(out, Violation{Key: b.key, Problem: Limit, Value: b.value, Detail: b.text})
	}
	return out
}

// sorted gives the keys of a map in order.
func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
