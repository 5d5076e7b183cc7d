// Package remedies holds the remedies, one a file, and the list of all.
package remedies

import (
	"github.com/tagwarden/tagwarden/internal/remedies/tags"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// All are the remedies, in the order in which they are shown. Nobody changes it.
var All = []remedy.Remedy{
	tags.Remedy,
	s3BlockPublicAccess,
	s3AccountBlockPublicAccess,
	s3RequireTLS,
	s3DenyForeignActions,
	s3RemovePublicGrants,
	s3DefaultEncryption,
	s3Versioning,
	s3AccessLogging,
}
