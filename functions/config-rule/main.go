// Command config-rule is the function that judges what AWS Config's rules find. It changes nothing.
package main

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/judging"
)

func main() {
	boot.Run(func(ctx context.Context) error { return judging.Start(ctx, "config-rule") })
}
