package buttons

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// actionPart stands before the id in a custom action's ARN.
//
// Source: Security Hub API reference, CreateActionTarget; user guide, "Creating a custom action" (arn:PARTITION:securityhub:REGION:ACCOUNT:action/custom/ID).
const actionPart = "action/custom/"

// put makes the action that is wanted, or changes its name and description where it is the one that the request is about. CloudFormation deletes the former one where the
// answer has another physical id.
func (p *Provider) put(ctx context.Context, event cfn.Event) (done, error) {
	made := done{id: fallback(event)}
	w, err := p.want(event)
	if err != nil {
		return made, err
	}
	if event.RequestType == cfn.RequestUpdate && strings.HasSuffix(event.PhysicalResourceID, ":"+actionPart+w.id) {
		err := p.rename(ctx, event.PhysicalResourceID, w)
		if code(err) != "ResourceNotFoundException" {
			return made, explain(ctx, "change", w.id, err)
		} // somebody deleted it by hand
	}
	out, err := p.Hub.CreateActionTarget(ctx, &securityhub.CreateActionTargetInput{Id: &w.id, Name: &w.name, Description: &w.description})
	if code(err) == "ResourceConflictException" {
		return p.adopt(ctx, made, event, w)
	}
	if err != nil {
		return made, explain(ctx, "make", w.id, err)
	}
	return done{id: aws.ToString(out.ActionTargetArn)}, nil
}

// adopt takes an action that is there already for the one that is wanted, if an earlier try of this function made it: its description says so. Any other belongs to somebody
// else, such as CloudFormation, which would delete it after the button was taken from it.
func (p *Provider) adopt(ctx context.Context, made done, event cfn.Event, w wanted) (done, error) {
	action, err := actionARN(event.StackID, w.id)
	if err != nil {
		return made, err
	}
	found, err := p.Hub.DescribeActionTargets(ctx, &securityhub.DescribeActionTargetsInput{ActionTargetArns: []string{action}})
	if err != nil {
		return made, explain(ctx, "look at", w.id, err)
	}
	if len(found.ActionTargets) != 1 || aws.ToString(found.ActionTargets[0].Description) != w.description {
		return made, fmt.Errorf("there is a custom action %s already that this function did not make: deploy once with a policy without buttons, which takes the former ones away, "+
			"or delete it (aws securityhub delete-action-target --action-target-arn %s)", w.id, action)
	}
	if err := p.rename(ctx, action, w); err != nil {
		return made, explain(ctx, "change", w.id, err)
	}
	return done{id: action}, nil
}

// rename gives an action the name and description that are wanted.
func (p *Provider) rename(ctx context.Context, action string, w wanted) error {
	_, err := p.Hub.UpdateActionTarget(ctx, &securityhub.UpdateActionTargetInput{ActionTargetArn: &action, Name: &w.name, Description: &w.description})
	return err
}

// remove deletes the action that a request names. What is not there, was never made or is not of this deployment needs no deletion, nor does anything where Security Hub is
// off: its custom actions went with it.
func (p *Provider) remove(ctx context.Context, event cfn.Event) (done, error) {
	gone := done{id: fallback(event)}
	id, ok := p.own(event)
	if !ok {
		gone.note = "Nothing was deleted: it is no custom action of this deployment."
		return gone, nil
	}
	_, err := p.Hub.DeleteActionTarget(ctx, &securityhub.DeleteActionTargetInput{ActionTargetArn: &event.PhysicalResourceID})
	switch code(err) {
	case "ResourceNotFoundException":
		gone.note = "It was gone already."
		return gone, nil
	case "InvalidAccessException":
		gone.note = "Security Hub is off here, and its custom actions with it."
		return gone, nil
	}
	return gone, explain(ctx, "delete", id, err)
}

// own gives the id of the action that a request's physical id names, if it is one of this deployment, in the stack's own account and region.
func (p *Provider) own(event cfn.Event) (string, bool) {
	_, id, found := strings.Cut(event.PhysicalResourceID, ":"+actionPart)
	want, err := actionARN(event.StackID, id)
	return id, found && err == nil && event.PhysicalResourceID == want && p.Own(id)
}

// actionARN is the ARN of a custom action in the partition, region and account of a stack.
func actionARN(stack, id string) (string, error) {
	a, err := arn.Parse(stack)
	if err != nil {
		return "", fmt.Errorf("read the stack's id: %w", err)
	}
	return strings.Join([]string{"arn", a.Partition, "securityhub", a.Region, a.Account, actionPart + id}, ":"), nil
}

// code is AWS's code of an error; "" where it has none.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// ways are the way out of what Security Hub answers.
//
// Source: Security Hub API reference, CreateActionTarget, UpdateActionTarget, DeleteActionTarget, "Errors"; user guide, "Security Hub quotas" (custom actions: 50 an account and region).
var ways = map[string]string{
	"InvalidAccessException": "Security Hub is off in this account and region, or may not be used: turn it on (aws securityhub enable-security-hub), or take the buttons out of the policy",
	"LimitExceededException": "the account has as many custom actions as it may (50 a region), or asks too fast: delete one (aws securityhub describe-action-targets lists them), or take buttons out of the policy",
	"AccessDeniedException":  "the function may not: allow securityhub:CreateActionTarget, UpdateActionTarget, DeleteActionTarget and DescribeActionTargets, which a service control policy may refuse",
	"InvalidInputException":  "a button's name has at most 20 characters; see `tagwarden validate`",
}

// explain is what CloudFormation shows of an error: what was tried, what AWS answered, the way out. nil for nil.
func explain(ctx context.Context, what, id string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s the custom action %s: Security Hub did not answer in time: deploy again", what, id)
	}
	if way := ways[code(err)]; way != "" {
		return fmt.Errorf("%s the custom action %s: Security Hub answered %s: %s", what, id, code(err), way)
	}
	if code(err) != "" {
		return fmt.Errorf("%s the custom action %s: Security Hub answered %s: deploy again", what, id, code(err))
	}
	return fmt.Errorf("%s the custom action %s: %w", what, id, err)
}
