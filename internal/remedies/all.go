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
	ec2RequireIMDSv2,
	ec2EBSEncryptionDefault,
	ec2SubnetNoPublicIP,
	ec2SnapshotPrivate,
	ec2FlowLogs,
	ec2ReleaseAddress,
	dynamodbPITR,
	dynamodbDeletionProtection,
	rdsPrivate,
	rdsDeletionProtection,
	rdsMinorUpgrades,
	rdsCopyTags,
	rdsSnapshotPrivate,
	rdsBackups,
	redshiftPrivate,
	eksPrivateEndpoint,
	lambdaRemovePublic,
	lambdaThrottle,
	cloudtrailLogging,
	cloudtrailValidation,
	snsEncrypt,
	sqsEncrypt,
	ecrScan,
	logsRetention,
	ssmDocumentPrivate,
	elbDeletionProtection,
	elbDropInvalidHeaders,
	secretsmanagerRotation,
	ec2Isolate,
	ec2Stop,
	ec2DetachProfile,
	ec2ForensicSnapshot,
	ec2CloseWorldPorts,
	ec2EmptyDefaultGroup,
}
