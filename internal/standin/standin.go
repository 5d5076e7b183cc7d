// Package standin is a test bed: as much of AWS as our own line needs, in this process, fast, and with faults at any call.
//
// A Cloud answers what the SDK's clients put on the wire, so that the real adapters run: DynamoDB, SQS, SNS, STS, Security Hub, and the tags of resources through EC2's
// calls and the Resource Groups Tagging API. What it does not know it refuses loudly. Who calls is told by the context that the SDK's clients give their requests, so
// that nothing but the SDK, in this process, can use it. No time passes but that of its Clock.
package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Account is the account of who has not assumed a role.
const Account = "111122223333"

// A Cloud is one AWS. It is safe for concurrent use.
type Cloud struct {
	Clock *Clock
	Tags  *Tags
	Hub   *Hub

	mu     sync.Mutex
	tables map[string]*table
	queues map[string]*Queue // by URL
	topics map[string]*Topic // by ARN
}

// New is a cloud in which nothing is.
func New(clock *Clock) *Cloud {
	return &Cloud{
		Clock: clock, Tags: &Tags{resources: map[string]*Resource{}}, Hub: &Hub{findings: map[string]Finding{}},
		tables: map[string]*table{}, queues: map[string]*Queue{}, topics: map[string]*Topic{},
	}
}

// A Clock tells the cloud's time, which passes only when it is moved. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a clock that stands at a time.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move lets time pass.
func (c *Clock) Move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// Config is the configuration of a function whose calls go to an HTTP client. The SDK tries again what failed, as ever, but does not wait before it does.
func Config(client aws.HTTPClient, region string) aws.Config {
	return aws.Config{
		Region: region, HTTPClient: client, Credentials: credentials.NewStaticCredentialsProvider("AKIA"+Account, "secret", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
				o.RateLimiter = ratelimit.None
			})
		},
	}
}

// A request is one call, as an operation reads it.
type request struct {
	account, region string // of the caller's credentials
	body            []byte
}

// An operation answers a call: what it returns is the answer's body, as the service's protocol writes it.
type operation func(c *Cloud, r request) (any, error)

// operations are all that a cloud can do, by the SDK's names of service and operation.
var operations = map[string]operation{
	"DynamoDB CreateTable":                       asJSON(createTable),
	"DynamoDB DescribeTable":                     asJSON(describeTable),
	"DynamoDB UpdateTimeToLive":                  asJSON(updateTimeToLive),
	"DynamoDB GetItem":                           asJSON(getItem),
	"DynamoDB BatchGetItem":                      asJSON(batchGetItem),
	"DynamoDB PutItem":                           asJSON(putItem),
	"DynamoDB Query":                             asJSON(query),
	"DynamoDB TransactWriteItems":                asJSON(transactWriteItems),
	"SQS SendMessage":                            asJSON(sendMessage),
	"SQS ChangeMessageVisibility":                asJSON(changeMessageVisibility),
	"SNS Publish":                                asForm(publish),
	"STS AssumeRole":                             asForm(assumeRole),
	"SecurityHub GetFindings":                    asJSON(getFindings),
	"SecurityHub BatchUpdateFindings":            asJSON(batchUpdateFindings),
	"SecurityHub BatchImportFindings":            asJSON(batchImportFindings),
	"EC2 DescribeTags":                           asForm(ec2DescribeTags),
	"EC2 CreateTags":                             asForm(ec2CreateTags),
	"EC2 DeleteTags":                             asForm(ec2DeleteTags),
	"EC2 DescribeInstances":                      asForm(ec2DescribeInstances),
	"EC2 DescribeVolumes":                        asForm(ec2DescribeVolumes),
	"Resource Groups Tagging API GetResources":   asJSON(tagGetResources),
	"Resource Groups Tagging API TagResources":   asJSON(tagTagResources),
	"Resource Groups Tagging API UntagResources": asJSON(tagUntagResources),
}

// asJSON is an operation whose input is JSON. A field that the stand-in does not know is refused.
func asJSON[I, O any](do func(*Cloud, request, I) (O, error)) operation {
	return func(c *Cloud, r request) (any, error) {
		var in I
		decoder := json.NewDecoder(bytes.NewReader(r.body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&in); err != nil {
			return nil, unknown("the input %s: %v", r.body, err)
		}
		return do(c, r, in)
	}
}

// asForm is an operation whose input is a form.
func asForm[O any](do func(*Cloud, request, url.Values) (O, error)) operation {
	return func(c *Cloud, r request) (any, error) {
		form, err := url.ParseQuery(string(r.body))
		if err != nil {
			return nil, unknown("the input %s: %v", r.body, err)
		}
		return do(c, r, form)
	}
}

// Do answers a call.
func (c *Cloud) Do(r *http.Request) (*http.Response, error) {
	service, name := awsmiddleware.GetServiceID(r.Context()), awsmiddleware.GetOperationName(r.Context())
	do, ok := operations[service+" "+name]
	if !ok {
		return refuse(r, unknown("the operation %s of %s", name, service)), nil
	}
	in, err := read(r)
	if err != nil {
		return nil, err
	}
	out, err := do(c, in)
	if err != nil {
		return refuse(r, err), nil
	}
	return answer(r, out)
}

// credential finds account and region in a signature; the stand-in gives out only access keys that end with their account.
var credential = regexp.MustCompile(`Credential=[A-Z]{4}(\d{12})/\d+/([a-z0-9-]+)/`)

func read(r *http.Request) (request, error) {
	signed := credential.FindStringSubmatch(r.Header.Get("Authorization"))
	if signed == nil {
		return request{}, fmt.Errorf("%s is not signed with credentials of the stand-in", r.URL)
	}
	in := request{account: signed[1], region: signed[2]}
	var err error
	if r.Body != nil {
		in.body, err = io.ReadAll(r.Body)
	}
	return in, err
}

// unknown is the refusal of what no stand-in knows.
func unknown(format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "UnknownToStandin", Message: fmt.Sprintf("the stand-in does not know "+format, args...)}
}
