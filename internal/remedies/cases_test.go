package remedies

import "github.com/tagwarden/tagwarden/internal/remedy/remedytest"

// cases are the resources that each remedy is tried on, by its id. The remedy "tags" has a suite of its own.
var cases = map[string][]remedytest.Case{
	s3BlockPublicAccess.ID: s3BlockPublicAccessCases,

	ec2Isolate.ID:           ec2IsolateCases,
	ec2Stop.ID:              ec2StopCases,
	ec2DetachProfile.ID:     ec2DetachProfileCases,
	ec2ForensicSnapshot.ID:  ec2ForensicSnapshotCases,
	ec2CloseWorldPorts.ID:   ec2CloseWorldPortsCases,
	ec2EmptyDefaultGroup.ID: ec2EmptyDefaultGroupCases,
}
