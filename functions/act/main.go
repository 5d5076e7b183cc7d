// Command act is the only function that changes anything: it plans, records, applies, verifies and tells.
package main

import (
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/acting"
)

func main() { boot.Run(acting.Start) }
