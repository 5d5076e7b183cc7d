package tags

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/tagwarden/tagwarden/internal/finding"
	"github.com/tagwarden/tagwarden/internal/guard"
)

// An answer is what the fake says to a call: an HTTP status and a body as AWS writes it.
type answer struct {
	status int
	body   string
}

// A fake is AWS at the wire: it answers by operation, and keeps what it was asked.
type fake struct {
	t       testing.TB
	answers map[string][]answer // by operation; the last one goes on
	calls   []string            // the operation, the path where there is one, and the body
	actions []string            // the IAM actions of the calls, sorted, each once
}

func newFake(t testing.TB) *fake {
	t.Helper()
	return &fake{t: t, answers: map[string][]answer{}}
}

// on adds the next answer to an operation.
func (f *fake) on(operation string, status int, body string) *fake {
	f.answers[operation] = append(f.answers[operation], answer{status, body})
	return f
}

// config is a configuration whose calls all come here.
func (f *fake) config() aws.Config {
	return aws.Config{
		Region:           "eu-west-1",
		Credentials:      credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		HTTPClient:       f,
		RetryMaxAttempts: 1,
	}
}

// Do answers a call.
func (f *fake) Do(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	operation := awsmiddleware.GetOperationName(ctx)
	f.calls = append(f.calls, strings.Join(slices.DeleteFunc([]string{operation, pathOf(request), bodyOf(f.t, request)}, func(s string) bool { return s == "" }), " "))
	action, _ := guard.Action(awsmiddleware.GetServiceID(ctx), operation)
	if i, found := slices.BinarySearch(f.actions, action); !found {
		f.actions = slices.Insert(f.actions, i, action)
	}
	answers := f.answers[operation]
	if len(answers) == 0 {
		return nil, fmt.Errorf("no answer to %s", operation)
	}
	if len(answers) > 1 {
		f.answers[operation] = answers[1:]
	}
	return &http.Response{StatusCode: answers[0].status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answers[0].body)), Request: request}, nil
}

// pathOf is the path and query, and for S3, which puts the bucket or the account there, the host.
func pathOf(request *http.Request) string {
	path, err := url.QueryUnescape(strings.TrimPrefix(request.URL.RequestURI(), "/"))
	if err != nil {
		return err.Error()
	}
	if strings.Contains(request.URL.Host, ".s3") {
		return request.URL.Host + "/" + path
	}
	return path
}

func bodyOf(t testing.TB, request *http.Request) string {
	t.Helper()
	if request.Body == nil {
		return ""
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if json.Unmarshal(body, &object) == nil {
		body, _ = json.Marshal(object) // the SDK's maps have no order
	}
	if request.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return string(body)
	}
	text, err := url.QueryUnescape(string(body))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A protocol is how a service writes an error.
//
// Source: Smithy specification, "AWS protocols"; S3 and EC2 API references, "Error responses".
type protocol string

const (
	ec2Query protocol = "<Response><Errors><Error><Code>%s</Code><Message>no</Message></Error></Errors><RequestID>1</RequestID></Response>"
	query    protocol = "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>"
	awsJSON  protocol = `{"__type":"%s","message":"no"}`
	restXML  protocol = "<Error><Code>%s</Code><Message>no</Message></Error>"
)

func (p protocol) fault(code string) string { return fmt.Sprintf(string(p), code) }

// denied is what the services say to who may not.
func (p protocol) denied() string {
	return map[protocol]string{ec2Query: "UnauthorizedOperation", query: "AccessDenied", awsJSON: "AccessDeniedException", restXML: "AccessDenied"}[p]
}

func at(typ, arn string) finding.Resource {
	return finding.Resource{Partition: "aws", Account: "111122223333", Region: "eu-west-1", Type: typ, ARN: arn}
}
