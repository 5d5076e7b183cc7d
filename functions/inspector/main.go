// Command inspector is the function that judges Inspector's findings. It changes nothing.
package main

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/judging"
)

func main() {
	boot.Run(func(ctx context.Context) error { return judging.Start(ctx, "inspector") })
}
