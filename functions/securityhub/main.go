// Command securityhub is the function that judges Security Hub's findings as they are imported. It changes nothing.
package main

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/judging"
)

func main() {
	boot.Run(func(ctx context.Context) error { return judging.Start(ctx, "securityhub") })
}
