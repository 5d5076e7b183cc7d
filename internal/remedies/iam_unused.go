package remedies

// isUnusedCredentials tells whether a control is about credentials of a user that nobody uses.
func isUnusedCredentials(control string) bool {
	switch control {
	case "securityhub:IAM.8", "securityhub:IAM.22", "config:iam-user-unused-credentials-check":
		return true
	}
	return false
}

// unusedDays is for how many days a control lets credentials go unused.
//
// Source: Security Hub user guide, "Security Hub controls for IAM" (IAM.8: 90 days, IAM.22: 45 days).
func unusedDays(control string) int {
	if control == "securityhub:IAM.22" {
		return 45
	}
	return 90
}
