package preflight

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// perCall is how many actions one simulation asks for.
const perCall = 40

// example stands for whatever a wildcard of an ARN leaves open: a simulated resource need not exist.
const example = "tagwarden-preflight"

// refusals simulates what the service roles must be able to do, and finds what a service control policy, a permissions boundary or an explicit denial refuses.
//
// Each role is simulated with the policy's own document beside what it has, so that only a refusal is left; a role that is not there yet is simulated under the caller's, of whom
// then only the service control policies count. The simulator takes service control policies into account, conditions included, for it knows the account's organization; it knows
// no resource control policies, no resources' own policies and no session policies.
//
// Source: IAM API reference, SimulatePrincipalPolicy, EvaluationResult (OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail); IAM user guide, "IAM policy testing with the
// IAM policy simulator".
func refusals(ctx context.Context, a *Account) Finding {
	s := &simulation{client: iam.NewFromConfig(a.Config), account: a}
	for _, r := range a.Roles {
		if f := s.role(ctx, r); f.Status != "" {
			return f
		}
	}
	return s.sum()
}

// A simulation is what all roles came to.
type simulation struct {
	client  *iam.Client
	account *Account
	caller  string   // ARN of the principal that stands for roles that are not there yet; "" until it is known
	asked   int      // actions
	refused []string // "s3:PutBucketPolicy (a service control policy)"
	doubted []string // actions that were not allowed, for no reason that was told
	borne   []string // roles that are not there yet
}

// A question is what is simulated at once: actions on one resource, where the same context holds.
type question struct {
	actions  []string
	resource string
	context  map[string]types.ContextEntry // by key
}

// role simulates one service role. A finding ends the check.
func (s *simulation) role(ctx context.Context, r rights.Role) Finding {
	own := strings.Join([]string{"arn", s.account.partition, "iam", "", s.account.id, "role/" + s.account.Names.Service(r.Service)}, ":")
	document, err := json.Marshal(r.Document.In(rights.Scope{Partition: s.account.partition, Region: "*", Account: s.account.id}))
	if err != nil {
		return Finding{Unknown, fmt.Sprintf("The document of role %s cannot be written: %v.", r.Service, err), ""}
	}
	principal := own
	for _, q := range s.account.questions(r) {
		results, err := s.ask(ctx, principal, own, string(document), q)
		if code(err) == "NoSuchEntity" && principal == own {
			if principal, err = s.stand(ctx); err != nil {
				return unread("iam:GetRole", err)
			}
			if principal == "" {
				return Finding{Unknown, "The role " + s.account.Names.Service(r.Service) + " is not there yet, and the account's root cannot be simulated in its place.", "Sign in with a role, or look again after the deployment."}
			}
			s.borne = append(s.borne, r.Service)
			results, err = s.ask(ctx, principal, own, string(document), q)
		}
		if err != nil {
			return unread("iam:SimulatePrincipalPolicy", err)
		}
		for _, result := range results {
			s.take(result, principal == own)
		}
	}
	return Finding{}
}

// stand gives the principal that stands for a role which is not there: the caller's own user or role; "" for the account's root.
func (s *simulation) stand(ctx context.Context) (string, error) {
	if s.caller != "" {
		return s.caller, nil
	}
	caller, err := arn.Parse(s.account.caller)
	if err != nil {
		return "", err
	}
	kind, rest, _ := strings.Cut(caller.Resource, "/")
	switch kind {
	case "user":
		s.caller = s.account.caller
	case "assumed-role": // leaves the role's path out
		name, _, _ := strings.Cut(rest, "/")
		got, err := s.client.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		if err != nil {
			return "", err
		}
		s.caller = aws.ToString(got.Role.Arn)
	}
	return s.caller, nil
}

// ask simulates one question; the answers of all pages.
func (s *simulation) ask(ctx context.Context, principal, own, document string, q question) ([]types.EvaluationResult, error) {
	in := &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: &principal, ActionNames: q.actions, PolicyInputList: []string{document},
		ContextEntries: []types.ContextEntry{
			entry("aws:PrincipalArn", own), entry("aws:PrincipalAccount", s.account.id), entry("aws:RequestedRegion", s.account.Config.Region),
		},
	}
	for _, key := range slices.Sorted(maps.Keys(q.context)) {
		in.ContextEntries = append(in.ContextEntries, q.context[key])
	}
	if q.resource != "*" {
		in.ResourceArns = []string{q.resource}
	}
	var all []types.EvaluationResult
	pages := iam.NewSimulatePrincipalPolicyPaginator(s.client, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.EvaluationResults...)
	}
	return all, nil
}

// entry is one value of a simulation's context.
func entry(key, value string) types.ContextEntry {
	return types.ContextEntry{ContextKeyName: &key, ContextKeyType: types.ContextKeyTypeEnumString, ContextKeyValues: []string{value}}
}

// take counts one answer. own says that it is of the role itself, and not of who stands for it.
func (s *simulation) take(r types.EvaluationResult, own bool) {
	s.asked++
	action := aws.ToString(r.EvalActionName)
	switch {
	case r.OrganizationsDecisionDetail != nil && !r.OrganizationsDecisionDetail.AllowedByOrganizations:
		s.refused = append(s.refused, action+" (a service control policy)")
	case !own || r.EvalDecision == types.PolicyEvaluationDecisionTypeAllowed:
	case r.PermissionsBoundaryDecisionDetail != nil && !r.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary:
		s.refused = append(s.refused, action+" (the role's permissions boundary)")
	case r.EvalDecision == types.PolicyEvaluationDecisionTypeExplicitDeny:
		s.refused = append(s.refused, action+" (a policy of the role that denies it)")
	default:
		s.doubted = append(s.doubted, action)
	}
}

// sum is what all simulations came to.
func (s *simulation) sum() Finding {
	covers := "The simulation knows no resource control policies and no policies of resources."
	if len(s.borne) > 0 {
		covers = fmt.Sprintf("The roles %s are not there yet, so only service control policies were simulated for them, under your own name: look again after the deployment.", few(s.borne))
	}
	switch refused := uniq(s.refused); {
	case len(refused) > 0:
		return Finding{Fail, fmt.Sprintf("%d of the actions that the policy's remedies need are refused: %s.", len(refused), few(refused)), "Except the service roles from what refuses them, or take the remedies out of the policy. " + covers}
	case len(s.doubted) > 0:
		return Finding{Warn, fmt.Sprintf("The simulator does not allow %s, and does not say what refuses it.", few(uniq(s.doubted))), "Look at the first use in CloudTrail. " + covers}
	}
	return Finding{OK, fmt.Sprintf("Nothing refuses any of the %d actions on which the remedies rely. %s", s.asked, covers), ""}
}

// uniq are names in order, each once.
func uniq(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// questions are what a role must be able to do: each action once for each condition, on an example of the first resource that it is for.
func (a *Account) questions(r rights.Role) []question {
	byKey := map[string]*question{}
	for _, st := range r.Document.In(rights.Scope{Partition: a.partition, Region: a.Config.Region, Account: a.id}).Statement {
		q := question{resource: sample(st.Resource[0]), context: contextOf(st.Condition)}
		key := fmt.Sprint(q.resource, st.Condition) // a map prints in the order of its keys
		if byKey[key] == nil {
			byKey[key] = &q
		}
		byKey[key].actions = append(byKey[key].actions, st.Action...)
	}
	var list []question
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		q := *byKey[key]
		for part := range slices.Chunk(uniq(q.actions), perCall) {
			list = append(list, question{part, q.resource, q.context})
		}
	}
	return list
}

// contextOf are values under which a condition holds.
func contextOf(condition map[string]map[string][]string) map[string]types.ContextEntry {
	all := map[string]types.ContextEntry{}
	for operator, keys := range condition {
		for key, values := range keys {
			e := entry(key, values[0])
			if strings.HasPrefix(operator, "Bool") {
				e.ContextKeyType = types.ContextKeyTypeEnumBoolean
			}
			all[key] = e
		}
	}
	return all
}

// sample is an ARN that a glob of ARNs holds; "*" stays.
func sample(glob string) string {
	if glob == "*" {
		return glob
	}
	return strings.ReplaceAll(glob, "*", example)
}
