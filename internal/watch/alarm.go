package watch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// An Alarm goes off where the sum of its metrics was above a threshold in enough of the last periods. What is missing is as good as nothing: a metric that says how many has no value
// where there are none.
type Alarm struct {
	ID         string // unique in a deployment, letters and digits and hyphens
	Name       string // in CloudWatch
	Of         []Metric
	Threshold  float64
	Periods    int    // how many of the last periods are looked at
	Datapoints int    // in how many of them it must have been above
	Why        string // what it says: one sentence
	Do         string // what people do then: one sentence or two
}

// Metrics is how many metrics the alarm is billed for.
//
// Source: Amazon CloudWatch pricing (alarms on metric math are charged by the number of metrics in them).
func (a Alarm) Metrics() int { return len(a.Of) }

// Expression is the metric math over the metrics m1, m2 and so on; "" for an alarm on one metric. A metric without a value counts as 0, or the sum would have none.
//
// Source: CloudWatch user guide, "Using metric math" (FILL).
func (a Alarm) Expression() string {
	if len(a.Of) == 1 {
		return ""
	}
	parts := make([]string, len(a.Of))
	for i := range a.Of {
		parts[i] = fmt.Sprintf("FILL(m%d,0)", i+1)
	}
	return strings.Join(parts, "+")
}

// Description is what the alarm's message says.
func (a Alarm) Description() string { return a.Why + " " + a.Do }

// How long alarms look.
const (
	step = 5 * time.Minute
	// slow is above what p95 of an hour's fixes from event to verified fix is told, in milliseconds: 15 minutes.
	slow = 15 * 60 * 1000
	// mostInMath is how many metrics one expression may have. Source: CloudWatch API reference, PutMetricAlarm (Metrics).
	mostInMath = 10
)

// Alarms are the alarms of a deployment, the gravest first.
func Alarms(d Deployment) []Alarm {
	all := []Alarm{d.dead()}
	for _, q := range d.queues() {
		all = append(all, d.old(q))
	}
	for _, function := range d.Functions() {
		all = append(all, d.Errors(function))
	}
	all = append(all, d.throttles(), d.brake())
	if len(d.sources()) > 0 {
		all = append(all, d.breaker())
	}
	for _, source := range d.sources() {
		all = append(all, d.slow(source))
	}
	if d.Hub {
		all = append(all, d.bus()...)
	}
	return all
}

func (d Deployment) name(id string) string { return d.Names.Prefix + "-" + id }

// dead is about what five deliveries could not do, and what EventBridge could not deliver: both dead-letter queues in one alarm.
func (d Deployment) dead() Alarm {
	const id = "dead-letters"
	return Alarm{
		ID: id, Name: d.name(id), Periods: 1, Datapoints: 1,
		Of: []Metric{
			ofQueue(d.Names.Dead(), "ApproximateNumberOfMessagesVisible", "Maximum", step),
			ofQueue(d.Names.HandOverDead(), "ApproximateNumberOfMessagesVisible", "Maximum", step),
		},
		Why: "Messages lie in a dead-letter queue: nothing is done about them any more.",
		Do:  "Find the cause in the function's log, put it right, and start a redrive.",
	}
}

// old is about a queue that is not worked off. What a queue holds back on purpose is not late.
func (d Deployment) old(q queue) Alarm {
	id, limit := "oldest-"+q.function, 15*time.Minute+q.grace
	if q.function == rights.ActName { // a FIFO group that is postponed waits behind its first message
		limit = time.Hour
	}
	return Alarm{
		ID: id, Name: d.name(id), Periods: 3, Datapoints: 3, Threshold: limit.Seconds(),
		Of:  []Metric{ofQueue(q.name, "ApproximateAgeOfOldestMessage", "Maximum", step)},
		Why: fmt.Sprintf("The oldest message of %s has waited for more than %s: it comes in faster than it is worked off, or not at all.", q.function, spoken(limit)),
		Do:  "Look at the errors and throttles of the function; in a storm the queue drains by itself.",
	}
}

// Errors is about invocations of a function that failed as a whole. A message that is only not ready yet is none. A release that sets it off is taken back, so that it looks at each minute.
func (d Deployment) Errors(function string) Alarm {
	return Alarm{
		ID: function + "-errors", Name: d.Names.ErrorsAlarm(function), Periods: 1, Datapoints: 1,
		Of:  []Metric{{"AWS/Lambda", "Errors", []Dimension{{"FunctionName", d.Names.Function(function)}}, "Sum", time.Minute}},
		Why: fmt.Sprintf("The function %s failed, and a release of it that is on its way is taken back.", function),
		Do:  "Read err in its log: the saved query " + d.queryName("errors") + " shows the lines. What it worked on is delivered again.",
	}
}

// throttles is about the whole account and region: its functions share one concurrency, and what starves others starves these. It is one metric, where those of the functions would be one each.
//
// Source: AWS Lambda developer guide, "Types of metrics for Lambda functions" (Throttles) and "Understanding Lambda function scaling".
func (d Deployment) throttles() Alarm {
	const id = "throttles"
	return Alarm{
		ID: id, Name: d.name(id), Periods: 3, Datapoints: 3,
		Of:  []Metric{{"AWS/Lambda", "Throttles", nil, "Sum", step}},
		Why: "Functions of this account are throttled: Tagwarden's share the account's concurrency with all others.",
		Do:  "Find the function that takes it, or that has no concurrency of its own left; ask for a higher quota where all need it.",
	}
}

func (d Deployment) brake() Alarm {
	const id = "brake"
	return Alarm{
		ID: id, Name: d.name(id), Periods: 3, Datapoints: 1,
		Of:  []Metric{d.own(meter.Brake, "Maximum", step)},
		Why: "A brake is on: nothing is changed in one account, or in all.",
		Do:  "See which and why with `tagwarden brake`, and take it off when changes may be made again.",
	}
}

func (d Deployment) breaker() Alarm {
	const id = "breaker"
	return Alarm{
		ID: id, Name: d.name(id), Periods: 3, Datapoints: 1,
		Of:  []Metric{d.own(meter.Breaker, "Maximum", step)},
		Why: "A rule's breaker is open: its changes went wrong too often, and it only proposes.",
		Do:  "See what went wrong with `tagwarden journal --state failed`, then `tagwarden breaker close RULE`.",
	}
}

func (d Deployment) slow(source string) Alarm {
	id := "slow-" + source
	return Alarm{
		ID: id, Name: d.name(id), Periods: 1, Datapoints: 1, Threshold: slow,
		Of:  []Metric{d.fixed(source, "p95", time.Hour)},
		Why: "Of the last hour's fixes of " + source + " the slowest twentieth took more than 15 minutes from the event.",
		Do:  "Look at what waits, and at the oldest messages; what waits on purpose (grace, window, approval) is not counted.",
	}
}

// bus is about the rules of the hub's bus, as many in one alarm as an expression may have.
func (d Deployment) bus() []Alarm {
	var all []Alarm
	rules := append(d.rules(), d.Names.Function("heartbeat"))
	for some := range slices.Chunk(rules, mostInMath) {
		id := "bus"
		if len(all) > 0 {
			id = fmt.Sprintf("bus-%d", len(all)+1)
		}
		a := Alarm{
			ID: id, Name: d.name(id), Periods: 1, Datapoints: 1,
			Why: "Events of the organization came to the hub's bus and could not be brought to their queue.",
			Do:  "Look for what was changed in the queues' policies; what was kept of it lies in the dead-letter queue.",
		}
		for _, rule := range some {
			a.Of = append(a.Of, d.ofRule(rule, "FailedInvocations", step))
		}
		all = append(all, a)
	}
	return all
}

// spoken is a duration of whole minutes, for people.
func spoken(d time.Duration) string {
	if d%time.Hour == 0 && d > time.Hour {
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d minutes", d/time.Minute)
}
