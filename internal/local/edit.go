package local

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// An edit is somebody setting tags of a resource by hand. The emulator sends no event of it: who wants one puts it beside the edit.
type edit struct {
	deed
	Edit string            `json:"edit"` // ARN of the resource
	Tags map[string]string `json:"tags"` // what is set; the other tags stay
}

// An Edit is an edit that was made.
type Edit struct {
	Wave int
	Type string // CloudFormation type; "" if the ARN does not tell
	ARN  string
	Tags map[string]string // that were set
}

func (e edit) made() Edit {
	made := Edit{Wave: e.wave, ARN: e.Edit, Tags: e.Tags}
	if a, err := arn.Parse(e.Edit); err == nil {
		made.Type, _, _ = arn.Type(a)
	}
	return made
}

// edit makes the edits of a wave, in order.
func (m *machine) edit(ctx context.Context, wave int) error {
	for i := range m.edits {
		e := &m.edits[i]
		if e.wave != wave {
			continue
		}
		if err := e.fill(m.places, e); err != nil {
			return err
		}
		if err := m.tag(ctx, e.Edit, e.Tags); err != nil {
			return fmt.Errorf("%s: edit %s: %w", e.place, e.Edit, err)
		}
	}
	return nil
}

// tag sets tags of a resource, whatever its type.
//
// Source: Resource Groups Tagging API reference, TagResources (FailedResourcesMap; resources of the call's region).
func (m *machine) tag(ctx context.Context, name string, tags map[string]string) error {
	a, err := arn.Parse(name)
	if err != nil {
		return err
	}
	client := resourcegroupstaggingapi.NewFromConfig(config(m.emulator.endpoint, a.Region))
	out, err := client.TagResources(ctx, &resourcegroupstaggingapi.TagResourcesInput{ResourceARNList: []string{name}, Tags: tags})
	if err != nil {
		return err
	}
	for _, failed := range out.FailedResourcesMap {
		return fmt.Errorf("the emulator did not do it: %s; it edits tags of dynamodb, lambda, logs, rds and a few others", aws.ToString(failed.ErrorMessage))
	}
	return nil
}
