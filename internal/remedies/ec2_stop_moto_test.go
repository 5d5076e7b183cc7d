//go:build moto

package remedies

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestStopOfAProtectedInstance holds that protection against stopping is told, and not tried again.
func TestStopOfAProtectedInstance(t *testing.T) {
	ctx, cfg := t.Context(), onEmulator(t)
	p, err := launchInstance(ctx, cfg, ec2.RunInstancesInput{DisableApiStop: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	s := instanceState{State: types.InstanceStateNameRunning, Root: types.DeviceTypeEbs}
	to, err := fixInstanceState(s, remedy.Params{})
	if err != nil {
		t.Fatal(err)
	}
	refused := (*remedy.RefusedError)(nil)
	if err := writeInstanceState(ctx, cfg, p.Resource, s, to); !errors.As(err, &refused) {
		t.Errorf("got %v, want a refusal", err)
	}
}
