package remedies

import "github.com/tagwarden/tagwarden/internal/remedy/remedytest"

// cases are the resources that each remedy is tried on, by its id. The remedy "tags" has a suite of its own.
var cases = map[string][]remedytest.Case{
	s3BlockPublicAccess.ID: s3BlockPublicAccessCases,

	s3AccountBlockPublicAccess.ID: s3AccountBlockPublicAccessCases,
	s3RequireTLS.ID:               s3RequireTLSCases,
	s3DenyForeignActions.ID:       s3DenyForeignActionsCases,
	s3RemovePublicGrants.ID:       s3RemovePublicGrantsCases,
	s3DefaultEncryption.ID:        s3DefaultEncryptionCases,
	s3Versioning.ID:               s3VersioningCases,
	s3AccessLogging.ID:            s3AccessLoggingCases,
}
