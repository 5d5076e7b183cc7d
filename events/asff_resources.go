package events

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// An asffResource is a resource that a finding in ASFF names.
//
// Source: Security Hub API reference, Resource and ResourceDetails.
type asffResource struct {
	Type    string            `json:"Type"`
	ID      string            `json:"Id"` // an ARN where the resource has one
	Region  string            `json:"Region"`
	Tags    map[string]string `json:"Tags"`
	Details json.RawMessage   `json:"Details"`
	Key     principal         `json:"-"` // whose access key it is, where the details do not tell
}

// asffDetails are the details that name a resource closer than its ARN.
type asffDetails struct {
	Key struct {
		ID            string `json:"AccessKeyId"`
		Principal     string `json:"PrincipalId"`
		PrincipalType string `json:"PrincipalType"`
		PrincipalName string `json:"PrincipalName"`
		UserName      string `json:"UserName"` // deprecated, and still sent
	} `json:"AwsIamAccessKey"`
	User struct {
		ID string `json:"UserId"`
	} `json:"AwsIamUser"`
	Role struct {
		ID string `json:"RoleId"`
	} `json:"AwsIamRole"`
	Database struct {
		ID   string `json:"DbiResourceId"`
		Name string `json:"DBInstanceIdentifier"`
	} `json:"AwsRdsDbInstance"`
}

// site is where the resources of a finding are, unless they say otherwise.
func (a asffFinding) site(e Envelope) site {
	return site{partition: cmp.Or(a.product.Partition, partition("", e.Region)), account: a.Account, region: cmp.Or(a.Region, a.product.Region, e.Region)}
}

// named is what a resource of a finding names. What is no resource of a known type is named all the same.
func (r asffResource) named(at site) []threatened {
	if _, known := arn.PartitionOf(r.Region); known && r.Region != "" {
		at.region = r.Region
	}
	var details asffDetails
	_ = json.Unmarshal(r.Details, &details) // details that cannot be read tell nothing closer; the ARN holds
	if r.Type == "AwsIamAccessKey" {
		key := cmp.Or(r.Key, details.principal(r.ID))
		owner, _ := key.resource(at)
		return []threatened{{resource: owner, subject: key.subject()}}
	}
	found := r.resource(at)
	found.Tags = r.Tags
	details.refine(&found)
	return []threatened{{resource: found, subject: versionOf(r.ID)}}
}

// resource is the resource by its ARN, else by its type and id.
func (r asffResource) resource(at site) finding.Resource {
	typ := typeOfASFF(r.Type)
	if account, found := strings.CutPrefix(r.ID, accountType+":"); found || typ == accountType && isAccount(r.ID) {
		at.account = cmp.Or(account, at.account)
		return at.wholeAccount()
	}
	name := r.ID
	switch typ {
	case "AWS::S3::Bucket": // an object's bucket
		name, _, _ = strings.Cut(name, "/")
	case "AWS::Lambda::Function":
		name = unqualified(name)
	case "AWS::ECR::Repository": // an image's repository
		name, _, _ = strings.Cut(name, "/sha256:")
	}
	if id, none := madeARN(typ, name, at); none {
		return at.byID(typ, id)
	}
	found, _ := at.named(typ, name, name)
	return found
}

// madeARN gives the id in what looks like an ARN and is none: where Security Hub does not know the ARN, it makes one of the type and of AWS Config's id
// ("dbinstance:db-...", "dbcluster/cluster-...", "user/AIDA..."). none is false for a real ARN.
//
// Source: findings of Security Hub's controls RDS.6, RDS.7 and IAM.3 without details, in the tests of AWS's Automated Security Response on AWS.
func madeARN(typ, name string, at site) (id string, none bool) {
	a, err := arn.Parse(name)
	end := strings.IndexAny(a.Resource, ":/")
	if err != nil || end < 0 || a.Account != at.account || a.Partition != at.partition {
		return "", false
	}
	kind := typ[strings.LastIndex(typ, ":")+1:]
	id = a.Resource[end+1:]
	if _, real := arn.For(typ, a.Partition, a.Region, a.Account, name); real && !arn.Generated(typ, id) {
		return "", false
	}
	return id, typ != "" && a.Resource[:end] == strings.ToLower(kind)
}

// refine names a resource as AWS Config does where its details tell how.
func (d asffDetails) refine(r *finding.Resource) {
	ids := map[string]string{"AWS::IAM::User": d.User.ID, "AWS::IAM::Role": d.Role.ID, "AWS::RDS::DBInstance": d.Database.ID}
	if id := ids[r.Type]; id != "" {
		r.Name, r.ID = r.ID, id
	}
}

// principal is whose access key it is. The resource's id is "AWS::IAM::AccessKey:" and the key's.
func (d asffDetails) principal(id string) principal {
	return principal{
		Key: cmp.Or(d.Key.ID, id[strings.LastIndexAny(id, ":/")+1:]), Principal: d.Key.Principal, UserType: d.Key.PrincipalType, Name: cmp.Or(d.Key.PrincipalName, d.Key.UserName),
	}
}

// unqualified is the ARN of a function without the version or alias that was called.
func unqualified(name string) string {
	a, err := arn.Parse(name)
	if parts := strings.Split(a.Resource, ":"); err == nil && a.Service == "lambda" && len(parts) == 3 {
		a.Resource = strings.Join(parts[:2], ":")
		return a.String()
	}
	return name
}

// versionOf is what an ARN of a function's version adds to the subject.
func versionOf(name string) finding.Subject {
	a, err := arn.Parse(name)
	if parts := strings.Split(a.Resource, ":"); err == nil && a.Service == "lambda" && parts[0] == "function" {
		return told(finding.Subject{"function": parts[min(1, len(parts)-1)], "version": strings.Join(parts[min(2, len(parts)):], ":")})
	}
	return nil
}
