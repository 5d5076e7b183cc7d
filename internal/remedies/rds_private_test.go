package remedies

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var rdsPrivateCases = []remedytest.Case{{
	Name: "public-instance", Absent: rdsResource(dbInstance, "db", "tagwarden-no-such-instance"),
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		return plantDBInstance(ctx, cfg, "tagwarden-public", rds.CreateDBInstanceInput{PubliclyAccessible: aws.Bool(true)})
	},
}}

func TestFixRDSPublicAccess(t *testing.T) {
	for name, test := range map[string]struct {
		access, want rdsPublicAccess
		refused      bool
	}{
		"public":                        {rdsPublicAccess{PubliclyAccessible: true}, rdsPublicAccess{}, false},
		"private":                       {rdsPublicAccess{}, rdsPublicAccess{}, false},
		"public by a Multi-AZ cluster":  {rdsPublicAccess{true, "orders"}, rdsPublicAccess{true, "orders"}, true},
		"private by a Multi-AZ cluster": {rdsPublicAccess{false, "orders"}, rdsPublicAccess{false, "orders"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := fixRDSPublicAccess(test.access, remedy.Params{})
			if refused := (*remedy.RefusedError)(nil); got != test.want || errors.As(err, &refused) != test.refused {
				t.Errorf("got %+v, %v; want %+v, refused: %t", got, err, test.want, test.refused)
			}
		})
	}
}
