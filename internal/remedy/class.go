package remedy

import (
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// A Class says what an error asks for.
type Class string

// The classes of errors.
const (
	Again  Class = "again"  // it may pass: the call is made again later
	Person Class = "person" // it does not pass by itself, and a person can do something about it
	Over   Class = "over"   // it does not matter any more: what the call was about is gone
)

// ClassOf is the class of an error. One that is not known may pass.
func ClassOf(err error) Class {
	var refused *RefusedError
	switch {
	case errors.Is(err, ErrGone):
		return Over
	case errors.As(err, &refused), Is(err, denied...), rejected(err):
		return Person
	}
	return Again
}

// rejected tells whether AWS took the call for wrong, in a way that the next call would not mend: it answered with a client's error that is none of those that pass.
func rejected(err error) bool {
	var answer *awshttp.ResponseError
	if Code(err) == "" || !errors.As(err, &answer) {
		return false
	}
	status := answer.HTTPStatusCode()
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError && !passes(status, Code(err))
}

// passes tells whether a client's error passes by itself: AWS is asked too often or is busy with the very thing, credentials ran out, or what was just made is not seen yet.
func passes(status int, code string) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusLocked, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return Throttled(code) || slices.ContainsFunc(passing, func(glob string) bool {
		ok, err := path.Match(glob, code)
		return ok && err == nil
	})
}

// Throttled tells whether a code says that AWS is asked too often, in any of its protocols.
func Throttled(code string) bool {
	_, sdk := retry.DefaultThrottleErrorCodes[code]
	return sdk || slices.Contains(throttles, code) || strings.HasPrefix(code, "Throttling.")
}

// throttles are the codes of throttling that the SDK does not know. "Throttling.User" and its like are known by their first word.
//
// Source: EC2 API reference, "Error codes" (Client.RequestLimitExceeded, as older endpoints spell it); Systems Manager API reference (TooManyUpdates); Lambda and API Gateway (TooManyRequests).
var throttles = []string{"Client.RequestLimitExceeded", "TooManyRequests", "TooManyUpdates"}

// busy are codes of what AWS is at in that moment: the SDK does not try them again by itself.
//
// Source: S3 API reference, "Error responses" (OperationAborted); AWS WAF, IAM, Organizations and Auto Scaling API references, "Errors" (the others).
var busy = []string{"ConcurrentModification", "ConcurrentModificationException", "ConcurrentUpdateException", "OperationAborted", "Throttling.User", "WAFOptimisticLockException"}

// Patient is a retryer that also tries again what the SDK would give up at once: see Throttled.
func Patient(r aws.RetryerV2) aws.Retryer {
	return retry.AddWithErrorCodes(r, slices.Concat(throttles, busy)...)
}

// passing are globs of the codes of what passes by itself.
//
// Source: the API references' "Errors" of the operations that remedies call; EC2 API reference, "Eventual consistency" (what was just made may not be found); STS API reference, "Common errors".
var passing = []string{
	"*NotFound*", "NoSuch*", "*DoesNotExist*", // not seen yet; what is gone for good is told by the remedy's own codes
	"*Conflict*", "*InUse*", "*InProgress*", "*Concurrent*", "*NotReady*", "*Pending*", "*Busy*", "*Locked*", "OperationAborted", "*AlreadyExists*", "DependencyViolation", "*NotStabilized*",
	"Incorrect*State*", "Invalid*State", "Invalid*StateException", "Invalid*StateFault", "*StateTransition*", "PreconditionFailed*",
	"*Timeout*", "*TimedOut*", "*Unavailable*", "*Internal*", "RequestExpired", "ExpiredToken*", "RequestTimeTooSkewed", "InvalidClientTokenId", "UnrecognizedClient*", "AuthFailure", "SignatureDoesNotMatch", "IncompleteSignature",
	"*OptimisticLock*", "OptInRequired",
}
