package deployed

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// A Cloud is CloudFormation on the emulator, for one stack.
type Cloud struct {
	Place
	Endpoint string
	Assets   map[string]Asset // uploaded, by key

	cfg        aws.Config
	client     *cloudformation.Client
	template   *Template // as it was deployed last
	parameters map[string]string
}

// Open gives the cloud of a stack; cfg reaches the emulator.
func Open(cfg aws.Config, endpoint string, place Place) *Cloud {
	return &Cloud{Place: place, Endpoint: endpoint, Assets: map[string]Asset{}, cfg: cfg, client: cloudformation.NewFromConfig(cfg)}
}

// Create makes the stack of a template, with its functions' code and the values of its parameters.
func (c *Cloud) Create(ctx context.Context, t *Template, parameters map[string]string) error {
	fed, err := feed(t, nil)
	if err != nil {
		return err
	}
	body, given, err := c.ready(ctx, fed, parameters)
	if err != nil {
		return err
	}
	if _, err := c.client.CreateStack(ctx, &cloudformation.CreateStackInput{StackName: &c.Stack, TemplateURL: &body, Parameters: given}); err != nil {
		return fmt.Errorf("create the stack %s of %s: %w", c.Stack, t.File, err)
	}
	c.template, c.parameters = t, parameters
	return c.settled(ctx)
}

// Update makes the stack one of another template. What the emulator cannot update keeps the properties that it had: Frozen names those resources.
func (c *Cloud) Update(ctx context.Context, t *Template, parameters map[string]string) error {
	fed, err := feed(t, c.template)
	if err != nil {
		return err
	}
	body, given, err := c.ready(ctx, fed, parameters)
	if err != nil {
		return err
	}
	if _, err := c.client.UpdateStack(ctx, &cloudformation.UpdateStackInput{StackName: &c.Stack, TemplateURL: &body, Parameters: given}); err != nil {
		return fmt.Errorf("update the stack %s to %s: %w", c.Stack, t.File, err)
	}
	c.template, c.parameters = t, parameters
	return c.settled(ctx)
}

// Delete deletes the stack; what the template retains stays.
func (c *Cloud) Delete(ctx context.Context) error {
	if _, err := c.client.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &c.Stack}); err != nil {
		return fmt.Errorf("delete the stack %s: %w", c.Stack, err)
	}
	return nil
}

// templates begins the name of the bucket where templates are put, one an account: CloudFormation takes 51,200 bytes in a call, and a megabyte from S3.
//
// Source: AWS CloudFormation user guide, "Understand CloudFormation quotas" (template body size).
const templates = "tagwarden-templates-localhost-"

// ready puts code and template where CloudFormation reads them.
func (c *Cloud) ready(ctx context.Context, t *Template, parameters map[string]string) (url string, given []types.Parameter, err error) {
	if err := c.upload(ctx, t); err != nil {
		return "", nil, err
	}
	key, bucket := filepath.Base(t.File), templates+c.Account
	if err := c.store(ctx, bucket, key, t.Body); err != nil {
		return "", nil, fmt.Errorf("put the template to %s: %w", bucket, err)
	}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		given = append(given, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(parameters[name])})
	}
	return c.Endpoint + "/" + bucket + "/" + key, given, nil // the emulator takes a URL with "localhost" in it for one with the bucket in its path
}

// settled waits until the stack is made. The emulator makes it within the call; what it makes later, it says so by its status.
func (c *Cloud) settled(ctx context.Context) error {
	out, err := c.client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &c.Stack})
	if err != nil {
		return fmt.Errorf("describe the stack %s: %w", c.Stack, err)
	}
	if len(out.Stacks) != 1 {
		return fmt.Errorf("there are %d stacks %s", len(out.Stacks), c.Stack)
	}
	switch status := out.Stacks[0].StackStatus; status {
	case types.StackStatusCreateComplete, types.StackStatusUpdateComplete:
		return nil
	default:
		return fmt.Errorf("the stack %s is %s", c.Stack, status)
	}
}

// physical are the physical ids of what the emulator says it made, by logical id. What it did not make it lists without a logical id.
func (c *Cloud) physical(ctx context.Context) (map[string]string, error) {
	out, err := c.client.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{StackName: &c.Stack})
	if err != nil {
		return nil, fmt.Errorf("list the resources of %s: %w", c.Stack, err)
	}
	ids := map[string]string{}
	for _, r := range out.StackResources {
		if id := aws.ToString(r.LogicalResourceId); id != "" && aws.ToString(r.PhysicalResourceId) != "" {
			ids[id] = aws.ToString(r.PhysicalResourceId)
		}
	}
	return ids, nil
}

// values resolve the template as it is deployed.
func (c *Cloud) values(ctx context.Context) (values, error) {
	physical, err := c.physical(ctx)
	if err != nil {
		return values{}, err
	}
	for _, id := range c.template.of("AWS::Events::EventBus") { // the emulator lists it without an id
		physical[id] = text(c.template.Resources[id].Properties["Name"])
	}
	parameters := map[string]string{}
	for name, p := range c.template.Parameters {
		parameters[name] = text(p.Default)
	}
	maps.Copy(parameters, c.parameters)
	return values{Place: c.Place, template: c.template, parameters: parameters, physical: physical}, nil
}

// Frozen are the resources of the template which the update left as they were, because the emulator cannot update their type; sorted.
func (c *Cloud) Frozen(before *Template) []string {
	var ids []string
	for _, id := range c.template.ids() {
		r, old := c.template.Resources[id], before.Resources[id]
		if old != nil && old.Type == r.Type && frozen[r.Type] && difference(r.Properties, exact{old.Properties}) != "" {
			ids = append(ids, id)
		}
	}
	return ids
}
