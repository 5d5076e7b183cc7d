package journal

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// KeyOf is what a claim on a setting of a resource holds. Events spell some ARNs differently ("log-group:x:*", "eip-allocation/eipalloc-1"); the key has one spelling for each.
func KeyOf(r finding.Resource, setting string) Key {
	k := Key{Account: r.Account, Region: r.Region, Resource: r.String(), Setting: setting}
	if a, ok := arn.For(r.Type, r.Partition, r.Region, r.Account, r.ARN); ok {
		k.Resource = oneSpelling(r.Type, a).String()
	}
	if worldwide[setting] {
		k.Region = "global"
	}
	return k
}

// oneSpelling leaves out of an ARN what some events tell of it and others do not: the path of a user or role, which GuardDuty does not know, and which no other of the same
// name in the account has; the account of a snapshot or image, which the key names beside.
//
// Source: IAM user guide, "IAM and AWS STS quotas" (names are unique within an account, whatever their path is); Service Authorization Reference, "Resource types defined by
// Amazon EC2" (image, snapshot).
func oneSpelling(typ string, a arn.ARN) arn.ARN {
	switch typ {
	case "AWS::IAM::User", "AWS::IAM::Role":
		kind, name, _ := strings.Cut(a.Resource, "/")
		a.Resource = kind + "/" + name[strings.LastIndexByte(name, '/')+1:]
	case "AWS::EC2::Image", "AWS::EC2::Snapshot":
		a.Account = ""
	}
	return a
}

// worldwide are the settings that an account has once, whatever region reports them: Security Hub checks them in each of its regions, and that is one violation.
//
// Source: IAM user guide, "Set an account password policy for IAM users"; Amazon S3 user guide, "Configuring block public access settings for your account" (for all Regions).
var worldwide = map[string]bool{"iam:password-policy": true, "s3:account-public-access-block": true}

// String is the key in one line, without ambiguity: what may hold a slash stands last.
func (k Key) String() string {
	return strings.Join([]string{k.Account, k.Region, k.Setting, k.Resource}, "/")
}

// idLength is how many characters of base32 an id has: 100 bits, so that two events never meet in one.
const idLength = 20

// NewID is the id of the entry that an event opens on a key with a remedy. It depends on nothing else, so that every delivery of one event gives the same id.
func NewID(k Key, event, remedy string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{k.String(), event, remedy}, "\x00")))
	return "tw-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:idLength]
}
