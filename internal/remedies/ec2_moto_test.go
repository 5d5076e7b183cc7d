//go:build moto

package remedies

import (
	"errors"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// onEmulator is a configuration that may do anything in the account of the cases.
func onEmulator(t *testing.T) aws.Config {
	t.Helper()
	front, err := emulator.New(os.Getenv("TAGWARDEN_MOTO"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = front.Close() })
	return emulator.In(emulator.Config(front.Address, remedytest.Region), remedytest.Account)
}

// TestTerminatedInstanceIsGone holds that an instance is gone as soon as it was terminated, though EC2 still shows it.
func TestTerminatedInstanceIsGone(t *testing.T) {
	ctx, cfg := t.Context(), onEmulator(t)
	p, err := launchInstance(ctx, cfg, ec2.RunInstancesInput{})
	if err != nil {
		t.Fatal(err)
	}
	client := ec2.NewFromConfig(cfg)
	if _, err := client.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{p.Resource.ID}}); err != nil {
		t.Fatal(err)
	}
	if got, err := describeInstance(ctx, client, p.Resource); !errors.Is(err, remedy.ErrGone) {
		t.Errorf("got %v, %v; want ErrGone", got, err)
	}
}
