package remedies

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var iamRevokeSessionsCases = []remedytest.Case{
	{
		Name: "no-policy", Absent: role("/", "tagwarden-no-such-role"), Meddle: putOtherInline, Beside: besideInPrincipal("TagwardenRevokeSessions"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantRole(ctx, cfg, "/service-role/", "tagwarden-valid-sessions")
		},
	},
	{
		Name: "another-policy-of-the-name",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantRole(ctx, cfg, "/", "tagwarden-fooled-sessions")
			if err != nil {
				return p, err
			}
			return p, putInline(ctx, cfg, p, "TagwardenRevokeSessions")
		},
	},
}

func TestFixRevokeSessions(t *testing.T) {
	now := time.Date(2026, 11, 24, 13, 0, 0, 0, time.FixedZone("CET", 3600))
	at := func(text string) string { return revocationBegin + text + revocationEnd }
	fresh := at("2026-11-24T12:00:00Z")
	for _, test := range []struct{ name, before, want string }{
		{"no policy", "", fresh},
		{"an older one", at("2026-11-24T11:54:59Z"), fresh},
		{"one that was just written", at("2026-11-24T11:55:00Z"), at("2026-11-24T11:55:00Z")},
		{"one of later", at("2026-11-24T12:30:00Z"), at("2026-11-24T12:30:00Z")},
		{"no time in it", at("soon"), fresh},
		{"a statement that takes it back", at(`2026-11-24T12:30:00Z"}}},{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"x":"true`), fresh},
		{"somebody's own", someInlinePolicy, fresh},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := fixRevokeSessions(inlinePolicy{test.before}, remedy.Params{Now: now}); err != nil || got.Document != test.want {
				t.Errorf("got %s, %v; want %s", got.Document, err, test.want)
			}
		})
	}
}
