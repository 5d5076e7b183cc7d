package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// rdsResource is what RDS owns, as Security Hub names it: by its ARN. Of a DB instance, AWS Config's id is not the name.
func rdsResource(typ, kind, name string) finding.Resource {
	return planted(typ, "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "arn:aws:rds:"+remedytest.Region+":"+remedytest.Account+":"+kind+":"+name)
}

// plantDBInstance makes a DB instance; with is what to ask for beside the usual.
func plantDBInstance(ctx context.Context, cfg aws.Config, name string, with rds.CreateDBInstanceInput) (remedytest.Planted, error) {
	with.DBInstanceIdentifier, with.DBInstanceClass = &name, aws.String("db.t4g.micro")
	if with.Engine == nil {
		with.Engine, with.AllocatedStorage = aws.String("postgres"), aws.Int32(20)
		with.MasterUsername, with.MasterUserPassword = aws.String("warden"), aws.String("not-a-secret")
	}
	_, err := rds.NewFromConfig(cfg).CreateDBInstance(ctx, &with)
	return remedytest.Planted{Resource: rdsResource(dbInstance, "db", name)}, err
}

// plantDBCluster makes an Aurora cluster without instances; with is what to ask for beside the usual.
func plantDBCluster(ctx context.Context, cfg aws.Config, name string, with rds.CreateDBClusterInput) (remedytest.Planted, error) {
	with.DBClusterIdentifier, with.Engine = &name, aws.String("aurora-postgresql")
	with.MasterUsername, with.MasterUserPassword = aws.String("warden"), aws.String("not-a-secret")
	_, err := rds.NewFromConfig(cfg).CreateDBCluster(ctx, &with)
	return remedytest.Planted{Resource: rdsResource(dbCluster, "cluster", name)}, err
}
