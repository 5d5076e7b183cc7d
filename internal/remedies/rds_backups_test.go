package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var rdsBackupsCases = []remedytest.Case{
	{
		Name: "no-backups", Absent: rdsResource(dbInstance, "db", "tagwarden-no-such-instance"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDBInstance(ctx, cfg, "tagwarden-no-backups", rds.CreateDBInstanceInput{BackupRetentionPeriod: aws.Int32(0)})
		},
	},
	{
		Name: "a-month", With: `{"days":30}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDBInstance(ctx, cfg, "tagwarden-a-week-of-backups", rds.CreateDBInstanceInput{BackupRetentionPeriod: aws.Int32(7)})
		},
	},
	{
		Name: "cluster", Absent: rdsResource(dbCluster, "cluster", "tagwarden-no-such-cluster"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDBCluster(ctx, cfg, "tagwarden-a-day-of-backups", rds.CreateDBClusterInput{BackupRetentionPeriod: aws.Int32(1)})
		},
	},
}

func TestFixBackupRetention(t *testing.T) {
	for name, test := range map[string]struct {
		s       backupRetention
		with    string
		want    backupRetention
		refused bool
	}{
		"none":                             {backupRetention{}, "", backupRetention{Days: 7}, false},
		"too few":                          {backupRetention{Days: 3}, `{"days":14}`, backupRetention{Days: 14}, false},
		"enough":                           {backupRetention{Days: 7}, `{"days":7}`, backupRetention{Days: 7}, false},
		"never fewer":                      {backupRetention{Days: 35}, `{"days":1}`, backupRetention{Days: 35}, false},
		"a member of a cluster":            {backupRetention{Days: 1, Cluster: "orders"}, "", backupRetention{Days: 1, Cluster: "orders"}, true},
		"a member of a cluster that keeps": {backupRetention{Days: 7, Cluster: "orders"}, "", backupRetention{Days: 7, Cluster: "orders"}, false},
		"a read replica":                   {backupRetention{Source: "orders"}, "", backupRetention{Source: "orders"}, true},
		"a parameter of another remedy":    {backupRetention{}, `{"weeks":1}`, backupRetention{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := fixBackupRetention(test.s, remedy.Params{With: json.RawMessage(test.with)})
			if refused := (*remedy.RefusedError)(nil); got != test.want || errors.As(err, &refused) != test.refused {
				t.Errorf("got %+v, %v; want %+v, refused: %t", got, err, test.want, test.refused)
			}
		})
	}
}

func TestBackupDays(t *testing.T) {
	for name, test := range map[string]struct {
		now, pending *int32
		want         int32
		known        bool
	}{
		"nothing pending":       {aws.Int32(3), nil, 3, true},
		"a longer time pending": {aws.Int32(0), aws.Int32(7), 7, true},
		"an end pending":        {aws.Int32(7), aws.Int32(0), 0, true},
		"not told":              {nil, nil, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := backupDays(finding.Resource{}, test.now, test.pending); got != test.want || (err == nil) != test.known {
				t.Errorf("got %d, %v; want %d, known: %t", got, err, test.want, test.known)
			}
		})
	}
}
