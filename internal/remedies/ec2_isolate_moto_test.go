//go:build moto

package remedies

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// TestIsolationIsRefused holds that nothing is moved into somebody else's group, and that a release names the groups that are gone.
func TestIsolationIsRefused(t *testing.T) {
	cfg := onEmulator(t)
	client, ctx := ec2.NewFromConfig(cfg), t.Context()
	tests := []struct {
		name  string
		names string // what the refusal names
		write func(net network, p remedytest.Planted, s isolation) error
	}{
		{"a group of the name that somebody made", quarantineName, func(net network, p remedytest.Planted, s isolation) error {
			in := ec2.CreateSecurityGroupInput{GroupName: aws.String(quarantineName), Description: aws.String("mine"), VpcId: &net.vpc}
			if _, err := client.CreateSecurityGroup(ctx, &in); err != nil {
				return err
			}
			to, err := fixIsolation(s, remedy.Params{})
			if err != nil {
				return err
			}
			return writeIsolation(ctx, cfg, p.Resource, s, to)
		}},
		{"a group of before that was deleted", "sg-0gone", func(_ network, p remedytest.Planted, s isolation) error {
			to := isolation{Interfaces: map[string]map[string]bool{}}
			for id := range s.Interfaces {
				to.Interfaces[id] = map[string]bool{"sg-0gone": true}
			}
			return writeIsolation(ctx, cfg, p.Resource, s, to)
		}},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			net, err := plantNetwork(ctx, cfg, []string{"10.41.0.0/16", "10.42.0.0/16"}[i])
			if err != nil {
				t.Fatal(err)
			}
			p, err := net.instance(ctx, cfg, []string{net.web}, []string{net.ssh})
			if err != nil {
				t.Fatal(err)
			}
			before, err := readIsolation(ctx, cfg, p.Resource)
			if err != nil {
				t.Fatal(err)
			}
			refused := (*remedy.RefusedError)(nil)
			if err := test.write(net, p, before); !errors.As(err, &refused) || !strings.Contains(refused.Why, test.names) {
				t.Errorf("got %v, want a refusal that names %s", err, test.names)
			}
			if after, err := readIsolation(ctx, cfg, p.Resource); err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("after the refusal: got %v, %v; want it as before, %v", after, err, before)
			}
		})
	}
}
