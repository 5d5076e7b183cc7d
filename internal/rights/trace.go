package rights

// Traces is X-Ray, for which AWS has no resource.
const Traces Part = "traces"

// trace lets Lambda record a function's invocations under the function's role.
//
// Source: AWS Lambda developer guide, "Visualize Lambda function invocations using AWS X-Ray" (permissions); Service Authorization Reference, "Actions, resources, and condition keys for AWS
// X-Ray" (PutTraceSegments and PutTelemetryRecords have no resource).
var trace = Allowance{Sid: "Trace", Actions: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, On: Traces}

// Traced tells whether X-Ray records a function's invocations: those of what changes and of what is asked. A judge's are not recorded. Lambda records one a second and 5 % of the rest, and nobody
// can set that, so that a million events that come evenly are up to a million traces, at 5 USD, where judging them costs less than 3; and what a judge does is two calls at the most, which its log
// tells. The clock's are not, either: 43,200 ticks a month are 0.22 USD, a heartbeat of each member beside, and what is due goes on
// in act.
//
// Source: AWS Lambda developer guide, as above (sampling rate); AWS X-Ray pricing.
func Traced(function string) bool {
	return function == ActName || function == OperatorName
}
