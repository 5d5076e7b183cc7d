//go:build moto

package awsorganizations

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/tagwarden/tagwarden/internal/members"
)

// TestOnTheEmulator reads an organization that the emulator holds: an OU within an OU, and an account in it with a tag.
func TestOnTheEmulator(t *testing.T) {
	server := os.Getenv("TAGWARDEN_MOTO")
	if server == "" {
		t.Fatal("TAGWARDEN_MOTO is not set: start moto_server and give its address, http://127.0.0.1:PORT")
	}
	cfg := aws.Config{Region: "eu-west-1", BaseEndpoint: &server, Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", "")}
	c := organizations.NewFromConfig(cfg)
	if _, err := c.CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll}); err != nil && !isThere(err) {
		t.Fatal(err)
	}
	o := New(cfg, "")
	roots, err := o.Roots(t.Context())
	if err != nil || len(roots) != 1 {
		t.Fatalf("roots: got %v, %v", roots, err)
	}
	outer := unitIn(t, c, roots[0], "workloads-"+t.Name())
	inner := unitIn(t, c, outer, "shops")
	made, err := c.CreateAccount(t.Context(), &organizations.CreateAccountInput{
		AccountName: aws.String("shop"), Email: aws.String("shop@example.com"), Tags: []types.Tag{{Key: aws.String("Stage"), Value: aws.String("prod")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	account := aws.ToString(made.CreateAccountStatus.AccountId)
	if _, err := c.MoveAccount(t.Context(), &organizations.MoveAccountInput{AccountId: &account, SourceParentId: &roots[0], DestinationParentId: &inner}); err != nil {
		t.Fatal(err)
	}
	if units, err := o.Units(t.Context(), roots[0]); err != nil || !slices.Contains(units, outer) {
		t.Errorf("OUs below the root: got %v, %v, want %s among them", units, err, outer)
	}
	if units, err := o.Units(t.Context(), outer); err != nil || !slices.Equal(units, []string{inner}) {
		t.Errorf("OUs below it: got %v, %v", units, err)
	}
	accounts, next, err := o.Accounts(t.Context(), inner, "", true)
	same(t, "accounts", []any{accounts, next, err}, []any{[]members.Account{{Account: account, Name: "shop", Tags: map[string]string{"Stage": "prod"}}}, "", error(nil)})
}

func unitIn(t *testing.T, c *organizations.Client, parent, name string) string {
	t.Helper()
	made, err := c.CreateOrganizationalUnit(t.Context(), &organizations.CreateOrganizationalUnitInput{Name: &name, ParentId: &parent})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(made.OrganizationalUnit.Id)
}

// isThere tells whether another test made the organization.
func isThere(err error) bool {
	_, there := errors.AsType[*types.AlreadyInOrganizationException](err)
	return there
}
