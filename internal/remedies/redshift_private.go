package remedies

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var redshiftPrivate = remedy.Remedy{
	ID: "redshift-private",
	Doc: `Take the public address from an Amazon Redshift cluster.

The cluster is no longer publicly accessible: its endpoint leads to its private address. Redshift takes some minutes for it, in which it takes no other change; the
change counts as made while it is pending. Security groups and subnets stay as they are. An undo makes the cluster publicly accessible again.

When not to use it: for a cluster that clients outside of its VPC reach by its public address. Give them a way into the VPC first, or exempt it.`,
	Changes:  "The cluster is not publicly accessible.",
	Breaks:   "Clients outside of the VPC no longer reach the cluster by its public address, and connections that go through it are lost.",
	Setting:  "redshift:public-access",
	Answers:  []string{"securityhub:Redshift.1", "config:redshift-cluster-public-access-check"},
	Resource: "AWS::Redshift::Cluster",
	Reads:    []remedy.Grant{{Action: "redshift:DescribeClusters", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "redshift:ModifyCluster", On: "${ARN}"}},
	Undo:     remedy.Nearest,
	UndoNote: "The public address may be another one; an Elastic IP address that the cluster had is to be given to it again.",
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[redshiftPublicAccess]{Read: readRedshiftPublicAccess, Fix: fixRedshiftPublicAccess, Write: writeRedshiftPublicAccess}),
	Code: []iac.Code{{
		CloudFormation: "PubliclyAccessible: false",
		CDK:            "new redshift.CfnCluster(this, 'Cluster', { publiclyAccessible: false });",
		Terraform: `resource "aws_redshift_cluster" "this" {
  publicly_accessible = false
}`,
	}},
	Examples: []remedy.Example{
		{Name: "a public cluster", Before: `{"PubliclyAccessible":true}`, After: `{"PubliclyAccessible":false}`},
		{Name: "a private cluster", Before: `{"PubliclyAccessible":false}`, After: `{"PubliclyAccessible":false}`},
	},
}

// noRedshiftCluster is Redshift's code for a cluster that does not exist.
//
// Source: Amazon Redshift API reference, DescribeClusters, "Errors".
const noRedshiftCluster = "ClusterNotFound*"

// A redshiftPublicAccess says whether a cluster has a public address, or will have once what is pending is carried out.
type redshiftPublicAccess struct{ PubliclyAccessible bool }

// Source: Amazon Redshift API reference, PendingModifiedValues, PubliclyAccessible (pending or in progress).
func readRedshiftPublicAccess(ctx context.Context, cfg aws.Config, r finding.Resource) (redshiftPublicAccess, error) {
	name, err := nameInARN(r)
	if err != nil {
		return redshiftPublicAccess{}, err
	}
	out, err := redshift.NewFromConfig(cfg).DescribeClusters(ctx, &redshift.DescribeClustersInput{ClusterIdentifier: &name})
	if err != nil {
		return redshiftPublicAccess{}, remedy.Explain("read "+r.String(), err, noRedshiftCluster)
	}
	cluster, err := only("read "+r.String(), out.Clusters)
	if err != nil {
		return redshiftPublicAccess{}, err
	}
	public := cluster.PubliclyAccessible
	if pending := cluster.PendingModifiedValues; pending != nil {
		public = cmp.Or(pending.PubliclyAccessible, public)
	}
	accessible, err := told(r, "whether it is publicly accessible", public)
	return redshiftPublicAccess{accessible}, err
}

func fixRedshiftPublicAccess(redshiftPublicAccess, remedy.Params) (redshiftPublicAccess, error) {
	return redshiftPublicAccess{false}, nil
}

func writeRedshiftPublicAccess(ctx context.Context, cfg aws.Config, r finding.Resource, _, to redshiftPublicAccess) error {
	name, err := nameInARN(r)
	if err != nil {
		return err
	}
	_, err = redshift.NewFromConfig(cfg).ModifyCluster(ctx, &redshift.ModifyClusterInput{ClusterIdentifier: &name, PubliclyAccessible: &to.PubliclyAccessible})
	if err != nil {
		return remedy.Explain("change "+r.String(), err, noRedshiftCluster)
	}
	return nil
}
