package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
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
		http.Error(w, `{"__type":"InvalidParameterException"}`, http.StatusBadRequest)
		return
	}
	answer := httptest.NewRecorder()
	f.proxy.ServeHTTP(answer, r)
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

func copyAnswer(w http.ResponseWriter, answer *httptest.ResponseRecorder, body []byte) {
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body) // a client that is gone needs no answer
}

// readBody reads a body that is read again.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}

// formOf is the form that a request carries; empty if it carries none.
func formOf(r *http.Request) url.Values {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	body, err := readBody(r)
	if err != nil {
		return nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	return form
}
