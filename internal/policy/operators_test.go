package policy_test

import (
	"testing"
)

func TestMay(t *testing.T) {
	p := parse(t, `version: 1
operators:
  approve: ["arn:aws:iam::111122223333:role/ops-*", "arn:aws:iam::111122223333:user/eng/*", "arn:aws:iam::111122223333:root"]
  undo:
    - arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_*/ann@example.com
    - arn:aws:sts::111122223333:assumed-role/lead
    - arn:aws:sts::111122223333:federated-user/bob
    - arn:aws:iam::111122223333:user/carl
  exempt: ["arn:*:iam::*:role/security"]
  brake: ["arn:aws:iam::111122223333:*"]
`)
	const session, other = "arn:aws:sts::111122223333:assumed-role/", "arn:aws:sts::444455556666:assumed-role/"
	for _, c := range []struct {
		name, act, principal string
		want                 bool
	}{
		{"a session of a role", "approve", session + "ops-eu/ann", true},
		{"the role itself", "approve", "arn:aws:iam::111122223333:role/ops-eu", true},
		{"another role", "approve", session + "dev-eu/ann", false},
		{"a role that calls its session as if it were another", "approve", session + "dev/ops-eu", false},
		{"a session in another account", "approve", other + "ops-eu/ann", false},
		{"a session in another partition", "approve", "arn:aws-cn:sts::111122223333:assumed-role/ops-eu/ann", false},
		{"a user of the role's name", "approve", "arn:aws:iam::111122223333:user/ops-eu", false},
		{"a user with a path", "approve", "arn:aws:iam::111122223333:user/eng/core/ann", true},
		{"a user with another path", "approve", "arn:aws:iam::111122223333:user/ops/ann", false},
		{"the root user", "approve", "arn:aws:iam::111122223333:root", true},
		{"root stands for one user, and not for the account", "approve", session + "dev/ann", false},
		{"the root user of another account", "approve", "arn:aws:iam::444455556666:root", false},

		{"one person's session", "undo", session + "AWSReservedSSO_Admin_0123456789abcdef/ann@example.com", true},
		{"another person's session", "undo", session + "AWSReservedSSO_Admin_0123456789abcdef/eve@example.com", false},
		{"one person's name with another role", "undo", session + "AWSReservedSSO_Reader_0123456789abcdef/ann@example.com", false},
		{"a star in the role's name does not reach into the session's", "undo", session + "AWSReservedSSO_Admin_0/x/ann@example.com", false},
		{"any session of a role", "undo", session + "lead/x", true},
		{"a role whose name only begins so", "undo", session + "leader/x", false},
		{"a federated user", "undo", "arn:aws:sts::111122223333:federated-user/bob", true},
		{"a role of a federated user's name", "undo", session + "bob/x", false},
		{"a user", "undo", "arn:aws:iam::111122223333:user/carl", true},
		{"a role of a user's name", "undo", session + "carl/x", false},
		{"a role as IAM names it, where its sessions are named", "undo", "arn:aws:iam::111122223333:role/lead", false},

		{"every account, where it is written", "exempt", other + "security/x", true},
		{"every partition, where it is written", "exempt", "arn:aws-us-gov:sts::111122223333:assumed-role/security/x", true},
		{"and nobody else there", "exempt", other + "ops/x", false},

		{"everybody in an account, a session", "brake", session + "any/x", true},
		{"everybody in an account, a user", "brake", "arn:aws:iam::111122223333:user/a/b", true},
		{"everybody in an account, from another", "brake", other + "any/x", false},

		{"nobody", "approve", "", false},
		{"no ARN", "approve", "ops-eu", false},
		{"part of an ARN", "brake", "arn:aws:iam::111122223333", false},
		{"something like an ARN", "approve", "nra:aws:iam::111122223333:root", false},
		{"a kind of principal that is not known", "brake", "arn:aws:sts::111122223333:assumed-root", false},
		{"an ARN of another service", "brake", "arn:aws:s3::111122223333:role/ops-eu", false},
		{"an ARN with a region", "brake", "arn:aws:iam:eu-west-1:111122223333:user/a", false},
		{"an act that there is none of", "delete", session + "ops-eu/ann", false},
	} {
		if got := p.May(c.act, c.principal); got != c.want {
			t.Errorf("%s: May(%s, %s) = %v, want %v", c.name, c.act, c.principal, got, c.want)
		}
	}
	if parse(t, "version: 1\n").May("brake", "arn:aws:iam::111122223333:root") {
		t.Error("without operators somebody may do something")
	}
}
