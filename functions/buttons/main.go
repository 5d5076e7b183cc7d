// Command buttons makes the policy's buttons custom actions of Security Hub, for CloudFormation, where `-c buttons=custom` says so. No event of a resource comes to it.
package main

import (
	"github.com/tagwarden/tagwarden/internal/boot"
	"github.com/tagwarden/tagwarden/internal/boot/buttoning"
)

func main() { boot.Run(buttoning.Start) }
