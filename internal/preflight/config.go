package preflight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
)

// configKinds are the kinds of events that come of AWS Config.
var configKinds = []string{"config", "config-rule"}

// recorderCheck looks whether AWS Config records what the policy's rules judge, and at once.
//
// Source: AWS Config API reference, DescribeConfigurationRecorders, DescribeConfigurationRecorderStatus, RecordingGroup, RecordingMode.
func recorderCheck(ctx context.Context, a *Account) Finding {
	client := configservice.NewFromConfig(a.Config)
	found, err := client.DescribeConfigurationRecorders(ctx, nil)
	if err != nil {
		return unread("config:DescribeConfigurationRecorders", err)
	}
	status, err := client.DescribeConfigurationRecorderStatus(ctx, nil)
	if err != nil {
		return unread("config:DescribeConfigurationRecorderStatus", err)
	}
	// A recorder of an AWS service's own records for that service.
	recorders := slices.DeleteFunc(found.ConfigurationRecorders, func(r types.ConfigurationRecorder) bool { return aws.ToString(r.ServicePrincipal) != "" })
	if len(recorders) == 0 {
		return Finding{Fail, "AWS Config has no recorder in this region.", "Turn AWS Config on (aws configservice put-configuration-recorder, put-delivery-channel, start-configuration-recorder), or let the rules hear tags instead."}
	}
	r := recorders[0]
	i := slices.IndexFunc(status.ConfigurationRecordersStatus, func(s types.ConfigurationRecorderStatus) bool { return aws.ToString(s.Name) == aws.ToString(r.Name) })
	switch {
	case i < 0 || !status.ConfigurationRecordersStatus[i].Recording:
		return Finding{Fail, "AWS Config's recorder is stopped.", "Start it: aws configservice start-configuration-recorder --configuration-recorder-name " + aws.ToString(r.Name) + "."}
	case failed(string(status.ConfigurationRecordersStatus[i].LastStatus)):
		return Finding{Warn, "AWS Config's recorder runs, and its last recording failed with " + aws.ToString(status.ConfigurationRecordersStatus[i].LastErrorCode) + ".", "Look at the recorder's role and delivery channel."}
	}
	return a.recording(r)
}

// recording compares what a recorder records with what the policy's rules judge.
func (a *Account) recording(r types.ConfigurationRecorder) Finding {
	var wanted []string
	for _, kind := range configKinds {
		wanted = append(wanted, a.Policy.HeardTypes(kind)...)
	}
	known := types.ResourceType("").Values()
	wanted = slices.DeleteFunc(uniq(wanted), func(typ string) bool { return !slices.Contains(known, types.ResourceType(typ)) })
	missing := slices.DeleteFunc(slices.Clone(wanted), func(typ string) bool { return records(r.RecordingGroup, typ) })
	late := slices.DeleteFunc(slices.Clone(wanted), func(typ string) bool { return slices.Contains(missing, typ) || !daily(r.RecordingMode, typ) })
	switch {
	case len(missing) > 0 && len(missing) == len(wanted):
		return Finding{Fail, "AWS Config records none of the types that the policy's rules judge by it: " + few(missing) + ".", "Add them to the recorder's resource types."}
	case len(missing) > 0:
		return Finding{Warn, fmt.Sprintf("AWS Config does not record %d of the %d types that the policy's rules judge by it: %s.", len(missing), len(wanted), few(missing)), "Add them to the recorder, or let the rules hear tags for them."}
	case len(late) > 0:
		return Finding{Warn, fmt.Sprintf("AWS Config records %d of the types once a day: %s: what is wrong is heard of up to a day late.", len(late), few(late)), "Set their recording frequency to CONTINUOUS, or let the rules hear tags."}
	}
	return Finding{OK, fmt.Sprintf("AWS Config records all %d types that the policy's rules judge by it, continuously.", len(wanted)), ""}
}

// records tells whether a recorder records a type. Those of IAM are recorded in one region of a partition, where the recorder says so.
func records(g *types.RecordingGroup, typ string) bool {
	switch {
	case g == nil:
		return false
	case g.ExclusionByResourceTypes != nil && len(g.ExclusionByResourceTypes.ResourceTypes) > 0:
		return !slices.Contains(g.ExclusionByResourceTypes.ResourceTypes, types.ResourceType(typ))
	case g.AllSupported:
		return g.IncludeGlobalResourceTypes || !strings.HasPrefix(typ, "AWS::IAM::")
	}
	return slices.Contains(g.ResourceTypes, types.ResourceType(typ))
}

// daily tells whether a recorder records a type once a day.
func daily(m *types.RecordingMode, typ string) bool {
	if m == nil {
		return false
	}
	for _, o := range m.RecordingModeOverrides {
		if slices.Contains(o.ResourceTypes, types.ResourceType(typ)) {
			return o.RecordingFrequency == types.RecordingFrequencyDaily
		}
	}
	return m.RecordingFrequency == types.RecordingFrequencyDaily
}

// failed tells whether a status of AWS Config is "Failure", as its API spells it; what it answers is in capitals.
func failed(status string) bool {
	return strings.EqualFold(status, string(types.RecorderStatusFailure))
}

// channel looks whether AWS Config has a delivery channel: without one it neither records nor sends events.
//
// Source: AWS Config developer guide, "Managing the delivery channel" (a recorder starts only with one).
func channel(ctx context.Context, a *Account) Finding {
	client := configservice.NewFromConfig(a.Config)
	found, err := client.DescribeDeliveryChannels(ctx, nil)
	if err != nil {
		return unread("config:DescribeDeliveryChannels", err)
	}
	if len(found.DeliveryChannels) == 0 {
		return Finding{Fail, "AWS Config has no delivery channel in this region.", "Make one: aws configservice put-delivery-channel."}
	}
	status, err := client.DescribeDeliveryChannelStatus(ctx, nil)
	if err != nil {
		return unread("config:DescribeDeliveryChannelStatus", err)
	}
	for _, s := range status.DeliveryChannelsStatus {
		if i := s.ConfigStreamDeliveryInfo; i != nil && failed(string(i.LastStatus)) {
			return Finding{Warn, "AWS Config's delivery channel " + aws.ToString(s.Name) + " failed last with " + aws.ToString(i.LastErrorCode) + ".", "Look at its bucket and topic: events go on, the history does not."}
		}
	}
	return Finding{OK, "AWS Config has a delivery channel.", ""}
}
