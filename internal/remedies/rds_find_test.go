package remedies

import (
	"errors"
	"strings"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

func TestFindDatabase(t *testing.T) {
	const instance, cluster = "arn:aws-cn:rds:cn-north-1:111122223333:db:orders", "arn:aws-cn:rds:cn-north-1:111122223333:cluster:orders"
	instances := func(list string) string {
		return "<R><DescribeDBInstancesResult><DBInstances>" + list + "</DBInstances></DescribeDBInstancesResult></R>"
	}
	one := func(id, arn string) string {
		return "<DBInstance><DbiResourceId>" + id + "</DbiResourceId><DBInstanceArn>" + arn + "</DBInstanceArn></DBInstance>"
	}
	for name, test := range map[string]struct {
		typ, id, body, want string
		gone                bool
	}{
		"an instance": {dbInstance, "db-A", instances(one("db-A", instance)), instance, false},
		"a cluster": {
			dbCluster, "cluster-A", "<R><DescribeDBClustersResult><DBClusters><DBCluster><DbClusterResourceId>cluster-A</DbClusterResourceId><DBClusterArn>" + cluster +
				"</DBClusterArn></DBCluster></DBClusters></DescribeDBClustersResult></R>", cluster, false,
		},
		"none":                         {dbInstance, "db-A", instances(""), "", true},
		"another, by a filter ignored": {dbInstance, "db-A", instances(one("db-B", instance)), "", true},
		"without an ARN":               {dbInstance, "db-A", instances(one("db-A", "")), "", false},
		"two":                          {dbInstance, "db-A", instances(one("db-A", instance) + one("db-A", instance)), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := findDatabase(t.Context(), canned{"text/xml", test.body}.config(), finding.Resource{Type: test.typ, ID: test.id})
			if got.ARN != test.want || (err == nil) != (test.want != "") || errors.Is(err, remedy.ErrGone) != test.gone {
				t.Errorf("got %q, %v; want %q, gone: %t", got.ARN, err, test.want, test.gone)
			}
		})
	}
}

// TestASessionThatFindsChangesNothing holds that a database of which only the id is known is looked for with a right to look, and changed with rights on itself alone.
func TestASessionThatFindsChangesNothing(t *testing.T) {
	r := finding.Resource{Partition: "aws", Region: "eu-west-1", Account: "111122223333", Type: dbInstance, ID: "db-A"}
	looking, err := rights.Session(rdsPrivate, r)
	if err != nil || len(looking.Statement) != 1 || looking.Statement[0].Action[0] != "rds:DescribeDBInstances" || looking.Statement[0].Resource[0] != "arn:aws:rds:eu-west-1:111122223333:db:*" {
		t.Errorf("to find it, the session may %+v, %v", looking, err)
	}
	r.ARN = "arn:aws:rds:eu-west-1:111122223333:db:orders"
	working, err := rights.Session(rdsPrivate, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range working.Statement {
		if strings.Contains(strings.Join(s.Resource, " "), "*") {
			t.Errorf("to change it, the session may %v on %v", s.Action, s.Resource)
		}
	}
}
