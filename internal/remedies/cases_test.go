package remedies

import "github.com/tagwarden/tagwarden/internal/remedy/remedytest"

// cases are the resources that each remedy is tried on, by its id. The remedy "tags" has a suite of its own.
var cases = map[string][]remedytest.Case{
	s3BlockPublicAccess.ID: s3BlockPublicAccessCases,

	ec2RequireIMDSv2.ID:           ec2RequireIMDSv2Cases,
	ec2EBSEncryptionDefault.ID:    ec2EBSEncryptionDefaultCases,
	ec2SubnetNoPublicIP.ID:        ec2SubnetNoPublicIPCases,
	ec2SnapshotPrivate.ID:         ec2SnapshotPrivateCases,
	ec2FlowLogs.ID:                ec2FlowLogsCases,
	ec2ReleaseAddress.ID:          ec2ReleaseAddressCases,
	dynamodbPITR.ID:               dynamodbPITRCases,
	dynamodbDeletionProtection.ID: dynamodbDeletionProtectionCases,
	rdsPrivate.ID:                 rdsPrivateCases,
	rdsDeletionProtection.ID:      rdsDeletionProtectionCases,
	rdsMinorUpgrades.ID:           rdsMinorUpgradesCases,
	rdsCopyTags.ID:                rdsCopyTagsCases,
	rdsSnapshotPrivate.ID:         rdsSnapshotPrivateCases,
	rdsBackups.ID:                 rdsBackupsCases,
	redshiftPrivate.ID:            redshiftPrivateCases,
	eksPrivateEndpoint.ID:         eksPrivateEndpointCases,
	lambdaRemovePublic.ID:         lambdaRemovePublicCases,
	lambdaThrottle.ID:             lambdaThrottleCases,
	cloudtrailLogging.ID:          cloudtrailLoggingCases,
	cloudtrailValidation.ID:       cloudtrailValidationCases,
	snsEncrypt.ID:                 snsEncryptCases,
	sqsEncrypt.ID:                 sqsEncryptCases,
	ecrScan.ID:                    ecrScanCases,
	logsRetention.ID:              logsRetentionCases,
	ssmDocumentPrivate.ID:         ssmDocumentPrivateCases,
	elbDeletionProtection.ID:      elbDeletionProtectionCases,
	elbDropInvalidHeaders.ID:      elbDropInvalidHeadersCases,
	secretsmanagerRotation.ID:     secretsmanagerRotationCases,
	ec2Isolate.ID:                 ec2IsolateCases,
	ec2Stop.ID:                    ec2StopCases,
	ec2DetachProfile.ID:           ec2DetachProfileCases,
	ec2ForensicSnapshot.ID:        ec2ForensicSnapshotCases,
	ec2CloseWorldPorts.ID:         ec2CloseWorldPortsCases,
	ec2EmptyDefaultGroup.ID:       ec2EmptyDefaultGroupCases,
}
