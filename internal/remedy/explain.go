package remedy

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/aws/smithy-go"
)

// Code is the AWS error code of err, or "" if it has none.
func Code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// denied are the codes of calls that AWS does not permit, over all protocols.
//
// Source: the API references' "Common Errors"; EC2: "Error codes for the Amazon EC2 API" (UnauthorizedOperation); SNS and RDS: AuthorizationError, NotAuthorized.
var denied = []string{
	"AccessDenied", "AccessDeniedException", "AccessDeniedFault", "AllAccessDisabled", "AuthorizationError", "AuthorizationErrorException", "AuthorizationNotFound", "NotAuthorized",
	"UnauthorizedException", "UnauthorizedOperation", "KMSAccessDeniedException",
}

// Denied tells whether err is AWS's answer that it does not permit a call.
func Denied(err error) bool { return Is(err, denied...) }

// Explain says what was tried ("read the versioning of arn:aws:s3:::b"), and brings AWS's answer to what a caller can act upon: ErrGone for the codes of gone (globs),
// a *RefusedError where AWS does not permit the call or would not take it the next time either (ClassOf), else an error that a retry may help.
func Explain(tried string, err error, gone ...string) error {
	switch {
	case Is(err, gone...):
		return fmt.Errorf("%s: %w: %w", tried, ErrGone, err)
	case Is(err, denied...):
		return fmt.Errorf("%s: %w", tried, &RefusedError{
			Why: "AWS denied the call: let Tagwarden's role do it, and look for a service control policy, a resource policy, or an AWS-managed resource that denies it",
			Err: err,
		})
	case rejected(err):
		return fmt.Errorf("%s: %w", tried, &RefusedError{
			Why: fmt.Sprintf("AWS does not take the call (%s): look at what the resource is like, and do it by hand or exempt it", Code(err)),
			Err: err,
		})
	}
	return fmt.Errorf("%s: %w", tried, err)
}

// Is tells whether err has one of some AWS error codes; globs.
func Is(err error, codes ...string) bool {
	code := Code(err)
	return code != "" && slices.ContainsFunc(codes, func(glob string) bool {
		ok, err := path.Match(glob, code)
		return ok && err == nil
	})
}
