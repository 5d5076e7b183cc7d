package remedies

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// An inlinePolicy is one inline policy of a user or a role. It stands apart from all else that they are allowed or denied, so that an undo can take exactly it away.
type inlinePolicy struct {
	Document string `json:",omitempty"` // as it was written; "" for no such policy
}

// inlineSetting is the inline policy of a name, with how a remedy wants it.
func inlineSetting(name string, fix func(inlinePolicy, remedy.Params) (inlinePolicy, error)) remedy.Lens {
	return remedy.Erase(remedy.Setting[inlinePolicy]{
		Read: func(ctx context.Context, cfg aws.Config, r finding.Resource) (inlinePolicy, error) {
			p, err := readInline(ctx, iam.NewFromConfig(cfg), r, name)
			if err != nil {
				return p, remedy.Explain("read the inline policy "+name+" of "+r.String(), err)
			}
			return p, nil
		},
		Fix: fix,
		Write: func(ctx context.Context, cfg aws.Config, r finding.Resource, _, to inlinePolicy) error {
			return explainInline("write the inline policy "+name+" of "+r.String(), writeInline(ctx, iam.NewFromConfig(cfg), r, name, to))
		},
	})
}

// readInline reads whose policy it is first: IAM has one code for a user or role that does not exist and for one that has no such policy.
func readInline(ctx context.Context, c *iam.Client, r finding.Resource, policy string) (inlinePolicy, error) {
	if err := changeable(ctx, c, r); err != nil {
		return inlinePolicy{}, err
	}
	document, err := getInline(ctx, c, r, policy)
	if remedy.Is(err, noEntity) {
		return inlinePolicy{}, nil
	}
	if err != nil {
		return inlinePolicy{}, err
	}
	// Source: IAM API reference, GetUserPolicy and GetRolePolicy (URL-encoded compliant with RFC 3986, where "+" is no space).
	text, err := url.PathUnescape(aws.ToString(document))
	return inlinePolicy{text}, err
}

// changeable holds that a user or role is there and takes inline policies of ours.
//
// Source: IAM user guide, "Revoke IAM role temporary security credentials" (no service-linked role, no role that IAM Identity Center made).
func changeable(ctx context.Context, c *iam.Client, r finding.Resource) error {
	path := ""
	if r.Type == iamRole {
		out, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: iamName(r)})
		if err != nil {
			return remedy.Explain("read the role", err, noEntity)
		}
		path = aws.ToString(out.Role.Path)
	} else if _, err := c.GetUser(ctx, &iam.GetUserInput{UserName: iamName(r)}); err != nil {
		return remedy.Explain("read the user", err, noEntity)
	}
	switch {
	case strings.HasPrefix(path, "/aws-service-role/"):
		return &remedy.RefusedError{Why: "The role is linked to an AWS service, and only that service changes it: look at what the service is set up to do."}
	case strings.HasPrefix(path, "/aws-reserved/"):
		return &remedy.RefusedError{Why: "The role is kept by IAM Identity Center: take the assignment or the permission set away there."}
	}
	return nil
}

const iamRole, iamUser = "AWS::IAM::Role", "AWS::IAM::User"

func getInline(ctx context.Context, c *iam.Client, r finding.Resource, policy string) (*string, error) {
	if r.Type == iamRole {
		out, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: iamName(r), PolicyName: &policy})
		if err != nil {
			return nil, err
		}
		return out.PolicyDocument, nil
	}
	out, err := c.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: iamName(r), PolicyName: &policy})
	if err != nil {
		return nil, err
	}
	return out.PolicyDocument, nil
}

func writeInline(ctx context.Context, c *iam.Client, r finding.Resource, policy string, to inlinePolicy) error {
	name, err := iamName(r), error(nil)
	switch {
	case r.Type == iamRole && to.Document == "":
		_, err = c.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: &policy})
	case r.Type == iamRole:
		_, err = c.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: name, PolicyName: &policy, PolicyDocument: &to.Document})
	case to.Document == "":
		_, err = c.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: name, PolicyName: &policy})
	default:
		_, err = c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: name, PolicyName: &policy, PolicyDocument: &to.Document})
	}
	if to.Document == "" && remedy.Is(err, noEntity) {
		return nil // it is gone, as it should be
	}
	return err
}

// explainInline is remedy.Explain, with the refusals of IAM that no retry helps.
//
// Source: IAM API reference, PutRolePolicy and PutUserPolicy (errors); IAM user guide, "IAM and AWS STS quotas" (inline policies together).
func explainInline(tried string, err error) error {
	switch {
	case err == nil:
		return nil
	case remedy.Is(err, "LimitExceeded"):
		err = &remedy.RefusedError{Why: "There is no room for one more inline policy: attach the AWS managed policy AWSDenyAll by hand.", Err: err}
	case remedy.Is(err, "UnmodifiableEntity"):
		err = &remedy.RefusedError{Why: "AWS protects it from changes: look at the service that keeps it.", Err: err}
	default:
		return remedy.Explain(tried, err)
	}
	return fmt.Errorf("%s: %w", tried, err)
}

// inlineReads and inlineWrites are what it takes to read and write an inline policy of a user or a role.
func inlineReads(types ...string) []remedy.Grant { return inlineGrants(types, "Get%s", "Get%sPolicy") }

func inlineWrites(types ...string) []remedy.Grant {
	return inlineGrants(types, "Put%sPolicy", "Delete%sPolicy")
}

func inlineGrants(types []string, calls ...string) []remedy.Grant {
	var grants []remedy.Grant
	for _, typ := range types {
		for _, call := range calls {
			action := "iam:" + fmt.Sprintf(call, strings.TrimPrefix(typ, "AWS::IAM::"))
			grants = append(grants, remedy.Grant{Action: action, On: "${ARN}", Types: []string{typ}})
		}
	}
	return grants
}
