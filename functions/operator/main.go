// Command operator is the function that people ask: approve, undo, exempt, brake. It hands over to act, and changes nothing but the journal.
package main

import (
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/operating"
)

func main() { boot.Run(operating.Start) }
