package rights

import "testing"

func TestFingerprint(t *testing.T) {
	read := Role{Service: "s3", Remedies: []string{"tags"}, Document: Document{Version: version, Statement: []Statement{{Sid: "Tags", Effect: "Allow", Action: []string{"s3:GetBucketTagging"}, Resource: []string{"*"}}}}}
	write := read
	write.Document = Document{Version: version, Statement: []Statement{{Sid: "Tags", Effect: "Allow", Action: []string{"s3:PutBucketTagging"}, Resource: []string{"*"}}}}
	other := read
	other.Remedies = []string{"tags", "s3-versioning"}
	if got := Fingerprint(nil); got != "none" {
		t.Errorf("no role is %q, want none", got)
	}
	first := Fingerprint([]Role{read})
	if len(first) != 12 || first == Fingerprint([]Role{write}) || first == Fingerprint([]Role{read, write}) {
		t.Errorf("got %q for all: other rights must have another fingerprint of twelve digits", first)
	}
	if got := Fingerprint([]Role{other}); got != first {
		t.Errorf("got %q and %q: the same rights have one fingerprint, whoever uses them", got, first)
	}
}
