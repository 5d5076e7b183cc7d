package awsorganizations

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/members"
)

// A call is what AWS Organizations got.
type call struct{ Operation, ParentId, NextToken, ResourceId string } //nolint:revive // the names are AWS's

// server answers each call with a body, or with the code of an error.
func server(t *testing.T, answers map[call]any) aws.Config {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var c call
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			t.Error(err)
		}
		c.Operation = strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSOrganizationsV20161128.")
		body, known := answers[c]
		if !known {
			t.Errorf("nobody expected %+v", c)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if code, failed := body.(string); failed {
			w.WriteHeader(http.StatusBadRequest)
			body = map[string]string{"__type": code, "message": "no"}
		}
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	}
}

type object = map[string]any

const root, unit = "r-ab12", "ou-ab12-workloads1"

func TestOrganization(t *testing.T) {
	o := New(server(t, map[call]any{
		{Operation: "ListRoots"}: object{"Roots": []object{{"Id": root}}},
		{Operation: "ListOrganizationalUnitsForParent", ParentId: root}:                 object{"OrganizationalUnits": []object{{"Id": unit}}, "NextToken": "n"},
		{Operation: "ListOrganizationalUnitsForParent", ParentId: root, NextToken: "n"}: object{"OrganizationalUnits": []object{{"Id": "ou-ab12-sandboxes"}}},
		{Operation: "ListAccountsForParent", ParentId: unit}:                            object{"Accounts": []object{}, "NextToken": "p"},
		{Operation: "ListAccountsForParent", ParentId: unit, NextToken: "p"}:            object{"Accounts": []object{{"Id": "111122223333", "Name": "shop", "State": "ACTIVE", "Status": "ACTIVE"}, {"Id": "444455556666", "Name": "old", "State": "CLOSED"}, {"Id": "777788889999", "Status": "SUSPENDED"}}},
		{Operation: "ListTagsForResource", ResourceId: "111122223333"}:                  object{"Tags": []object{{"Key": "Stage", "Value": "prod"}}, "NextToken": "t"},
		{Operation: "ListTagsForResource", ResourceId: "111122223333", NextToken: "t"}:  object{"Tags": []object{{"Key": "Team", "Value": "a"}}},
		{Operation: "ListTagsForResource", ResourceId: "444455556666"}:                  object{"Tags": []object{}},
		{Operation: "ListTagsForResource", ResourceId: "777788889999"}:                  object{},
	}), "")
	roots, err := o.Roots(t.Context())
	same(t, "roots", []any{roots, err}, []any{[]string{root}, error(nil)})
	units, err := o.Units(t.Context(), root)
	same(t, "units", []any{units, err}, []any{[]string{unit, "ou-ab12-sandboxes"}, error(nil)})
	none, next, err := o.Accounts(t.Context(), unit, "", true)
	same(t, "the first page", []any{none, next, err}, []any{[]members.Account{}, "p", error(nil)})
	want := []members.Account{
		{Account: "111122223333", Name: "shop", Tags: map[string]string{"Stage": "prod", "Team": "a"}},
		{Account: "444455556666", Name: "old", Tags: map[string]string{}, Suspended: true},
		{Account: "777788889999", Tags: map[string]string{}, Suspended: true},
	}
	got, next, err := o.Accounts(t.Context(), unit, "p", true)
	same(t, "the last page", []any{got, next, err}, []any{want, "", error(nil)})
	for i := range want {
		want[i].Tags = nil
	}
	got, _, err = o.Accounts(t.Context(), unit, "p", false)
	same(t, "without tags", []any{got, err}, []any{want, error(nil)})
}

// TestDenied holds that what cannot be read is an error, and never an account without tags.
func TestDenied(t *testing.T) {
	const denied = "AccessDeniedException"
	o := New(server(t, map[call]any{
		{Operation: "ListRoots"}: denied,
		{Operation: "ListOrganizationalUnitsForParent", ParentId: root}: denied,
		{Operation: "ListAccountsForParent", ParentId: unit}:            denied,
		{Operation: "ListAccountsForParent", ParentId: root}:            object{"Accounts": []object{{"Id": "111122223333"}}},
		{Operation: "ListTagsForResource", ResourceId: "111122223333"}:  denied,
	}), "")
	_, roots := o.Roots(t.Context())
	_, units := o.Units(t.Context(), root)
	_, _, accounts := o.Accounts(t.Context(), unit, "", false)
	_, _, tags := o.Accounts(t.Context(), root, "", true)
	for what, err := range map[string]error{"roots": roots, "OUs": units, "accounts": accounts, "tags": tags} {
		if err == nil || !strings.Contains(err.Error(), denied) || !strings.Contains(err.Error(), "list the ") || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: got %v", what, err)
		}
	}
}

// TestRole holds that a role is assumed first where one is named: what denies that denies the call.
func TestRole(t *testing.T) {
	assumed := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		assumed = r.Form.Get("RoleArn") + " " + r.Form.Get("RoleSessionName")
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(s.Close)
	cfg := server(t, nil)
	cfg.BaseEndpoint = aws.String(s.URL)
	if _, err := New(cfg, "arn:aws:iam::999988887777:role/directory").Roots(t.Context()); err == nil {
		t.Error("no error")
	}
	if want := "arn:aws:iam::999988887777:role/directory tagwarden-directory"; assumed != want {
		t.Errorf("got %q, want %q", assumed, want)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}
