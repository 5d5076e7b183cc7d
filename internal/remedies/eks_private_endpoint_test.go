package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var eksPrivateEndpointCases = []remedytest.Case{
	{
		Name: "open-to-the-world", Absent: eksCluster("tagwarden-no-such-cluster"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantEKSCluster(ctx, cfg, "tagwarden-open", "0.0.0.0/0")
		},
	},
	{
		Name: "narrowed", With: `{"cidrs":["198.51.100.0/24"]}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantEKSCluster(ctx, cfg, "tagwarden-narrowed", "198.51.100.7/32", "203.0.113.0/24")
		},
		Meddle: func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
			_, err := eks.NewFromConfig(cfg).UpdateClusterConfig(ctx, &eks.UpdateClusterConfigInput{
				Name: &p.Resource.ID, ResourcesVpcConfig: &types.VpcConfigRequest{PublicAccessCidrs: []string{"198.51.100.7/32", "192.0.2.0/28"}},
			})
			return err
		},
	},
}

func plantEKSCluster(ctx context.Context, cfg aws.Config, name string, cidrs ...string) (remedytest.Planted, error) {
	_, err := eks.NewFromConfig(cfg).CreateCluster(ctx, &eks.CreateClusterInput{
		Name: &name, RoleArn: aws.String("arn:aws:iam::" + remedytest.Account + ":role/eks"), ResourcesVpcConfig: &types.VpcConfigRequest{
			SubnetIds: []string{"subnet-0aaa", "subnet-0bbb"}, EndpointPublicAccess: aws.Bool(true), EndpointPrivateAccess: aws.Bool(false), PublicAccessCidrs: cidrs,
		},
	})
	return remedytest.Planted{Resource: eksCluster(name)}, err
}

func eksCluster(name string) finding.Resource {
	return planted("AWS::EKS::Cluster", name, "arn:aws:eks:"+remedytest.Region+":"+remedytest.Account+":cluster/"+name)
}

func TestFixEndpointAccess(t *testing.T) {
	open := func(private bool, cidrs ...string) endpointAccess {
		s := endpointAccess{Public: true, Private: private, CIDRs: map[string]bool{}}
		for _, cidr := range cidrs {
			s.CIDRs[cidr] = true
		}
		return s
	}
	shut := func(s endpointAccess) endpointAccess { return endpointAccess{Private: true, CIDRs: s.CIDRs} }
	for name, test := range map[string]struct {
		s       endpointAccess
		with    string
		want    endpointAccess
		refused bool
	}{
		"shut":                               {open(false, "0.0.0.0/0"), "", shut(open(false, "0.0.0.0/0")), false},
		"shut, though it was narrow":         {open(true, "198.51.100.7/32"), "", shut(open(true, "198.51.100.7/32")), false},
		"shut already":                       {shut(open(true, "0.0.0.0/0")), "", shut(open(true, "0.0.0.0/0")), false},
		"shut already, never opened":         {endpointAccess{Private: true}, `{"cidrs":["198.51.100.0/24"]}`, endpointAccess{Private: true}, false},
		"no ranges allowed":                  {open(false, "0.0.0.0/0"), `{"cidrs":[]}`, shut(open(false, "0.0.0.0/0")), false},
		"narrowed to what is allowed":        {open(false, "0.0.0.0/0"), `{"cidrs":["198.51.100.0/24","2001:db8::/32"]}`, open(true, "198.51.100.0/24"), false},
		"narrowed in both families":          {open(false, "0.0.0.0/0", "::/0"), `{"cidrs":["198.51.100.0/24","2001:db8::/32"]}`, open(true, "198.51.100.0/24", "2001:db8::/32"), false},
		"keeps what is narrower":             {open(false, "198.51.100.7/32", "203.0.113.0/24"), `{"cidrs":["198.51.100.0/24"]}`, open(true, "198.51.100.7/32"), false},
		"narrow enough":                      {open(false, "198.51.100.7/32"), `{"cidrs":["198.51.100.0/24"]}`, open(false, "198.51.100.7/32"), false},
		"nothing left":                       {open(true, "203.0.113.0/24"), `{"cidrs":["198.51.100.0/24"]}`, shut(open(true, "203.0.113.0/24")), false},
		"a range with bits beyond its mask":  {open(true, "0.0.0.0/0"), `{"cidrs":["198.51.100.7/24"]}`, open(true, "198.51.100.0/24"), false},
		"a range of the rule that is none":   {open(true, "0.0.0.0/0"), `{"cidrs":["999.51.100.0/24"]}`, open(true, "0.0.0.0/0"), true},
		"a range of the cluster that is new": {open(true, "pl-0123"), `{"cidrs":["198.51.100.0/24"]}`, open(true, "pl-0123"), true},
		"a parameter of another remedy":      {open(true, "0.0.0.0/0"), `{"days":7}`, open(true, "0.0.0.0/0"), true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := fixEndpointAccess(test.s, remedy.Params{With: json.RawMessage(test.with)})
			if refused := (*remedy.RefusedError)(nil); !reflect.DeepEqual(got, test.want) || errors.As(err, &refused) != test.refused {
				t.Errorf("got %+v, %v; want %+v, refused: %t", got, err, test.want, test.refused)
			}
		})
	}
}

func TestReadEndpointAccess(t *testing.T) {
	for name, test := range map[string]struct {
		cluster string
		want    endpointAccess
		known   bool
	}{
		"active": {
			`{"status":"ACTIVE","resourcesVpcConfig":{"endpointPublicAccess":true,"endpointPrivateAccess":false,"publicAccessCidrs":["198.51.100.0/24"]}}`,
			endpointAccess{true, false, map[string]bool{"198.51.100.0/24": true}},
			true,
		},
		"no ranges are all": {`{"status":"ACTIVE","resourcesVpcConfig":{"endpointPublicAccess":true}}`, endpointAccess{true, false, map[string]bool{"0.0.0.0/0": true}}, true},
		"being updated":     {`{"status":"UPDATING","resourcesVpcConfig":{"endpointPublicAccess":true}}`, endpointAccess{}, false},
		"not told":          {`{"status":"CREATING"}`, endpointAccess{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := canned{"application/json", `{"cluster":` + test.cluster + `}`}.config()
			got, err := readEndpointAccess(t.Context(), cfg, eksCluster("orders"))
			if !reflect.DeepEqual(got, test.want) || (err == nil) != test.known || errors.Is(err, remedy.ErrGone) {
				t.Errorf("got %+v, %v; want %+v, known: %t", got, err, test.want, test.known)
			}
		})
	}
}

// TestAnEndpointIsNeverOpenedToTheWorld holds that an undo opens nothing of which EKS does not tell any more to whom it was open.
func TestAnEndpointIsNeverOpenedToTheWorld(t *testing.T) {
	err := writeEndpointAccess(t.Context(), aws.Config{}, eksCluster("c"), endpointAccess{Private: true}, endpointAccess{Public: true, Private: true})
	refused(t, "an endpoint without ranges", err)
}
