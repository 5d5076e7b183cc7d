package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var rdsPrivate = remedy.Remedy{
	ID: "rds-private",
	Doc: `Take the public address from an RDS DB instance.

The instance is no longer publicly accessible: its name leads to its private address from everywhere. AWS does so at once, within minutes and without a restart, and
whatever else waits for the maintenance window keeps waiting. Security groups and subnets stay as they are. An undo makes the instance publicly accessible again.

When not to use it: for a database that clients outside of its VPC reach by its public address. Give them a way into the VPC first, or exempt it. Members of a
Multi-AZ DB cluster are refused: their public access is decided when the cluster is made.`,
	Changes:  "The DB instance is not publicly accessible.",
	Breaks:   "Clients outside of the VPC no longer reach the database by its public address, and connections that go through it are lost.",
	Setting:  "rds:public-access",
	Answers:  []string{"securityhub:RDS.2", "config:rds-instance-public-access-check", "guardduty:CredentialAccess:RDS/*", "guardduty:Discovery:RDS/*"},
	Resource: dbInstance,
	Find:     findDatabase,
	Reads:    []remedy.Grant{{Action: "rds:DescribeDBInstances", On: "${ARN}"}, findDBInstances},
	Writes:   []remedy.Grant{{Action: "rds:ModifyDBInstance", On: "${ARN}"}},
	Undo:     remedy.Nearest,
	UndoNote: "The public address may be another one; the name of the endpoint stays.",
	Schema:   1,
	Settle:   databaseSettles,
	Lens:     remedy.Erase(remedy.Setting[rdsPublicAccess]{Read: readRDSPublicAccess, Fix: fixRDSPublicAccess, Write: writeRDSPublicAccess}),
	Code: []iac.Code{{
		CloudFormation: "PubliclyAccessible: false",
		CDK:            "new rds.DatabaseInstance(this, 'Database', { publiclyAccessible: false });",
		Terraform: `resource "aws_db_instance" "this" {
  publicly_accessible = false
}`,
	}},
	Examples: []remedy.Example{
		{Name: "a public instance", Before: `{"PubliclyAccessible":true}`, After: `{"PubliclyAccessible":false}`},
		{Name: "a private instance", Before: `{"PubliclyAccessible":false}`, After: `{"PubliclyAccessible":false}`},
	},
}

// An rdsPublicAccess says whether a DB instance has a public address.
type rdsPublicAccess struct {
	PubliclyAccessible bool
	// Cluster is the Multi-AZ DB cluster that decides it; "" for none. It is there to be known, and is never written.
	Cluster string `json:",omitempty"`
}

func readRDSPublicAccess(ctx context.Context, cfg aws.Config, r finding.Resource) (rdsPublicAccess, error) {
	instance, err := describeDBInstance(ctx, cfg, r)
	if err != nil {
		return rdsPublicAccess{}, err
	}
	public, err := told(r, "whether it is publicly accessible", instance.PubliclyAccessible)
	return rdsPublicAccess{public, multiAZCluster(instance)}, err
}

func fixRDSPublicAccess(access rdsPublicAccess, _ remedy.Params) (rdsPublicAccess, error) {
	if access.PubliclyAccessible && access.Cluster != "" {
		return access, &remedy.RefusedError{Why: "The DB instance is a member of the Multi-AZ DB cluster " + access.Cluster + ", whose public access is decided when it is made: " +
			"close its security groups, or restore it as a private one."}
	}
	access.PubliclyAccessible = false
	return access, nil
}

// Source: Amazon RDS API reference, ModifyDBInstance, PubliclyAccessible (applied immediately whatever ApplyImmediately says).
func writeRDSPublicAccess(ctx context.Context, cfg aws.Config, r finding.Resource, _, to rdsPublicAccess) error {
	return modifyDBInstance(ctx, cfg, r, rds.ModifyDBInstanceInput{PubliclyAccessible: &to.PubliclyAccessible})
}
