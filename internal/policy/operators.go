package policy

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// acts are what operators may be allowed to do through the command line.
var acts = []string{"approve", "undo", "exempt", "brake"}

// May tells whether whoever calls may do something: approve, undo, exempt or brake. principal is the caller's ARN as AWS tells it to a function behind a function URL. Who is not
// named may nothing; nobody may what no principal is named for.
//
// A session of a role is known by its role's name, for STS leaves the role's path out: role/ops stands for every path of ops, which is one role, since names of roles are
// unique in an account.
//
// Source: IAM user guide, "IAM identifiers" (assumed-role ARNs); IAM API reference, CreateRole, RoleName (unique in the account).
func (p *Policy) May(act, principal string) bool {
	caller, ok := parsePrincipal(principal)
	if !ok {
		return false
	}
	for _, glob := range p.operators[act] {
		if g, ok := parsePrincipal(glob); ok && g.means(caller) {
			return true
		}
	}
	return false
}

// A principal is the ARN of one who calls, or a glob of such, in its parts, so that no `*` reaches from one part into the next.
type principal struct {
	partition, service, account string
	kind                        string // "role", "user", "assumed-role", ...; "root"
	name                        string // of a role; with its path that of a user
	session                     string // of an assumed role
}

// parsePrincipal takes an ARN of IAM or STS apart.
func parsePrincipal(arn string) (principal, bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[3] != "" || parts[2] != "iam" && parts[2] != "sts" {
		return principal{}, false
	}
	p := principal{partition: parts[1], service: parts[2], account: parts[4]}
	p.kind, p.name, _ = strings.Cut(parts[5], "/")
	if p.kind == assumed {
		p.name, p.session, _ = strings.Cut(p.name, "/")
	}
	return p, true
}

// assumed is what the resource of a role's session begins with.
const assumed = "assumed-role"

// means tells whether a glob stands for a caller.
func (g principal) means(caller principal) bool {
	if !globMatch(g.partition, caller.partition) || !globMatch(g.account, caller.account) {
		return false
	}
	switch {
	case g.service == "iam" && g.kind == "*":
		return true
	case g.service == "iam" && g.kind == "role" && caller.isSession():
		return globMatch(g.name, caller.name)
	case g.service != caller.service || g.kind != caller.kind || !globMatch(g.name, caller.name):
		return false
	}
	return g.session == "" || globMatch(g.session, caller.session)
}

// isSession tells whether the caller is a session of a role.
func (g principal) isSession() bool { return g.service == "sts" && g.kind == assumed }

// operators gives a reader of who may do what through the command line.
func (r *reader) operators(p *Policy) func(*yaml.Node) {
	return func(n *yaml.Node) {
		p.operators = map[string][]string{}
		readers := fields{}
		for _, act := range acts {
			readers[act] = r.principals(act, p.operators)
		}
		r.object(n, "operators", readers)
	}
}

// principals gives a reader of who may do one thing.
func (r *reader) principals(act string, to map[string][]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		before := len(r.problems)
		var globs []string
		r.some(act, &globs)(n)
		if len(r.problems) > before {
			return
		}
		for i, glob := range globs {
			r.principal(target(n).Content[i], glob)
		}
		to[act] = globs
	}
}

// principals are the kinds of principals that can call, by service; `*` stands for everybody in an account.
//
// Source: IAM user guide, "IAM identifiers" (ARNs of roles, users, root, assumed roles and federated users).
var principals = []string{"iam *", "iam role", "iam user", "iam root", "sts " + assumed, "sts federated-user"}

// principal checks one glob: what can stand for nobody is refused.
func (r *reader) principal(n *yaml.Node, glob string) {
	g, ok := parsePrincipal(glob)
	name := g.name[strings.LastIndexByte(g.name, '/')+1:]
	switch {
	case !ok:
		r.wrong(n, "name a role or user: arn:aws:iam::111122223333:role/ops-*", "%q is no IAM principal", glob)
	case g.account != "*" && !accountForm.MatchString(g.account):
		r.wrong(n, "write the account's twelve digits, or * for every account", "%q names no account", glob)
	case !slices.Contains(principals, g.service+" "+g.kind):
		r.wrong(n, "name a role or user: arn:aws:iam::111122223333:role/ops-*", "%q is of no kind of principal that can call", glob)
	case g.kind == "role" && strings.Contains(g.name, "/"):
		r.wrong(n, "leave the path out, and write role/"+name, "a role's session is known by the role's name, and %q has a path", glob)
	case g.name == "" && g.kind != "root" && g.kind != "*", strings.HasSuffix(glob, "/"):
		r.wrong(n, "name a role or user: arn:aws:iam::111122223333:role/ops-*", "%q names no principal", glob)
	}
}
