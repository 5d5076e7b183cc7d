package notify

import (
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// Routing is what the topic of an entry's message depends on.
func Routing(e journal.Entry) policy.Routing {
	severity, err := finding.ParseSeverity(e.Severity)
	if err != nil {
		severity = finding.Unset
	}
	return policy.Routing{Owner: e.Owner, Account: accountOf(e), Region: e.Resource.Region, Severity: severity, Rule: ruleOf(e), Type: e.Resource.Type}
}

// AboutOf is what the message of an entry says of a deployment with this policy, and where it goes.
func AboutOf(p *policy.Policy, e journal.Entry) About {
	return About{
		Policy: p.Hash(), Approve: true, Button: p.Approver(), Posts: p.Posts(), Topic: p.Route(Routing(e)), Origin: originOf(e), Patch: patch(p, e),
	}
}
