// Package preflight looks at an account for what would keep a policy from working there: services that are off, rights that something refuses, people who would hear nothing.
// It reads and changes nothing. What it cannot read is unknown, never in order.
package preflight

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// A Status is what a check came to.
type Status string

// The statuses.
const (
	OK      Status = "ok"
	Warn    Status = "warn"    // it works, but not as people may expect
	Fail    Status = "fail"    // something that the policy needs does not work
	Unknown Status = "unknown" // it could not be read
)

// A Finding is what a check found.
type Finding struct {
	Status Status
	Says   string // one sentence
	Way    string // the way out; "" where nothing is to be done
}

// A Check is one thing to look at.
type Check struct {
	ID    string
	What  string   // what is looked at
	Why   string   // what goes wrong otherwise
	Needs string   // what of the policy makes it apply; "" for always
	Calls []string // the IAM actions that it needs; none where it asks the deployment
	// Applies tells whether a policy needs it; nil for always.
	Applies func(a *Account) bool
	// Blocks tells whether a deployment itself would fail where the check fails; nil for never: it works then, and part of the policy does not.
	Blocks func(a *Account) bool
	Look   func(ctx context.Context, a *Account) Finding
}

// A Result is a check with what it found, as people and programs read it. Fields are added, never renamed.
type Result struct {
	Check  string `json:"check"`
	Status Status `json:"status"`
	What   string `json:"what"`
	Says   string `json:"says"`
	Way    string `json:"way,omitempty"`
	Blocks bool   `json:"blocks,omitempty"` // a deployment would fail now
}

// An Account is where a deployment is, or is to be, and what it needs there.
type Account struct {
	Config aws.Config // credentials, and the deployment's region
	Policy *policy.Policy
	Names  rights.Names
	Stack  string        // name of the CloudFormation stack
	Roles  []rights.Role // the service roles that the policy needs
	Queues int           // how many functions take from a queue
	Calls  int           // how many functions people or CloudFormation call
	// Tagged gives when an event of a tag last led to an entry of the journal; the zero time where none did. nil where no deployment can be asked.
	Tagged func(ctx context.Context) (time.Time, error)

	id, partition, caller string
}

// patience is how long one check may take.
const patience = 40 * time.Second

// Open finds out whose account it is. An error means that nothing can be looked at.
func (a *Account) Open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := Ready(ctx, a.Config); err != nil {
		return err
	}
	got, err := sts.NewFromConfig(a.Config).GetCallerIdentity(ctx, nil)
	if err != nil {
		return fmt.Errorf("ask AWS whose account this is: %w", Plain(err))
	}
	caller, err := arn.Parse(aws.ToString(got.Arn))
	if err != nil {
		return fmt.Errorf("ask AWS whose account this is: %w; %s", errNoAWS, lookAtEndpoint)
	}
	a.id, a.partition, a.caller = aws.ToString(got.Account), caller.Partition, aws.ToString(got.Arn)
	return nil
}

// ID is the account's id, known after Open.
func (a *Account) ID() string { return a.id }

// hears tells whether some rule hears one of some kinds of events.
func hears(kinds ...string) func(*Account) bool {
	return func(a *Account) bool {
		for _, heard := range a.Policy.Kinds() {
			for _, kind := range kinds {
				if heard == kind {
					return true
				}
			}
		}
		return false
	}
}

// Applying are those of some checks that an account's policy needs, in order.
func Applying(a *Account, checks []Check) []Check {
	var list []Check
	for _, c := range checks {
		if c.Applies == nil || c.Applies(a) {
			list = append(list, c)
		}
	}
	return list
}

// Run looks at everything that the policy needs, all at once, and gives the results in order. No check takes longer than patience. Open comes before it.
func Run(ctx context.Context, a *Account, checks []Check) []Result {
	checks = Applying(a, checks)
	results := make([]Result, len(checks))
	var all sync.WaitGroup
	for i, c := range checks {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			f := c.Look(ctx, a)
			results[i] = Result{Check: c.ID, Status: f.Status, What: c.What, Says: f.Says, Way: f.Way, Blocks: f.Status == Fail && c.Blocks != nil && c.Blocks(a)}
		})
	}
	all.Wait()
	return results
}

// unread is the finding of what AWS did not tell; action is what must be allowed to read it.
func unread(action string, err error) Finding {
	var api smithy.APIError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return Finding{Unknown, "AWS did not answer " + action + " in time.", "Try again."}
	case errors.As(err, &api) && refused(api.ErrorCode()):
		return Finding{Unknown, fmt.Sprintf("AWS answered %s to %s.", api.ErrorCode(), action), "Allow " + action + ", or ask somebody who may."}
	case errors.As(err, &api) && !foreign(err):
		return Finding{Unknown, fmt.Sprintf("AWS answered %s to %s.", api.ErrorCode(), action), "Try again, or look by hand."}
	}
	return Finding{Unknown, fmt.Sprintf("AWS could not be asked %s: %v.", action, plain(err)), capital(wayOut(err)) + "."}
}

// refused tells whether a code says that the caller may not.
func refused(code string) bool {
	return strings.HasPrefix(code, "AccessDenied") || strings.HasPrefix(code, "Unauthorized") || code == "AuthorizationError" || code == "AuthorizationErrorException"
}

// few are the first of a list, and how many more there are.
func few(list []string) string {
	const shown = 5
	if len(list) <= shown {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:shown], ", "), len(list)-shown)
}
