package remedies

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// bucketGrants are the grants of a bucket's ACL, each as permission and grantee, as the x-amz-grant headers spell it: "READ uri=http://...", "FULL_CONTROL id=...".
//
// Source: Amazon S3 API reference, PutBucketAcl.
type bucketGrants map[string]bool

// everybodyGroups are the groups of grantees that make an ACL public.
//
// Source: S3 user guide, "Access control list (ACL) overview" (Amazon S3 predefined groups).
var everybodyGroups = []string{"uri=http://acs.amazonaws.com/groups/global/AllUsers", "uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}

func publicGrant(grant string) bool {
	_, grantee, _ := strings.Cut(grant, " ")
	return slices.Contains(everybodyGroups, grantee)
}

func readBucketGrants(ctx context.Context, cfg aws.Config, r finding.Resource) (bucketGrants, error) {
	out, err := getBucketACL(ctx, bucketClient(cfg, r), r)
	if err != nil {
		return nil, err
	}
	grants := bucketGrants{}
	for _, grant := range out.Grants {
		grants[spellGrant(grant)] = true
	}
	return grants, nil
}

// writeBucketGrants takes away and adds the grants that differ, in the ACL as it is right now: S3 replaces the whole of it.
func writeBucketGrants(ctx context.Context, cfg aws.Config, r finding.Resource, from, to bucketGrants) error {
	if maps.Equal(from, to) {
		return nil
	}
	client := bucketClient(cfg, r)
	out, err := getBucketACL(ctx, client, r)
	if err != nil {
		return err
	}
	grants := slices.DeleteFunc(out.Grants, func(grant types.Grant) bool { return from[spellGrant(grant)] != to[spellGrant(grant)] })
	for _, grant := range slices.Sorted(maps.Keys(to)) {
		if !from[grant] {
			grants = append(grants, grantOf(grant))
		}
	}
	_, err = client.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: aws.String(idOf(r)), AccessControlPolicy: &types.AccessControlPolicy{Owner: out.Owner, Grants: grants}})
	switch {
	case remedy.Is(err, "AccessControlListNotSupported"):
		return &remedy.RefusedError{Why: "The bucket's ACLs were disabled meanwhile: nothing can be granted by them.", Err: err}
	case err != nil:
		return explainBucket("write the ACL of "+r.String(), err)
	}
	return nil
}

func getBucketACL(ctx context.Context, client *s3.Client, r finding.Resource) (*s3.GetBucketAclOutput, error) {
	out, err := client.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: aws.String(idOf(r))})
	if err != nil {
		return nil, explainBucket("read the ACL of "+r.String(), err)
	}
	return out, nil
}

// spellGrant is a grant's text. A grantee by e-mail address is shown by its id.
func spellGrant(grant types.Grant) string {
	text := string(grant.Permission) + " "
	switch {
	case grant.Grantee == nil:
		return text
	case grant.Grantee.URI != nil:
		return text + "uri=" + *grant.Grantee.URI
	}
	return text + "id=" + aws.ToString(grant.Grantee.ID)
}

// grantOf is the grant that a text spells.
func grantOf(text string) types.Grant {
	permission, grantee, _ := strings.Cut(text, " ")
	kind, name, _ := strings.Cut(grantee, "=")
	grant := types.Grant{Permission: types.Permission(permission), Grantee: &types.Grantee{Type: types.TypeCanonicalUser, ID: &name}}
	if kind == "uri" {
		grant.Grantee = &types.Grantee{Type: types.TypeGroup, URI: &name}
	}
	return grant
}
