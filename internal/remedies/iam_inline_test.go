package remedies

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// plantRole makes a role below a path.
func plantRole(ctx context.Context, cfg aws.Config, path, name string) (remedytest.Planted, error) {
	_, err := iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &name, Path: &path,
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	})
	return remedytest.Planted{Resource: role(path, name)}, err
}

func role(path, name string) finding.Resource {
	return planted(iamRole, "AROAPLANTED", "arn:aws:iam::"+remedytest.Account+":role"+path+name)
}

const someInlinePolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b + c/*"}]}`

// putInline gives a planted user or role an inline policy.
func putInline(ctx context.Context, cfg aws.Config, p remedytest.Planted, policy string) error {
	return writeInline(ctx, iam.NewFromConfig(cfg), p.Resource, policy, inlinePolicy{someInlinePolicy})
}

// putOtherInline is somebody's inline policy beside ours.
func putOtherInline(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
	return putInline(ctx, cfg, p, "Somebodys")
}

// TestRolesOfOthersAreRefused holds that nothing is planned for a role that AWS alone changes. The path is the role's own: the ARN that a finding tells may lack it.
func TestRolesOfOthersAreRefused(t *testing.T) {
	for _, path := range []string{"/aws-service-role/ecs.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/eu-west-1/"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if _, err := io.WriteString(w, "<GetRoleResponse><GetRoleResult><Role><Path>"+path+"</Path></Role></GetRoleResult></GetRoleResponse>"); err != nil {
				t.Error(err)
			}
		}))
		for _, r := range []remedy.Remedy{iamRevokeSessions, iamDenyAll} {
			got, err := r.Lens.Read(t.Context(), emulator.Config(server.URL, emulator.Region), role("/", "TheirRole"))
			refused(t, string(got), err)
		}
		server.Close()
	}
}

func TestExplainInline(t *testing.T) {
	for _, test := range []struct {
		code  string
		final bool
	}{{"LimitExceeded", true}, {"UnmodifiableEntity", true}, {"AccessDenied", true}, {"ServiceFailure", false}} {
		err := explainInline("write", &smithy.GenericAPIError{Code: test.code})
		if no := (*remedy.RefusedError)(nil); errors.As(err, &no) != test.final || remedy.Code(err) != test.code {
			t.Errorf("%s: got %v, want it final: %t", test.code, err, test.final)
		}
	}
}

// TestWhoHasNoInlinePolicyOfOurs holds that nobody is taken for a group or a policy of the same name, and nobody at all for what is known by its id alone.
func TestWhoHasNoInlinePolicyOfOurs(t *testing.T) {
	for _, r := range []finding.Resource{
		planted("AWS::IAM::Group", "AGPAPLANTED", "arn:aws:iam::"+remedytest.Account+":group/admin"),
		planted("AWS::IAM::Policy", "ANPAPLANTED", "arn:aws:iam::"+remedytest.Account+":policy/admin"),
		planted(iamUser, "AIDAPLANTED", ""),
	} {
		got, err := iamDenyAll.Lens.Read(t.Context(), aws.Config{}, r)
		refused(t, string(got), err)
		refused(t, "a write", iamDenyAll.Lens.Write(t.Context(), aws.Config{}, r, remedy.State(`{}`), remedy.State(`{"Document":"{}"}`)))
	}
}

// TestWhatIAMLeavesOut holds that what IAM does not tell is neither nothing nor old.
func TestWhatIAMLeavesOut(t *testing.T) {
	for name, test := range map[string]struct {
		remedy   remedy.Remedy
		resource finding.Resource
		answer   string
	}{
		"a role":          {iamDenyAll, role("/", "r"), `<R><GetRoleResult/></R>`},
		"a role's path":   {iamDenyAll, role("/", "r"), `<R><GetRoleResult><Role/></GetRoleResult></R>`},
		"a document":      {iamDenyAll, role("/", "r"), `<R><GetRoleResult><Role><Path>/</Path></Role></GetRoleResult><GetRolePolicyResult/></R>`},
		"a key's age":     {iamDeactivateKey, user("/", "u"), keyThat(``, `<AccessKeyLastUsed/>`)},
		"a key's use":     {iamDeactivateKey, user("/", "u"), keyThat(`<CreateDate>2020-01-02T00:00:00Z</CreateDate>`, ``)},
		"a user":          {iamRemoveLogin, user("/", "u"), `<R><GetUserResult/><GetLoginProfileResult><LoginProfile/></GetLoginProfileResult></R>`},
		"a login profile": {iamRemoveLogin, user("/", "u"), `<R><GetUserResult><User/></GetUserResult><GetLoginProfileResult/></R>`},
		"a password's age": {
			iamRemoveLogin, user("/", "u"), `<R><GetUserResult><User/></GetUserResult><GetLoginProfileResult><LoginProfile/></GetLoginProfileResult></R>`,
		},
		"a password policy": {iamPasswordPolicy, theAccount(), `<R><GetAccountPasswordPolicyResult/></R>`},
	} {
		if got, err := test.remedy.Lens.Read(t.Context(), canned{"text/xml", test.answer}.config(), test.resource); err == nil || errors.Is(err, remedy.ErrGone) {
			t.Errorf("%s: got %s, %v; want that it is not known", name, got, err)
		}
	}
}

// keyThat is a user with one key, of whose creation and last use IAM tells some members.
func keyThat(created, used string) string {
	return `<R><ListAccessKeysResult><AccessKeyMetadata><member><AccessKeyId>AKIA1</AccessKeyId><Status>Active</Status>` + created +
		`</member></AccessKeyMetadata></ListAccessKeysResult><GetAccessKeyLastUsedResult>` + used + `</GetAccessKeyLastUsedResult></R>`
}
