package rights

import "strings"

// ButtonsName is the name of the function that makes the buttons' custom actions where CloudFormation has no type for them. It is no judge: no event comes to it.
const ButtonsName = "buttons"

// hashed is how many hexadecimal digits end an action's id that is not prefix and name as they are: see Action.
const hashed = 8

// OwnAction tells whether a custom action's id can be one that Action gives: it begins as those of the prefix do. Of two deployments in one account and region whose prefixes
// begin alike it does not tell which.
func (n Names) OwnAction(id string) bool {
	begin := notInAction.ReplaceAllString(n.Prefix, "")
	begin = begin[:min(len(begin), maxAction-hashed)]
	return begin != "" && len(id) <= maxAction && strings.HasPrefix(id, begin) && !notInAction.MatchString(id)
}

// Buttons is all that the function which makes custom actions may do. Security Hub knows no ARN of a custom action in policies, so the function itself keeps to its own: see
// OwnAction.
//
// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Hub" (hub; there is no resource type of custom actions).
func Buttons() []Allowance {
	return []Allowance{
		{Sid: "Actions", Actions: []string{"securityhub:CreateActionTarget", "securityhub:DeleteActionTarget", "securityhub:DescribeActionTargets", "securityhub:UpdateActionTarget"}, On: Hub},
		write,
	}
}
