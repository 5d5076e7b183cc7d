package events

import (
	"cmp"
	"slices"
	"strings"
)

// An attackSequence is what an attack sequence finding has in place of a resource.
//
// Source: GuardDuty API reference, Sequence, Actor and ResourceV2.
type attackSequence struct {
	Actors []struct {
		User struct {
			Name      string `json:"name"`
			Principal string `json:"uid"`
			Type      string `json:"type"`
			Key       string `json:"credentialUid"`
			Account   struct {
				ID string `json:"uid"`
			} `json:"account"`
		} `json:"user"`
	} `json:"actors"`
	Resources []sequenceResource `json:"resources"`
}

type sequenceResource struct {
	UID     string     `json:"uid"`
	Name    string     `json:"name"`
	Account string     `json:"accountId"`
	Type    string     `json:"resourceType"`
	Region  string     `json:"region"`
	Tags    threatTags `json:"tags"`
	Data    struct {
		AccessKey principal `json:"accessKey"`
	} `json:"data"`
}

// sequenceTypes are the types of the resources of a sequence.
//
// Source: GuardDuty API reference, ResourceV2, resourceType.
var sequenceTypes = map[string]string{
	"EC2_INSTANCE": "AWS::EC2::Instance", "EC2_NETWORK_INTERFACE": "AWS::EC2::NetworkInterface", "S3_BUCKET": "AWS::S3::Bucket", "EKS_CLUSTER": "AWS::EKS::Cluster",
	"ECS_CLUSTER": "AWS::ECS::Cluster", "ECS_TASK": "AWS::ECS::Task", "IAM_INSTANCE_PROFILE": "AWS::IAM::InstanceProfile",
	"AUTOSCALING_AUTO_SCALING_GROUP": "AWS::AutoScaling::AutoScalingGroup", "EC2_LAUNCH_TEMPLATE": "AWS::EC2::LaunchTemplate", "EC2_VPC": "AWS::EC2::VPC",
	"EC2_IMAGE": "AWS::EC2::Image", "CLOUDFORMATION_STACK": "AWS::CloudFormation::Stack",
}

// sequenceAbout is what a sequence is about, by what its type says between ":" and "/".
//
// Source: GuardDuty user guide, "GuardDuty attack sequence finding types".
var sequenceAbout = map[string][]string{
	"IAM": {"AWS::IAM::User", "AWS::IAM::Role", accountType}, "S3": {"AWS::S3::Bucket"}, "EKS": {"AWS::EKS::Cluster"}, "ECS": {"AWS::ECS::Cluster"}, "EC2": {"AWS::EC2::Instance"},
}

// named are the resources of a sequence, those it is about first, and who took part.
func (s attackSequence) named(findingType string, at site) (resources, actors []threatened) {
	for _, r := range s.Resources {
		resources = append(resources, r.named(at)...)
	}
	for _, actor := range s.Actors {
		u := actor.User
		if u.Account.ID == "" || u.Account.ID == at.account { // others' users are not ours to touch
			actors = append(actors, principal{Key: u.Key, Principal: u.Principal, UserType: u.Type, Name: u.Name}.named(at)...)
		}
	}
	_, family, _ := strings.Cut(findingType, ":")
	family, _, _ = strings.Cut(family, "/")
	about := func(t threatened) bool { return slices.Contains(sequenceAbout[family], t.resource.Type) }
	if !slices.ContainsFunc(resources, about) && slices.ContainsFunc(actors, about) {
		return append(actors, resources...), nil
	}
	slices.SortStableFunc(resources, func(a, b threatened) int { return rank(about(a)) - rank(about(b)) })
	return resources, actors
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// named is one resource of a sequence, or none where it is nothing that can be put right from outside (a container, a pod).
func (r sequenceResource) named(at site) []threatened {
	at.account, at.region = cmp.Or(r.Account, at.account), cmp.Or(r.Region, at.region)
	var found []threatened
	switch typ := sequenceTypes[r.Type]; {
	case r.Type == "ACCESS_KEY":
		found = r.principal().named(at)
	case r.Type == "S3_OBJECT":
		bucket, _, _ := strings.Cut(r.UID, "/")
		found = just(at, "AWS::S3::Bucket", bucket)
	case typ != "":
		found = one(at, typ, r.UID, cmp.Or(r.Name, r.UID), r.Tags)
	}
	for i := range found {
		found[i].account = at.account
	}
	return found
}

// principal is whose access key it is; the key's id is the name, or the end of the uid.
func (r sequenceResource) principal() principal {
	p := r.Data.AccessKey
	for _, id := range []string{r.Name, r.UID, r.UID[strings.LastIndexAny(r.UID, ":/")+1:]} {
		if p.Key == "" && isKey(id) {
			p.Key = id
		}
	}
	return p
}
