package remedies

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

var ec2FlowLogsCases = []remedytest.Case{
	{
		Name: "none", With: `{"destination":"arn:aws:s3:::tagwarden-flow-logs-none"}`, Absent: vpc("vpc-0123456789abcdef0"),
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			return plantVPCWithBucket(ctx, cfg, "tagwarden-flow-logs-none")
		},
		Meddle: logToCloudWatch,
	},
	{
		Name: "accepted-only", With: `{"destination":"arn:aws:s3:::tagwarden-flow-logs-accepted","traffic":"ALL"}`,
		Plant: func(ctx context.Context, cfg aws.Config) (remedytest.Planted, error) {
			p, err := plantVPCWithBucket(ctx, cfg, "tagwarden-flow-logs-accepted")
			if err != nil {
				return p, err
			}
			return p, logToCloudWatch(ctx, cfg, p)
		},
	},
}

func plantVPCWithBucket(ctx context.Context, cfg aws.Config, name string) (remedytest.Planted, error) {
	if p, err := plantBucket(ctx, cfg, name); err != nil {
		return p, err
	}
	return plantVPC(ctx, cfg)
}

// logToCloudWatch is somebody's flow log of the accepted traffic.
func logToCloudWatch(ctx context.Context, cfg aws.Config, p remedytest.Planted) error {
	_, err := ec2.NewFromConfig(cfg).CreateFlowLogs(ctx, &ec2.CreateFlowLogsInput{
		ResourceIds: []string{p.Resource.ID}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: types.TrafficTypeAccept,
		LogGroupName: aws.String("vpc"), DeliverLogsPermissionArn: aws.String("arn:aws:iam::" + remedytest.Account + ":role/flow"),
	})
	return err
}

func TestFixFlowLogs(t *testing.T) {
	const to = "arn:aws:s3:::logs"
	ours := "REJECT " + to
	tests := []struct {
		name    string
		with    string
		s, want flowLogs // want nil: refused
	}{
		{"none, rejected traffic by default", `{"destination":"` + to + `"}`, flowLogs{}, flowLogs{ours: "REJECT"}},
		{"a slash at the end", `{"destination":"` + to + `/"}`, flowLogs{}, flowLogs{ours: "REJECT"}},
		{"other traffic is logged", `{"destination":"` + to + `"}`, flowLogs{"fl-1": "ACCEPT"}, flowLogs{"fl-1": "ACCEPT", ours: "REJECT"}},
		{"the same traffic is logged elsewhere", `{"destination":"` + to + `"}`, flowLogs{"fl-1": "REJECT"}, flowLogs{"fl-1": "REJECT"}},
		{"all traffic is logged elsewhere", `{"destination":"` + to + `","traffic":"ACCEPT"}`, flowLogs{"fl-1": "ALL"}, flowLogs{"fl-1": "ALL"}},
		{"a part does not make all", `{"destination":"` + to + `","traffic":"ALL"}`, flowLogs{ours: "REJECT"}, flowLogs{ours: "REJECT", "ALL " + to: "ALL"}},
		{"ours is there", `{"destination":"` + to + `"}`, flowLogs{ours: "REJECT"}, flowLogs{ours: "REJECT"}},
		{"no destination", `{}`, flowLogs{}, nil},
		{"an unknown parameter", `{"destination":"` + to + `","format":"x"}`, flowLogs{}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := fixFlowLogs(test.s, remedy.Params{With: json.RawMessage(test.with)})
			var refused *remedy.RefusedError
			if test.want == nil && !errors.As(err, &refused) || test.want != nil && (err != nil || !reflect.DeepEqual(got, test.want)) {
				t.Errorf("got %v, %v; want %v", got, err, test.want)
			}
		})
	}
}

func TestFlowLogIdentity(t *testing.T) {
	made := func(change func(*types.FlowLog)) types.FlowLog {
		l := types.FlowLog{
			FlowLogId: aws.String("fl-1"), TrafficType: types.TrafficTypeReject, LogDestination: aws.String("arn:aws:s3:::logs/"), LogDestinationType: types.LogDestinationTypeS3,
			LogFormat: aws.String(flowLogFormat), MaxAggregationInterval: aws.Int32(flowLogPeriod),
			DestinationOptions: &types.DestinationOptionsResponse{FileFormat: types.DestinationFileFormatPlainText, HiveCompatiblePartitions: aws.Bool(false)},
		}
		change(&l)
		return l
	}
	tests := []struct {
		name string
		l    types.FlowLog
		want string
	}{
		{"as it is made here", made(func(*types.FlowLog) {}), "REJECT arn:aws:s3:::logs"},
		{"without options", made(func(l *types.FlowLog) { l.DestinationOptions = nil }), "REJECT arn:aws:s3:::logs"},
		{"of another format", made(func(l *types.FlowLog) { l.LogFormat = aws.String("${version}") }), "fl-1"},
		{"of another interval", made(func(l *types.FlowLog) { l.MaxAggregationInterval = aws.Int32(60) }), "fl-1"},
		{"as Parquet", made(func(l *types.FlowLog) { l.DestinationOptions.FileFormat = types.DestinationFileFormatParquet }), "fl-1"},
		{"of a folder an hour", made(func(l *types.FlowLog) { l.DestinationOptions.PerHourPartition = aws.Bool(true) }), "fl-1"},
		{"to a log group", made(func(l *types.FlowLog) { l.LogDestinationType = types.LogDestinationTypeCloudWatchLogs }), "fl-1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := flowLogIdentity(test.l); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestFlowLogThatWasMadeElsewhere(t *testing.T) {
	err := writeFlowLogs(t.Context(), aws.Config{}, vpc("vpc-1"), flowLogs{}, flowLogs{"fl-1": types.TrafficTypeReject})
	var refused *remedy.RefusedError
	if !errors.As(err, &refused) {
		t.Errorf("got %v; want a refusal before anything is sent", err)
	}
}

func TestFlowLogThatAWSDoesNotTake(t *testing.T) {
	unsuccessful := ec2Answer(`<CreateFlowLogsResponse><flowLogIdSet/><unsuccessful><item>
		<resourceId>vpc-1</resourceId><error><code>400</code><message>LogDestination: logs does not exist</message></error>
	</item></unsuccessful></CreateFlowLogsResponse>`)
	err := writeFlowLogs(t.Context(), unsuccessful.config(), vpc("vpc-1"), flowLogs{}, flowLogs{"REJECT arn:aws:s3:::logs": types.TrafficTypeReject})
	if refused := (*remedy.RefusedError)(nil); !errors.As(err, &refused) || remedy.Code(err) != "400" {
		t.Errorf("got %v; want a refusal with what EC2 says", err)
	}
}

func TestFlowLogsThatAWSDoesNotDelete(t *testing.T) {
	denied := ec2Answer(`<DeleteFlowLogsResponse>
		<flowLogSet><item><flowLogId>fl-1</flowLogId><trafficType>ACCEPT</trafficType></item></flowLogSet>
		<unsuccessful><item><resourceId>fl-1</resourceId></item></unsuccessful>
	</DeleteFlowLogsResponse>`)
	if err := writeFlowLogs(t.Context(), denied.config(), vpc("vpc-1"), flowLogs{"fl-1": types.TrafficTypeAccept}, flowLogs{}); err == nil {
		t.Error("got no error, though EC2 says that the flow log is not deleted")
	}
}

// TestVPCThatIsNotShown holds that a VPC which EC2 leaves out is not one without flow logs.
func TestVPCThatIsNotShown(t *testing.T) {
	if got, err := readFlowLogs(t.Context(), ec2Answer(`<DescribeVpcsResponse/>`).config(), vpc("vpc-1")); err == nil || errors.Is(err, remedy.ErrGone) {
		t.Errorf("got %v, %v; want that it is not known", got, err)
	}
}
