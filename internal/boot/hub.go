package boot

import (
	"os"

	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Hub tells whether the deployment is the hub of an organization.
func Hub() bool { return os.Getenv(wiring.Organization) != "" }

// AsksDirectory tells whether a function has to look accounts up: the deployment is a hub, and its policy names OUs or account tags. Elsewhere no account's place is known.
func AsksDirectory(p *policy.Policy) bool {
	needed, _ := p.NeedsDirectory()
	return needed && Hub()
}
