package remedies

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2ForensicSnapshot = remedy.Remedy{
	ID: "ec2-forensic-snapshot",
	Doc: `Keep snapshots of an EC2 instance's volumes as evidence.

One snapshot is made of each EBS volume that is attached to the instance, all at the same moment, as the disks would be after a power failure. They carry the tags tagwarden:purpose
(evidence), tagwarden:instance and tagwarden:finding, are encrypted as their volumes are, and are made once for a finding. Nothing on the instance changes. Memory and
instance-store volumes are not in them.

An undo deletes the snapshots that were made, and no others. To keep them whatever is undone, lock them (EBS snapshot lock: AWS then refuses to delete them) or copy them to
another account.

When not to use it: as a backup, since nobody deletes the snapshots after a time, and you pay for them.`,
	Changes:  "Each EBS volume of the instance has a snapshot that carries the finding's id.",
	Breaks:   "Nothing; the first snapshot of a volume may slow the disk down while it is made.",
	Setting:  "ec2:evidence",
	Answers:  append(slices.Clone(instanceThreats), credentialTheft),
	Resource: "AWS::EC2::Instance",
	Reads: []remedy.Grant{
		{Action: "ec2:DescribeInstances", On: "*"},
		{Action: "ec2:DescribeSnapshots", On: "*"},
	},
	Writes: append([]remedy.Grant{
		{Action: "ec2:DeleteSnapshot", On: snapshotARNs, When: madeFor(evidencePurpose)},
	}, evidenceWrites...),
	Undo:   remedy.Exact,
	Schema: 1,
	Settle: 10 * time.Second, // Amazon EC2 developer guide, "Eventual consistency": what was made may not be listed at once
	Lens:   remedy.Erase(remedy.Setting[evidence]{Read: readEvidence, Fix: fixEvidence, Write: writeEvidence}),
	Examples: []remedy.Example{{
		Name: "an instance with two volumes", Subject: finding.Subject{"finding": "c0ffee"},
		Before: `{"vol-1":true,"vol-2":true}`,
		After:  `{"vol-1":true,"vol-2":true,"vol-1 c0ffee":true,"vol-2 c0ffee":true}`,
	}, {
		Name: "evidence of another finding", Subject: finding.Subject{"finding": "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/c0ffee"},
		Before: `{"vol-1":true,"vol-1 decade":true}`,
		After:  `{"vol-1":true,"vol-1 decade":true,"vol-1 c0ffee":true}`,
	}},
}

// snapshotARNs are the snapshots of a region: their ARNs have no account, and one that is to be made has no id yet.
const snapshotARNs = "arn:${Partition}:ec2:${Region}::snapshot/*"

// evidenceWrites is what it takes to begin snapshots of an instance's volumes.
var evidenceWrites = []remedy.Grant{
	{Action: "ec2:CreateSnapshots", On: "${ARN}"},
	{Action: "ec2:CreateSnapshots", On: "arn:${Partition}:ec2:${Region}:${Account}:volume/*"},
	{Action: "ec2:CreateSnapshots", On: snapshotARNs},
	{Action: "ec2:CreateTags", On: snapshotARNs, When: bornBy("CreateSnapshots"), Unseen: true},
}

// An evidence says what is kept of an instance: "VOLUME" stands for each EBS volume that is attached, "VOLUME FINDING" for one of which a snapshot is kept for a finding,
// attached or not.
type evidence map[string]bool

// The tags of a snapshot that is kept, beside its purpose.
const (
	evidencePurpose = "evidence"
	evidenceOf      = "tagwarden:instance"
	evidenceFor     = "tagwarden:finding"
)

func readEvidence(ctx context.Context, cfg aws.Config, r finding.Resource) (evidence, error) {
	client := ec2.NewFromConfig(cfg)
	instance, err := describeInstance(ctx, client, r)
	if err != nil {
		return nil, err
	}
	return evidenceIn(ctx, client, r, instance)
}

// evidenceIn is what is kept of an instance that was read.
func evidenceIn(ctx context.Context, client *ec2.Client, r finding.Resource, instance types.Instance) (evidence, error) {
	s := evidence{}
	for _, volume := range volumesOf(instance) {
		s[volume] = true
	}
	snapshots, err := evidenceSnapshots(ctx, client, r)
	for key := range snapshots {
		s[key] = true
	}
	return s, err
}

// volumesOf are the ids of the EBS volumes that are attached to an instance, the root volume among them.
func volumesOf(instance types.Instance) []string {
	var volumes []string
	for _, device := range instance.BlockDeviceMappings {
		if device.Ebs != nil && device.Ebs.VolumeId != nil {
			volumes = append(volumes, aws.ToString(device.Ebs.VolumeId))
		}
	}
	return volumes
}

// evidenceSnapshots are the ids of the snapshots that are kept of an instance, by volume and finding as in evidence. One that failed keeps nothing.
func evidenceSnapshots(ctx context.Context, client *ec2.Client, r finding.Resource) (map[string][]string, error) {
	found := map[string][]string{}
	pages := ec2.NewDescribeSnapshotsPaginator(client, &ec2.DescribeSnapshotsInput{
		OwnerIds: []string{"self"}, Filters: []types.Filter{ec2Filter("tag:"+purposeTag, evidencePurpose), ec2Filter("tag:"+evidenceOf, idOf(r))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, remedy.Explain("read the snapshots of "+r.String(), err)
		}
		for _, snapshot := range page.Snapshots {
			at := slices.IndexFunc(snapshot.Tags, func(t types.Tag) bool { return aws.ToString(t.Key) == evidenceFor })
			if at < 0 || snapshot.State == types.SnapshotStateError {
				continue
			}
			key := aws.ToString(snapshot.VolumeId) + " " + aws.ToString(snapshot.Tags[at].Value)
			found[key] = append(found[key], aws.ToString(snapshot.SnapshotId))
		}
	}
	return found, nil
}

// findingID is what a tag's value may hold of a finding's id.
//
// Source: Amazon EC2 user guide, "Tag restrictions".
var findingID = regexp.MustCompile(`^[A-Za-z0-9+\-=._:@]{1,256}$`)

func fixEvidence(s evidence, p remedy.Params) (evidence, error) {
	// The last part alone, so that a finding of GuardDuty is the same where Security Hub tells it by its ARN.
	name := p.Subject["finding"]
	name = name[strings.LastIndex(name, "/")+1:]
	if !findingID.MatchString(name) {
		return s, &remedy.RefusedError{Why: "The finding has no id that a snapshot could be tagged with: make the snapshots by hand."}
	}
	fixed := maps.Clone(s)
	volumes := 0
	for key := range s {
		if !strings.Contains(key, " ") {
			fixed[key+" "+name] = true
			volumes++
		}
	}
	if volumes == 0 {
		return s, &remedy.RefusedError{Why: "The instance has no EBS volume: what it holds can only be copied on the instance itself."}
	}
	return fixed, nil
}

func writeEvidence(ctx context.Context, cfg aws.Config, r finding.Resource, from, to evidence) error {
	client := ec2.NewFromConfig(cfg)
	if err := keepEvidence(ctx, client, r, from, to); err != nil {
		return err
	}
	ids, err := droppedEvidence(ctx, client, r, from, to)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := dropSnapshot(ctx, client, id); err != nil {
			return err
		}
	}
	return nil
}

// without gives the volumes of which s keeps a snapshot and other does not, sorted, by finding.
func (s evidence) without(other evidence) map[string][]string {
	volumes := map[string][]string{}
	for _, key := range slices.Sorted(maps.Keys(s)) {
		if volume, name, kept := strings.Cut(key, " "); kept && !other[key] {
			volumes[name] = append(volumes[name], volume)
		}
	}
	return volumes
}

// keepEvidence begins the snapshots that are to be there and are not; those of one finding are of one moment.
func keepEvidence(ctx context.Context, client *ec2.Client, r finding.Resource, from, to evidence) error {
	made := to.without(from)
	for _, name := range slices.Sorted(maps.Keys(made)) {
		if err := makeSnapshots(ctx, client, r, name, made[name]); err != nil {
			return err
		}
	}
	return nil
}

// makeSnapshots begins snapshots of some volumes of an instance at one moment.
func makeSnapshots(ctx context.Context, client *ec2.Client, r finding.Resource, name string, volumes []string) error {
	instance, err := describeInstance(ctx, client, r)
	if err != nil {
		return err
	}
	spec := types.InstanceSpecification{InstanceId: aws.String(idOf(r))}
	for _, device := range instance.BlockDeviceMappings {
		switch {
		case device.Ebs == nil || device.Ebs.VolumeId == nil || slices.Contains(volumes, *device.Ebs.VolumeId):
		case aws.ToString(device.DeviceName) == aws.ToString(instance.RootDeviceName):
			spec.ExcludeBootVolume = aws.Bool(true)
		default:
			spec.ExcludeDataVolumeIds = append(spec.ExcludeDataVolumeIds, *device.Ebs.VolumeId)
		}
	}
	_, err = client.CreateSnapshots(ctx, &ec2.CreateSnapshotsInput{
		InstanceSpecification: &spec, Description: aws.String("Evidence of " + idOf(r) + ", for the finding that the tags name"),
		TagSpecifications: ec2Tags(types.ResourceTypeSnapshot, purposeTag, evidencePurpose, evidenceOf, idOf(r), evidenceFor, name),
	})
	if err != nil {
		return remedy.Explain("make snapshots of "+r.String(), err, noInstance)
	}
	return nil
}

// droppedEvidence are the ids of the snapshots that are there and are not to be kept, sorted by volume.
func droppedEvidence(ctx context.Context, client *ec2.Client, r finding.Resource, from, to evidence) ([]string, error) {
	dropped := from.without(to)
	if len(dropped) == 0 {
		return nil, nil
	}
	snapshots, err := evidenceSnapshots(ctx, client, r)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, key := range slices.Sorted(maps.Keys(snapshots)) {
		if volume, name, _ := strings.Cut(key, " "); slices.Contains(dropped[name], volume) {
			ids = append(ids, snapshots[key]...)
		}
	}
	return ids, nil
}

func dropSnapshot(ctx context.Context, client *ec2.Client, id string) error {
	_, err := client.DeleteSnapshot(ctx, &ec2.DeleteSnapshotInput{SnapshotId: &id})
	if remedy.Is(err, snapshotInUse) {
		return &remedy.RefusedError{Why: "An AMI is made of the snapshot " + id + ": deregister the AMI, if the snapshot is to be deleted.", Err: err}
	}
	if err != nil && !remedy.Is(err, noSnapshot) {
		return remedy.Explain("delete the snapshot "+id, err)
	}
	return nil
}

// snapshotInUse is EC2's code for a snapshot that an AMI is made of.
//
// Source: Amazon EC2 API reference, "Error codes for the Amazon EC2 API".
const snapshotInUse = "InvalidSnapshot.InUse"
