package rights

import "slices"

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

// Beat is all that the role of a member's schedules may do: put heartbeats, of the deployment's own source and of one detail type, on the account's default buses.
//
// Source: Amazon EventBridge user guide, "Using IAM policy conditions in Amazon EventBridge" (events:source, events:detail-type).
func Beat(source, detailType string) []Allowance {
	return []Allowance{{
		Sid: "Beat", Actions: []string{"events:PutEvents"}, On: MemberBuses,
		Condition: map[string]map[string][]string{"StringEquals": {"events:detail-type": {detailType}, "events:source": {source}}},
	}}
}
