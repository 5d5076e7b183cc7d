package remedies

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var s3RemovePublicGrants = remedy.Remedy{
	ID: "s3-remove-public-grants",
	Doc: `Take away what an S3 bucket's own policy and ACL grant to everybody.

Of the ACL, the grants to all users and to all authenticated AWS users go; every other grant and the owner stay. Of the bucket policy, each statement goes that allows
something to everybody on no condition that narrows it to fixed accounts, organizations, networks or addresses; where such a statement names others beside everybody, it
stays for them. A policy of which nothing is left is deleted. ACLs of objects are not looked at. An undo grants the same again; while Block Public Access is on, AWS
refuses it.

When not to use it: for a bucket that serves a public web site or public downloads. Exempt it. To stop public access without a change of policy and ACL, use
s3-block-public-access.`,
	Changes: "The bucket's policy and ACL grant nothing to everybody.",
	Breaks:  "Anonymous requests, and those of other accounts that came in as everybody, are refused from now on.",
	Setting: bucketPolicySetting,
	Answers: []string{
		"securityhub:S3.2", "securityhub:S3.3", "securityhub:CloudTrail.6",
		"config:s3-bucket-public-read-prohibited", "config:s3-bucket-public-write-prohibited",
		"guardduty:Policy:S3/BucketAnonymousAccessGranted", "guardduty:Policy:S3/BucketPublicAccessGranted",
	},
	Resource: "AWS::S3::Bucket",
	Reads:    slices.Concat(bucketPolicyReads, []remedy.Grant{{Action: "s3:GetBucketAcl", On: "${ARN}"}}),
	Writes:   slices.Concat(bucketPolicyWrites, []remedy.Grant{{Action: "s3:PutBucketAcl", On: "${ARN}"}}),
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[bucketAccess]{Read: readBucketAccess, Fix: fixPublicGrants, Write: writeBucketAccess}),
	Examples: []remedy.Example{{
		Name: "public reads by policy, for everybody and for one network",
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17","Statement":{
			"Public":[{"Sid":"Public","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}],
			"Office":[{"Sid":"Office","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*",
			"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]},"Grants":{"FULL_CONTROL id=abc":true}}`,
		After: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17","Statement":{
			"Office":[{"Sid":"Office","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*",
			"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]},"Grants":{"FULL_CONTROL id=abc":true}}`,
	}, {
		Name: "public reads by ACL",
		Before: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17",
			"Grants":{"FULL_CONTROL id=abc":true,"READ uri=http://acs.amazonaws.com/groups/global/AllUsers":true,"WRITE uri=http://acs.amazonaws.com/groups/s3/LogDelivery":true}}`,
		After: `{"Partition":"aws","Account":"111122223333","Region":"eu-west-1","Bucket":"reports","Version":"2012-10-17",
			"Grants":{"FULL_CONTROL id=abc":true,"WRITE uri=http://acs.amazonaws.com/groups/s3/LogDelivery":true}}`,
	}},
}

// A bucketAccess is what a bucket's own policy and ACL grant.
type bucketAccess struct {
	bucketPolicy
	Grants bucketGrants `json:"Grants,omitempty"`
}

func readBucketAccess(ctx context.Context, cfg aws.Config, r finding.Resource) (bucketAccess, error) {
	p, err := readBucketPolicy(ctx, cfg, r)
	if err != nil {
		return bucketAccess{}, err
	}
	grants, err := readBucketGrants(ctx, cfg, r)
	return bucketAccess{p, grants}, err
}

func fixPublicGrants(a bucketAccess, _ remedy.Params) (bucketAccess, error) {
	a.Grants = maps.Clone(a.Grants)
	maps.DeleteFunc(a.Grants, func(grant string, _ bool) bool { return publicGrant(grant) })
	judged, err := a.judged()
	if err != nil {
		return bucketAccess{}, err
	}
	var kept []json.RawMessage
	for i, statement := range a.statements() {
		if judged[i].public() {
			if statement, err = withoutEveryone(statement); err != nil {
				return bucketAccess{}, err
			}
		}
		if statement != nil {
			kept = append(kept, statement)
		}
	}
	if a.Statement = nil; len(kept) == 0 {
		a.Version, a.ID = policyVersion, "" // as it is read where there is no policy
	}
	a.bucketPolicy, err = a.with(kept...)
	return a, err
}

func writeBucketAccess(ctx context.Context, cfg aws.Config, r finding.Resource, from, to bucketAccess) error {
	if err := writeBucketGrants(ctx, cfg, r, from.Grants, to.Grants); err != nil {
		return err
	}
	return writeBucketPolicy(ctx, cfg, r, from.bucketPolicy, to.bucketPolicy)
}

// withoutEveryone leaves a statement to the others that it names; nil if it names none.
func withoutEveryone(statement json.RawMessage) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(statement, &members); err != nil {
		return nil, fmt.Errorf("read a statement of a policy: %w", err)
	}
	var principals policyPrincipals
	if members["Principal"] == nil {
		return nil, nil // a NotPrincipal names nobody
	}
	if err := json.Unmarshal(members["Principal"], &principals); err != nil {
		return nil, fmt.Errorf("read the principals of a statement: %w", err)
	}
	principals["AWS"] = slices.DeleteFunc(principals["AWS"], func(name string) bool { return name == "*" })
	if len(principals["AWS"]) == 0 {
		delete(principals, "AWS")
	}
	if len(principals) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(principals)
	if err != nil {
		return nil, fmt.Errorf("encode the principals of a statement: %w", err)
	}
	members["Principal"] = text
	return json.Marshal(members)
}
