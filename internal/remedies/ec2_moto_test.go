//go:build moto

package remedies

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/emulator"
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
