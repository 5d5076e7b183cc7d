package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var redshiftPrivateCases = []remedytest.Case{{
	Name: "public-cluster", Absent: redshiftCluster("tagwarden-no-such-cluster"),
	Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
		const name = "tagwarden-public"
		_, err := redshift.NewFromConfig(cfg).CreateCluster(ctx, &redshift.CreateClusterInput{
			ClusterIdentifier: aws.String(name), NodeType: aws.String("ra3.large"), ClusterType: aws.String("single-node"),
			MasterUsername: aws.String("warden"), MasterUserPassword: aws.String("Not-a-secret1"), PubliclyAccessible: aws.Bool(true),
		})
		return remedytest.Planted{Resource: redshiftCluster(name)}, err
	},
}}

func redshiftCluster(name string) finding.Resource {
	return planted("AWS::Redshift::Cluster", name, "arn:aws:redshift:"+remedytest.Region+":"+remedytest.Account+":cluster:"+name)
}
