package remedies

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// purposeTag is the key of the tag by which remedies know again what they made: its value says what for.
const purposeTag = "tagwarden:purpose"

// instanceThreats are the GuardDuty families whose findings say that an instance does harm or is in somebody else's hands. Probes of its open ports from outside
// (Recon:EC2/PortProbe*) are none of them: there the ports are to be closed. Runtime findings are also about clusters; only those about an instance are answered.
//
// Source: GuardDuty user guide, "EC2 finding types", "Malware Protection for EC2 finding types" and "Runtime Monitoring finding types".
var instanceThreats = []string{
	"guardduty:Backdoor:EC2/*", "guardduty:Behavior:EC2/*", "guardduty:CryptoCurrency:EC2/*", "guardduty:DefenseEvasion:EC2/*", "guardduty:Impact:EC2/*",
	"guardduty:Recon:EC2/Portscan", "guardduty:Trojan:EC2/*", "guardduty:UnauthorizedAccess:EC2/*",
	"guardduty:Execution:EC2/MaliciousFile", "guardduty:Execution:EC2/SuspiciousFile",
	"guardduty:*:Runtime/*",
}

// credentialTheft are the GuardDuty findings which say that credentials of an instance's role are used somewhere else.
//
// Source: GuardDuty user guide, "IAM finding types".
const credentialTheft = "guardduty:UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration*"

// describeInstance reads an instance. One that was terminated, or is about to be, is gone, though EC2 shows it for an hour or so.
//
// Source: Amazon EC2 user guide, "Amazon EC2 instance state changes".
func describeInstance(ctx context.Context, client *ec2.Client, r finding.Resource) (types.Instance, error) {
	tried := "read " + r.String()
	out, err := client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{idOf(r)}})
	if err != nil {
		return types.Instance{}, remedy.Explain(tried, err, noInstance)
	}
	var instances []types.Instance
	for _, reservation := range out.Reservations {
		instances = append(instances, reservation.Instances...)
	}
	instance, err := only(tried, instances)
	if err != nil {
		return types.Instance{}, err
	}
	if state := instance.State; state != nil && (state.Name == types.InstanceStateNameShuttingDown || state.Name == types.InstanceStateNameTerminated) {
		return types.Instance{}, fmt.Errorf("%s, which is %s: %w", tried, state.Name, remedy.ErrGone)
	}
	return instance, nil
}

// ec2Filter is one condition of a Describe call.
func ec2Filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

// ec2Tags are tags as EC2 takes them when it makes something.
func ec2Tags(kind types.ResourceType, pairs ...string) []types.TagSpecification {
	spec := types.TagSpecification{ResourceType: kind}
	for i := 0; i+1 < len(pairs); i += 2 {
		spec.Tags = append(spec.Tags, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
	}
	return []types.TagSpecification{spec}
}
