package preflight

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	s3Role = "arn:aws:iam::111122223333:role/tagwarden-s3"
	opsARN = "arn:aws:iam::111122223333:role/teams/ops"
	getOps = "<GetRoleResponse><GetRoleResult><Role><Path>/teams/</Path><RoleName>ops</RoleName><RoleId>AROA</RoleId><Arn>" + opsARN + "</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role></GetRoleResult></GetRoleResponse>"
)

// simulated is what IAM answers. Source: IAM API reference, SimulatePrincipalPolicy, EvaluationResult.
func simulated(results ...string) string {
	return "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>" + strings.Join(results, "") + "</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
}

func result(action, decision, more string) string {
	return "<member><EvalActionName>" + action + "</EvalActionName><EvalDecision>" + decision + "</EvalDecision>" + more + "</member>"
}

const (
	byOrganization = "<OrganizationsDecisionDetail><AllowedByOrganizations>false</AllowedByOrganizations></OrganizationsDecisionDetail>"
	byBoundary     = "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>false</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>"
	inOrganization = "<OrganizationsDecisionDetail><AllowedByOrganizations>true</AllowedByOrganizations></OrganizationsDecisionDetail>"
)

func TestRefusals(t *testing.T) {
	allowed := result("s3:PutBucketPublicAccessBlock", "allowed", inOrganization)
	on := func(principal string, results ...string) map[string]string {
		return map[string]string{"SimulatePrincipalPolicy": "!NoSuchEntity", "SimulatePrincipalPolicy " + principal: simulated(results...), "GetRole": getOps}
	}
	root := on(s3Role)
	delete(root, "SimulatePrincipalPolicy "+s3Role)
	root["GetCallerIdentity"] = identity("arn:aws:iam::111122223333:root")
	noRole := on("none")
	noRole["GetRole"] = "!AccessDenied"
	run(t, refusals, []try{
		{"allowed", fixing, on(s3Role, allowed), OK, "Nothing refuses any of the 1 actions", ""},
		{"an SCP", fixing, on(s3Role, allowed, result("s3:GetBucketPublicAccessBlock", "implicitDeny", byOrganization)), Fail, "s3:GetBucketPublicAccessBlock (a service control policy)", "Except the service roles"},
		{"a boundary", fixing, on(s3Role, result("s3:PutBucketPublicAccessBlock", "implicitDeny", inOrganization+byBoundary)), Fail, "s3:PutBucketPublicAccessBlock (the role's permissions boundary)", ""},
		{"a denial", fixing, on(s3Role, result("s3:PutBucketPublicAccessBlock", "explicitDeny", "")), Fail, "that denies it", ""},
		{"no reason", fixing, on(s3Role, result("s3:PutBucketPublicAccessBlock", "implicitDeny", "")), Warn, "does not allow s3:PutBucketPublicAccessBlock", "CloudTrail"},
		{"not there: as the caller, who may not do it", fixing, on(opsARN, result("s3:PutBucketPublicAccessBlock", "implicitDeny", inOrganization)), OK, "The roles s3 are not there yet", ""},
		{"not there: an SCP refuses the caller, too", fixing, on(opsARN, result("s3:PutBucketPublicAccessBlock", "implicitDeny", byOrganization)), Fail, "service control policy", "look again after the deployment"},
		{"not there, as root", fixing, root, Unknown, "root cannot be simulated", "Sign in with a role"},
		{"not there, and the caller's role is not told", fixing, noRole, Unknown, "AccessDenied to iam:GetRole", "Allow iam:GetRole"},
		{"denied", fixing, map[string]string{"SimulatePrincipalPolicy": "!AccessDenied"}, Unknown, "AccessDenied", "Allow iam:SimulatePrincipalPolicy"},
	})
}

// TestQuestions holds that each action of a role is asked for, on an example of what it is for, in the region and under the name that counts, with the document of the policy.
func TestQuestions(t *testing.T) {
	const policy = "rules: [{name: instances, on: [guardduty], do: [ec2-isolate, ec2-detach-profile], mode: fix}]\n"
	a, c := account(t, policy, map[string]string{"SimulatePrincipalPolicy": simulated()})
	if f := refusals(t.Context(), a); f.Status != OK {
		t.Fatalf("got %+v", f)
	}
	asked := map[string]bool{}
	for _, form := range c.asked {
		if form.Get("Action") != "SimulatePrincipalPolicy" {
			continue
		}
		context := map[string]string{}
		for i := 1; form.Get(member("ContextEntries", i)+".ContextKeyName") != ""; i++ {
			context[form.Get(member("ContextEntries", i)+".ContextKeyName")] = form.Get(member("ContextEntries", i) + ".ContextKeyValues.member.1")
		}
		if context["aws:RequestedRegion"] != "eu-west-1" || !strings.HasPrefix(context["aws:PrincipalArn"], "arn:aws:iam::111122223333:role/tagwarden-") {
			t.Errorf("the context is %v", context)
		}
		if !strings.Contains(form.Get("PolicyInputList.member.1"), `"Statement"`) {
			t.Errorf("the document is %s", form.Get("PolicyInputList.member.1"))
		}
		resource := form.Get("ResourceArns.member.1")
		if strings.ContainsAny(resource, "*$") {
			t.Errorf("the resource is %s", resource)
		}
		for i := 1; form.Get(member("ActionNames", i)) != ""; i++ {
			action := form.Get(member("ActionNames", i))
			asked[action] = true
			if action == "iam:PassRole" && context["iam:PassedToService"] != "ec2.amazonaws.com" {
				t.Errorf("iam:PassRole is asked for in the context %v", context)
			}
		}
	}
	for _, r := range a.Roles {
		for _, st := range r.Document.Statement {
			for _, action := range st.Action {
				if !asked[action] {
					t.Errorf("%s is not asked for", action)
				}
			}
		}
	}
	if len(asked) < 10 {
		t.Errorf("asked for %d actions", len(asked))
	}
	many := slices.Repeat([]string{"a"}, 3*perCall)
	for i := range many {
		many[i] += strings.Repeat("x", i)
	}
	a.Roles = a.Roles[:1]
	a.Roles[0].Document.Statement = a.Roles[0].Document.Statement[:1]
	a.Roles[0].Document.Statement[0].Action = many
	if got := a.questions(a.Roles[0]); len(got) != 3 || len(got[0].actions) != perCall {
		t.Errorf("%d actions are asked for in %d calls", len(many), len(got))
	}
}

func member(list string, i int) string { return list + ".member." + strconv.Itoa(i) }
