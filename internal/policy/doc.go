// Package policy reads the policy file strictly, proves it, and decides, purely, what is to be done about a finding.
package policy
