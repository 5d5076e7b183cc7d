package remedies

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// anImage is one of the images that the emulator knows from the start.
const anImage = "ami-12c6146b"

// ofEC2 is a resource of EC2 as a finding names it; kind is how its ARN names the type: "instance".
func ofEC2(typ, kind, id string) finding.Resource {
	return planted(typ, id, "arn:aws:ec2:"+remedytest.Region+":"+remedytest.Account+":"+kind+"/"+id)
}

func instance(id string) finding.Resource { return ofEC2("AWS::EC2::Instance", "instance", id) }

// noSuchInstance is an instance that is not there.
var noSuchInstance = instance("i-0123456789abcdef0")

// launchInstance launches an instance. Without anything else it has one interface, in the default group of the default VPC.
func launchInstance(ctx context.Context, cfg aws.Config, in ec2.RunInstancesInput) (remedytest.Planted, error) {
	in.ImageId, in.InstanceType, in.MinCount, in.MaxCount = aws.String(anImage), types.InstanceTypeT3Micro, aws.Int32(1), aws.Int32(1)
	out, err := ec2.NewFromConfig(cfg).RunInstances(ctx, &in)
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: instance(aws.ToString(out.Instances[0].InstanceId))}, nil
}

func vpc(id string) finding.Resource { return ofEC2("AWS::EC2::VPC", "vpc", id) }

func plantVPC(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
	out, err := ec2.NewFromConfig(cfg).CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: vpc(*out.Vpc.VpcId)}, nil
}

// ec2Answer is what EC2 answers, whatever is asked: the one operation that a test is about.
func ec2Answer(body string) canned { return canned{"text/xml", body} }

// An ec2Failure is the code with which EC2 fails whatever is asked.
type ec2Failure string

// Do gives the failure.
func (code ec2Failure) Do(r *http.Request) (*http.Response, error) {
	answer, err := ec2Answer("<Response><Errors><Error><Code>" + string(code) + "</Code></Error></Errors></Response>").Do(r)
	answer.StatusCode = http.StatusBadRequest
	return answer, err
}

func (code ec2Failure) config() aws.Config {
	cfg := canned{}.config()
	cfg.HTTPClient, cfg.RetryMaxAttempts = code, 1
	return cfg
}
