package events

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/finding"
)

// A guardDutyResource is what a finding is about: the members that its type has, and others.
//
// Source: GuardDuty API reference, Resource.
type guardDutyResource struct {
	Type      string         `json:"resourceType"`
	AccessKey principal      `json:"accessKeyDetails"`
	Instance  threatInstance `json:"instanceDetails"`
	Buckets   []struct {
		ARN  string     `json:"arn"`
		Name string     `json:"name"`
		Tags threatTags `json:"tags"`
	} `json:"s3BucketDetails"`
	EKS threatCluster `json:"eksClusterDetails"`
	ECS struct {
		threatCluster
		Task struct {
			ARN string `json:"arn"`
		} `json:"taskDetails"`
	} `json:"ecsClusterDetails"`
	Function struct {
		ARN     string     `json:"functionArn"`
		Name    string     `json:"functionName"`
		Version string     `json:"functionVersion"`
		Role    string     `json:"role"`
		Tags    threatTags `json:"tags"`
	} `json:"lambdaDetails"`
	Database struct {
		ARN     string     `json:"dbInstanceArn"`
		ID      string     `json:"dbiResourceId"`
		Name    string     `json:"dbInstanceIdentifier"`
		Cluster string     `json:"dbClusterIdentifier"`
		Tags    threatTags `json:"tags"`
	} `json:"rdsDbInstanceDetails"`
	Limitless struct {
		ARN     string     `json:"dbShardGroupArn"`
		Name    string     `json:"dbShardGroupIdentifier"`
		Cluster string     `json:"dbClusterIdentifier"`
		Tags    threatTags `json:"tags"`
	} `json:"rdsLimitlessDbDetails"`
	Volumes struct {
		Scanned []struct {
			ARN string `json:"volumeArn"`
		} `json:"scannedVolumeDetails"`
	} `json:"ebsVolumeDetails"`
	Snapshot struct {
		ARN string `json:"snapshotArn"`
	} `json:"ebsSnapshotDetails"`
	Image struct {
		ARN string `json:"imageArn"`
	} `json:"ec2ImageDetails"`
	RecoveryPoint struct {
		ARN string `json:"recoveryPointArn"`
	} `json:"recoveryPointDetails"`
}

type threatCluster struct {
	ARN  string     `json:"arn"`
	Name string     `json:"name"`
	Tags threatTags `json:"tags"`
}

// threatTags are the tags of a resource when the threat was found.
type threatTags []struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// tags are the tags as a map. An empty list may also say that GuardDuty could not read them: they are not known then.
func (t threatTags) tags() map[string]string {
	if len(t) == 0 {
		return nil
	}
	tags := make(map[string]string, len(t))
	for _, tag := range t {
		tags[tag.Key] = tag.Value
	}
	return tags
}

// A threatened is a resource that a finding names, with what it adds to the subject, and the account it is said to be in ("" for the finding's own).
type threatened struct {
	resource finding.Resource
	subject  finding.Subject
	account  string
}

// The members of a finding's resource that hold what it is about.
const (
	inAccount   = "accountId"
	inBuckets   = "s3BucketDetails"
	inEKS       = "eksClusterDetails"
	inECS       = "ecsClusterDetails"
	inFunction  = "lambdaDetails"
	inDatabase  = "rdsDbInstanceDetails"
	inLimitless = "rdsLimitlessDbDetails"
	inSnapshot  = "ebsSnapshotDetails"
	inImage     = "ec2ImageDetails"
	inRecovery  = "recoveryPointDetails"
	inInstance  = "instanceDetails"
	inAccessKey = "accessKeyDetails"
	inVolumes   = "ebsVolumeDetails"
	inSequence  = "sequence"
	inAffected  = "affectedResources"
)

// leading is the member that a resource type is about. Types that are not here (Container, AttackSequence, and what GuardDuty will have tomorrow) are about the first member
// that they have.
//
// Source: GuardDuty user guide, "Finding details", Resource.
var leading = map[string]string{
	"AccessKey": inAccessKey, "Instance": inInstance, "S3Bucket": inBuckets, "S3Object": inBuckets, "EKSCluster": inEKS, "KubernetesCluster": inEKS, "ECSCluster": inECS,
	"Lambda": inFunction, "RDSDBInstance": inDatabase, "RDSLimitlessDB": inLimitless, "EBSSnapshot": inSnapshot, "EC2Image": inImage, "EC2RecoveryPoint": inRecovery,
	"S3RecoveryPoint": inRecovery,
}

// ofTheAccount are the findings about a setting of the whole account, though they name who changed it.
//
// Source: GuardDuty user guide, "GuardDuty S3 Protection finding types" and "GuardDuty IAM finding types".
var ofTheAccount = []string{"Policy:S3/AccountBlockPublicAccessDisabled", "Stealth:IAMUser/PasswordPolicyChange"}

// leader is the member that the finding is about; "" where its type does not tell.
func (d guardDutyFinding) leader() string {
	switch {
	case slices.Contains(ofTheAccount, d.Type):
		return inAccount
	case strings.Contains(d.Type, ":S3/") && len(d.Resource.Buckets) > 0: // management events name the key in the resource type, though the bucket is what they are about
		return inBuckets
	}
	return leading[d.Resource.Type]
}

// named are the resources of a finding, the one it is about first. A finding of an unknown type that names nothing known is about the account: nobody should miss it.
func (d guardDutyFinding) named() ([]threatened, error) {
	leader, at := d.leader(), d.site()
	var first, others []threatened
	for _, m := range d.parts(at) {
		if m.name == leader || leader == "" && first == nil {
			first = append(first, m.named...)
		} else {
			others = append(others, m.named...)
		}
	}
	if len(first) == 0 {
		if !d.mayBeTheAccounts(leader) {
			return nil, &DecodeError{Field: "detail.resource." + leader, Problem: "names no resource"}
		}
		first = []threatened{{resource: at.wholeAccount()}}
	}
	return distinct(append(first, others...)), nil
}

// mayBeTheAccounts tells whether a finding whose leading member names no resource is about the account: it says so itself, or tells of a key and not whose it is.
func (d guardDutyFinding) mayBeTheAccounts(leader string) bool {
	return leader == "" || leader == inAccount || leader == inAccessKey && d.Resource.AccessKey != principal{}
}

// site is where the finding is.
func (d guardDutyFinding) site() site {
	return site{partition: d.Partition, account: d.Account, region: d.Region}
}

// distinct leaves out what was named before.
func distinct(named []threatened) []threatened {
	seen := map[string]bool{}
	return slices.DeleteFunc(named, func(t threatened) bool {
		name := t.resource.Account + " " + t.resource.String() + " " + t.resource.Region + " " + t.subject["key"]
		again := seen[name]
		seen[name] = true
		return again
	})
}

// A part is what one member of a finding's resource names.
type part struct {
	name  string
	named []threatened
}

// parts are all resources that a finding names, the closest to the threat first.
func (d guardDutyFinding) parts(at site) []part {
	r := d.Resource
	var sequence, actors []threatened
	if s := d.Service.Detection.Sequence; s != nil {
		sequence, actors = s.named(d.Type, at)
	}
	return []part{
		{inSequence, sequence},
		{inBuckets, r.buckets(at)},
		{inEKS, r.EKS.named(at, "AWS::EKS::Cluster")},
		{inECS, append(r.ECS.named(at, "AWS::ECS::Cluster"), just(at, "AWS::ECS::Task", r.ECS.Task.ARN)...)},
		{inFunction, r.function(at)},
		{inDatabase, r.database(at)},
		{inLimitless, r.limitless(at)},
		{inSnapshot, just(at, "AWS::EC2::Snapshot", r.Snapshot.ARN)},
		{inImage, just(at, "AWS::EC2::Image", r.Image.ARN)},
		{inRecovery, just(at, "AWS::Backup::RecoveryPoint", r.RecoveryPoint.ARN)},
		{inInstance, r.Instance.named(at)},
		{inAccessKey, r.AccessKey.named(at)},
		{inSequence, actors},
		{inVolumes, r.volumes(at)},
		{inAffected, d.Service.Action.affected(at)},
	}
}

// just is the one resource of an ARN, or none.
func just(at site, typ, name string) []threatened {
	if r, ok := at.byARN(name, typ); ok {
		return []threatened{{resource: r}}
	}
	return nil
}

// one is the one resource of an ARN or a name with its tags, or none.
func one(at site, typ, name, id string, tags threatTags) []threatened {
	r, ok := at.named(typ, name, id)
	if !ok {
		return nil
	}
	r.Tags = tags.tags()
	return []threatened{{resource: r}}
}

func (c threatCluster) named(at site, typ string) []threatened {
	return one(at, typ, c.ARN, c.Name, c.Tags)
}

func (r guardDutyResource) buckets(at site) []threatened {
	var buckets []threatened
	for _, b := range r.Buckets {
		buckets = append(buckets, one(at, "AWS::S3::Bucket", b.ARN, b.Name, b.Tags)...)
	}
	return buckets
}

// function is the function itself, whichever version or alias was called, and the role that it runs as.
func (r guardDutyResource) function(at site) []threatened {
	found := one(at, "AWS::Lambda::Function", unqualified(r.Function.ARN), r.Function.Name, r.Function.Tags)
	return append(found, just(at, "AWS::IAM::Role", r.Function.Role)...)
}

// database is the instance and the cluster that it is part of. AWS Config calls an instance by its resource id.
func (r guardDutyResource) database(at site) []threatened {
	db := r.Database
	found := one(at, "AWS::RDS::DBInstance", db.ARN, db.Name, db.Tags)
	if len(found) > 0 {
		found[0].resource.ID, found[0].resource.Name = cmp.Or(db.ID, found[0].resource.ID), db.Name
	}
	return append(found, one(at, "AWS::RDS::DBCluster", "", db.Cluster, nil)...)
}

func (r guardDutyResource) limitless(at site) []threatened {
	db := r.Limitless
	return append(one(at, "AWS::RDS::DBShardGroup", db.ARN, db.Name, db.Tags), one(at, "AWS::RDS::DBCluster", "", db.Cluster, nil)...)
}

func (r guardDutyResource) volumes(at site) []threatened {
	var volumes []threatened
	for _, v := range r.Volumes.Scanned {
		volumes = append(volumes, just(at, "AWS::EC2::Volume", v.ARN)...)
	}
	return volumes
}

// named is the user, the role or the root user's account; nothing where none of them is told.
func (p principal) named(at site) []threatened {
	if r, sure := p.resource(at); sure {
		return []threatened{{resource: r, subject: p.subject()}}
	}
	return nil
}

// affected are the resources that a call was made on, by their types.
func (a guardDutyAction) affected(at site) []threatened {
	var found []threatened
	for typ, id := range a.API.Affected {
		if known, ok := arn.Canonical(typ); ok {
			found = append(found, one(at, known, id, id, nil)...)
		}
	}
	slices.SortFunc(found, func(a, b threatened) int { return strings.Compare(a.resource.String(), b.resource.String()) })
	return found
}
