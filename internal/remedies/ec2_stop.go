package remedies

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2Stop = remedy.Remedy{
	ID: "ec2-stop",
	Doc: `Stop an EC2 instance.

The operating system is shut down and the instance stops; its EBS volumes stay. An undo starts it again. It is not hibernated, so what is in its memory is lost: where that
matters for an investigation, isolate the instance instead, or first.

When not to use it: for an instance of an Auto Scaling group, which replaces a stopped instance and terminates it, so that its volumes may be deleted: detach it first. For a Spot
instance of a one-time request, for one with instance-store root, and for one that is protected against stopping, AWS refuses; Tagwarden then says so.`,
	Changes:  "The instance is stopped.",
	Breaks:   "Everything that runs on the instance ends.",
	Setting:  "ec2:instance-state",
	Answers:  instanceThreats,
	Resource: "AWS::EC2::Instance",
	Reads:    []remedy.Grant{{Action: "ec2:DescribeInstances", On: "*"}},
	// Whoever starts an instance whose volumes are encrypted with a customer's key must be able to grant EC2, and by this condition nobody else, the use of that key.
	//
	// Source: Amazon EBS user guide, "Requirements for Amazon EBS encryption" (permissions for users, kms:GrantIsForAWSResource).
	Writes: []remedy.Grant{
		{Action: "ec2:StopInstances", On: "${ARN}"},
		{Action: "ec2:StartInstances", On: "${ARN}"},
		{
			Action: "kms:CreateGrant", On: "arn:${Partition}:kms:${Region}:${Account}:key/*", When: map[string][]string{"kms:GrantIsForAWSResource": {"true"}},
			Unseen: true, Role: "ec2",
		},
	},
	Undo:     remedy.Nearest,
	UndoNote: "The instance runs again, but its memory, the data on its instance-store volumes, and a public IP address that is no Elastic IP are lost.",
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[instanceState]{Read: readInstanceState, Fix: fixInstanceState, Write: writeInstanceState}),
	Examples: []remedy.Example{
		{Name: "a running instance", Before: `{"State":"running","Root":"ebs"}`, After: `{"State":"stopped","Root":"ebs"}`},
		{Name: "a stopped instance", Before: `{"State":"stopped","Root":"ebs"}`, After: `{"State":"stopped","Root":"ebs"}`},
	},
}

// An instanceState is whether an instance runs, or is about to.
type instanceState struct {
	State types.InstanceStateName // running or stopped
	Root  types.DeviceType        // ebs or instance-store
}

func readInstanceState(ctx context.Context, cfg aws.Config, r finding.Resource) (instanceState, error) {
	instance, err := describeInstance(ctx, ec2.NewFromConfig(cfg), r)
	if err != nil {
		return instanceState{}, err
	}
	state, err := headedFor(instance)
	if err != nil {
		return instanceState{}, fmt.Errorf("read the state of %s: %w", r, err)
	}
	return instanceState{State: state, Root: instance.RootDeviceType}, nil
}

// headedFor is the state that an instance is in or on its way to: one that is pending will run, one that is stopping will be stopped.
//
// Source: Amazon EC2 user guide, "Amazon EC2 instance state changes".
func headedFor(instance types.Instance) (types.InstanceStateName, error) {
	if instance.State == nil {
		return "", errors.New("AWS does not tell it")
	}
	switch instance.State.Name {
	case types.InstanceStateNamePending, types.InstanceStateNameRunning:
		return types.InstanceStateNameRunning, nil
	case types.InstanceStateNameStopping, types.InstanceStateNameStopped:
		return types.InstanceStateNameStopped, nil
	}
	return "", fmt.Errorf("it is %s", instance.State.Name)
}

func fixInstanceState(s instanceState, _ remedy.Params) (instanceState, error) {
	if s.State == types.InstanceStateNameRunning && s.Root != types.DeviceTypeEbs {
		return s, &remedy.RefusedError{Why: "The instance's root device is an instance store: it cannot be stopped, only terminated. Isolate it instead."}
	}
	s.State = types.InstanceStateNameStopped
	return s, nil
}

// unstoppable are EC2's codes where an instance is protected against stopping, and where it cannot be stopped at all (a Spot instance of a one-time request).
//
// Source: Amazon EC2 API reference, "Error codes for the Amazon EC2 API" (OperationNotPermitted, UnsupportedOperation).
var unstoppable = []string{"OperationNotPermitted", "UnsupportedOperation"}

func writeInstanceState(ctx context.Context, cfg aws.Config, r finding.Resource, _, to instanceState) error {
	client := ec2.NewFromConfig(cfg)
	if to.State == types.InstanceStateNameRunning {
		if _, err := client.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: []string{idOf(r)}}); err != nil {
			return remedy.Explain("start "+r.String(), err, noInstance)
		}
		return nil
	}
	_, err := client.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{idOf(r)}})
	if remedy.Is(err, unstoppable...) {
		return &remedy.RefusedError{Why: "The instance cannot be stopped: it is protected against stopping, or a Spot instance of a one-time request. Isolate it instead.", Err: err}
	}
	if err != nil {
		return remedy.Explain("stop "+r.String(), err, noInstance)
	}
	return nil
}
