package watch

// A Query is a saved query of CloudWatch Logs Insights over the logs of all functions. Saved queries cost nothing until they are run.
type Query struct {
	ID   string
	Name string
	Text string
}

func (d Deployment) queryName(id string) string { return d.Names.Prefix + "/" + id }

// Queries are the saved queries of a deployment.
//
// Source: CloudWatch Logs user guide, "CloudWatch Logs Insights language query syntax" (fields with dots and spaces stand in backticks).
func Queries(d Deployment) []Query {
	query := func(id, text string) Query { return Query{id, d.queryName(id), text} }
	return []Query{
		query("outcomes", `fields @timestamp, function, outcome, rule, remedy, account, region, resource, finding
| filter msg in ["finding answered", "finding judged"]
| sort @timestamp desc
| limit 200`),
		query("resource", `fields @timestamp, function, msg, rule, verdict, outcome, finding, err
| filter resource like /PASTE-AN-ARN-OR-PART-OF-IT/
| sort @timestamp asc
| limit 1000`),
		query("errors", `fields @timestamp, function, msg, err, finding, event
| filter level in ["WARN", "ERROR"] or ispresent(errorMessage)
| sort @timestamp desc
| limit 200`),
		query("batches", `filter msg = "batch"
| stats sum(handled) as messages, sum(handling) / sum(handled) as milliseconds_each, sum(outcomes.fixed) as fixed, sum(outcomes.told) as told,
    sum(outcomes.proposed) as proposed, sum(outcomes.failed) as failed, sum(errors.again) as errors_that_pass, sum(errors.person) as errors_for_a_person by function, bin(1h)`),
	}
}
