package remedies

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var lambdaRemovePublic = remedy.Remedy{
	ID: "lambda-remove-public",
	Doc: `Take away what lets everybody use a Lambda function.

Each statement of the function's resource policy whose principal is everybody, and that no fixed source account, source ARN or organization narrows, is removed; all
others stay, those for AWS services among them. If the finding names a version or alias, its policy is meant and no other. An undo adds the same permissions again.
Security Hub's Lambda.1 also reports a permission of Amazon S3 without a source account: give that one anew by hand, since to remove it would cut off the bucket.

When not to use it: for a function with a function URL that is meant to be public, or one that is shared with everybody on purpose. Exempt it.`,
	Changes: "The function's resource policy has no statement that lets everybody in.",
	Breaks:  "Calls from other accounts and of a public function URL that relied on the removed statements are refused from now on.",
	Setting: "lambda:resource-policy",
	Answers: []string{
		"securityhub:Lambda.1", "config:lambda-function-public-access-prohibited",
	},
	Resource: "AWS::Lambda::Function",
	About:    aboutPolicy,
	Reads:    []remedy.Grant{{Action: "lambda:GetPolicy", On: "${ARN}"}, {Action: "lambda:GetFunctionConfiguration", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "lambda:RemovePermission", On: "${ARN}"}, {Action: "lambda:AddPermission", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[permissions]{Read: readPermissions, Fix: fixPermissions, Write: writePermissions}),
	Examples: []remedy.Example{{
		Name: "a public function URL beside a bucket's permission",
		Before: `{"url":{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f",
			"Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}},
			"bucket":{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f",
			"Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"}}}}`,
		After: `{"bucket":{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f",
			"Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"}}}}`,
	}, {
		Name: "everybody of one organization",
		Before: `{"org":{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f",
			"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}}`,
		After: `{"org":{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f",
			"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}}`,
	}},
}

// permissions are the statements of a function's resource policy, by Sid.
type permissions map[string]permission

// A permission is one statement.
type permission struct {
	Effect    string                    `json:"Effect"`
	Principal any                       `json:"Principal"` // "*", or an object; {"AWS":"*"} is read as "*", which means the same
	Action    any                       `json:"Action"`
	Resource  any                       `json:"Resource"`
	Condition map[string]map[string]any `json:"Condition,omitempty"`
}

func readPermissions(ctx context.Context, cfg aws.Config, r finding.Resource) (permissions, error) {
	all, _, err := policyOf(ctx, lambda.NewFromConfig(cfg), r)
	return all, err
}

// policyOf gives a function's permissions and the revision that they are of. Lambda has one code for no policy and for no function.
func policyOf(ctx context.Context, c *lambda.Client, r finding.Resource) (all permissions, revision *string, err error) {
	name, qualifier := functionOf(r)
	out, err := c.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &name, Qualifier: qualifier})
	if remedy.Is(err, noFunction) {
		if _, err = c.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name, Qualifier: qualifier}); err == nil {
			return permissions{}, nil, nil
		}
	}
	if err != nil {
		return nil, nil, remedy.Explain("read the resource policy of "+r.String(), err, noFunction)
	}
	all, err = parsePermissions([]byte(aws.ToString(out.Policy)))
	if err != nil {
		return nil, nil, fmt.Errorf("read the resource policy of %s: %w", r, err)
	}
	return all, out.RevisionId, nil
}

// parsePermissions reads a policy. A statement that Lambda's own AddPermission would not make is not judged.
func parsePermissions(document []byte) (permissions, error) {
	var policy struct {
		Version   string `json:"Version"`
		ID        string `json:"Id"`
		Statement []struct {
			Sid string `json:"Sid"`
			permission
		} `json:"Statement"`
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&policy); err != nil {
		return nil, &remedy.RefusedError{Why: "The resource policy has parts that Tagwarden does not know: look at it, and remove by hand what is public.", Err: err}
	}
	all := permissions{}
	for _, s := range policy.Statement {
		if _, twice := all[s.Sid]; twice || s.Sid == "" {
			return nil, &remedy.RefusedError{Why: "The resource policy has statements without an id of their own: look at it, and remove by hand what is public."}
		}
		if named, ok := s.Principal.(map[string]any); ok && len(named) == 1 && named["AWS"] == everybody {
			s.Principal = everybody
		}
		s.Condition = oneSpelling(s.Condition)
		all[s.Sid] = s.permission
	}
	return all, nil
}

func fixPermissions(all permissions, _ remedy.Params) (permissions, error) {
	fixed := maps.Clone(all)
	for sid, p := range all {
		if !p.public() {
			continue
		}
		if _, err := addition(sid, p); err != nil {
			return nil, err
		}
		delete(fixed, sid)
	}
	return fixed, nil
}

func writePermissions(ctx context.Context, cfg aws.Config, r finding.Resource, from, to permissions) error {
	c := lambda.NewFromConfig(cfg)
	for _, sid := range slices.Sorted(maps.Keys(from)) {
		if reflect.DeepEqual(from[sid], to[sid]) {
			continue
		}
		if err := takePermission(ctx, c, r, sid, from[sid]); err != nil {
			return err
		}
	}
	for _, sid := range slices.Sorted(maps.Keys(to)) {
		if reflect.DeepEqual(from[sid], to[sid]) {
			continue
		}
		if err := givePermission(ctx, c, r, sid, to[sid]); err != nil {
			return err
		}
	}
	return nil
}

// takePermission removes a statement as long as it is the one that was judged.
func takePermission(ctx context.Context, c *lambda.Client, r finding.Resource, sid string, judged permission) error {
	now, revision, err := policyOf(ctx, c, r)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(now[sid], judged) {
		return fmt.Errorf("remove the statement %s from the resource policy of %s: %w", sid, r, errMeanwhile)
	}
	name, qualifier := functionOf(r)
	_, err = c.RemovePermission(ctx, &lambda.RemovePermissionInput{FunctionName: &name, Qualifier: qualifier, StatementId: &sid, RevisionId: revision})
	if err != nil {
		return remedy.Explain("remove the statement "+sid+" from the resource policy of "+r.String(), err, noFunction)
	}
	return nil
}

// givePermission adds a statement.
func givePermission(ctx context.Context, c *lambda.Client, r finding.Resource, sid string, p permission) error {
	_, revision, err := policyOf(ctx, c, r)
	if err != nil {
		return err
	}
	in, err := addition(sid, p)
	if err != nil {
		return err
	}
	name, qualifier := functionOf(r)
	in.FunctionName, in.Qualifier, in.RevisionId = &name, qualifier, revision
	if _, err = c.AddPermission(ctx, in); err != nil {
		return remedy.Explain("add the statement "+sid+" to the resource policy of "+r.String(), err, noFunction)
	}
	return nil
}
