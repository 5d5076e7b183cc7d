package remedies

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/emulator"
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

// plantInstance starts an instance with some metadata options.
func plantInstance(ctx context.Context, cfg aws.Config, options *types.InstanceMetadataOptionsRequest) (remedytest.Planted, error) {
	out, err := ec2.NewFromConfig(cfg).RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: aws.String(anImage), InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1), MetadataOptions: options,
	})
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: instance(*out.Instances[0].InstanceId)}, nil
}

func vpc(id string) finding.Resource { return ofEC2("AWS::EC2::VPC", "vpc", id) }

func plantVPC(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
	out, err := ec2.NewFromConfig(cfg).CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	if err != nil {
		return remedytest.Planted{}, err
	}
	return remedytest.Planted{Resource: vpc(*out.Vpc.VpcId)}, nil
}

// An ec2Answer is what EC2 answers, whatever is asked: the one operation that a test is about.
type ec2Answer string

func (a ec2Answer) config() aws.Config {
	cfg := emulator.Config("http://127.0.0.1:1", remedytest.Region)
	cfg.HTTPClient = a
	return cfg
}

// Do answers a request.
func (a ec2Answer) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(a)))}, nil
}
