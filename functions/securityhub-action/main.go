// Command securityhub-action is the function that judges presses of the policy's buttons in Security Hub. It changes nothing.
package main

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/judging"
)

func main() {
	boot.Run(func(ctx context.Context) error { return judging.Start(ctx, "securityhub-action") })
}
