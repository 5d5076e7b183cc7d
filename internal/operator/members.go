package operator

import (
	"context"
	"sort"

	"github.com/tagwarden/tagwarden/internal/members"
)

// Members asks for the accounts of the organization, by id: where they stand, and what was heard of them.
type Members struct {
	From string `json:"from,omitempty"` // the first account; "" for the first of all
}

// mostMembers is how many accounts one answer lists, so that it stays below the 6 MB that a function may answer: an account with fifty tags and seventeen regions has some 25 kB.
//
// Source: AWS Lambda developer guide, "Lambda quotas" (invocation payload, synchronous).
const mostMembers = 200

func (*Members) acts() []string { return look }

func (m *Members) do(ctx context.Context, o *Operator, _ string) (Response, error) {
	if o.Members == nil {
		return Response{}, refuse(Refused, "This deployment keeps its own account alone: it has no members. A hub is deployed with -c organization=o-....")
	}
	accounts, err := o.Members.Accounts(ctx)
	if err != nil {
		return Response{}, err
	}
	accounts = accounts[sort.Search(len(accounts), func(i int) bool { return accounts[i].Account >= m.From }):]
	to := "" // behind the last, those that the directory does not know are looked for, too
	if len(accounts) > mostMembers {
		accounts = accounts[:mostMembers+1]
		to = accounts[mostMembers].Account
	}
	beats, err := o.Members.BeatsBetween(ctx, m.From, to, o.Now()) // not all: ten thousand accounts have hundreds of thousands
	if err != nil {
		return Response{}, err
	}
	views := members.Views(accounts, beats, o.Roles, o.Now())
	answer := Response{Members: views, Policy: o.Roles}
	if len(views) > mostMembers {
		answer.Members, answer.Next = views[:mostMembers], views[mostMembers].Account.Account
	}
	return answer, nil
}
