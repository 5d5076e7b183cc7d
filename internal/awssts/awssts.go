// Package awssts reaches the resource that a remedy is to work on: it assumes the service role of the resource's account, narrowed by a session policy to one remedy and
// one resource.
package awssts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// Roles assumes service roles. It is safe for concurrent use.
type Roles struct {
	Config aws.Config   // of the function itself
	Names  rights.Names // of the deployment
}

// Reach gives the configuration with which a remedy works on a resource: the credentials of `<prefix>-<service>` in the resource's account, narrowed to the remedy's grants
// on that resource, in the resource's region. The session carries the entry's id as its name, so that CloudTrail and the journal tell one story.
//
// The role is assumed at once. Where AWS denies that, or no session can be made, the error is a *remedy.RefusedError; all other errors may pass.
func (r Roles) Reach(ctx context.Context, m remedy.Remedy, resource finding.Resource, entry string) (aws.Config, error) {
	service, err := rights.RoleOf(m, resource.Type)
	if err != nil {
		return aws.Config{}, &remedy.RefusedError{Why: "Tagwarden has no way to read or change this type of resource.", Err: err}
	}
	session, err := rights.Session(m, resource)
	if err != nil {
		return aws.Config{}, &remedy.RefusedError{Why: "No session can be narrowed to this resource.", Err: err}
	}
	policy, err := json.Marshal(session)
	if err != nil {
		return aws.Config{}, fmt.Errorf("encode the session policy for %s: %w", resource, err)
	}
	role := fmt.Sprintf("arn:%s:iam::%s:role/%s", resource.Partition, resource.Account, r.Names.Service(service))
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(r.Config), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = entry
		o.Policy = aws.String(string(policy))
	})
	cfg := r.Config.Copy()
	cfg.Region = resource.Region
	cfg.Credentials = aws.NewCredentialsCache(provider)
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return aws.Config{}, refusal(fmt.Errorf("assume %s: %w", role, err), role)
	}
	return cfg, nil
}

// refusal makes what no retry cures a *remedy.RefusedError.
//
// Source: AWS STS API reference, AssumeRole, "Errors" and "Common errors".
func refusal(err error, role string) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	switch api.ErrorCode() {
	case "AccessDenied", "AccessDeniedException":
		return &remedy.RefusedError{Why: fmt.Sprintf("The role %s does not exist or may not be assumed: deploy the stack with a policy that fixes or proposes for this type of resource.", role), Err: err}
	case "MalformedPolicyDocument", "PackedPolicyTooLarge", "RegionDisabledException", "ValidationError":
		return &remedy.RefusedError{Why: fmt.Sprintf("AWS takes no session of the role %s for this resource.", role), Err: err}
	}
	return err
}
