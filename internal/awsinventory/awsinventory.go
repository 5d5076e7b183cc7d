// Package awsinventory lists what exists in AWS, page by page, for the sweep: from AWS Config where it records, else from Resource Explorer.
package awsinventory

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/clock"
)

// at is where a page stands: the part of a source's questions, and the source's own token within it.
func at(part int, token string) string { return strconv.Itoa(part) + " " + token }

// place reads a token of at; parts is how many there are. The first place is "".
func place(token string, parts int) (part int, rest string, err error) {
	if token == "" {
		return 0, "", nil
	}
	number, rest, found := strings.Cut(token, " ")
	part, err = strconv.Atoi(number)
	if !found || err != nil || part < 0 || part >= parts {
		return 0, "", fmt.Errorf("the page's token does not begin with a part from 0 to %d: the policy was deployed anew during the sweep", parts-1)
	}
	return part, rest, nil
}

// following is the token of the page after one; "" where that was the last.
func following(part, parts int, token string) string {
	switch {
	case token != "":
		return at(part, token)
	case part+1 < parts:
		return at(part+1, "")
	}
	return ""
}

// unavailable gives what a source answered as *clock.UnavailableError where that is final: it may not be asked, or is not set up. codes are the source's own for that.
func unavailable(err error, codes ...string) error {
	var coded smithy.APIError
	if !errors.As(err, &coded) {
		return err
	}
	code := coded.ErrorCode()
	if strings.HasPrefix(code, "AccessDenied") || slices.Contains(codes, code) {
		return &clock.UnavailableError{Why: "it answered " + code, Err: err}
	}
	return err
}
