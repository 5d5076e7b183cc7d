package main

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// When a member's rules beat, and how many minutes later a beat may come, so that not all accounts beat at once. The hub misses a rule after nine hours: two beats of it were lost.
const (
	eachFourHours = "rate(4 hours)"
	beatMinutes   = 15
)

// maxEntries is how many events one call of PutEvents takes.
//
// Source: Amazon EventBridge API reference, PutEvents (Entries: at most 10 items).
const maxEntries = 10

// A beat is the detail of a heartbeat.
type beat struct {
	Kind   string `json:"kind"`             // the kind of events whose rule it proves, or wiring.RolesKind
	Policy string `json:"policy,omitempty"` // of the roles' beat alone: rights.Fingerprint, so that the rules' template never changes with the policy
}

// An entry is one event as PutEvents takes it.
type entry struct {
	Source, DetailType, Detail, EventBusName string
}

// newBeater makes the role by which the account's schedules beat, in all regions.
//
// Source: EventBridge Scheduler user guide, "Confused deputy prevention".
func (m member) newBeater() awsiam.Role {
	role := awsiam.NewRole(m.stack, jsii.String("Heartbeat"), &awsiam.RoleProps{
		RoleName:    jsii.String(m.names.Heartbeat()),
		Description: jsii.String("Lets EventBridge Scheduler put Tagwarden's heartbeats on the default buses."),
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": m.stack.Account()},
			"ArnLike":      map[string]any{"aws:SourceArn": []*string{m.group(m.names.Heartbeat()), m.group(m.names.RolesHeartbeat())}},
		}}),
		InlinePolicies: inline(here(m.names.MemberDocument(rights.HeartbeatRole))),
	})
	justifyInline(role)
	suppress(role, "The role is made once an account and beats in all its regions.", "Resource::arn:<AWS::Partition>:events:*:<AWS::AccountId>:event-bus/default")
	return role
}

// group is the ARN of a group of schedules, in all regions.
func (m member) group(name string) *string {
	return m.sub("arn:${AWS::Partition}:scheduler:*:${AWS::AccountId}:schedule-group/" + name)
}

// newBeats makes a schedule that puts heartbeats on the default bus of its region, at most maxEntries at once.
//
// Source: EventBridge Scheduler user guide, "Using universal targets"; the input is that of PutEvents.
func (m member) newBeats(id string, group awsscheduler.CfnScheduleGroup, role *string, beats []beat) awsscheduler.CfnSchedule {
	entries := make([]entry, len(beats))
	for i, b := range beats {
		entries[i] = entry{Source: m.names.Source(), DetailType: wiring.Heartbeat, Detail: compactJSON(b), EventBusName: "default"}
	}
	input := compactJSON(map[string]any{"Entries": entries})
	return awsscheduler.NewCfnSchedule(m.stack, &id, &awsscheduler.CfnScheduleProps{
		Name: &id, GroupName: group.Ref(), ScheduleExpression: jsii.String(eachFourHours),
		Description:        jsii.String("Has what forwards to the hub beat."),
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("FLEXIBLE"), MaximumWindowInMinutes: jsii.Number(beatMinutes)},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn: m.sub("arn:${AWS::Partition}:scheduler:::aws-sdk:eventbridge:putEvents"), RoleArn: role, Input: &input,
		},
	})
}

// compactJSON is a value as JSON in one line.
func compactJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil { // strings and slices of them: there is nothing that could not be encoded
		panic(err)
	}
	return string(text)
}
