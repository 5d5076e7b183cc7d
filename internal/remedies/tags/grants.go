package tags

import "github.com/tagwarden/tagwarden/internal/remedy"

// accountARN is a member account in AWS Organizations. The management account and the organization's id are not known here.
//
// Source: Service Authorization Reference, "AWS Organizations", resource type account.
const accountARN = "arn:${Partition}:organizations::*:account/*/${Account}"

// tagReads are all grants that reading tags, parents and accounts needs. A tagger's grants share one role: it is used with one role's credentials.
func tagReads() []remedy.Grant {
	var grants []remedy.Grant
	for _, t := range taggers {
		if t.role == "" {
			continue
		}
		grants = append(grants, t.grants(t.reads, t.alsoRead)...)
		grants = append(grants, remedy.Grant{Action: "organizations:ListTagsForResource", On: accountARN, Types: t.types, Role: t.role, For: "account"})
	}
	return grants
}

// tagWrites are all grants that writing tags needs.
func tagWrites() []remedy.Grant {
	var grants []remedy.Grant
	for _, t := range taggers {
		grants = append(grants, t.grants(t.writes, t.alsoWrite)...)
	}
	return grants
}

func (t tagger) grants(actions []string, also []remedy.Grant) []remedy.Grant {
	var grants []remedy.Grant
	for _, action := range actions {
		grants = append(grants, remedy.Grant{Action: action, On: "${ARN}", Types: t.types, Role: t.role})
	}
	for _, g := range also {
		if g.Types == nil {
			g.Types = t.types
		}
		g.Role = t.role
		grants = append(grants, g)
	}
	return grants
}
