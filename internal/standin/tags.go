package standin

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Tags are the resources of a cloud, as far as it knows them: their tags. They are safe for concurrent use.
type Tags struct {
	// Changed, if it is set, is told of each change that a call made, one after the other. It must call nothing of Tags.
	Changed func(Resource)

	mu        sync.Mutex
	resources map[string]*Resource // by ARN
}

// A Resource is a resource, and how often its tags changed.
type Resource struct {
	ARN     string
	Tags    map[string]string
	Version int64 // one more with each change; it began with what Put said
	Changes int   // how often a call changed the tags; one that leaves them as they are does not count
}

// Put makes a resource, or sets its tags as if its owner did.
func (t *Tags) Put(arn string, tags map[string]string, version int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	changes := 0
	if was := t.resources[arn]; was != nil {
		changes = was.Changes
	}
	t.resources[arn] = &Resource{ARN: arn, Tags: maps.Clone(tags), Version: version, Changes: changes}
}

// Get is a resource; false if there is none.
func (t *Tags) Get(arn string) (Resource, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.resources[arn]
	if r == nil {
		return Resource{}, false
	}
	return r.copy(), true
}

func (r *Resource) copy() Resource {
	was := *r
	was.Tags = maps.Clone(r.Tags)
	return was
}

// Change changes the tags of a resource, as a call does; false if there is none.
func (t *Tags) Change(arn string, with func(map[string]string)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.resources[arn]
	if r == nil {
		return false
	}
	tags := maps.Clone(r.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	with(tags)
	if maps.Equal(tags, r.Tags) {
		return true
	}
	r.Tags = tags
	r.Version++
	r.Changes++
	if t.Changed != nil {
		t.Changed(r.copy())
	}
	return true
}

// ec2Types are the types of EC2's ids that the stand-in knows: as they stand in ARNs, and in the code of an id that is not found.
var ec2Types = map[string]struct{ arn, missing string }{
	"i":   {"instance", "InvalidInstanceID.NotFound"},
	"vol": {"volume", "InvalidVolume.NotFound"},
}

// ec2ARN is the ARN of what the caller names by an id: in the caller's account and region there is no other.
func ec2ARN(r request, id string) (string, error) {
	prefix, _, _ := strings.Cut(id, "-")
	typ, ok := ec2Types[prefix]
	if !ok {
		return "", unknown("the type of %s", id)
	}
	return fmt.Sprintf("arn:aws:ec2:%s:%s:%s/%s", r.region, r.account, typ.arn, id), nil
}

func ec2Missing(id string) error {
	prefix, _, _ := strings.Cut(id, "-")
	return &Error{Status: http.StatusBadRequest, Code: ec2Types[prefix].missing, Message: "The ID '" + id + "' does not exist"}
}

type ec2Tag struct {
	Key        string `xml:"key"`
	ResourceID string `xml:"resourceId"`
	Value      string `xml:"value"`
}

type ec2TagsAnswer struct {
	XMLName xml.Name `xml:"DescribeTagsResponse"`
	Tags    []ec2Tag `xml:"tagSet>item"`
}

// ec2DescribeTags answers for one resource id; of one that is not there it says that it has no tags.
func ec2DescribeTags(c *Cloud, r request, form url.Values) (ec2TagsAnswer, error) {
	id := form.Get("Filter.1.Value.1")
	if form.Get("Filter.1.Name") != "resource-id" || form.Has("Filter.2.Name") || form.Has("Filter.1.Value.2") {
		return ec2TagsAnswer{}, unknown("the filters of DescribeTags: %v", form)
	}
	arn, err := ec2ARN(r, id)
	if err != nil {
		return ec2TagsAnswer{}, err
	}
	found, _ := c.Tags.Get(arn)
	var out ec2TagsAnswer
	for _, key := range slices.Sorted(maps.Keys(found.Tags)) {
		out.Tags = append(out.Tags, ec2Tag{key, id, found.Tags[key]})
	}
	return out, nil
}

type ec2Done struct {
	XMLName xml.Name `xml:"Response"`
	Return  bool     `xml:"return"`
}

func ec2CreateTags(c *Cloud, r request, form url.Values) (ec2Done, error) {
	return ec2Change(c, r, form, func(tags map[string]string, key, value string, _ bool) { tags[key] = value })
}

// ec2DeleteTags removes a tag with a value only if it still has that value. Source: EC2 API reference, DeleteTags.
func ec2DeleteTags(c *Cloud, r request, form url.Values) (ec2Done, error) {
	return ec2Change(c, r, form, func(tags map[string]string, key, value string, valued bool) {
		if !valued || tags[key] == value {
			delete(tags, key)
		}
	})
}

func ec2Change(c *Cloud, r request, form url.Values, each func(tags map[string]string, key, value string, valued bool)) (ec2Done, error) {
	id := form.Get("ResourceId.1")
	if form.Has("ResourceId.2") || !form.Has("Tag.1.Key") {
		return ec2Done{}, unknown("the tags of several resources, or none: %v", form)
	}
	arn, err := ec2ARN(r, id)
	if err != nil {
		return ec2Done{}, err
	}
	if !c.Tags.Change(arn, func(tags map[string]string) {
		for n := 1; form.Has(fmt.Sprintf("Tag.%d.Key", n)); n++ {
			value := fmt.Sprintf("Tag.%d.Value", n)
			each(tags, form.Get(fmt.Sprintf("Tag.%d.Key", n)), form.Get(value), form.Has(value))
		}
	}) {
		return ec2Done{}, ec2Missing(id)
	}
	return ec2Done{Return: true}, nil
}

type ec2Instances struct {
	XMLName   xml.Name `xml:"DescribeInstancesResponse"`
	Instances []string `xml:"reservationSet>item>instancesSet>item>instanceId"`
}

func ec2DescribeInstances(c *Cloud, r request, form url.Values) (ec2Instances, error) {
	id := form.Get("InstanceId.1")
	return ec2Instances{Instances: []string{id}}, ec2Exists(c, r, id)
}

type ec2Volumes struct {
	XMLName xml.Name `xml:"DescribeVolumesResponse"`
	Volumes []string `xml:"volumeSet>item>volumeId"`
}

func ec2DescribeVolumes(c *Cloud, r request, form url.Values) (ec2Volumes, error) {
	id := form.Get("VolumeId.1")
	return ec2Volumes{Volumes: []string{id}}, ec2Exists(c, r, id)
}

func ec2Exists(c *Cloud, r request, id string) error {
	arn, err := ec2ARN(r, id)
	if err != nil {
		return err
	}
	if _, ok := c.Tags.Get(arn); !ok {
		return ec2Missing(id)
	}
	return nil
}

type (
	tagPair struct{ Key, Value string }
	mapping struct {
		ResourceARN string
		Tags        []tagPair
	}
	mappings struct {
		PaginationToken        string
		ResourceTagMappingList []mapping
	}
	tagInput struct {
		ResourceARNList []string
		Tags            map[string]string
		TagKeys         []string
	}
)

// tagGetResources shows what has tags, or once had. Source: Resource Groups Tagging API reference, GetResources.
func tagGetResources(c *Cloud, r request, in struct {
	ResourceARNList []string
	PaginationToken string
},
) (mappings, error) {
	out := mappings{ResourceTagMappingList: []mapping{}}
	for _, arn := range in.ResourceARNList {
		found, ok := c.Tags.Get(arn)
		if !ok || !strings.Contains(arn, ":"+r.region+":"+r.account+":") || len(found.Tags) == 0 && found.Changes == 0 {
			continue
		}
		m := mapping{ResourceARN: arn, Tags: []tagPair{}}
		for _, key := range slices.Sorted(maps.Keys(found.Tags)) {
			m.Tags = append(m.Tags, tagPair{key, found.Tags[key]})
		}
		out.ResourceTagMappingList = append(out.ResourceTagMappingList, m)
	}
	return out, nil
}

func tagTagResources(c *Cloud, r request, in tagInput) (any, error) {
	return tagChange(c, r, in, func(tags map[string]string) { maps.Copy(tags, in.Tags) })
}

func tagUntagResources(c *Cloud, r request, in tagInput) (any, error) {
	return tagChange(c, r, in, func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
}

func tagChange(c *Cloud, r request, in tagInput, with func(map[string]string)) (any, error) {
	failed := map[string]any{}
	for _, arn := range in.ResourceARNList {
		if !strings.Contains(arn, ":"+r.region+":"+r.account+":") || !c.Tags.Change(arn, with) {
			failed[arn] = map[string]any{"StatusCode": http.StatusBadRequest, "ErrorCode": "InvalidParameterException", "ErrorMessage": "no such resource"}
		}
	}
	return map[string]any{"FailedResourcesMap": failed}, nil
}
