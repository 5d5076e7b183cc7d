package standin

import (
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// A Call is one request of a process, as it stands before it is answered.
type Call struct {
	Number             int // in the process, from 1; what the SDK sends again is another call
	Service, Operation string
}

func (c Call) String() string { return c.Service + "." + c.Operation }

// A Fault is what befalls a call.
type Fault int

// The faults.
const (
	None      Fault = iota
	DieBefore       // the process ends before the call is made
	DieAfter        // the process ends after the call took effect, before it is answered
	Throttle        // refused, with the answer with which the service throttles
	Break           // answered with 500, without effect
	TimeOut         // it takes effect, and the answer is lost
	Deny            // access denied
)

var names = [...]string{"none", "dies before", "dies after", "throttled", "500", "timed out though it took effect", "access denied"}

func (f Fault) String() string { return names[f] }

// ErrDead is what every call of a process gets that has ended.
var ErrDead = errors.New("the process is dead")

// errLost is a connection that broke before the answer came.
var errLost = errors.New("read tcp: connection reset by peer")

// A Process is what one function is for AWS: its calls are counted, and it dies as a whole. What runs on after its death has no effect any more. It is safe for
// concurrent use.
type Process struct {
	hook func(Call) Fault

	mu    sync.Mutex
	calls int
	dead  bool
}

// NewProcess is a process whose calls a hook sees, one at a time; nil for no faults.
func NewProcess(hook func(Call) Fault) *Process { return &Process{hook: hook} }

// Dead tells whether the process has ended.
func (p *Process) Dead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

// Calls is how many calls were made.
func (p *Process) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls
}

// To is the process's way to who answers: a Cloud, or an emulator.
func (p *Process) To(answers aws.HTTPClient) aws.HTTPClient { return way{p, answers} }

type way struct {
	process *Process
	answers aws.HTTPClient
}

func (w way) Do(r *http.Request) (*http.Response, error) {
	call, fault := w.process.call(r)
	switch fault {
	case DieBefore:
		return nil, fmt.Errorf("%s: %w", call, ErrDead)
	case Throttle, Break, Deny:
		return refuse(r, refusal(r, fault)), nil
	}
	answer, err := w.answers.Do(r)
	if err != nil || fault == None {
		return answer, err
	}
	_ = answer.Body.Close() // nobody reads it
	if fault == DieAfter {
		return nil, fmt.Errorf("%s: %w", call, ErrDead)
	}
	return nil, fmt.Errorf("%s: %w", call, errLost)
}

// call counts a call, and says what befalls it.
func (p *Process) call(r *http.Request) (Call, Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	call := Call{Service: awsmiddleware.GetServiceID(r.Context()), Operation: awsmiddleware.GetOperationName(r.Context())}
	if p.dead {
		return call, DieBefore
	}
	p.calls++
	call.Number = p.calls
	if p.hook == nil {
		return call, None
	}
	fault := p.hook(call)
	p.dead = fault == DieBefore || fault == DieAfter
	return call, fault
}

// throttles are the codes with which services throttle, and denials those with which they deny access, by the SDK's names. All others use what their protocol does.
//
// Source: the services' API references, "Errors" and "Common errors".
var (
	throttles = map[string]string{
		"DynamoDB": "ProvisionedThroughputExceededException", "SQS": "RequestThrottled", "SNS": "Throttled", "EC2": "RequestLimitExceeded", "S3": "SlowDown",
		"SecurityHub": "LimitExceededException", "Lambda": "TooManyRequestsException", "KMS": "ThrottlingException", "IAM": "Throttling", "STS": "Throttling",
	}
	denials = map[string]string{"EC2": "UnauthorizedOperation", "SNS": "AuthorizationError", "S3": "AccessDenied", "IAM": "AccessDenied", "STS": "AccessDenied", "RDS": "AccessDenied"}
)

func refusal(r *http.Request, f Fault) *Error {
	service, p := awsmiddleware.GetServiceID(r.Context()), protocolOf(r)
	pick := func(codes map[string]string, form, other string) string {
		if code, ok := codes[service]; ok {
			return code
		}
		if p == queryXML || p == restXML || p == ec2XML {
			return form
		}
		return other
	}
	switch f {
	case Throttle:
		e := &Error{Status: http.StatusBadRequest, Code: pick(throttles, "Throttling", "ThrottlingException"), Message: "Rate exceeded"}
		if p == ec2XML || p == restXML {
			e.Status = http.StatusServiceUnavailable
		} else if p == restJSON || service == "SNS" {
			e.Status = http.StatusTooManyRequests
		}
		return e
	case Deny:
		return &Error{Status: http.StatusForbidden, Code: pick(denials, "AccessDenied", "AccessDeniedException"), Message: "not authorized"}
	}
	return &Error{Status: http.StatusInternalServerError, Code: pick(map[string]string{"EC2": "InternalError"}, "InternalFailure", "InternalServerError"), Message: "try again"}
}
