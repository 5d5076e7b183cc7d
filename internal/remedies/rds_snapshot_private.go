package remedies

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var rdsSnapshotPrivate = remedy.Remedy{
	ID: "rds-snapshot-private",
	Doc: `Stop sharing an RDS snapshot with everybody.

The snapshot of a DB instance or DB cluster is no longer public. Accounts that it is shared with by their number keep it. An undo makes it public again.

When not to use it: for snapshots that are published on purpose, such as sample data. Exempt them. Copies that others made until now are theirs and stay.`,
	Changes: "The snapshot is not public; shares with named accounts stay.",
	Breaks:  "Accounts that it is not shared with by number can no longer copy or restore it.",
	Setting: "rds:snapshot-sharing",
	Answers: []string{
		"securityhub:RDS.1", "securityhub:DocumentDB.3", "securityhub:Neptune.3",
		"config:rds-snapshots-public-prohibited", "config:docdb-cluster-snapshot-public-prohibited", "config:neptune-cluster-snapshot-public-prohibited",
	},
	Resource: "AWS::RDS::DB*Snapshot",
	Reads: []remedy.Grant{
		{Action: "rds:DescribeDBSnapshotAttributes", On: "${ARN}", Types: []string{dbSnapshot}},
		{Action: "rds:DescribeDBClusterSnapshotAttributes", On: "${ARN}", Types: []string{dbClusterSnapshot}},
	},
	Writes: []remedy.Grant{
		{Action: "rds:ModifyDBSnapshotAttribute", On: "${ARN}", Types: []string{dbSnapshot}},
		{Action: "rds:ModifyDBClusterSnapshotAttribute", On: "${ARN}", Types: []string{dbClusterSnapshot}},
	},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens:   remedy.Erase(remedy.Setting[restorers]{Read: readRestorers, Fix: fixRestorers, Write: writeRestorers}),
	Examples: []remedy.Example{
		{Name: "a public snapshot", Before: `{"all":true}`, After: `{}`},
		{Name: "a public snapshot that an account has besides", Before: `{"all":true,"444455556666":true}`, After: `{"444455556666":true}`},
	},
}

// restorers are who may copy and restore a snapshot beside its owner: numbers of accounts, or everyone.
//
// Source: Amazon RDS API reference, ModifyDBSnapshotAttribute and ModifyDBClusterSnapshotAttribute (restore, all).
type restorers map[string]bool

const (
	restore  = "restore"
	everyone = "all"
)

func readRestorers(ctx context.Context, cfg aws.Config, r finding.Resource) (restorers, error) {
	name, err := nameInARN(r)
	if err != nil {
		return nil, err
	}
	read := readSnapshotRestorers
	if r.Type == dbClusterSnapshot {
		read = readClusterSnapshotRestorers
	}
	found, err := read(ctx, rds.NewFromConfig(cfg), name)
	if err != nil {
		return nil, remedy.Explain("read who may restore "+r.String(), err, noDBSnapshot, noDBClusterSnapshot)
	}
	return found, nil
}

func readSnapshotRestorers(ctx context.Context, c *rds.Client, name string) (restorers, error) {
	out, err := c.DescribeDBSnapshotAttributes(ctx, &rds.DescribeDBSnapshotAttributesInput{DBSnapshotIdentifier: &name})
	if err != nil {
		return nil, err
	}
	if out.DBSnapshotAttributesResult == nil {
		return nil, errNoAttributes
	}
	found := restorers{}
	for _, a := range out.DBSnapshotAttributesResult.DBSnapshotAttributes {
		found.add(a.AttributeName, a.AttributeValues)
	}
	return found, nil
}

func readClusterSnapshotRestorers(ctx context.Context, c *rds.Client, name string) (restorers, error) {
	out, err := c.DescribeDBClusterSnapshotAttributes(ctx, &rds.DescribeDBClusterSnapshotAttributesInput{DBClusterSnapshotIdentifier: &name})
	if err != nil {
		return nil, err
	}
	if out.DBClusterSnapshotAttributesResult == nil {
		return nil, errNoAttributes
	}
	found := restorers{}
	for _, a := range out.DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes {
		found.add(a.AttributeName, a.AttributeValues)
	}
	return found, nil
}

// errNoAttributes says that AWS answered without telling anything, which is not that a snapshot is private.
var errNoAttributes = errors.New("AWS gave no attributes of the snapshot")

// add takes over the values of the one attribute that counts.
func (s restorers) add(attribute *string, values []string) {
	if aws.ToString(attribute) != restore {
		return
	}
	for _, value := range values {
		s[value] = true
	}
}

func fixRestorers(s restorers, _ remedy.Params) (restorers, error) {
	fixed := maps.Clone(s)
	delete(fixed, everyone)
	return fixed, nil
}

func writeRestorers(ctx context.Context, cfg aws.Config, r finding.Resource, from, to restorers) error {
	name, err := nameInARN(r)
	if err != nil {
		return err
	}
	c, attribute, added, removed := rds.NewFromConfig(cfg), aws.String(restore), to.without(from), from.without(to)
	if r.Type == dbClusterSnapshot {
		_, err = c.ModifyDBClusterSnapshotAttribute(ctx, &rds.ModifyDBClusterSnapshotAttributeInput{
			DBClusterSnapshotIdentifier: &name, AttributeName: attribute, ValuesToAdd: added, ValuesToRemove: removed,
		})
	} else {
		_, err = c.ModifyDBSnapshotAttribute(ctx, &rds.ModifyDBSnapshotAttributeInput{
			DBSnapshotIdentifier: &name, AttributeName: attribute, ValuesToAdd: added, ValuesToRemove: removed,
		})
	}
	if err != nil {
		return remedy.Explain("write who may restore "+r.String(), err, noDBSnapshot, noDBClusterSnapshot)
	}
	return nil
}

// without are those that are not in another set, sorted.
func (s restorers) without(other restorers) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s)), func(who string) bool { return other[who] })
}
