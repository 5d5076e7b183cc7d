package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// databases are the types that hold an rdsSwitch. The glob takes in more than these two; the grants' types leave only these.
const databases = "AWS::RDS::DB*"

// The grants of a remedy that reads and changes DB instances and DB clusters.
var (
	readDatabases = []remedy.Grant{
		{Action: "rds:DescribeDBInstances", On: "${ARN}", Types: []string{dbInstance}},
		{Action: "rds:DescribeDBClusters", On: "${ARN}", Types: []string{dbCluster}},
		findDBInstances, findDBClusters,
	}
	writeDatabases = []remedy.Grant{
		{Action: "rds:ModifyDBInstance", On: "${ARN}", Types: []string{dbInstance}},
		{Action: "rds:ModifyDBCluster", On: "${ARN}", Types: []string{dbCluster}},
	}
)

// A switchState is how an rdsSwitch stands.
type switchState struct {
	Enabled bool
	// Cluster is the DB cluster that holds the setting for a DB instance; "" where the instance holds it. It is there to be known, and is never written.
	Cluster string `json:",omitempty"`
}

// An rdsSwitch is a setting that DB instances and DB clusters both have, and that should be on.
type rdsSwitch struct {
	name           string // what an error says that AWS does not tell
	onInstance     func(types.DBInstance) *bool
	onCluster      func(types.DBCluster) *bool
	switchInstance func(*rds.ModifyDBInstanceInput, *bool)
	switchCluster  func(*rds.ModifyDBClusterInput, *bool)
	// holder is the DB cluster that holds the setting for an instance; "" where the instance holds it.
	holder func(types.DBInstance) string
}

// setting gives the switch as a remedy's setting.
func (s rdsSwitch) setting() remedy.Setting[switchState] {
	return remedy.Setting[switchState]{Read: s.read, Fix: fixSwitch, Write: s.write}
}

func (s rdsSwitch) read(ctx context.Context, cfg aws.Config, r finding.Resource) (switchState, error) {
	if r.Type == dbCluster {
		cluster, err := describeDBCluster(ctx, cfg, r)
		if err != nil {
			return switchState{}, err
		}
		enabled, err := told(r, s.name, s.onCluster(cluster))
		return switchState{Enabled: enabled}, err
	}
	instance, err := describeDBInstance(ctx, cfg, r)
	if err != nil {
		return switchState{}, err
	}
	enabled, err := told(r, s.name, s.onInstance(instance))
	return switchState{enabled, s.holder(instance)}, err
}

func fixSwitch(state switchState, _ remedy.Params) (switchState, error) {
	if !state.Enabled && state.Cluster != "" {
		return state, heldByCluster(state.Cluster)
	}
	state.Enabled = true
	return state, nil
}

func (s rdsSwitch) write(ctx context.Context, cfg aws.Config, r finding.Resource, _, to switchState) error {
	if r.Type == dbCluster {
		var in rds.ModifyDBClusterInput
		s.switchCluster(&in, &to.Enabled)
		return modifyDBCluster(ctx, cfg, r, in)
	}
	var in rds.ModifyDBInstanceInput
	s.switchInstance(&in, &to.Enabled)
	return modifyDBInstance(ctx, cfg, r, in)
}
