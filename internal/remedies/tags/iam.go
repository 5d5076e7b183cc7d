package tags

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// An iamKind is what IAM's calls of one kind of resource need: each kind has its own three.
type iamKind struct {
	types []string
	noun  string // in the calls' names: "Role"
	fold  bool
	id    func(r finding.Resource) string
	list  func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error)
	tag   func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error
	untag func(ctx context.Context, c *iam.Client, id *string, keys []string) error
}

// iamTaggers tag IAM's resources. The keys of users and roles ignore letter case and keep it; those of the others do not ignore it.
//
// Source: IAM user guide, "Rules for tagging in IAM and AWS STS"; Service Authorization Reference, "AWS Identity and Access Management".
func iamTaggers() []tagger {
	var all []tagger
	for _, kind := range iamKinds {
		all = append(all, tagger{
			types:  kind.types,
			role:   "iam",
			fold:   kind.fold,
			reads:  []string{"iam:List" + kind.noun + "Tags"},
			writes: []string{"iam:Tag" + kind.noun, "iam:Untag" + kind.noun},
			open: func(_ context.Context, cfg aws.Config, r finding.Resource) (calls, error) {
				return kind.calls(iam.NewFromConfig(cfg), aws.String(kind.id(r))), nil
			},
		})
	}
	return all
}

func (k iamKind) calls(c *iam.Client, id *string) calls {
	return calls{
		read: func(ctx context.Context) (tagSet, error) { return k.read(ctx, c, id) },
		add: func(ctx context.Context, set tagSet) error {
			return k.tag(ctx, c, id, list(set, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }))
		},
		remove: func(ctx context.Context, gone tagSet) error { return k.untag(ctx, c, id, gone.keys()) },
	}
}

// read reads all pages. The marker is nil at first and after the last page.
func (k iamKind) read(ctx context.Context, c *iam.Client, id *string) (tagSet, error) {
	set := tagSet{}
	for marker := (*string)(nil); ; {
		tags, next, err := k.list(ctx, c, id, marker)
		if err != nil {
			return nil, err
		}
		maps.Copy(set, collect(tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }))
		if aws.ToString(next) == "" {
			return set, nil
		}
		marker = next
	}
}

func fullARN(r finding.Resource) string { return r.ARN }

var iamKinds = []iamKind{
	{
		types: []string{"AWS::IAM::Role", "AWS::IAM::ServiceLinkedRole"}, noun: "Role", fold: true, id: lastPart,
		list: func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error) {
			out, err := c.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: id, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.Tags, out.Marker, nil
		},
		tag: func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error {
			return done(c.TagRole(ctx, &iam.TagRoleInput{RoleName: id, Tags: tags}))
		},
		untag: func(ctx context.Context, c *iam.Client, id *string, keys []string) error {
			return done(c.UntagRole(ctx, &iam.UntagRoleInput{RoleName: id, TagKeys: keys}))
		},
	},
	{
		types: []string{"AWS::IAM::User"}, noun: "User", fold: true, id: lastPart,
		list: func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error) {
			out, err := c.ListUserTags(ctx, &iam.ListUserTagsInput{UserName: id, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.Tags, out.Marker, nil
		},
		tag: func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error {
			return done(c.TagUser(ctx, &iam.TagUserInput{UserName: id, Tags: tags}))
		},
		untag: func(ctx context.Context, c *iam.Client, id *string, keys []string) error {
			return done(c.UntagUser(ctx, &iam.UntagUserInput{UserName: id, TagKeys: keys}))
		},
	},
	{
		types: []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}, noun: "Policy", id: fullARN,
		list: func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error) {
			out, err := c.ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: id, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.Tags, out.Marker, nil
		},
		tag: func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error {
			return done(c.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: id, Tags: tags}))
		},
		untag: func(ctx context.Context, c *iam.Client, id *string, keys []string) error {
			return done(c.UntagPolicy(ctx, &iam.UntagPolicyInput{PolicyArn: id, TagKeys: keys}))
		},
	},
	{
		types: []string{"AWS::IAM::InstanceProfile"}, noun: "InstanceProfile", id: lastPart,
		list: func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error) {
			out, err := c.ListInstanceProfileTags(ctx, &iam.ListInstanceProfileTagsInput{InstanceProfileName: id, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.Tags, out.Marker, nil
		},
		tag: func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error {
			return done(c.TagInstanceProfile(ctx, &iam.TagInstanceProfileInput{InstanceProfileName: id, Tags: tags}))
		},
		untag: func(ctx context.Context, c *iam.Client, id *string, keys []string) error {
			return done(c.UntagInstanceProfile(ctx, &iam.UntagInstanceProfileInput{InstanceProfileName: id, TagKeys: keys}))
		},
	},
	{
		types: []string{"AWS::IAM::OIDCProvider"}, noun: "OpenIDConnectProvider", id: fullARN,
		list: func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error) {
			out, err := c.ListOpenIDConnectProviderTags(ctx, &iam.ListOpenIDConnectProviderTagsInput{OpenIDConnectProviderArn: id, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.Tags, out.Marker, nil
		},
		tag: func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error {
			return done(c.TagOpenIDConnectProvider(ctx, &iam.TagOpenIDConnectProviderInput{OpenIDConnectProviderArn: id, Tags: tags}))
		},
		untag: func(ctx context.Context, c *iam.Client, id *string, keys []string) error {
			return done(c.UntagOpenIDConnectProvider(ctx, &iam.UntagOpenIDConnectProviderInput{OpenIDConnectProviderArn: id, TagKeys: keys}))
		},
	},
	{
		types: []string{"AWS::IAM::SAMLProvider"}, noun: "SAMLProvider", id: fullARN,
		list: func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error) {
			out, err := c.ListSAMLProviderTags(ctx, &iam.ListSAMLProviderTagsInput{SAMLProviderArn: id, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.Tags, out.Marker, nil
		},
		tag: func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error {
			return done(c.TagSAMLProvider(ctx, &iam.TagSAMLProviderInput{SAMLProviderArn: id, Tags: tags}))
		},
		untag: func(ctx context.Context, c *iam.Client, id *string, keys []string) error {
			return done(c.UntagSAMLProvider(ctx, &iam.UntagSAMLProviderInput{SAMLProviderArn: id, TagKeys: keys}))
		},
	},
	{
		types: []string{"AWS::IAM::ServerCertificate"}, noun: "ServerCertificate", id: lastPart,
		list: func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error) {
			out, err := c.ListServerCertificateTags(ctx, &iam.ListServerCertificateTagsInput{ServerCertificateName: id, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.Tags, out.Marker, nil
		},
		tag: func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error {
			return done(c.TagServerCertificate(ctx, &iam.TagServerCertificateInput{ServerCertificateName: id, Tags: tags}))
		},
		untag: func(ctx context.Context, c *iam.Client, id *string, keys []string) error {
			return done(c.UntagServerCertificate(ctx, &iam.UntagServerCertificateInput{ServerCertificateName: id, TagKeys: keys}))
		},
	},
	{
		types: []string{"AWS::IAM::VirtualMFADevice"}, noun: "MFADevice", id: fullARN,
		list: func(ctx context.Context, c *iam.Client, id, marker *string) ([]types.Tag, *string, error) {
			out, err := c.ListMFADeviceTags(ctx, &iam.ListMFADeviceTagsInput{SerialNumber: id, Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			return out.Tags, out.Marker, nil
		},
		tag: func(ctx context.Context, c *iam.Client, id *string, tags []types.Tag) error {
			return done(c.TagMFADevice(ctx, &iam.TagMFADeviceInput{SerialNumber: id, Tags: tags}))
		},
		untag: func(ctx context.Context, c *iam.Client, id *string, keys []string) error {
			return done(c.UntagMFADevice(ctx, &iam.UntagMFADeviceInput{SerialNumber: id, TagKeys: keys}))
		},
	},
}
