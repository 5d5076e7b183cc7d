package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
)

// taggingAPI begins the targets of the Resource Groups Tagging API.
const taggingAPI = "ResourceGroupsTaggingAPI_"

// A taggingRequest is what of the API's requests the front looks at.
//
// Source: Resource Groups Tagging API reference, TagResources, UntagResources, GetResources.
type taggingRequest struct {
	ResourceARNList []string
	Tags            map[string]string
	TagKeys         []string
}

type mapping struct {
	ResourceARN string
	Tags        []struct{ Key, Value string }
}

// serveTagging asks the emulator first. Where it refuses a type of resource, the front keeps the tags itself; and it picks the resources that were asked for, which the
// emulator does not.
func (f *Front) serveTagging(w http.ResponseWriter, r *http.Request, operation string) {
	var in taggingRequest
	body, err := readBody(r)
	if err != nil || json.Unmarshal(body, &in) != nil {
		refuseJSON(w, "InvalidParameterException")
		return
	}
	answer := f.proxied(r)
	if answer.Code != http.StatusOK {
		copyAnswer(w, answer, answer.Body.Bytes())
		return
	}
	var out map[string]any
	if json.Unmarshal(answer.Body.Bytes(), &out) != nil {
		copyAnswer(w, answer, answer.Body.Bytes())
		return
	}
	switch operation {
	case "TagResources", "UntagResources":
		f.keep(in, out)
	case "GetResources":
		f.show(in, out)
	}
	text, err := json.Marshal(out)
	if err != nil {
		text = answer.Body.Bytes()
	}
	copyAnswer(w, answer, text)
}

// keep takes over what the emulator refused.
func (f *Front) keep(in taggingRequest, out map[string]any) {
	failed, _ := out["FailedResourcesMap"].(map[string]any)
	f.mu.Lock()
	defer f.mu.Unlock()
	for arn := range failed {
		if f.tags[arn] == nil {
			f.tags[arn] = map[string]string{}
		}
		maps.Copy(f.tags[arn], in.Tags)
		for _, key := range in.TagKeys {
			delete(f.tags[arn], key)
		}
	}
	out["FailedResourcesMap"] = map[string]any{}
}

// show leaves what was asked for, and adds what the front keeps.
func (f *Front) show(in taggingRequest, out map[string]any) {
	if len(in.ResourceARNList) == 0 {
		return
	}
	list, _ := out["ResourceTagMappingList"].([]any)
	list = slices.DeleteFunc(list, func(m any) bool {
		item, _ := m.(map[string]any)
		arn, _ := item["ResourceARN"].(string)
		return !slices.Contains(in.ResourceARNList, arn)
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, arn := range in.ResourceARNList {
		if tags, kept := f.tags[arn]; kept {
			list = append(list, mappingOf(arn, tags))
		}
	}
	out["ResourceTagMappingList"] = list
}

func mappingOf(arn string, tags map[string]string) mapping {
	m := mapping{ResourceARN: arn}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		m.Tags = append(m.Tags, struct{ Key, Value string }{key, tags[key]})
	}
	return m
}
