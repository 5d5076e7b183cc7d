package rights_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	schema "github.com/tagwarden/tagwarden/internal/awsdynamodb"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
)

var update = flag.Bool("update", false, "write samples/scp.json")

// longest are names and a scope that make documents as long as they get.
var (
	longest = rights.Names{Prefix: strings.Repeat("x", 24)}
	wide    = rights.Scope{Partition: "aws-us-gov", Region: "us-gov-west-1", Account: "111122223333", Suffix: "amazonaws.com.cn"}
)

// documents are the documents of this package that belong to no role, by what they are, and how long each may be.
//
// Source: Amazon DynamoDB developer guide, "Resource-based policies" (20 KB); AWS KMS developer guide, "Resource quotas" (key policy document size, 32 KB).
func documents(n rights.Names) map[string]struct {
	d    rights.Document
	most int
} {
	return map[string]struct {
		d    rights.Document
		most int
	}{
		"boundary":              {rights.Boundary(n, remedies.All), rights.MaxManaged},
		"boundary of tagging":   {rights.TagBoundary(n, remedies.All), rights.MaxManaged},
		"boundary of functions": {rights.FunctionBoundary(n, schema.TableActions(), schema.IndexActions(), "o-a1b2c3d4e5", ""), rights.MaxManaged},
		"service control":       {rights.SCP(n), rights.MaxSCP},
		"key":                   {rights.KeyPolicy(n), 32 << 10},
		"table":                 {rights.TablePolicy(n, schema.Brakes), 20 << 10},
		"topic":                 {rights.Document{Statement: []rights.Statement{rights.AlarmPolicy(n)}}, 30 << 10},
	}
}

var sidForm = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// TestDocumentsFit holds that each is as long as AWS takes at the most, that its Sids are of AWS's grammar and unique, and that none allows everything.
//
// Source: IAM user guide, "IAM JSON policy elements: Sid".
func TestDocumentsFit(t *testing.T) {
	for what, doc := range documents(longest) {
		if size := doc.d.In(wide).Size(); size > doc.most {
			t.Errorf("%s: %d characters, AWS takes %d", what, size, doc.most)
		}
		seen := map[string]bool{}
		for _, st := range doc.d.Statement {
			if !sidForm.MatchString(st.Sid) || seen[st.Sid] {
				t.Errorf("%s: Sid %q is not of letters and digits, or twice there", what, st.Sid)
			}
			seen[st.Sid] = true
			if st.Effect != "Allow" {
				continue
			}
			if len(st.NotAction) > 0 || len(st.Action) == 0 {
				t.Errorf("%s, %s: allows what it does not name", what, st.Sid)
			}
			for _, action := range st.Action {
				if service, name, _ := strings.Cut(action, ":"); service == "*" || name == "*" || strings.Contains(service, "*") {
					t.Errorf("%s, %s: allows %s", what, st.Sid, action)
				}
			}
		}
	}
}

// TestSCPSample holds that samples/scp.json is what SCP says for a deployment of the default name, in any account, region and partition.
func TestSCPSample(t *testing.T) {
	const file = "../../samples/scp.json"
	got, err := json.MarshalIndent(rights.SCP(rights.Names{Prefix: "tagwarden"}).In(rights.Scope{Partition: "*", Region: "*", Account: "*"}), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is no longer what SCP says: go test ./internal/rights -run TestSCPSample -update", file)
	}
}
