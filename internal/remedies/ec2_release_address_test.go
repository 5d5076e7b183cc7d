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

// An address that is not there is a setting of the remedy, so the case has no Absent.
var ec2ReleaseAddressCases = []remedytest.Case{{
	Name: "unused",
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		out, err := ec2.NewFromConfig(cfg).AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc})
		if err != nil {
			return remedytest.Planted{}, err
		}
		return remedytest.Planted{Resource: ofEC2("AWS::EC2::EIP", "elastic-ip", *out.AllocationId)}, nil
	},
}}

func TestAddressThatIsNotReleased(t *testing.T) {
	tests := []struct {
		name string
		s    elasticAddress
	}{
		{"in use again", elasticAddress{Allocated: true, PublicIP: "198.51.100.7", UsedBy: "i-1"}},
		{"of a load balancer", elasticAddress{Allocated: true, PublicIP: "198.51.100.7", ManagedBy: "alb"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := fixAddress(test.s, remedy.Params{})
			if refused := (*remedy.RefusedError)(nil); !errors.As(err, &refused) || got != test.s {
				t.Errorf("got %v, %v; want a refusal", got, err)
			}
		})
	}
}

func TestAddressIsNotHadBack(t *testing.T) {
	back := elasticAddress{Allocated: true, PublicIP: "198.51.100.7"}
	err := writeAddress(t.Context(), aws.Config{}, ofEC2("AWS::EC2::EIP", "elastic-ip", "eipalloc-1"), elasticAddress{}, back)
	if refused := (*remedy.RefusedError)(nil); !errors.As(err, &refused) {
		t.Errorf("got %v; want a refusal before anything is sent", err)
	}
}

func TestAddressThatIsTakenAtTheLastMoment(t *testing.T) {
	inUse := ec2Answer(`<DescribeAddressesResponse><addressesSet><item>
		<allocationId>eipalloc-1</allocationId><publicIp>198.51.100.7</publicIp><associationId>eipassoc-1</associationId>
	</item></addressesSet></DescribeAddressesResponse>`)
	from := elasticAddress{Allocated: true, PublicIP: "198.51.100.7"}
	err := writeAddress(t.Context(), inUse.config(), ofEC2("AWS::EC2::EIP", "elastic-ip", "eipalloc-1"), from, elasticAddress{})
	if refused := (*remedy.RefusedError)(nil); !errors.As(err, &refused) {
		t.Errorf("got %v; want a refusal", err)
	}
}
