// Command create is the function that judges the tags of what was just created. It changes nothing.
package main

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/judging"
)

func main() {
	boot.Run(func(ctx context.Context) error { return judging.Start(ctx, "create") })
}
