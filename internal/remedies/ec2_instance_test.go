package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// noSuchInstance is an instance that is not there.
var noSuchInstance = instanceResource("i-0123456789abcdef0")

func instanceResource(id string) finding.Resource {
	return planted("AWS::EC2::Instance", id, "arn:aws:ec2:"+remedytest.Region+":"+remedytest.Account+":instance/"+id)
}

// launchInstance launches an instance. Without anything else it has one interface, in the default group of the default VPC.
func launchInstance(ctx context.Context, cfg aws.Config, in ec2.RunInstancesInput) (remedytest.Planted, error) {
	in.ImageId, in.InstanceType, in.MinCount, in.MaxCount = aws.String("ami-12c6146b"), types.InstanceTypeT3Micro, aws.Int32(1), aws.Int32(1)
	out, err := ec2.NewFromConfig(cfg).RunInstances(ctx, &in)
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: instanceResource(aws.ToString(out.Instances[0].InstanceId))}, nil
}
