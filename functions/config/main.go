// Command config is the function that judges AWS Config's changes of resources. It changes nothing.
package main

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/boot"
)

func main() {
	boot.Run(func(ctx context.Context) error { return boot.Judge(ctx, "config") })
}
