package remedies

import (
	"context"
	"testing"

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

func TestReadRedshiftPublicAccess(t *testing.T) {
	const public, private = "<PubliclyAccessible>true</PubliclyAccessible>", "<PubliclyAccessible>false</PubliclyAccessible>"
	pending := func(what string) string { return "<PendingModifiedValues>" + what + "</PendingModifiedValues>" }
	for name, test := range map[string]struct {
		cluster string
		want    bool
		known   bool
	}{
		"public":                 {public, true, true},
		"private":                {private, false, true},
		"on its way in":          {public + pending(private), false, true},
		"on its way out":         {private + pending(public), true, true},
		"something else pending": {public + pending("<NumberOfNodes>2</NumberOfNodes>"), true, true},
		"not told":               {"", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			body := "<DescribeClustersResponse><DescribeClustersResult><Clusters><Cluster>" + test.cluster + "</Cluster></Clusters></DescribeClustersResult></DescribeClustersResponse>"
			got, err := readRedshiftPublicAccess(t.Context(), canned{"text/xml", body}.config(), redshiftCluster("orders"))
			if got.PubliclyAccessible != test.want || (err == nil) != test.known {
				t.Errorf("got %+v, %v; want %t, known: %t", got, err, test.want, test.known)
			}
		})
	}
}
