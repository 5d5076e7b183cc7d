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

const iamRole, iamUser = "AWS::IAM::Role", "AWS::IAM::User"

// A holder is the user or the role that has inline policies.
type holder struct {
	role bool
	name string
}

// holderOf is whose inline policies a finding is about. A group or a policy of the same name is somebody else.
func holderOf(r finding.Resource) (holder, error) {
	if r.Type != iamRole && r.Type != iamUser {
		return holder{}, &remedy.RefusedError{Why: "It is neither a user nor a role: look who is in the group, or has the policy, and name them."}
	}
	name, err := nameInARN(r)
	return holder{r.Type == iamRole, name}, err
}

// readInline reads whose policy it is first: IAM has one code for a user or role that does not exist and for one that has no such policy.
func readInline(ctx context.Context, c *iam.Client, r finding.Resource, policy string) (inlinePolicy, error) {
	h, err := holderOf(r)
	if err == nil {
		err = h.changeable(ctx, c, r)
	}
	if err != nil {
		return inlinePolicy{}, err
	}
	document, err := h.inline(ctx, c, policy)
	if remedy.Is(err, noEntity) {
		return inlinePolicy{}, nil
	}
	if err != nil {
		return inlinePolicy{}, err
	}
	encoded, err := told(r, "the document of "+policy, document)
	if err != nil {
		return inlinePolicy{}, err
	}
	// Source: IAM API reference, GetUserPolicy and GetRolePolicy (URL-encoded compliant with RFC 3986, where "+" is no space).
	text, err := url.PathUnescape(encoded)
	return inlinePolicy{text}, err
}

// changeable holds that a user or role is there and takes inline policies of ours.
//
// Source: IAM user guide, "Revoke IAM role temporary security credentials" (no service-linked role, no role that IAM Identity Center made).
func (h holder) changeable(ctx context.Context, c *iam.Client, r finding.Resource) error {
	if !h.role {
		if _, err := c.GetUser(ctx, &iam.GetUserInput{UserName: &h.name}); err != nil {
			return remedy.Explain("read the user", err, noEntity)
		}
		return nil
	}
	out, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: &h.name})
	if err != nil {
		return remedy.Explain("read the role", err, noEntity)
	}
	shown, err := told(r, "what it is", out.Role)
	if err != nil {
		return err
	}
	path, err := told(r, "its path", shown.Path)
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(path, "/aws-service-role/"):
		return &remedy.RefusedError{Why: "The role is linked to an AWS service, and only that service changes it: look at what the service is set up to do."}
	case strings.HasPrefix(path, "/aws-reserved/"):
		return &remedy.RefusedError{Why: "The role is kept by IAM Identity Center: take the assignment or the permission set away there."}
	}
	return nil
}

// inline is the document of an inline policy, URL-encoded.
func (h holder) inline(ctx context.Context, c *iam.Client, policy string) (*string, error) {
	if h.role {
		out, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &h.name, PolicyName: &policy})
		if err != nil {
			return nil, err
		}
		return out.PolicyDocument, nil
	}
	out, err := c.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &h.name, PolicyName: &policy})
	if err != nil {
		return nil, err
	}
	return out.PolicyDocument, nil
}

func writeInline(ctx context.Context, c *iam.Client, r finding.Resource, policy string, to inlinePolicy) error {
	h, err := holderOf(r)
	switch {
	case err != nil:
	case h.role && to.Document == "":
		_, err = c.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &h.name, PolicyName: &policy})
	case h.role:
		_, err = c.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &h.name, PolicyName: &policy, PolicyDocument: &to.Document})
	case to.Document == "":
		_, err = c.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &h.name, PolicyName: &policy})
	default:
		_, err = c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &h.name, PolicyName: &policy, PolicyDocument: &to.Document})
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
