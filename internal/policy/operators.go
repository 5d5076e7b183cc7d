package policy

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// acts are what operators may be allowed to do through the command line.
var acts = []string{"approve", "undo", "exempt", "brake"}

// May tells whether whoever calls may do something: approve, undo, exempt or brake. arn is the caller's as AWS tells it to a function behind a function URL. Who is not
// named may do nothing; nobody may do what no principal is named for.
//
// A session of a role is known by its role's name, for STS leaves the role's path out: role/ops stands for every path of ops, which is one role, since names of roles are
// unique in an account.
//
// Source: IAM user guide, "IAM identifiers" (assumed-role ARNs); IAM API reference, CreateRole, RoleName (unique in the account).
func (p *Policy) May(act, arn string) bool {
	caller, ok := parsePrincipal(arn)
	return ok && slices.ContainsFunc(p.operators[act], caller.isMeant)
}

// A principal is the ARN of one who calls, or a glob of such, in its parts, so that no `*` reaches from one part into the next.
type principal struct {
	partition, account string
	kind               string // one of principals
	name               string // of a role; with its path that of a user
	session            string // of an assumed role; "" for any
}

// The kinds of principals that the policy treats in a way of their own.
const (
	anybody = "iam *" // everybody in an account
	root    = "iam root"
	iamRole = "iam role"
	session = "sts assumed-role"
)

// principals are the kinds of principals that can call, by service.
//
// Source: IAM user guide, "IAM identifiers" (ARNs of roles, users, root, assumed roles and federated users).
var principals = []string{anybody, root, iamRole, "iam user", session, "sts federated-user"}

// parsePrincipal takes an ARN of IAM or STS apart; false where it is none of who can call.
func parsePrincipal(arn string) (principal, bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[3] != "" {
		return principal{}, false
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	p := principal{partition: parts[1], account: parts[4], kind: parts[2] + " " + kind, name: name}
	if p.kind == session {
		p.name, p.session, _ = strings.Cut(name, "/")
	}
	return p, slices.Contains(principals, p.kind) && !(p.nameless() && name != "")
}

// nameless tells whether principals of the kind have no name.
func (p principal) nameless() bool { return p.kind == anybody || p.kind == root }

// isMeant tells whether a glob stands for the caller.
func (p principal) isMeant(glob principal) bool {
	if !globMatch(glob.partition, p.partition) || !globMatch(glob.account, p.account) {
		return false
	}
	switch {
	case glob.kind == anybody:
		return true
	case glob.kind != p.kind && !(glob.kind == iamRole && p.kind == session):
		return false
	}
	return globMatch(glob.name, p.name) && (glob.session == "" || globMatch(glob.session, p.session))
}

// operators gives a reader of who may do what through the command line.
func (r *reader) operators(p *Policy) func(*yaml.Node) {
	return func(n *yaml.Node) {
		p.operators = map[string][]principal{}
		readers := fields{}
		for _, act := range acts {
			readers[act] = func(n *yaml.Node) { p.operators[act] = r.principals(n, act) }
		}
		r.object(n, "operators", readers)
	}
}

// principals reads who may do one thing.
func (r *reader) principals(n *yaml.Node, act string) []principal {
	var globs []string
	r.few(n, act)
	r.some(act, &globs)(n)
	var all []principal
	for i, glob := range globs {
		if glob != "" { // else it is reported
			all = append(all, r.principal(target(n).Content[i], glob))
		}
	}
	return all
}

// principal reads one glob. What can stand for nobody is refused.
func (r *reader) principal(n *yaml.Node, glob string) principal {
	const example = "name a role or user: arn:aws:iam::111122223333:role/ops-*"
	p, ok := parsePrincipal(glob)
	switch {
	case !ok:
		r.wrong(n, example, "%q is no IAM principal that can call", glob)
	case p.account != "*" && !accountForm.MatchString(p.account):
		r.wrong(n, "write the account's twelve digits, or * for every account", "%q names no account", glob)
	case p.kind == iamRole && strings.Contains(p.name, "/"):
		r.wrong(n, "name the roles without it: role/ops-*, role/AWSReservedSSO_Admin_*", "AWS tells the sessions of a role without the role's path, so that %q would be nobody", glob)
	case p.name == "" && !p.nameless(), strings.HasSuffix(glob, "/"):
		r.wrong(n, example, "%q names no principal", glob)
	}
	return p
}

// unapproved warns, at the first rule that may wait for an approval, where neither operators nor a button may give one. A rule that proposes always waits for it; what a rule
// fixes waits where a guardrail holds it back. A shadow makes no changes.
func (r *reader) unapproved(p *Policy) {
	if p.shadow || p.Approver() != "" || len(p.operators["approve"]) > 0 {
		return
	}
	for _, c := range []struct {
		mode  Verdict
		waits string
	}{{Propose, "proposes"}, {Fix, "fixes, and what a guardrail holds back waits for an approval"}} {
		i := slices.IndexFunc(p.rules, func(u rule) bool { return u.mode == c.mode && len(u.do) > 0 })
		if i < 0 {
			continue
		}
		r.warn(p.rules[i].at, `name roles under operators: approve: ["arn:*:iam::*:role/tagwarden-operators"], or add a button with do: fix`,
			fmt.Sprintf("the rule %q %s, and nobody may approve", p.rules[i].name, c.waits))
		return
	}
}
