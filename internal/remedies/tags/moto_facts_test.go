//go:build moto

package tags

import (
	"maps"
	"os"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

func newBench(t *testing.T) bench {
	t.Helper()
	return bench{T: t, ctx: t.Context(), cfg: moto(t), tag: "f" + strconv.Itoa(os.Getpid())}
}

func TestFactsOnMoto(t *testing.T) {
	b := newBench(t)
	c := ec2.NewFromConfig(b.cfg)
	id := instance(b)
	owner := []ec2types.Tag{{Key: aws.String("Owner"), Value: aws.String("team-a")}}
	_, err := c.CreateTags(b.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: owner})
	b.must(err)
	out, err := c.DescribeInstances(b.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	b.must(err)
	attached := out.Reservations[0].Instances[0]
	disk := *attached.BlockDeviceMappings[0].Ebs.VolumeId
	snapshot, err := c.CreateSnapshot(b.ctx, &ec2.CreateSnapshotInput{VolumeId: aws.String(disk)})
	b.must(err)
	for name, r := range map[string]finding.Resource{
		"volume":            resource("AWS::EC2::Volume", b.arn("ec2", "volume/"+disk)),
		"snapshot":          resource("AWS::EC2::Snapshot", b.arn("ec2", "snapshot/"+*snapshot.SnapshotId)),
		"network interface": resource("AWS::EC2::NetworkInterface", b.arn("ec2", "network-interface/"+*attached.NetworkInterfaces[0].NetworkInterfaceId)),
	} {
		t.Run(name, func(t *testing.T) {
			held := guard.New(Remedy)
			got, err := Remedy.Facts(t.Context(), held.Config(b.cfg), r, remedy.FactsWanted{Parent: true})
			if want := (tagSet{"Owner": "team-a"}); err != nil || !maps.Equal(got.Parent, want) || held.Err() != nil {
				t.Errorf("got %v, %v and %v, want %v", got.Parent, err, held.Err(), want)
			}
		})
	}
}

func TestAccountOnMoto(t *testing.T) {
	b := newBench(t)
	c := organizations.NewFromConfig(b.cfg)
	_, err := c.CreateOrganization(b.ctx, &organizations.CreateOrganizationInput{FeatureSet: orgtypes.OrganizationFeatureSetAll})
	if remedy.Code(err) != "AlreadyInOrganizationException" {
		b.must(err)
	}
	_, err = c.TagResource(b.ctx, &organizations.TagResourceInput{ResourceId: aws.String(motoAccount), Tags: []orgtypes.Tag{{Key: aws.String("Owner"), Value: aws.String("team-a")}}})
	b.must(err)
	got, err := Remedy.Facts(b.ctx, b.cfg, resource("AWS::SNS::Topic", b.arn("sns", "any")), remedy.FactsWanted{Account: true})
	if want := (tagSet{"Owner": "team-a"}); err != nil || !maps.Equal(got.Account, want) {
		t.Errorf("got %v and %v, want %v", got.Account, err, want)
	}
}

// TestS3ControlOnMoto tags a bucket as it is tagged where it uses attribute-based access control, which the emulator does not have.
func TestS3ControlOnMoto(t *testing.T) {
	b := newBench(t)
	_, err := s3.NewFromConfig(b.cfg).CreateBucket(b.ctx, &s3.CreateBucketInput{
		Bucket: aws.String(b.name("abac")), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"},
	})
	b.must(err)
	r := resource("AWS::S3::Bucket", "arn:aws:s3:::"+b.name("abac"))
	b.must(s3ControlCalls(b.cfg, r).merge(b.ctx, tagSet{}, nil, tagSet{"a": "1", "b": "2"}))
	lensWant(b, b.cfg, r, tagSet{"a": "1", "b": "2"})
	b.must(s3ControlCalls(b.cfg, r).merge(b.ctx, tagSet{"a": "1", "b": "2"}, tagSet{"a": "1"}, tagSet{"c": "3"}))
	lensWant(b, b.cfg, r, tagSet{"b": "2", "c": "3"})
}

// TestFallbackOnMoto uses a database, which has calls of its own, because the emulator's tagging API knows few services.
func TestFallbackOnMoto(t *testing.T) {
	b := newBench(t)
	r := resource("AWS::RDS::DBInstance", database(b, b.name("db")))
	if _, err := fallbackTagger.read(b.ctx, b.cfg, r); outcome(err) != "refused" {
		t.Errorf("read what never had tags: got %v, want it refused", err)
	}
	r.Tags = map[string]string{}
	steps := []struct{ from, to tagSet }{
		{tagSet{}, tagSet{"a": "1", "b": "2"}},
		{tagSet{"a": "1", "b": "2"}, tagSet{"b": "3", "c": ""}},
		{tagSet{"b": "3", "c": ""}, tagSet{"b": "3"}},
	}
	for _, s := range steps {
		b.must(fallbackTagger.write(b.ctx, b.cfg, r, s.from, s.to))
		got, err := fallbackTagger.read(b.ctx, b.cfg, r)
		if err != nil || !maps.Equal(got, s.to) {
			t.Errorf("got %v and %v, want %v", got, err, s.to)
		}
	}
}
