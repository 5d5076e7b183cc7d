// Command act is the only function that changes anything: it plans, records, applies, verifies and tells.
package main

import "github.com/tagwarden/tagwarden/internal/boot"

func main() { boot.Run(boot.Act) }
