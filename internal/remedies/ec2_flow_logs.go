package remedies

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/iac"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var ec2FlowLogs = remedy.Remedy{
	ID: "ec2-flow-logs",
	Doc: `Log the traffic of a VPC to an S3 bucket.

A VPC without a flow log of the traffic that is wanted gets one, in AWS's default format, of ten-minute intervals. A flow log that somebody made and that logs the same, or all
traffic, to wherever, is enough. An undo deletes the flow log that was made, and no other; what it has logged stays in the bucket.

The bucket has to be there, and its policy has to let delivery.logs.amazonaws.com write for the VPC's account: neither is made here. Whether AWS succeeds in delivering is not
looked at.

When not to use it: where flow logs are made by another tool that would take this one for drift. Logs cost for delivery and storage; REJECT is the least of them.`,
	Changes:  "The VPC has a flow log that writes to the bucket.",
	Breaks:   "Nothing; the bucket's owner pays for what is written.",
	Setting:  "ec2:flow-logs",
	Answers:  []string{"securityhub:EC2.6", "config:vpc-flow-logs-enabled"},
	Resource: "AWS::EC2::VPC",
	Reads:    []remedy.Grant{{Action: "ec2:DescribeVpcs", On: "*"}, {Action: "ec2:DescribeFlowLogs", On: "*"}},
	Writes: []remedy.Grant{
		{Action: "ec2:CreateFlowLogs", On: "${ARN}"},
		{Action: "ec2:CreateFlowLogs", On: "arn:${Partition}:ec2:${Region}:${Account}:vpc-flow-log/*"},
		{Action: "ec2:DeleteFlowLogs", On: "arn:${Partition}:ec2:${Region}:${Account}:vpc-flow-log/*"},
		// Source: Amazon VPC user guide, "Create a flow log that publishes to Amazon S3" (prerequisite).
		{Action: "logs:CreateLogDelivery", On: "*", Unseen: true, Role: "ec2"},
		{Action: "logs:DeleteLogDelivery", On: "*", Unseen: true, Role: "ec2"},
	},
	Undo:   remedy.Exact,
	Schema: 1,
	Lens:   remedy.Erase(remedy.Setting[flowLogs]{Read: readFlowLogs, Fix: fixFlowLogs, Write: writeFlowLogs}),
	Code: []iac.Code{{
		On: "AWS::EC2::FlowLog",
		CloudFormation: `ResourceId: !Ref {{Resource}}
ResourceType: VPC
TrafficType: {{traffic}}
LogDestinationType: s3
LogDestination: {{destination}}`,
		CDK: `vpc.addFlowLog('FlowLog', {
  destination: ec2.FlowLogDestination.toS3(s3.Bucket.fromBucketArn(this, 'FlowLogs', {{destination}})),
  trafficType: ec2.FlowLogTrafficType[{{traffic}}],
});`,
		Terraform: `resource "aws_flow_log" "this" {
  vpc_id               = aws_vpc.this.id
  traffic_type         = {{traffic}}
  log_destination_type = "s3"
  log_destination      = {{destination}}
}`,
	}},
	With: []remedy.Param{
		{
			Name: "destination", Kind: remedy.Text, Required: true, Pattern: `arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]+(/[^/].*)?`,
			Doc: "ARN of the S3 bucket that is written to, with or without a folder.",
		},
		{Name: "traffic", Kind: remedy.Text, Default: `"REJECT"`, Pattern: "REJECT|ACCEPT|ALL", Doc: "Which traffic is logged."},
	},
	Examples: []remedy.Example{
		{
			Name:   "a VPC whose accepted traffic is logged already",
			With:   `{"destination":"arn:aws:s3:::logs"}`,
			Before: `{"fl-0123456789abcdef0":"ACCEPT"}`,
			After:  `{"fl-0123456789abcdef0":"ACCEPT","REJECT arn:aws:s3:::logs":"REJECT"}`,
		},
		{
			Name:   "a VPC all of whose traffic is logged elsewhere",
			With:   `{"destination":"arn:aws:s3:::logs"}`,
			Before: `{"ALL arn:aws:s3:::others":"ALL"}`,
			After:  `{"ALL arn:aws:s3:::others":"ALL"}`,
		},
	},
}

// flowLogs are the traffic that each flow log of a VPC logs, by what tells the flow logs apart: see flowLogIdentity.
type flowLogs map[string]types.TrafficType

// The format and the interval, in seconds, of the flow logs that are made here: AWS's defaults.
//
// Source: Amazon VPC user guide, "Flow log records" (default format); Amazon EC2 API reference, CreateFlowLogs.
const (
	flowLogFormat = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
	flowLogPeriod = 600
)

// flowLogIdentity is what tells a flow log from others of its VPC. One that could have been made here is told by what it logs and where to, so that it is the same when it is made
// anew; AWS refuses a second one. Any other is told by its id.
//
// Source: Amazon EC2 API reference, "Error codes for the Amazon EC2 API" (FlowLogAlreadyExists).
func flowLogIdentity(l types.FlowLog) string {
	o := l.DestinationOptions
	plain := o == nil || !aws.ToBool(o.HiveCompatiblePartitions) && !aws.ToBool(o.PerHourPartition) && o.FileFormat != types.DestinationFileFormatParquet
	if plain && l.LogDestinationType == types.LogDestinationTypeS3 && aws.ToString(l.LogFormat) == flowLogFormat && aws.ToInt32(l.MaxAggregationInterval) == flowLogPeriod {
		return flowLogTo(l.TrafficType, aws.ToString(l.LogDestination))
	}
	return aws.ToString(l.FlowLogId)
}

// flowLogTo is the identity of a flow log that is made here. A slash at the end of a destination makes no difference.
func flowLogTo(traffic types.TrafficType, destination string) string {
	return string(traffic) + " " + strings.TrimSuffix(destination, "/")
}

func readFlowLogs(ctx context.Context, cfg aws.Config, r finding.Resource) (flowLogs, error) {
	tried := "read " + r.String()
	out, err := ec2.NewFromConfig(cfg).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{idOf(r)}})
	if err != nil {
		return nil, remedy.Explain(tried, err, noVPC)
	}
	if _, err := only(tried, out.Vpcs); err != nil {
		return nil, err
	}
	found := flowLogs{}
	err = eachFlowLog(ctx, cfg, r, func(l types.FlowLog) { found[flowLogIdentity(l)] = l.TrafficType })
	return found, err
}

// eachFlowLog gives each flow log of a VPC. For a VPC that is not there, EC2 tells none.
func eachFlowLog(ctx context.Context, cfg aws.Config, r finding.Resource, do func(types.FlowLog)) error {
	pages := ec2.NewDescribeFlowLogsPaginator(ec2.NewFromConfig(cfg), &ec2.DescribeFlowLogsInput{
		Filter: []types.Filter{ec2Filter("resource-id", idOf(r))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return remedy.Explain("read the flow logs of "+r.String(), err)
		}
		for _, l := range page.FlowLogs {
			do(l)
		}
	}
	return nil
}

// flowLogsWith are the parameters.
type flowLogsWith struct {
	Destination string            `json:"destination"`
	Traffic     types.TrafficType `json:"traffic"`
}

func fixFlowLogs(s flowLogs, p remedy.Params) (flowLogs, error) {
	with, err := remedy.Decode(p, flowLogsWith{Traffic: types.TrafficTypeReject})
	if err != nil {
		return s, err
	}
	for _, traffic := range s {
		if traffic == with.Traffic || traffic == types.TrafficTypeAll {
			return s, nil
		}
	}
	if with.Destination == "" {
		return s, &remedy.RefusedError{Why: "The rule does not say where to: give it the ARN of a bucket as the parameter destination."}
	}
	fixed := flowLogs{flowLogTo(with.Traffic, with.Destination): with.Traffic}
	maps.Copy(fixed, s)
	return fixed, nil
}

func writeFlowLogs(ctx context.Context, cfg aws.Config, r finding.Resource, from, to flowLogs) error {
	for key, traffic := range to {
		if _, there := from[key]; there {
			continue
		}
		if err := createFlowLog(ctx, cfg, r, key, traffic); err != nil {
			return err
		}
	}
	var gone []string
	for key := range from {
		if _, stays := to[key]; !stays {
			gone = append(gone, key)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return deleteFlowLogs(ctx, cfg, r, gone)
}

// deleteFlowLogs deletes the flow logs of some identities. Their ids are read anew: one that was made anew has another id.
func deleteFlowLogs(ctx context.Context, cfg aws.Config, r finding.Resource, keys []string) error {
	var ids []string
	err := eachFlowLog(ctx, cfg, r, func(l types.FlowLog) {
		if slices.Contains(keys, flowLogIdentity(l)) {
			ids = append(ids, aws.ToString(l.FlowLogId))
		}
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	out, err := ec2.NewFromConfig(cfg).DeleteFlowLogs(ctx, &ec2.DeleteFlowLogsInput{FlowLogIds: ids})
	if err == nil {
		err = firstUnsuccessful(out.Unsuccessful)
	}
	if err != nil {
		return remedy.Explain("delete flow logs of "+r.String(), err)
	}
	return nil
}

// createFlowLog makes the flow log of an identity. What EC2 says of the destination (no such bucket, no right to write) comes beside an answer that is otherwise good.
func createFlowLog(ctx context.Context, cfg aws.Config, r finding.Resource, key string, traffic types.TrafficType) error {
	tried := fmt.Sprintf("create the flow log %q of %s", key, r)
	destination, ok := strings.CutPrefix(key, flowLogTo(traffic, ""))
	if !ok {
		return fmt.Errorf("%s: %w", tried, &remedy.RefusedError{Why: "A flow log that was made elsewhere and deleted cannot be made anew here: make it where it was made."})
	}
	out, err := ec2.NewFromConfig(cfg).CreateFlowLogs(ctx, &ec2.CreateFlowLogsInput{
		ResourceIds: []string{idOf(r)}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: traffic,
		LogDestinationType: types.LogDestinationTypeS3, LogDestination: &destination, LogFormat: aws.String(flowLogFormat), MaxAggregationInterval: aws.Int32(flowLogPeriod),
	})
	if err != nil {
		return remedy.Explain(tried, err, noVPC)
	}
	if err := firstUnsuccessful(out.Unsuccessful); err != nil {
		why := "AWS did not take the flow log: see that the bucket is there and that its policy lets delivery.logs.amazonaws.com write to it."
		return fmt.Errorf("%s: %w", tried, &remedy.RefusedError{Why: why, Err: err})
	}
	return nil
}

// firstUnsuccessful is the first of what did not succeed, as an error; nil if all did.
func firstUnsuccessful(items []types.UnsuccessfulItem) error {
	if len(items) == 0 {
		return nil
	}
	e := cmp.Or(items[0].Error, &types.UnsuccessfulItemError{})
	return &smithy.GenericAPIError{Code: aws.ToString(e.Code), Message: aws.ToString(e.Message)}
}
