// Package wiring names what a function is told by its environment, and the numbers that queues and functions share. The stack and the one-machine mode write
// them, boot reads them.
package wiring

import "time"

// The environment of the functions. What a function needs and does not find keeps it from starting.
const (
	Policy   = "TAGWARDEN_POLICY"   // path of the policy file, relative to the function's folder
	Table    = "TAGWARDEN_TABLE"    // name of the journal's table
	Key      = "TAGWARDEN_KEY"      // ARN of the deployment's key, which opens the journal's secret
	Topic    = "TAGWARDEN_TOPIC"    // ARN of the topic that messages go to
	Queue    = "TAGWARDEN_QUEUE"    // URL of the hand-over queue
	Prefix   = "TAGWARDEN_PREFIX"   // what the names of the deployment's parts begin with
	Attempts = "TAGWARDEN_ATTEMPTS" // how often the function's queue delivers a message at the most; act and clock only

	Own        = "TAGWARDEN_OWN"        // URL of the function's own queue; clock only
	Aggregator = "TAGWARDEN_AGGREGATOR" // name of AWS Config's aggregator that a sweep asks; clock only; "" asks the function's own account and region

	Organization = "TAGWARDEN_ORGANIZATION" // id of the organization for which the deployment is the hub; "" where it keeps its own account alone
	Directory    = "TAGWARDEN_DIRECTORY"    // ARN of the role that reads AWS Organizations; clock of a hub only; "" asks under the clock's own name
	Fingerprint  = "TAGWARDEN_FINGERPRINT"  // rights.Fingerprint of the service roles that the policy needs; operator of a hub only, which knows no remedy and so no role

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

// AgainstFile is where, beside a function's binary, the policy stands with which a shadow policy is compared; the files that it names stand beside it.
const AgainstFile = "against/policy.yaml"

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

// The memory of the functions in MiB; with it comes the processor, at 1,769 MiB a whole one. The clock looks at thousands of entries at once, and of a hub of 10,000 accounts in four regions at 370,000 heartbeats, which were measured at 388 MB.
//
// Source: AWS Lambda developer guide, "Configure Lambda function memory".
const (
	JudgeMemory    = 256
	ActMemory      = 512
	ClockMemory    = 1024
	OperatorMemory = JudgeMemory
)

// BatchSize is how many messages a function takes from its queue at once, at the most.
const BatchSize = 10
