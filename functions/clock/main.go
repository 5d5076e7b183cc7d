// Command clock is the function that no event starts: it takes up what is due, sends digests, and sweeps through what exists. It changes nothing of it.
package main

import (
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/ticking"
)

func main() { boot.Run(ticking.Start) }
