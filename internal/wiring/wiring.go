// Package wiring names what a function is told by its environment, and the numbers that queues and functions share. The stack and the one-machine mode write
// them, boot reads them.
package wiring

import "time"

// The environment of the functions. What a function needs and does not find keeps it from starting.
const (
	Policy   = "TAGWARDEN_POLICY"   // path of the policy file, relative to the function's folder
	Table    = "TAGWARDEN_TABLE"    // name of the journal's table
	Topic    = "TAGWARDEN_TOPIC"    // ARN of the topic that messages go to
	Queue    = "TAGWARDEN_QUEUE"    // URL of the hand-over queue
	Prefix   = "TAGWARDEN_PREFIX"   // what the names of the deployment's parts begin with
	Attempts = "TAGWARDEN_ATTEMPTS" // how often the function's queue delivers a message at the most; act and clock only

	Own        = "TAGWARDEN_OWN"        // URL of the function's own queue; clock only
	Aggregator = "TAGWARDEN_AGGREGATOR" // name of AWS Config's aggregator that a sweep asks; clock only; "" asks the function's own account and region

	Organization = "TAGWARDEN_ORGANIZATION" // id of the organization for which the deployment is the hub; "" where it keeps its own account alone
	Directory    = "TAGWARDEN_DIRECTORY"    // ARN of the role that reads AWS Organizations; clock of a hub only; "" asks under the clock's own name

	Offset = "TAGWARDEN_OFFSET" // how far the function's clock goes before the machine's: `tagwarden local` alone sets it, to show what is due later
)

// What the clock is sent by its schedules.
//
// Source: EventBridge Scheduler user guide, "Adding context attributes in EventBridge Scheduler" (aws.scheduler.scheduled-time): a sweep that is sent twice has one id.
const (
	Tick  = `{"do":"tick"}`
	Sweep = `{"do":"sweep","id":"<aws.scheduler.scheduled-time>"}`
)

// Source is the source of the events that a deployment itself puts on event buses: outcomes, and the members' heartbeats. prefix begins the names of its parts.
func Source(prefix string) string { return "tagwarden." + prefix }

// Heartbeat is the detail type of the events by which a member's rules show that they are there. Their source is rights.Names.Source, and their detail holds the kind that the
// rule forwards ({"kind":"config"}); that of RolesKind also the fingerprint of the service roles ({"kind":"roles","policy":"0123456789ab"}).
const (
	Heartbeat = "Tagwarden Heartbeat"
	RolesKind = "roles"
)

// PolicyFile is the policy's name beside a function's binary.
const PolicyFile = "policy.yaml"

// MaxReceives is how often a queue delivers a message before it goes to its dead-letter queue (maxReceiveCount).
const MaxReceives = 5

// MaxConcurrency is how many of a function work on its queue at once at the most, so that a storm waits in the queue and not in the account's quota.
const MaxConcurrency = 10

// How long the functions may run, and how long their queues hide a message that is being worked on: six times as long.
//
// Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS" (visibility timeout at least six times the function's timeout).
const (
	JudgeTimeout    = 30 * time.Second
	ActTimeout      = 60 * time.Second
	ClockTimeout    = 120 * time.Second
	OperatorTimeout = 30 * time.Second
	ButtonsTimeout  = 60 * time.Second
	JudgeVisibility = 6 * JudgeTimeout
	ActVisibility   = 6 * ActTimeout
	ClockVisibility = 6 * ClockTimeout
)
