package tags

import (
	"maps"
	"testing"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

// A factCase is one resource with a parent, and what its service answers.
type factCase struct {
	name    string
	r       finding.Resource
	speaks  protocol
	answers []called
	want    tagSet
}

type called struct {
	operation string
	status    int
	body      string
}

func (c factCase) fake(t *testing.T) *fake {
	t.Helper()
	f := newFake(t).on("ListTagsForResource", 200, `{"Tags":[{"Key":"Owner","Value":"account"}]}`)
	if c.speaks != ec2Query {
		delete(f.answers, "ListTagsForResource") // the service's own call has the name of Organizations', and comes first
	}
	for _, a := range c.answers {
		f.on(a.operation, a.status, a.body)
	}
	if c.speaks != ec2Query {
		f.on("ListTagsForResource", 200, `{"Tags":[{"Key":"Owner","Value":"account"}]}`)
	}
	return f
}

func ec2At(typ, part string) finding.Resource {
	return at("AWS::EC2::"+typ, "arn:aws:ec2:eu-west-1:111122223333:"+part)
}

func ec2Owner(owner string) string {
	return `<R><tagSet><item><key>Owner</key><value>` + owner + `</value></item></tagSet></R>`
}

func rdsOwner(owner string) string {
	return `<R><ListTagsForResourceResult><TagList><Tag><Key>Owner</Key><Value>` + owner + `</Value></Tag></TagList></ListTagsForResourceResult></R>`
}

const attachedVolume = `<R><volumeSet><item><attachmentSet><item><instanceId>i-0abc</instanceId></item></attachmentSet></item></volumeSet></R>`

var factCases = []factCase{
	{
		"a volume on an instance", ec2At("Volume", "volume/vol-0abc"), ec2Query,
		[]called{{"DescribeVolumes", 200, attachedVolume}, {"DescribeTags", 200, ec2Owner("instance")}},
		tagSet{"Owner": "instance"},
	},
	{
		"a volume on nothing", ec2At("Volume", "volume/vol-0abc"), ec2Query,
		[]called{{"DescribeVolumes", 200, `<R><volumeSet><item><attachmentSet/></item></volumeSet></R>`}},
		tagSet{},
	},
	{
		"a snapshot of a volume on an instance", ec2At("Snapshot", "snapshot/snap-0abc"), ec2Query,
		[]called{
			{"DescribeSnapshots", 200, `<R><snapshotSet><item><volumeId>vol-0abc</volumeId></item></snapshotSet></R>`},
			{"DescribeVolumes", 200, attachedVolume},
			{"DescribeTags", 200, `<R><tagSet><item><key>Owner</key><value>instance</value></item><item><key>Team</key><value>t</value></item></tagSet></R>`},
			{"DescribeTags", 200, ec2Owner("volume")},
		},
		tagSet{"Owner": "volume", "Team": "t"},
	},
	{
		"a snapshot of a volume that is gone", ec2At("Snapshot", "snapshot/snap-0abc"), ec2Query,
		[]called{
			{"DescribeSnapshots", 200, `<R><snapshotSet><item><volumeId>vol-ffffffff</volumeId></item></snapshotSet></R>`},
			{"DescribeVolumes", 400, ec2Query.fault("InvalidVolume.NotFound")},
		},
		tagSet{},
	},
	{
		"a network interface of an instance", ec2At("NetworkInterface", "network-interface/eni-0abc"), ec2Query,
		[]called{
			{"DescribeNetworkInterfaces", 200, `<R><networkInterfaceSet><item><attachment><instanceId>i-0abc</instanceId></attachment></item></networkInterfaceSet></R>`},
			{"DescribeTags", 200, ec2Owner("instance")},
		},
		tagSet{"Owner": "instance"},
	},
	{
		"a network interface of nothing", ec2At("NetworkInterface", "network-interface/eni-0abc"), ec2Query,
		[]called{{"DescribeNetworkInterfaces", 200, `<R><networkInterfaceSet><item></item></networkInterfaceSet></R>`}},
		tagSet{},
	},
	{
		"an image of an instance", ec2At("Image", "image/ami-0abc"), ec2Query,
		[]called{{"DescribeImages", 200, `<R><imagesSet><item><sourceInstanceId>i-0abc</sourceInstanceId></item></imagesSet></R>`}, {"DescribeTags", 200, ec2Owner("instance")}},
		tagSet{"Owner": "instance"},
	},
	{
		"an ECS service", at("AWS::ECS::Service", "arn:aws:ecs:eu-west-1:111122223333:service/shop/orders"), awsJSON,
		[]called{{"ListTagsForResource", 200, `{"tags":[{"key":"Owner","value":"cluster"}]}`}},
		tagSet{"Owner": "cluster"},
	},
	{
		"an ECS task of a service", at("AWS::ECS::Task", "arn:aws:ecs:eu-west-1:111122223333:task/shop/0123"), awsJSON,
		[]called{{"DescribeTasks", 200, `{"tasks":[{"group":"service:orders"}]}`}, {"ListTagsForResource", 200, `{"tags":[{"key":"Owner","value":"service"}]}`}},
		tagSet{"Owner": "service"},
	},
	{
		"an RDS snapshot", at("AWS::RDS::DBSnapshot", "arn:aws:rds:eu-west-1:111122223333:snapshot:daily"), query,
		[]called{
			{"DescribeDBSnapshots", 200, `<R><DescribeDBSnapshotsResult><DBSnapshots><DBSnapshot><DBInstanceIdentifier>orders</DBInstanceIdentifier></DBSnapshot></DBSnapshots></DescribeDBSnapshotsResult></R>`},
			{"ListTagsForResource", 200, rdsOwner("instance")},
		},
		tagSet{"Owner": "instance"},
	},
	{
		"an RDS snapshot of an instance that is gone", at("AWS::RDS::DBSnapshot", "arn:aws:rds:eu-west-1:111122223333:snapshot:daily"), query,
		[]called{
			{"DescribeDBSnapshots", 200, `<R><DescribeDBSnapshotsResult><DBSnapshots><DBSnapshot><DBInstanceIdentifier>orders</DBInstanceIdentifier></DBSnapshot></DBSnapshots></DescribeDBSnapshotsResult></R>`},
			{"ListTagsForResource", 404, query.fault("DBInstanceNotFound")},
		},
		tagSet{},
	},
	{
		"an RDS cluster snapshot", at("AWS::RDS::DBClusterSnapshot", "arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:daily"), query,
		[]called{
			{"DescribeDBClusterSnapshots", 200, `<R><DescribeDBClusterSnapshotsResult><DBClusterSnapshots><DBClusterSnapshot><DBClusterIdentifier>orders</DBClusterIdentifier></DBClusterSnapshot></DBClusterSnapshots></DescribeDBClusterSnapshotsResult></R>`},
			{"ListTagsForResource", 200, rdsOwner("cluster")},
		},
		tagSet{"Owner": "cluster"},
	},
	{"a topic, which has no parent", at("AWS::SNS::Topic", "arn:aws:sns:eu-west-1:111122223333:orders"), ec2Query, nil, tagSet{}},
}

func TestFacts(t *testing.T) {
	for _, c := range factCases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Remedy.Facts(t.Context(), c.fake(t).config(), c.r, remedy.FactsWanted{Parent: true, Account: true})
			if err != nil || got.Parent == nil || !maps.Equal(got.Parent, c.want) || !maps.Equal(got.Account, tagSet{"Owner": "account"}) {
				t.Errorf("got %v and %v, want the parent's %v", got, err, c.want)
			}
		})
		for i, a := range c.answers {
			t.Run(c.name+" denied "+a.operation, func(t *testing.T) {
				f := c.fake(t)
				answers := f.answers[a.operation]
				nth := 0
				for _, earlier := range c.answers[:i] {
					if earlier.operation == a.operation {
						nth++
					}
				}
				answers[nth] = answer{403, c.speaks.fault(c.speaks.denied())}
				got, err := Remedy.Facts(t.Context(), f.config(), c.r, remedy.FactsWanted{Parent: true})
				if outcome(err) != "refused" || got.Parent != nil {
					t.Errorf("got %v and %v, want it refused", got, err)
				}
			})
		}
	}
}

func TestFactsAreReadOnlyIfWanted(t *testing.T) {
	f := newFake(t)
	got, err := Remedy.Facts(t.Context(), f.config(), ec2At("Volume", "volume/vol-0abc"), remedy.FactsWanted{})
	if err != nil || got.Parent != nil || got.Account != nil || len(f.calls) > 0 {
		t.Errorf("got %v, %v and calls %q, want nothing", got, err, f.calls)
	}
}

func TestGoneHasNoFacts(t *testing.T) {
	f := newFake(t).on("DescribeVolumes", 400, ec2Query.fault("InvalidVolume.NotFound"))
	if _, err := Remedy.Facts(t.Context(), f.config(), ec2At("Volume", "volume/vol-0abc"), remedy.FactsWanted{Parent: true}); outcome(err) != "gone" {
		t.Errorf("got %v, want ErrGone", err)
	}
}

func TestAccountTags(t *testing.T) {
	cases := []struct {
		name    string
		answers []called
		want    tagSet
		outcome string
	}{
		{
			"two pages", []called{
				{"ListTagsForResource", 200, `{"Tags":[{"Key":"a","Value":"1"}],"NextToken":"p2"}`}, {"ListTagsForResource", 200, `{"Tags":[{"Key":"b","Value":"2"}]}`},
			}, tagSet{"a": "1", "b": "2"}, "",
		},
		{"no organization", []called{{"ListTagsForResource", 400, awsJSON.fault("AWSOrganizationsNotInUseException")}}, tagSet{}, ""},
		{"not the management account", []called{{"ListTagsForResource", 400, awsJSON.fault("AccessDeniedException")}}, nil, "refused"},
		{"no such account", []called{{"ListTagsForResource", 400, awsJSON.fault("TargetNotFoundException")}}, nil, "error"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t)
			for _, a := range c.answers {
				f.on(a.operation, a.status, a.body)
			}
			got, err := Remedy.Facts(t.Context(), f.config(), at("AWS::SNS::Topic", "arn:aws:sns:eu-west-1:111122223333:orders"), remedy.FactsWanted{Account: true})
			if outcome(err) != c.outcome || (got.Account == nil) != (c.want == nil) || !maps.Equal(got.Account, c.want) {
				t.Errorf("got %v and %v, want %v and %q", got, err, c.want, c.outcome)
			}
		})
	}
}
