package remedies

import (
	"context"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var rdsSnapshotPrivateCases = []remedytest.Case{
	{
		Name: "instance", Absent: rdsResource(dbSnapshot, "snapshot", "tagwarden-no-such-snapshot"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDBSnapshot(ctx, cfg, "tagwarden-published", "all", "444455556666")
		},
		Meddle: func(ctx context.Context, cfg aws.Config, _ remedytest.Planted) error {
			return shareDBSnapshot(ctx, cfg, "tagwarden-published", "777788889999")
		},
	},
	{
		Name: "everybody-alone",
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDBSnapshot(ctx, cfg, "tagwarden-published-alone", "all")
		},
		Meddle: func(ctx context.Context, cfg aws.Config, _ remedytest.Planted) error {
			return shareDBSnapshot(ctx, cfg, "tagwarden-published-alone", "777788889999")
		},
	},
	{
		Name: "cluster", Absent: rdsResource(dbClusterSnapshot, "cluster-snapshot", "tagwarden-no-such-snapshot"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantDBClusterSnapshot(ctx, cfg, "tagwarden-published-cluster", "all", "444455556666")
		},
		Meddle: func(ctx context.Context, cfg aws.Config, _ remedytest.Planted) error {
			return shareDBClusterSnapshot(ctx, cfg, "tagwarden-published-cluster", "777788889999")
		},
	},
}

func plantDBSnapshot(ctx context.Context, cfg aws.Config, name string, with ...string) (remedytest.Planted, error) {
	p, err := plantDBInstance(ctx, cfg, name+"-source", rds.CreateDBInstanceInput{})
	if err != nil {
		return p, err
	}
	p.Resource = rdsResource(dbSnapshot, "snapshot", name)
	_, err = rds.NewFromConfig(cfg).CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{DBInstanceIdentifier: aws.String(name + "-source"), DBSnapshotIdentifier: &name})
	if err != nil {
		return p, err
	}
	return p, shareDBSnapshot(ctx, cfg, name, with...)
}

func shareDBSnapshot(ctx context.Context, cfg aws.Config, name string, with ...string) error {
	_, err := rds.NewFromConfig(cfg).ModifyDBSnapshotAttribute(ctx, &rds.ModifyDBSnapshotAttributeInput{
		DBSnapshotIdentifier: &name, AttributeName: aws.String("restore"), ValuesToAdd: with,
	})
	return err
}

func plantDBClusterSnapshot(ctx context.Context, cfg aws.Config, name string, with ...string) (remedytest.Planted, error) {
	p, err := plantDBCluster(ctx, cfg, name+"-source", rds.CreateDBClusterInput{})
	if err != nil {
		return p, err
	}
	p.Resource = rdsResource(dbClusterSnapshot, "cluster-snapshot", name)
	_, err = rds.NewFromConfig(cfg).CreateDBClusterSnapshot(ctx, &rds.CreateDBClusterSnapshotInput{
		DBClusterIdentifier: aws.String(name + "-source"), DBClusterSnapshotIdentifier: &name,
	})
	if err != nil {
		return p, err
	}
	return p, shareDBClusterSnapshot(ctx, cfg, name, with...)
}

func shareDBClusterSnapshot(ctx context.Context, cfg aws.Config, name string, with ...string) error {
	_, err := rds.NewFromConfig(cfg).ModifyDBClusterSnapshotAttribute(ctx, &rds.ModifyDBClusterSnapshotAttributeInput{
		DBClusterSnapshotIdentifier: &name, AttributeName: aws.String("restore"), ValuesToAdd: with,
	})
	return err
}

func TestFixRestorers(t *testing.T) {
	for name, test := range map[string]struct{ s, want restorers }{
		"nobody":                 {restorers{}, restorers{}},
		"everybody":              {restorers{"all": true}, restorers{}},
		"everybody and accounts": {restorers{"all": true, "444455556666": true, "777788889999": true}, restorers{"444455556666": true, "777788889999": true}},
		"an account":             {restorers{"444455556666": true}, restorers{"444455556666": true}},
	} {
		t.Run(name, func(t *testing.T) {
			before := maps.Clone(test.s)
			got, err := fixRestorers(test.s, remedy.Params{})
			if err != nil || !maps.Equal(got, test.want) {
				t.Errorf("got %v, %v; want %v", got, err, test.want)
			}
			if !maps.Equal(test.s, before) {
				t.Errorf("it changed what it was given to %v", test.s)
			}
		})
	}
}
