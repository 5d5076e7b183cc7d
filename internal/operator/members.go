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
	beats, err := o.Members.Beats(ctx, "", o.Now())
	if err != nil {
		return Response{}, err
	}
	views := members.Views(accounts, beats, o.Roles, o.Now())
	views = views[sort.Search(len(views), func(i int) bool { return views[i].Account.Account >= m.From }):]
	answer := Response{Members: views, Policy: o.Roles}
	if len(views) > mostMembers {
		answer.Members, answer.Next = views[:mostMembers], views[mostMembers].Account.Account
	}
	return answer, nil
}
