// Command tags is the function that judges changes of tags. It changes nothing.
package main

import (
	"context"

	"github.com/tagwarden/tagwarden/internal/boot"
)

func main() {
	boot.Run(func(ctx context.Context) error { return boot.Judge(ctx, "tags") })
}
