package cost

import "strings"

// What is assumed, and not counted. Times are of functions that are warm; docs/cost.md says how much depends on each.
const (
	monthHours   = 730.0
	monthSeconds = monthHours * 3600
	monthDays    = monthHours / 24

	// An event source mapping keeps so many pollers at an idle queue, each of which asks again every 20 s.
	//
	// Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS" (long polling, five batches at once); Amazon SQS developer guide, "Amazon SQS short and long polling" (20 s).
	pollers     = 5
	pollSeconds = 20

	invokeMillis = 5.0   // of each invocation, whatever it does: its batch in, its answer out
	judgeMillis  = 0.3   // of each event: 28 µs on a whole processor (make bench, BenchmarkCompliantEvent), of which a judge has a seventh
	callMillis   = 10.0  // of a call to table, queue or topic
	otherMillis  = 100.0 // of a call to any other service
	coldShare    = 0.01  // of invocations that start their function
	coldMillis   = 400.0 // which takes so long

	// Lambda has X-Ray record one invocation a second and 5 % of the others.
	//
	// Source: AWS Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray".
	traceReservoir = monthSeconds
	traceShare     = 0.05

	logMonths   = 3   // how long logs are kept
	itemBytes   = 100 // DynamoDB's own, of each item. Source: DynamoDB developer guide, "DynamoDB Item sizes and formats"
	perEntry    = 6   // items of a violation in table and index together, at the most
	gigabyte    = 1 << 30
	beatsADay   = 6     // of each rule that forwards, and of each account's roles
	beatBytes   = 250.0 // of a beat in the table
	looks       = 4     // for what is silent, an hour
	refreshes   = 4     // of the directory, a day
	lookups     = 6     // of an account in the directory, an hour and function at work: it is remembered for ten minutes
	subscribers = 1     // who get each message by e-mail
)

// near are the services that answer within callMillis.
var near = []string{"DynamoDB.", "SQS.", "SNS."}

// millis is how long the calls of a path take.
func (u Usage) millis() float64 {
	total := 0.0
	for name, times := range u.Calls {
		each := otherMillis
		for _, service := range near {
			if strings.HasPrefix(name, service) {
				each = callMillis
			}
		}
		total += each * float64(times)
	}
	return total
}

// traces is how many of so many invocations X-Ray records.
func traces(invocations float64) float64 {
	if invocations <= traceReservoir {
		return invocations
	}
	return traceReservoir + traceShare*(invocations-traceReservoir)
}
