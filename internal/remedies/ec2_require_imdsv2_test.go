package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2RequireIMDSv2Cases = []remedytest.Case{
	{
		Name: "nothing-set", Absent: noSuchInstance,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return launchInstance(ctx, cfg, ec2.RunInstancesInput{})
		},
	},
	{
		Name: "hop-limit-and-tags-set",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return launchInstance(ctx, cfg, ec2.RunInstancesInput{MetadataOptions: &types.InstanceMetadataOptionsRequest{
				HttpTokens: types.HttpTokensStateOptional, HttpPutResponseHopLimit: aws.Int32(2), InstanceMetadataTags: types.InstanceMetadataTagsStateEnabled,
			}})
		},
		Beside: besideInMetadataOptions,
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			_, err := ec2.NewFromConfig(cfg).ModifyInstanceMetadataOptions(ctx, &ec2.ModifyInstanceMetadataOptionsInput{
				InstanceId: &p.Resource.ID, HttpPutResponseHopLimit: aws.Int32(3),
			})
			return err
		},
	},
}

func TestMetadataServiceThatIsOff(t *testing.T) {
	off := metadataOptions{HTTPTokens: types.HttpTokensStateOptional, HTTPEndpoint: types.InstanceMetadataEndpointStateDisabled}
	var refused *remedy.RefusedError
	if got, err := fixMetadataOptions(off, remedy.Params{}); !errors.As(err, &refused) {
		t.Errorf("fix: got %v, %v; want a refusal", got, err)
	}
	if err := writeMetadataOptions(t.Context(), aws.Config{}, instance("i-1"), off, off); !errors.As(err, &refused) {
		t.Errorf("write: got %v; want a refusal before anything is sent", err)
	}
}

func TestMetadataOptionsThatAreNotTold(t *testing.T) {
	tests := []struct {
		name     string
		instance string
		gone     bool
	}{
		{"terminated", `<instanceState><code>48</code><name>terminated</name></instanceState>`, true},
		{"about to be", `<instanceState><code>32</code><name>shutting-down</name></instanceState>`, true},
		{"running, without options", `<instanceState><code>16</code><name>running</name></instanceState>`, false},
		{"running, without tokens", `<metadataOptions><httpEndpoint>enabled</httpEndpoint></metadataOptions>`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answer := ec2Answer("<DescribeInstancesResponse><reservationSet><item><instancesSet><item>" + test.instance +
				"</item></instancesSet></item></reservationSet></DescribeInstancesResponse>")
			if got, err := readMetadataOptions(t.Context(), answer.config(), instance("i-1")); err == nil || errors.Is(err, remedy.ErrGone) != test.gone {
				t.Errorf("got %v, %v; want an error, gone %t", got, err, test.gone)
			}
		})
	}
}
