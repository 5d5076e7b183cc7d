package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var iamDenyAllCases = []remedytest.Case{
	{
		Name: "user", Absent: user("/", "tagwarden-no-such-user"), Meddle: putOtherInline, Beside: besideInPrincipal("TagwardenDenyAll"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantUser(ctx, cfg, "/team/", "tagwarden-free-user")
		},
	},
	{
		Name: "role", Absent: role("/", "tagwarden-no-such-role"), Meddle: putOtherInline, Beside: besideInPrincipal("TagwardenDenyAll"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantRole(ctx, cfg, "/", "tagwarden-free-role")
		},
	},
	{
		Name: "another-policy-of-the-name",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantUser(ctx, cfg, "/", "tagwarden-fooled-user")
			if err != nil {
				return p, err
			}
			return p, putInline(ctx, cfg, p, "TagwardenDenyAll")
		},
	},
}
