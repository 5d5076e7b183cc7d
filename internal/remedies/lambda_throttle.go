package remedies

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/remedy"
)

var lambdaThrottle = remedy.Remedy{
	ID: "lambda-throttle",
	Doc: `Stop a Lambda function by reserving no concurrency for it.

The function's reserved concurrency becomes 0: Lambda starts no invocation of it, of none of its versions and aliases. What runs already runs on to its end or timeout,
and code, configuration and logs stay for those who look into it. An undo restores the reserved concurrency that was, or takes the reservation away if there was none.

When not to use it: for a function whose standstill does more harm than what was found. Let it be proposed there, and decided by people.`,
	Changes:  "The function's reserved concurrency is 0.",
	Breaks:   "Every invocation is throttled: synchronous callers get an error, queues and streams wait, and asynchronous events are dropped when they are too old.",
	Setting:  "lambda:reserved-concurrency",
	Answers:  []string{"guardduty:*:Lambda/*"},
	Resource: "AWS::Lambda::Function",
	About:    aboutFunction,
	Reads:    []remedy.Grant{{Action: "lambda:GetFunctionConcurrency", On: "${ARN}"}},
	Writes:   []remedy.Grant{{Action: "lambda:PutFunctionConcurrency", On: "${ARN}"}, {Action: "lambda:DeleteFunctionConcurrency", On: "${ARN}"}},
	Undo:     remedy.Exact,
	Schema:   1,
	Lens:     remedy.Erase(remedy.Setting[concurrency]{Read: readConcurrency, Fix: fixConcurrency, Write: writeConcurrency}),
	Examples: []remedy.Example{
		{Name: "nothing reserved", Before: `{}`, After: `{"ReservedConcurrentExecutions":0}`},
		{Name: "some reserved", Before: `{"ReservedConcurrentExecutions":50}`, After: `{"ReservedConcurrentExecutions":0}`},
	},
}

// A concurrency is what is reserved for a function; nil where nothing is.
type concurrency struct {
	Reserved *int32 `json:"ReservedConcurrentExecutions,omitempty"`
}

func readConcurrency(ctx context.Context, cfg aws.Config, r finding.Resource) (concurrency, error) {
	name, _ := functionOf(r)
	out, err := lambda.NewFromConfig(cfg).GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: &name})
	if err != nil {
		return concurrency{}, remedy.Explain("read the reserved concurrency of "+r.String(), err, noFunction)
	}
	return concurrency{out.ReservedConcurrentExecutions}, nil
}

func fixConcurrency(concurrency, remedy.Params) (concurrency, error) {
	return concurrency{aws.Int32(0)}, nil
}

func writeConcurrency(ctx context.Context, cfg aws.Config, r finding.Resource, _, to concurrency) error {
	c := lambda.NewFromConfig(cfg)
	name, _ := functionOf(r)
	var err error
	if to.Reserved == nil {
		_, err = c.DeleteFunctionConcurrency(ctx, &lambda.DeleteFunctionConcurrencyInput{FunctionName: &name})
	} else {
		_, err = c.PutFunctionConcurrency(ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: &name, ReservedConcurrentExecutions: to.Reserved})
	}
	if err != nil {
		return remedy.Explain("write the reserved concurrency of "+r.String(), err, noFunction)
	}
	return nil
}
