package remedies

import "github.com/tagwarden/tagwarden/internal/remedy/remedytest"

// cases are the resources that each remedy is tried on, by its id. The remedy "tags" has a suite of its own.
var cases = map[string][]remedytest.Case{
	s3BlockPublicAccess.ID: s3BlockPublicAccessCases,
	iamDeactivateKey.ID:    iamDeactivateKeyCases,
	iamRevokeSessions.ID:   iamRevokeSessionsCases,
	iamDenyAll.ID:          iamDenyAllCases,
	iamPasswordPolicy.ID:   iamPasswordPolicyCases,
	iamRemoveLogin.ID:      iamRemoveLoginCases,
	kmsRotation.ID:         kmsRotationCases,
	kmsCancelDeletion.ID:   kmsCancelDeletionCases,
	guarddutyArchive.ID:    guarddutyArchiveCases,
	guarddutyThreatList.ID: guarddutyThreatListCases,
	wafBlockAddress.ID:     wafBlockAddressCases,
}
