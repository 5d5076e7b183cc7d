package policy

import "testing"

func TestContains(t *testing.T) {
	both := []string{"securityhub:S3.8", "guardduty:Policy:S3/Bucket*"}
	threat := []string{"guardduty:Backdoor:EC2/*"}
	for _, test := range []struct {
		name, control string
		remedy        CatalogRemedy
		want          bool
	}{
		{"an answer to threats alone, to a threat", "guardduty:Backdoor:EC2/C&CActivity.B", CatalogRemedy{Answers: threat}, true},
		{"an answer to threats alone, by a button on something else", "inspector:CVE-1", CatalogRemedy{Answers: threat}, true},
		{"an answer to both, to a threat", "guardduty:Policy:S3/BucketPublicAccessGranted", CatalogRemedy{Answers: both}, true},
		{"an answer to both, to a control", "securityhub:S3.8", CatalogRemedy{Answers: both}, false},
		{"an answer to controls, to a threat that a rule names", "guardduty:Policy:S3/BucketPublicAccessGranted", CatalogRemedy{Answers: both[:1]}, false},
		{"what is done to the finding itself", "guardduty:Backdoor:EC2/C&CActivity.B", CatalogRemedy{Answers: []string{"guardduty:*"}, Per: "finding"}, false},
		{"an address that is blocked", "guardduty:Recon:EC2/Portscan", CatalogRemedy{Answers: []string{"guardduty:*"}, Per: "address"}, true},
		{"tags", "tags", CatalogRemedy{Answers: []string{"tags"}}, false},
		{"nothing is answered", "tags", CatalogRemedy{}, false},
	} {
		if got := test.remedy.Contains(test.control); got != test.want {
			t.Errorf("%s: got %v", test.name, got)
		}
	}
}
