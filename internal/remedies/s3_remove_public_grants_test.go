package remedies

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var s3RemovePublicGrantsCases = []remedytest.Case{
	{
		Name: "public-by-policy", Absent: bucket("tagwarden-no-such-bucket"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPolicy(ctx, cfg, "tagwarden-public-policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*","arn:aws:iam::111122223333:role/a"]},`+
				`"Action":"s3:GetObject","Resource":"arn:aws:s3:::tagwarden-public-policy/*"},`+peoples("tagwarden-public-policy")+`]}`)
		},
		Meddle: addStatement(`{"Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::tagwarden-public-policy/*"}`),
	},
	{
		Name: "public-by-policy-alone",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantPolicy(ctx, cfg, "tagwarden-public-alone", `{"Version":"2008-10-17","Id":"site","Statement":{"Sid":"site","Effect":"Allow","Principal":"*",`+
				`"Action":"s3:GetObject","Resource":"arn:aws:s3:::tagwarden-public-alone/*"}}`)
		},
		Meddle: addGrant("READ_ACP uri=http://acs.amazonaws.com/groups/s3/LogDelivery"),
	},
	{
		Name: "public-by-acl",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantBucket(ctx, cfg, "tagwarden-public-acl")
			if err != nil {
				return p, err
			}
			_, err = s3.NewFromConfig(cfg).PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: &p.Resource.ID, ACL: types.BucketCannedACLPublicReadWrite})
			return p, err
		},
		Meddle: addGrant("WRITE uri=http://acs.amazonaws.com/groups/s3/LogDelivery"),
	},
}

// addGrant adds a grant to a bucket's ACL.
func addGrant(grant string) func(context.Context, aws.Config, remedytest.Planted) error {
	return func(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
		return writeBucketGrants(ctx, cfg, p.Resource, nil, bucketGrants{grant: true})
	}
}

func TestFixPublicGrants(t *testing.T) {
	const (
		public  = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`
		deny    = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
		account = `{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"*"}`
	)
	for _, c := range []struct {
		name, before string
		want         string // the statement that is left; "" for none
	}{
		{"everybody", public, ""},
		{
			"everybody in a list, with a service", `{"Effect":"Allow","Principal":{"AWS":["*"],"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"*"}`,
			`{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"*"}`,
		},
		{"everybody but some", `{"Effect":"Allow","NotPrincipal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"*"}`, ""},
		{"a Deny", deny, deny},
		{"an account", account, account},
	} {
		t.Run(c.name, func(t *testing.T) {
			grants := bucketGrants{
				"READ uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers":  true,
				"FULL_CONTROL id=uri=http://acs.amazonaws.com/groups/global/AllUsers": true,
			}
			got, err := fixPublicGrants(bucketAccess{policyOfB(t, c.before), grants}, remedy.Params{})
			if err != nil {
				t.Fatal(err)
			}
			want := bucketAccess{policyOfB(t, c.want), bucketGrants{"FULL_CONTROL id=uri=http://acs.amazonaws.com/groups/global/AllUsers": true}}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %s, %v; want %s, %v", got.statements(), got.Grants, want.statements(), want.Grants)
			}
			if len(grants) != 2 {
				t.Errorf("the setting that was given is changed: %v", grants)
			}
		})
	}
}

func TestPublicStatement(t *testing.T) {
	for condition, want := range map[string]bool{
		`{}`: true,
		`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`:                                       false,
		`{"stringequals":{"AWS:principalorgid":["o-a1b2c3d4e5","o-f6g7h8i9j0"]}}`:                      false,
		`{"StringLike":{"aws:PrincipalOrgID":"o-*"}}`:                                                  true,
		`{"StringLike":{"aws:PrincipalOrgID":"*"}}`:                                                    true,
		`{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/*"}}`:                 false,
		`{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/*"}}`:                true,
		`{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1a2b3c4d"}}`:                                  true,
		`{"StringEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}`:                                          false,
		`{"StringEquals":{"aws:SourceVpce":[]}}`:                                                       true,
		`{"StringNotEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}`:                                       true,
		`{"StringEquals":{"aws:SourceVpc":"${aws:SourceVpc}"}}`:                                        true,
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}`:                          false,
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}`:                                 true,
		`{"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/a","*"]}}`:                    true,
		`{"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:*:111122223333:accesspoint/*"}}`:           false,
		`{"StringLike":{"aws:userid":"AROAEXAMPLEEXAMPLE:*"}}`:                                         false,
		`{"StringLike":{"aws:Referer":"https://example.com/"}}`:                                        true,
		`{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}`:                                                 false,
		`{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]}}`:                                false,
		`{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}}`:                                                   true,
		`{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","::/0"]}}`:                                     true,
		`{"IpAddress":{"aws:SourceIp":"somewhere"}}`:                                                   true,
		`{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`:                                           true,
		`{"Bool":{"aws:SecureTransport":true},"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`: false,
		`{"Bool":{"aws:SecureTransport":true},"StringEquals":{"s3:ExistingObjectTag/public":"yes"}}`:   true,
	} {
		var s policyStatement
		if err := json.Unmarshal([]byte(`{"Effect":"Allow","Principal":"*","Condition":`+condition+`}`), &s); err != nil {
			t.Fatal(err)
		}
		if got := s.public(); got != want {
			t.Errorf("on the condition %s, public is %t, want %t", condition, got, want)
		}
	}
}
