package rights

import (
	"regexp"
	"slices"

	"github.com/tagwarden/tagwarden/internal/wiring"
)

// organizationForm is the form of an organization's id.
//
// Source: AWS Organizations API reference, Organization (Id).
var organizationForm = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)

// IsOrganization tells whether a text has the form of an organization's id.
func IsOrganization(text string) bool { return organizationForm.MatchString(text) }

// roleForm is the form of a role's ARN, whatever the partition.
var roleForm = regexp.MustCompile(`^arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+$`)

// IsRole tells whether a text has the form of a role's ARN.
func IsRole(text string) bool { return roleForm.MatchString(text) }

// The parts of an organization.
const (
	HubBus      Part = "hub's bus"      // the hub's event bus, to which the members forward
	MemberBuses Part = "member's buses" // the default event buses of a member's account, in all its regions
)

// Within keeps what a function may do with service roles to the accounts of one organization; without its id the allowances stay as they are.
//
// Source: IAM user guide, "AWS global condition context keys" (aws:ResourceOrgID; none of AWS STS's actions is among those that lack it).
func Within(list []Allowance, organization string) []Allowance {
	if organization == "" {
		return list
	}
	within := slices.Clone(list)
	for i, a := range within {
		if a.On == ServiceRoles {
			within[i].Condition = map[string]map[string][]string{"StringEquals": {"aws:ResourceOrgID": {organization}}}
		}
	}
	return within
}

// Forward is all that the role of a member's forwarding rules may do.
//
// Source: Amazon EventBridge user guide, "Sending and receiving events between AWS accounts in Amazon EventBridge".
func Forward() []Allowance {
	return []Allowance{{Sid: "Forward", Actions: []string{"events:PutEvents"}, On: HubBus}}
}

// Beat is all that the role of a member's schedules may do: put heartbeats, and no other events, on the account's default buses.
//
// Source: Amazon EventBridge user guide, "Using IAM policy conditions in Amazon EventBridge" (events:source, events:detail-type).
func Beat(source string) []Allowance {
	return []Allowance{{
		Sid: "Beat", Actions: []string{"events:PutEvents"}, On: MemberBuses,
		Condition: map[string]map[string][]string{"ForAllValues:StringEquals": {"events:detail-type": {wiring.Heartbeat}, "events:source": {source}}}, // of all events of a call: both keys have several values
	}}
}

// The names of a member's own roles, beside its service roles, as MemberDocument takes them.
const (
	ForwardRole   = "forward"
	HeartbeatRole = "heartbeat"
)

// MemberDocument gives what one of a member's own roles may do, in any scope: for people to read. ${HubAccount} and ${HubRegion} are where the hub is, in any scope of the member's.
func (n Names) MemberDocument(role string) Document {
	if role == ForwardRole {
		return Expand(Forward(), func(Part) []string {
			return []string{"arn:${Partition}:events:${HubRegion}:${HubAccount}:event-bus/" + n.Bus()}
		})
	}
	return Expand(Beat(n.Source()), func(Part) []string { return []string{"arn:${Partition}:events:*:${Account}:event-bus/default"} })
}
