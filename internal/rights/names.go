package rights

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/tagwarden/tagwarden/internal/wiring"
)

// Names are the names that a deployment gives its parts, so that one account can hold several.
type Names struct{ Prefix string }

// Service is the name of a service role.
func (n Names) Service(service string) string { return n.Prefix + "-" + service }

// Function is the name of a function, and of a judge's queue.
func (n Names) Function(name string) string { return n.Prefix + "-" + name }

// Role is the name of a function's own role. It is fixed, so that key, table, bus and the members' roles can name it before it is there.
func (n Names) Role(function string) string { return n.Prefix + "-" + function + "-function" }

// Schedules is the name of the role by which the clock's schedules send to its queue.
func (n Names) Schedules() string { return n.Prefix + "-clock-schedules" }

// More is the name of one of the managed policies with what is too long for a service role's own; the first is 1.
func (n Names) More(service string, i int) string {
	return fmt.Sprintf("%s-more-%d", n.Service(service), i)
}

// Dead is the name of the dead-letter queue of all queues but the hand-over queue, and of what EventBridge could not deliver: one place to look at, one alarm, and no idle queue a
// function. SQS gives back each message to the queue that it came from.
//
// Source: Amazon SQS developer guide, "Learn how to configure a dead-letter queue redrive in Amazon SQS".
func (n Names) Dead() string { return n.Prefix + "-dead" }

// Bus is the name of the hub's event bus, to which the accounts of an organization forward.
func (n Names) Bus() string { return n.Prefix }

// Source is the source of the events that the deployment itself puts on event buses: outcomes, and the members' heartbeats.
func (n Names) Source() string { return wiring.Source(n.Prefix) }

// Boundary is the name of the permissions boundary of the service roles and, in a member, of the roles that forward.
func (n Names) Boundary() string { return n.Prefix + "-boundary" }

// TagBoundary is the name of the permissions boundary of the service role of the tagging API.
func (n Names) TagBoundary() string { return n.Prefix + "-boundary-tag" }

// FunctionBoundary is the name of the permissions boundary of the functions' own roles. It is not Boundary: the hub's own account has both.
func (n Names) FunctionBoundary() string { return n.Prefix + "-boundary-function" }

// Forward is the name of the role by which a member's rules forward to the hub's bus.
func (n Names) Forward() string { return n.Prefix + "-forward" }

// ForwardDead is the name of the queue in a member for what its rules could not forward. It is not Dead: the hub's own account is enrolled like any other.
func (n Names) ForwardDead() string { return n.Prefix + "-forward-dead" }

// Heartbeat is the name of the hub's rule for heartbeats, and in a member of the role and of the group of the schedules that beat.
func (n Names) Heartbeat() string { return n.Prefix + "-heartbeat" }

// RolesHeartbeat is the name of the group of the schedule that beats for a member's roles. They may be made in a region that has rules, too.
func (n Names) RolesHeartbeat() string { return n.Prefix + "-heartbeat-roles" }

// Key is the alias, without "alias/", of the one key that encrypts what the deployment keeps but for the table.
func (n Names) Key() string { return n.Prefix }

// Log is the name of a function's log group.
func (n Names) Log(name string) string { return "/aws/lambda/" + n.Function(name) }

// HandOver is the name of the hand-over queue. The names of FIFO queues end with ".fifo".
func (n Names) HandOver() string { return n.Prefix + "-act.fifo" }

// HandOverDead is the name of the hand-over queue's dead-letter queue.
func (n Names) HandOverDead() string { return n.Prefix + "-act-dead.fifo" }

// Table is the name of the journal's table.
func (n Names) Table() string { return n.Prefix + "-journal" }

// Topic is the name of the topic.
func (n Names) Topic() string { return n.Prefix }

// maxAction is how long the id of a Security Hub custom action may be, in letters and digits.
//
// Source: Security Hub API reference, CreateActionTarget, Id.
const maxAction = 20

// actionTail is how many digits of a hash keep two ids of actions apart that do not fit.
const actionTail = 8

// notInAction are the characters that an action's id cannot have.
var notInAction = regexp.MustCompile(`[^A-Za-z0-9]+`)

// Action is the id of a button's custom action: prefix and name as far as they fit, and else so much of them that a hash still keeps two apart.
func (n Names) Action(button string) string {
	whole := n.Prefix + button
	id := notInAction.ReplaceAllString(whole, "")
	if id == whole && len(id) <= maxAction {
		return id
	}
	sum := sha256.Sum256([]byte(n.Prefix + "\x00" + button))
	tail := hex.EncodeToString(sum[:actionTail/2])
	return id[:min(len(id), maxAction-actionTail)] + tail
}

// ActionStart is what the ids of all custom actions of a deployment begin with, whatever its buttons are called.
func (n Names) ActionStart() string {
	start := notInAction.ReplaceAllString(n.Prefix, "")
	return start[:min(len(start), maxAction-actionTail)]
}

// ActName is the name of the one function that changes anything; all others but the operator are judges, most of them named after the kind of events that they judge.
const ActName = "act"

// OperatorName is the name of the function that people ask, through its URL.
const OperatorName = "operator"

// ClockName is the name of the function that no event starts.
const ClockName = "clock"

// What a sweep asks, in the account and region that a function is in: AWS makes up the end of these ARNs.
//
// Source: Service Authorization Reference, "Resource types defined by AWS Config" (ConfigurationAggregator) and "... by AWS Resource Explorer" (view).
const (
	AggregatorsARN = "arn:${Partition}:config:${Region}:${Account}:config-aggregator/*"
	ViewsARN       = "arn:${Partition}:resource-explorer-2:${Region}:${Account}:view/*/*"
)

// DefaultBusARN is the default event bus of the account and region that a function is in.
//
// Source: Service Authorization Reference, "Resource types defined by Amazon EventBridge" (event-bus).
const DefaultBusARN = "arn:${Partition}:events:${Region}:${Account}:event-bus/default"

// HubARN is Security Hub of the account and region that a function is in.
//
// Source: Service Authorization Reference, "Resource types defined by AWS Security Hub" (hub).
const HubARN = "arn:${Partition}:securityhub:${Region}:${Account}:hub/default"

// ProductARN is the product under which a function puts findings of its own into HubARN.
//
// Source: Service Authorization Reference, "Resource types defined by AWS Security Hub" (product); Security Hub user guide, "Using custom product integrations".
const ProductARN = "arn:${Partition}:securityhub:${Region}:${Account}:product/${Account}/default"

// Needs are what the functions' own rights depend on.
type Needs struct {
	Journal []string // what the journal calls on its table, as internal/awsdynamodb tells it
	Indexed []string // and on the table's indexes
	Roles   []Role   // the service roles that act may assume
	Notes   bool     // act writes into findings of Security Hub what became of them
	Posts   bool     // act puts proposals into Security Hub
	Topics  []string // ARNs of the topics of the policy's routes
	Sweeps  bool     // the clock judges what exists

	Aggregated bool // for that it asks an aggregator
	Shadow     bool // the policy is only compared: the judges have their queue and log, and there is nothing else

	Organization string // id of the organization for which the deployment is the hub: the clock reads its accounts; "" for none
	Directory    string // ARN of the role by which it does; "" for its own
	AccountTags  bool   // with their tags
}

// Document gives what a function itself may do, in any scope: for people to read. The deployment's key has no name, so TOPIC-KEY stands for its id.
func (n Names) Document(function string, needs Needs) Document {
	list, queue := Judge(needs.Journal, n.Source()), n.Function(function)
	if needs.Shadow {
		list = Shadow()
	}
	switch function {
	case ActName:
		list, queue = Act(needs.Journal, n.Source(), needs.Notes, needs.Posts), n.HandOver()
	case OperatorName:
		list = Operator(needs.Journal, needs.Indexed)
	case ClockName:
		list = Clock(needs.Journal, needs.Indexed, n.Source(), needs.Sweeps, needs.Aggregated)
	}
	if function == ClockName && needs.Organization != "" {
		list = append(list, Directory(needs.Directory, needs.AccountTags)...)
	}
	parts := n.parts(function, queue, needs)
	maps.Copy(parts, DirectoryARNs(needs.Organization, needs.Directory))
	return Expand(Within(list, needs.Organization), func(part Part) []string { return parts[part] })
}

// parts are the ARNs, in any scope, of what a function that takes its work from a queue works with.
func (n Names) parts(function, queue string, needs Needs) map[Part][]string {
	const here = ":${Region}:${Account}:"
	table := "arn:${Partition}:dynamodb" + here + "table/" + n.Table()
	roles := n.Roles(needs.Roles)
	if needs.Organization != "" {
		roles = n.MemberRoles(needs.Roles)
	}
	return map[Part][]string{
		OwnQueue:     {"arn:${Partition}:sqs" + here + queue},
		OwnLog:       {"arn:${Partition}:logs" + here + "log-group:" + n.Log(function) + ":*"},
		HandOver:     {"arn:${Partition}:sqs" + here + n.HandOver()},
		Journal:      {table},
		Indexes:      {table + "/index/*"},
		Topic:        append([]string{"arn:${Partition}:sns" + here + n.Topic()}, needs.Topics...),
		TopicKey:     {"arn:${Partition}:kms" + here + "key/TOPIC-KEY"},
		ServiceRoles: roles,
		Hub:          {HubARN},
		DefaultBus:   {DefaultBusARN},
		Recorder:     {"*"},
		Traces:       {"*"},
		Aggregators:  {AggregatorsARN},
		Views:        {ViewsARN},
		Product:      {ProductARN},
	}
}

// Roles are the ARNs of service roles, in any scope.
func (n Names) Roles(roles []Role) []string {
	arns := make([]string, len(roles))
	for i, r := range roles {
		arns[i] = "arn:${Partition}:iam::${Account}:role/" + n.Service(r.Service)
	}
	return arns
}

// MemberRoles are the ARNs of service roles in every account that there is: Within keeps them to an organization's.
func (n Names) MemberRoles(roles []Role) []string {
	arns := n.Roles(roles)
	for i, arn := range arns {
		arns[i] = strings.ReplaceAll(arn, "${Account}", "*")
	}
	return arns
}
