package remedytest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A judge is a testing.TB that remembers what a test found instead of failing.
type judge struct {
	testing.TB
	found []string
}

func (j *judge) Helper()                      {}
func (j *judge) Error(args ...any)            { j.found = append(j.found, fmt.Sprint(args...)) }
func (j *judge) Errorf(text string, a ...any) { j.found = append(j.found, fmt.Sprintf(text, a...)) }
func (j *judge) Fatal(args ...any)            { j.Error(args...); runtime.Goexit() }
func (j *judge) Fatalf(text string, a ...any) { j.Errorf(text, a...); runtime.Goexit() }
func (j *judge) Failed() bool                 { return len(j.found) > 0 }
func (j *judge) try(t *testing.T, test func()) {
	t.Helper()
	done := make(chan bool)
	go func() { defer close(done); test() }()
	<-done
}

func (j *judge) says(what string) (found bool) {
	return slices.ContainsFunc(j.found, func(f string) bool { return strings.Contains(f, what) })
}

// A cloud keeps the tags of parameters, and what else somebody wrote down of them.
type cloud map[string]map[string]string

// Do answers as Systems Manager does.
func (c cloud) Do(r *http.Request) (*http.Response, error) {
	var in struct {
		ResourceId string
		Name       string
		TagKeys    []string
		Tags       []struct{ Key, Value string }
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	status, answer := http.StatusOK, []byte("{}")
	tags, there := c[in.ResourceId]
	switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); {
	case operation == "GetParameter":
	case !there:
		status, answer = http.StatusBadRequest, []byte(`{"__type":"InvalidResourceId"}`)
	case operation == "ListTagsForResource":
		list := []map[string]string{}
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			list = append(list, map[string]string{"Key": key, "Value": tags[key]})
		}
		answer, err = json.Marshal(map[string]any{"TagList": list})
	case operation == "AddTagsToResource":
		for _, tag := range in.Tags {
			tags[tag.Key] = tag.Value
		}
	case operation == "RemoveTagsFromResource":
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(bytes.NewReader(answer)), Request: r,
	}, err
}

// A labels is the setting of the remedies here.
type labels map[string]string

func readLabels(ctx context.Context, cfg aws.Config, r finding.Resource) (labels, error) {
	out, err := ssm.NewFromConfig(cfg).ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{ResourceType: types.ResourceTypeForTaggingParameter, ResourceId: &r.ID})
	if err != nil {
		return nil, remedy.Explain("read", err, "InvalidResourceId")
	}
	all := labels{}
	for _, tag := range out.TagList {
		all[*tag.Key] = *tag.Value
	}
	return all, nil
}

func fixLabels(s labels, _ remedy.Params) (labels, error) {
	fixed := maps.Clone(s)
	fixed["owner"] = "ops"
	delete(fixed, "public")
	return fixed, nil
}

func writeLabels(ctx context.Context, cfg aws.Config, r finding.Resource, from, to labels) error {
	for key, value := range to {
		if from[key] != value {
			if err := add(ctx, cfg, r.ID, key, value); err != nil {
				return err
			}
		}
	}
	for key := range from {
		if _, stays := to[key]; !stays {
			if err := take(ctx, cfg, r.ID, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func add(ctx context.Context, cfg aws.Config, id, key, value string) error {
	_, err := ssm.NewFromConfig(cfg).AddTagsToResource(ctx, &ssm.AddTagsToResourceInput{
		ResourceType: types.ResourceTypeForTaggingParameter, ResourceId: &id, Tags: []types.Tag{{Key: &key, Value: &value}},
	})
	if err != nil {
		return remedy.Explain("add", err)
	}
	return nil
}

func take(ctx context.Context, cfg aws.Config, id, key string) error {
	_, err := ssm.NewFromConfig(cfg).RemoveTagsFromResource(ctx, &ssm.RemoveTagsFromResourceInput{
		ResourceType: types.ResourceTypeForTaggingParameter, ResourceId: &id, TagKeys: []string{key},
	})
	if err != nil {
		return remedy.Explain("take", err)
	}
	return nil
}

// find finds a parameter's ARN.
func find(ctx context.Context, cfg aws.Config, r finding.Resource) (finding.Resource, error) {
	if _, err := ssm.NewFromConfig(cfg).GetParameter(ctx, &ssm.GetParameterInput{Name: &r.ID}); err != nil {
		return r, remedy.Explain("find", err)
	}
	r.ARN = "arn:aws:ssm:us-east-1:111122223333:parameter/" + r.ID
	return r, nil
}

// findable makes a remedy one that finds what is known by an id alone.
func findable(r *remedy.Remedy, find func(context.Context, aws.Config, finding.Resource) (finding.Resource, error)) {
	r.Find = find
	r.Reads = append(r.Reads, remedy.Grant{Action: "ssm:GetParameter", On: "*", For: remedy.ForARN})
}

// TestAFaultyRemedyIsFound puts one fault at a time into a sound remedy, and holds that the one test finds it.
func TestAFaultyRemedyIsFound(t *testing.T) {
	type setting = remedy.Setting[labels]
	for _, test := range []struct {
		name  string
		found string // in what the test says; "" for nothing found
		fault func(s *setting, r *remedy.Remedy, c *Case)
	}{
		{"sound", "", func(*setting, *remedy.Remedy, *Case) {}},
		{"writes more than it planned", "the fix changed more than it planned", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Write = func(ctx context.Context, cfg aws.Config, r finding.Resource, from, to labels) error {
				return errors.Join(writeLabels(ctx, cfg, r, from, to), add(ctx, cfg, r.ID, "by", "tagwarden"))
			}
		}},
		{"writes beside the setting", "the fix changed what stands beside the setting", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Write = func(ctx context.Context, cfg aws.Config, r finding.Resource, from, to labels) error {
				return errors.Join(writeLabels(ctx, cfg, r, from, to), add(ctx, cfg, "neighbour", "by", "tagwarden"))
			}
		}},
		{"writes nothing", "these are not as they were written", func(s *setting, r *remedy.Remedy, _ *Case) {
			s.Write = func(context.Context, aws.Config, finding.Resource, labels, labels) error { return nil }
			r.Writes = nil
		}},
		{"swallows a denied read", "with SSM:ListTagsForResource denied, the read gave", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Read = func(ctx context.Context, cfg aws.Config, r finding.Resource) (labels, error) {
				all, err := readLabels(ctx, cfg, r)
				if err != nil && !errors.Is(err, remedy.ErrGone) {
					return labels{}, nil
				}
				return all, err
			}
		}},
		{"takes a denied read for a resource that is gone", "with SSM:ListTagsForResource denied, the read gave", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Read = func(ctx context.Context, cfg aws.Config, r finding.Resource) (labels, error) {
				all, err := readLabels(ctx, cfg, r)
				if err != nil {
					return nil, remedy.ErrGone
				}
				return all, nil
			}
		}},
		{"swallows a denied write", "with SSM:RemoveTagsFromResource denied, the write gave", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Write = func(ctx context.Context, cfg aws.Config, r finding.Resource, from, to labels) error {
				if _, stays := to["public"]; !stays && from["public"] != "" {
					_ = take(ctx, cfg, r.ID, "public")
					from = maps.Clone(from)
					delete(from, "public")
				}
				return writeLabels(ctx, cfg, r, from, to)
			}
		}},
		{"finds what is known by an id alone", "", func(_ *setting, r *remedy.Remedy, _ *Case) { findable(r, find) }},
		{"swallows a denied search", "with SSM:GetParameter denied, the read gave", func(_ *setting, r *remedy.Remedy, _ *Case) {
			findable(r, func(ctx context.Context, cfg aws.Config, r finding.Resource) (finding.Resource, error) {
				found, err := find(ctx, cfg, r)
				if err != nil {
					found.ARN = "arn:aws:ssm:us-east-1:111122223333:parameter/p"
				}
				return found, nil
			})
		}},
		{"takes what is gone for empty", "read an absent resource", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Read = func(ctx context.Context, cfg aws.Config, r finding.Resource) (labels, error) {
				all, err := readLabels(ctx, cfg, r)
				if errors.Is(err, remedy.ErrGone) {
					return labels{}, nil
				}
				return all, err
			}
		}},
		{"declares more than it uses", "declares ssm:DeleteParameter, and no case uses it", func(_ *setting, r *remedy.Remedy, _ *Case) {
			r.Writes = append(r.Writes, remedy.Grant{Action: "ssm:DeleteParameter", On: "${ARN}"})
		}},
		{"declares less than it uses", "which it does not declare", func(_ *setting, r *remedy.Remedy, _ *Case) { r.Writes = r.Writes[:1] }},
		{"hides a call as one that is not made", "declares ssm:AddTagsToResource as one that no call is made under", func(_ *setting, r *remedy.Remedy, _ *Case) { r.Writes[0].Unseen = true }},
		{"drops the error of a call that it does not declare", "which it does not declare", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Read = func(ctx context.Context, cfg aws.Config, r finding.Resource) (labels, error) {
				_, _ = ssm.NewFromConfig(cfg).GetParameter(ctx, &ssm.GetParameterInput{Name: &r.ID})
				return readLabels(ctx, cfg, r)
			}
		}},
		{"writes while it plans", "a write, while it planned", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Read = func(ctx context.Context, cfg aws.Config, r finding.Resource) (labels, error) {
				_ = add(ctx, cfg, r.ID, "seen", "1")
				return readLabels(ctx, cfg, r)
			}
		}},
		{"declares a write as a read", "declares ssm:AddTagsToResource as a read", func(_ *setting, r *remedy.Remedy, _ *Case) {
			r.Reads, r.Writes = append(r.Reads, r.Writes[0]), r.Writes[1:]
		}},
		{"is never content", "planned again 0s after the fix", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Fix = func(s labels, p remedy.Params) (labels, error) {
				fixed, err := fixLabels(s, p)
				fixed["owner"] = s["owner"] + "s"
				return fixed, err
			}
		}},
		{"is not content for long", "planned again 1m0s after the fix", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Fix = func(s labels, p remedy.Params) (labels, error) {
				fixed, err := fixLabels(s, p)
				fixed["owner"] = p.Now.String()
				return fixed, err
			}
		}},
		{"loses an unrelated edit when it is undone", "after the undo, these are not as they were", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Write = func(ctx context.Context, cfg aws.Config, r finding.Resource, from, to labels) error {
				to = maps.Clone(to)
				delete(to, "theirs")
				return writeLabels(ctx, cfg, r, from, to)
			}
		}},
		{"does not undo", "after the undo, these are not as they were", func(s *setting, _ *remedy.Remedy, _ *Case) {
			s.Write = func(ctx context.Context, cfg aws.Config, r finding.Resource, from, to labels) error {
				if to["public"] != "" {
					return nil
				}
				return writeLabels(ctx, cfg, r, from, to)
			}
		}},
		{"calls what its fix touches resting", "the fix touches 1 paths of which the case says that an undo leaves them", func(_ *setting, _ *remedy.Remedy, c *Case) { c.Rests = []string{"public"} }},
		{"has an unrelated edit that nobody sees", "the unrelated edit does not show", func(_ *setting, _ *remedy.Remedy, c *Case) {
			c.Meddle = func(context.Context, aws.Config, Planted) error { return nil }
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := setting{Read: readLabels, Fix: fixLabels, Write: writeLabels}
			r := remedy.Remedy{
				ID: "labels", Answers: []string{"x"}, Undo: remedy.Exact, Reads: []remedy.Grant{{Action: "ssm:ListTagsForResource", On: "${ARN}"}},
				Writes: []remedy.Grant{{Action: "ssm:AddTagsToResource", On: "${ARN}"}, {Action: "ssm:RemoveTagsFromResource", On: "${ARN}"}},
			}
			c := Case{
				Absent: finding.Resource{Type: "AWS::SSM::Parameter", ID: "none"},
				Meddle: func(ctx context.Context, cfg aws.Config, p Planted) error {
					return add(ctx, cfg, p.Resource.ID, "theirs", "1")
				},
			}
			test.fault(&s, &r, &c)
			r.Lens = remedy.Erase(s)
			found := run(t, r, c)
			if test.found == "" && len(found.found) > 0 || test.found != "" && !found.says(test.found) {
				t.Errorf("the test said %q, want %q", found.found, test.found)
			}
		})
	}
}

// run takes a remedy through its life in a cloud of its own.
func run(t *testing.T, r remedy.Remedy, c Case) *judge {
	t.Helper()
	found := &judge{TB: t}
	sky := cloud{"p": {"public": "yes", "name": "a"}, "neighbour": {}}
	cfg := emulator.Config("http://127.0.0.1:1", Region)
	cfg.HTTPClient = sky
	planted := Planted{Resource: finding.Resource{Type: "AWS::SSM::Parameter", ID: "p"}}
	found.try(t, func() {
		l := newLife(found, r, c, planted, &client{next: sky}, cfg)
		l.meddle = func() error { return c.Meddle(guard.Writing(l.ctx), cfg, planted) }
		if c.Beside == nil {
			l.beside = func() (any, error) { return sky["neighbour"], nil }
		}
		_, used := l.live()
		denials(found, l, cfg)
		grants(found, r, used)
	})
	return found
}
