package rights

// What the clock of a hub reads of AWS Organizations.
const (
	Roots         Part = "roots"          // the organization's roots, for which AWS takes no ARN
	Units         Part = "units"          // its root and its OUs
	OrgAccounts   Part = "accounts"       // its accounts
	DirectoryRole Part = "directory role" // a role in the management account that reads all this
)

// Directory is what the clock of a hub may do besides, to read the accounts of the organization: assume a role in the management account, if one is named, else ask itself. tags says
// that the policy asks for the accounts' tags.
//
// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Organizations".
func Directory(role string, tags bool) []Allowance {
	if role != "" {
		return []Allowance{{Sid: "Directory", Actions: []string{"sts:AssumeRole"}, On: DirectoryRole}}
	}
	list := []Allowance{
		{Sid: "Roots", Actions: []string{"organizations:ListRoots"}, On: Roots},
		{Sid: "Units", Actions: []string{"organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent"}, On: Units},
	}
	if tags {
		list = append(list, Allowance{Sid: "AccountTags", Actions: []string{"organizations:ListTagsForResource"}, On: OrgAccounts})
	}
	return list
}

// DirectoryARNs are the ARNs of Directory's parts: within one organization, whatever its management account is.
//
// Source: Service Authorization Reference, "Resource types defined by AWS Organizations".
func DirectoryARNs(organization, role string) map[Part][]string {
	parts := map[Part][]string{
		Roots:       {"*"},
		Units:       {"arn:${Partition}:organizations::*:ou/" + organization + "/*", "arn:${Partition}:organizations::*:root/" + organization + "/*"},
		OrgAccounts: {"arn:${Partition}:organizations::*:account/" + organization + "/*"},
	}
	if role != "" {
		parts[DirectoryRole] = []string{role}
	}
	return parts
}
