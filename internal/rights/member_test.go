package rights

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestAssumeWithinAnOrganization holds that a hub's act may take the service roles of every account, under the condition that it is one of the organization, and that nothing else of
// it becomes wider.
func TestAssumeWithinAnOrganization(t *testing.T) {
	names, needs := Names{Prefix: "tw"}, Needs{Journal: []string{"dynamodb:GetItem"}, Roles: []Role{{Service: "s3"}, {Service: "ec2"}}}
	alone := names.Document(ActName, needs)
	needs.Organization = "o-abcdefghij"
	hub := names.Document(ActName, needs)
	for i, s := range hub.Statement {
		if s.Sid != "Assume" {
			if text(t, s) != text(t, alone.Statement[i]) {
				t.Errorf("in a hub %s is %s, want %s", s.Sid, text(t, s), text(t, alone.Statement[i]))
			}
			continue
		}
		want := `{"Sid":"Assume","Effect":"Allow","Action":["sts:AssumeRole"],"Resource":["arn:${Partition}:iam::*:role/tw-s3","arn:${Partition}:iam::*:role/tw-ec2"],` +
			`"Condition":{"StringEquals":{"aws:ResourceOrgID":["o-abcdefghij"]}}}`
		if got := text(t, s); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := text(t, alone.Statement[i]); strings.Contains(got, "Condition") || !strings.Contains(got, "arn:${Partition}:iam::${Account}:role/tw-s3") {
			t.Errorf("in an account alone it is %s", got)
		}
	}
	if got := text(t, Within(Judge(needs.Journal, names.Source()), needs.Organization)); got != text(t, Judge(needs.Journal, names.Source())) {
		t.Errorf("a judge in a hub may %s", got)
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestNamesOfTwoDeployments holds that two deployments of one account, staging beside production, and the parts of one deployment among themselves, share no name.
func TestNamesOfTwoDeployments(t *testing.T) {
	seen := map[string]string{}
	for _, prefix := range []string{"tagwarden", "staging", "Tagwarden"} {
		n := Names{Prefix: prefix}
		for what, name := range map[string]string{
			"role s3": "role " + n.Service("s3"), "role act": "role " + n.Role(ActName), "role clock": "role " + n.Role(ClockName), "role forward": "role " + n.Forward(), "role heartbeat": "role " + n.Heartbeat(),
			"queue config": "queue " + n.Function("config"), "queue dead": "queue " + n.Dead(), "queue hand": "queue " + n.HandOver(), "queue hand dead": "queue " + n.HandOverDead(), "queue forward dead": "queue " + n.ForwardDead(),
			"rule config": "rule " + n.Function("config"), "rule roles": "rule " + n.Function("roles"), "rule heartbeat": "rule " + n.Heartbeat(),
			"group clock": "group " + n.Function(ClockName), "group heartbeat": "group " + n.Heartbeat(), "group roles": "group " + n.RolesHeartbeat(),
			"bus": "bus " + n.Bus(), "table": "table " + n.Table(), "topic": "topic " + n.Topic(), "key": "key " + n.Key(), "source": "source " + n.Source(), "boundary": "policy " + n.Boundary(),
		} {
			if seen[name] != "" {
				t.Errorf("%s of %s is called %s, as is %s", what, prefix, name, seen[name])
			}
			seen[name] = what + " of " + prefix
		}
	}
}

// TestIsOrganization holds the form of an organization's id.
func TestIsOrganization(t *testing.T) {
	for id, want := range map[string]bool{
		"o-exampleorgid": true, "o-a1b2c3d4e5": true, "o-" + strings.Repeat("a", 32): true,
		"": false, "o-short": false, "O-exampleorgid": false, "o-exampleOrgid": false, "ou-ab12-workloads1": false, "111122223333": false, "o-exampleorgid ": false, "o-" + strings.Repeat("a", 33): false,
	} {
		if got := IsOrganization(id); got != want {
			t.Errorf("%q: got %v, want %v", id, got, want)
		}
	}
}

// TestIsRole holds the form of a role's ARN, in whatever partition.
func TestIsRole(t *testing.T) {
	for arn, want := range map[string]bool{
		"arn:aws:iam::111122223333:role/reader": true, "arn:aws-cn:iam::111122223333:role/a/path/reader": true,
		"": false, "foo": false, "arn:aws:iam::111122223333:user/ann": false, "arn:aws:iam::*:role/reader": false, "arn:aws:iam::111122223333:role/": false,
	} {
		if got := IsRole(arn); got != want {
			t.Errorf("%q: got %v, want %v", arn, got, want)
		}
	}
}
