package remedies

import "github.com/tagwarden/tagwarden/internal/remedy/remedytest"

// cases are the resources that each remedy is tried on, by its id. The remedy "tags" has a suite of its own.
var cases = map[string][]remedytest.Case{
	s3BlockPublicAccess.ID: s3BlockPublicAccessCases,

	lambdaRemovePublic.ID:     lambdaRemovePublicCases,
	lambdaThrottle.ID:         lambdaThrottleCases,
	cloudtrailLogging.ID:      cloudtrailLoggingCases,
	cloudtrailValidation.ID:   cloudtrailValidationCases,
	snsEncrypt.ID:             snsEncryptCases,
	sqsEncrypt.ID:             sqsEncryptCases,
	ecrScan.ID:                ecrScanCases,
	logsRetention.ID:          logsRetentionCases,
	ssmDocumentPrivate.ID:     ssmDocumentPrivateCases,
	elbDeletionProtection.ID:  elbDeletionProtectionCases,
	elbDropInvalidHeaders.ID:  elbDropInvalidHeadersCases,
	secretsmanagerRotation.ID: secretsmanagerRotationCases,
}
