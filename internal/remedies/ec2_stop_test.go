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

var ec2StopCases = []remedytest.Case{{
	Name: "running", Absent: noSuchInstance,
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		return launchInstance(ctx, cfg, ec2.RunInstancesInput{})
	},
}}

func TestHeadedFor(t *testing.T) {
	tests := []struct{ is, want types.InstanceStateName }{
		{types.InstanceStateNamePending, types.InstanceStateNameRunning},
		{types.InstanceStateNameRunning, types.InstanceStateNameRunning},
		{types.InstanceStateNameStopping, types.InstanceStateNameStopped},
		{types.InstanceStateNameStopped, types.InstanceStateNameStopped},
		{"hovering", ""},
	}
	for _, test := range tests {
		got, err := headedFor(types.Instance{State: &types.InstanceState{Name: test.is}})
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%s: got %q, %v; want %q", test.is, got, err, test.want)
		}
	}
	if got, err := headedFor(types.Instance{}); err == nil {
		t.Errorf("no state: got %q, want an error", got)
	}
}

func TestFixInstanceStateRefusesAnInstanceStore(t *testing.T) {
	refused := (*remedy.RefusedError)(nil)
	got, err := fixInstanceState(instanceState{State: types.InstanceStateNameRunning, Root: types.DeviceTypeInstanceStore}, remedy.Params{})
	if !errors.As(err, &refused) {
		t.Errorf("got %v, %v; want a refusal", got, err)
	}
}
