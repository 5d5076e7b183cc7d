package remedies

import (
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/remedy/remedytest"
)

// A canned answer is given to every request: for what the emulator never shows, such as a change that is under way.
type canned struct{ kind, body string }

// Do gives the answer.
func (c canned) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {c.kind}}, Body: io.NopCloser(strings.NewReader(c.body)), ContentLength: int64(len(c.body)), Request: r,
	}, nil
}

// config gives a configuration whose clients get the answer.
func (c canned) config() aws.Config {
	return aws.Config{Region: remedytest.Region, Credentials: aws.AnonymousCredentials{}, HTTPClient: c}
}
