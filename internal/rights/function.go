package rights

// A Part is something of the deployment that the functions work with.
type Part string

// The parts.
const (
	OwnQueue     Part = "queue"         // the queue that the function takes its work from
	OwnLog       Part = "log"           // the streams of the function's log group
	HandOver     Part = "hand-over"     // the queue from the judges to act
	Journal      Part = "journal"       // the journal's table
	Indexes      Part = "indexes"       // the indexes of the journal's table
	Topic        Part = "topic"         // where messages go: the stack's own topic, and those of the policy's routes
	TopicKey     Part = "topic key"     // the deployment's key: of its own topic, and of the journal's secret; those of other topics are for their owners to open
	ServiceRoles Part = "service roles" // the roles of Roles, and no other
	DefaultBus   Part = "default bus"   // the default event bus of the deployment's own account and region
	Hub          Part = "hub"           // Security Hub of the deployment's own account and region
	Recorder     Part = "recorder"      // AWS Config of the deployment's own account and region, for which AWS has no ARN
	Aggregators  Part = "aggregators"   // AWS Config's aggregators in the deployment's own account and region
	Views        Part = "views"         // Resource Explorer's views in the deployment's own account and region
	Product      Part = "product"       // the findings of our own in it
)

// An Allowance is what a function may do with one part.
type Allowance struct {
	Sid     string // letters and digits
	Actions []string
	On      Part

	Condition map[string]map[string][]string // as in Statement; nil for none
}

// Judge is all that a judging function itself may do: nothing that changes anything but our own journal, queue, topic and events. journal is what the journal calls
// on its table, as internal/awsdynamodb tells it; source is the source of the deployment's events.
func Judge(journal []string, source string) []Allowance {
	return []Allowance{
		consume,
		{Sid: "Journal", Actions: journal, On: Journal},
		{Sid: "HandOver", Actions: []string{"sqs:SendMessage"}, On: HandOver},
		publish, publishKey, announce(source),
		write,
	}
}

// announce lets a function put outcomes on the default bus, under the deployment's own name alone.
//
// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EventBridge" (PutEvents, events:source, events:detail-type).
func announce(source string) Allowance {
	return Allowance{
		Sid: "Announce", Actions: []string{"events:PutEvents"}, On: DefaultBus,
		Condition: map[string]map[string][]string{"ForAllValues:StringEquals": {"events:source": {source}}}, // of all events of a call: the key has several values
	}
}

// Act is all that act itself may do; journal and source as in Judge. Whatever it does to resources it does by the service roles. noting says that it writes into findings of
// Security Hub what became of them; posting, that it puts proposals there.
func Act(journal []string, source string, noting, posting bool) []Allowance {
	list := []Allowance{
		consume,
		{Sid: "Postpone", Actions: []string{"sqs:ChangeMessageVisibility"}, On: OwnQueue},
		{Sid: "Journal", Actions: journal, On: Journal},
		publish, publishKey, announce(source),
		{Sid: "Assume", Actions: []string{"sts:AssumeRole"}, On: ServiceRoles},
		write, trace,
	}
	if noting {
		// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Hub".
		list = append(list, Allowance{Sid: "Note", Actions: []string{"securityhub:BatchUpdateFindings", "securityhub:GetFindings"}, On: Hub})
	}
	if posting {
		// Source: as above, BatchImportFindings (product).
		list = append(list, Allowance{Sid: "Post", Actions: []string{"securityhub:BatchImportFindings"}, On: Product})
	}
	return list
}

// Clock is all that the clock itself may do; journal and source as in Judge, indexed as in Operator. sweeping says that some rule hears the clock: only then
// does it list what exists, and send itself pages. aggregated says that it asks an aggregator.
func Clock(journal, indexed []string, source string, sweeping, aggregated bool) []Allowance {
	list := []Allowance{
		consume,
		{Sid: "Journal", Actions: journal, On: Journal},
		{Sid: "Indexes", Actions: indexed, On: Indexes},
		{Sid: "HandOver", Actions: []string{"sqs:SendMessage"}, On: HandOver},
		publish, publishKey, announce(source),
		write,
	}
	if !sweeping {
		return list
	}
	// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Config" and "... for AWS Resource Explorer".
	query := Allowance{Sid: "Inventory", Actions: []string{"config:SelectResourceConfig"}, On: Recorder}
	if aggregated {
		query = Allowance{Sid: "Inventory", Actions: []string{"config:SelectAggregateResourceConfig"}, On: Aggregators}
	}
	return append(
		list,
		Allowance{Sid: "Pages", Actions: []string{"sqs:SendMessage"}, On: OwnQueue},
		query,
		Allowance{Sid: "Search", Actions: []string{"resource-explorer-2:Search"}, On: Views},
	)
}

// Operator is all that the operator function itself may do: read and write the journal, and hand over. indexed is what the journal calls on its indexes.
func Operator(journal, indexed []string) []Allowance {
	return []Allowance{
		{Sid: "Journal", Actions: journal, On: Journal},
		{Sid: "Indexes", Actions: indexed, On: Indexes},
		{Sid: "HandOver", Actions: []string{"sqs:SendMessage"}, On: HandOver},
		openKey,
		write, trace,
	}
}

// Scheduler is all that the clock's schedules may do; the queue is the clock's.
func Scheduler() []Allowance {
	return []Allowance{{Sid: "Send", Actions: []string{"sqs:SendMessage"}, On: OwnQueue}}
}

var (
	// Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS" (execution role permissions).
	consume = Allowance{Sid: "Consume", Actions: []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}, On: OwnQueue}
	publish = Allowance{Sid: "Publish", Actions: []string{"sns:Publish"}, On: Topic}
	// Source: Amazon SNS developer guide, "Managing Amazon SNS encryption keys and costs" (permissions of a publisher).
	publishKey = Allowance{Sid: "PublishKey", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, On: TopicKey}
	// The journal's secret asks for the same two as the topic.
	openKey = Allowance{Sid: "Key", Actions: publishKey.Actions, On: TopicKey}
	write   = Allowance{Sid: "Log", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, On: OwnLog}
)

// Expand makes a document of allowances; of gives the ARNs of a part. What is allowed on no ARN is left out.
func Expand(list []Allowance, of func(Part) []string) Document {
	d := Document{Version: version, Statement: []Statement{}}
	for _, a := range list {
		if arns := of(a.On); len(arns) > 0 {
			d.Statement = append(d.Statement, Statement{Sid: a.Sid, Effect: "Allow", Action: a.Actions, Resource: arns, Condition: a.Condition})
		}
	}
	return d
}
