package remedies

import (
	"regexp"
	"slices"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

var s3DenyForeignActions = remedy.Remedy{
	ID: "s3-deny-foreign-actions",
	Doc: `Deny other accounts the actions that give away control of an S3 bucket.

The bucket policy gets one statement more, TagwardenDenyForeignActions, which denies the actions to exactly those principals of other accounts that other statements grant
one of them, be it by a pattern such as s3:*. Those statements stay, and whatever else they grant; AWS services and whoever was granted none of the actions are not
touched, log delivery among them. The statement names its principals and has no condition, since the AWS Config rule looks at no condition. An undo takes it away again.
A grant to everybody, or to a canonical user, is refused: it names no account that could be told from the bucket's own.

When not to use it: for a bucket that another account administers on purpose. Exempt it.`,
	Changes:  "The bucket policy denies the named principals of other accounts the actions that change policy, ACLs and encryption.",
	Breaks:   "Other accounts can no longer change the bucket's policy, ACL or encryption; writing objects together with an ACL may be refused to them as well.",
	Setting:  bucketPolicySetting,
	Answers:  []string{"securityhub:S3.6", "config:s3-bucket-blacklisted-actions-prohibited"},
	Resource: "AWS::S3::Bucket",
	Reads:    bucketPolicyReads,
	Writes: []remedy.Grant{
		{Action: "s3:PutBucketPolicy", On: "${ARN}"},
		{Action: "s3:DeleteBucketPolicy", On: "${ARN}", Unseen: true}, // only by an undo after people took every other statement away
	},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens:   remedy.Erase(remedy.Setting[bucketPolicy]{Read: readBucketPolicy, Fix: fixDenyForeignActions, Write: writeBucketPolicy}),
	With: []remedy.Param{{
		Name: "actions", Kind: remedy.Texts, Pattern: `s3:[A-Za-z*?]+`,
		Doc:     "The actions that no principal of another account may be granted, * and ? as in policies; those of Security Hub's S3.6 unless given.",
		Default: `["s3:DeleteBucketPolicy","s3:PutBucketAcl","s3:PutBucketPolicy","s3:PutEncryptionConfiguration","s3:PutObjectAcl"]`,
	}},
	Examples: []remedy.Example{{
		Name: "a partner that may do everything, and one that may read",
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17","Statement":{
			"Partner":[{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"s3:*","Resource":"arn:aws:s3:::reports/*"}],
			"Reader":[{"Sid":"Reader","Effect":"Allow","Principal":{"AWS":"777788889999"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}]}}`,
		After: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17","Statement":{
			"Partner":[{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"s3:*","Resource":"arn:aws:s3:::reports/*"}],
			"Reader":[{"Sid":"Reader","Effect":"Allow","Principal":{"AWS":"777788889999"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}],
			"TagwardenDenyForeignActions":[{"Sid":"TagwardenDenyForeignActions","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::444455556666:root"},
			"Action":["s3:DeleteBucketPolicy","s3:PutBucketAcl","s3:PutBucketPolicy","s3:PutEncryptionConfiguration","s3:PutObjectAcl"],
			"Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]}]}}`,
	}, {
		Name: "only the bucket's own account may change the policy", With: `{"actions":["s3:PutBucket*"]}`,
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17","Statement":{
			"Own":[{"Sid":"Own","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/admin"},"Action":"s3:PutBucketPolicy","Resource":"arn:aws:s3:::reports"}]}}`,
		After: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17","Statement":{
			"Own":[{"Sid":"Own","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/admin"},"Action":"s3:PutBucketPolicy","Resource":"arn:aws:s3:::reports"}]}}`,
	}},
}

// denyForeignActions is the Sid of our statement.
const denyForeignActions = "TagwardenDenyForeignActions"

// foreignActions are what a rule may give.
type foreignActions struct {
	Actions []string `json:"actions"`
}

// controlOfBucket are the actions that S3.6 wants no other account to have. It makes the list anew, since a rule's list is decoded into it.
//
// Source: Security Hub user guide, "Amazon S3 controls", S3.6 (blacklistedactionpatterns).
func controlOfBucket() foreignActions {
	return foreignActions{[]string{"s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutObjectAcl"}}
}

func fixDenyForeignActions(p bucketPolicy, params remedy.Params) (bucketPolicy, error) {
	with, err := remedy.Decode(params, controlOfBucket())
	if err != nil {
		return bucketPolicy{}, err
	}
	statements, err := p.judged()
	if err != nil {
		return bucketPolicy{}, err
	}
	var ours policyStatement
	var foreigners []string
	for _, s := range statements {
		switch {
		case s.Sid == denyForeignActions && s.Effect == "Deny":
			ours = s
		case s.Effect != "Allow" || !s.grants(with.Actions):
		case s.everyone() || len(s.Principal["CanonicalUser"]) > 0:
			return bucketPolicy{}, &remedy.RefusedError{
				Why: "The bucket policy grants the actions to everybody, or to a canonical user: take them out of that statement, or let it name accounts or roles by ARN.",
			}
		default:
			foreigners = append(foreigners, foreignPrincipals(s.Principal["AWS"], p.place)...)
		}
	}
	resources := []string{p.arn(), p.arn() + "/*"}
	if ours.denies(foreigners, with.Actions, resources) {
		return p, nil
	}
	foreigners = append(foreigners, foreignPrincipals(ours.Principal["AWS"], p.place)...)
	slices.Sort(foreigners)
	return p.withOurs(denyForeignActions, map[string]any{
		"Effect": "Deny", "Principal": map[string]any{"AWS": slices.Compact(foreigners)}, "Action": with.Actions, "Resource": resources,
	})
}

// grants tells whether an Allow statement is about one of some actions.
func (s policyStatement) grants(actions []string) bool {
	names := func(patterns policyTexts, action string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool { return overlap(pattern, action) })
	}
	return slices.ContainsFunc(actions, func(action string) bool {
		return names(s.Action, action) || len(s.NotAction) > 0 && !names(s.NotAction, action)
	})
}

// denies tells whether our statement already denies some principals all of some actions on some resources.
func (s policyStatement) denies(principals, actions, resources []string) bool {
	all := func(texts []string, have policyTexts) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !slices.Contains(have, text) })
	}
	return len(principals) == 0 || s.Effect == "Deny" && s.Condition == nil && all(principals, s.Principal["AWS"]) && all(actions, s.Action) && all(resources, s.Resource)
}

// accountPrincipal is a principal of an account, or the account itself. What is left out belongs to AWS (a CloudFront origin access identity), or to nobody any more (the
// unique id that S3 shows for a deleted principal).
//
// Source: IAM user guide, "AWS JSON policy elements: Principal".
var accountPrincipal = regexp.MustCompile(`^(?:arn:[^:]+:(?:iam|sts)::(\d{12}):.+|(\d{12}))$`)

// foreignPrincipals are the principals of other accounts than a bucket's, as ARNs: S3 shows an account by its ARN.
func foreignPrincipals(principals policyTexts, bucket place) []string {
	var others []string
	for _, principal := range principals {
		match := accountPrincipal.FindStringSubmatch(principal)
		switch {
		case match == nil || match[1]+match[2] == bucket.Account:
		case match[2] != "":
			others = append(others, "arn:"+bucket.Partition+":iam::"+principal+":root")
		default:
			others = append(others, principal)
		}
	}
	return others
}
