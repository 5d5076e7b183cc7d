package remedytest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// A tape holds what a remedy asked of AWS, and what was answered, in order, as it went over the wire.
type tape struct {
	Exchanges []exchange `json:"exchanges"`
}

// An exchange is one request with its answer.
type exchange struct {
	Operation string            `json:"operation"` // "EC2:DescribeInstances", as the SDK names it
	Method    string            `json:"method"`
	Path      string            `json:"path"` // with the query, sorted
	Body      string            `json:"body,omitempty"`
	Status    int               `json:"status"`
	Header    map[string]string `json:"header,omitempty"` // what an SDK reads of the answer's
	Answer    string            `json:"answer"`
}

// same tells whether another exchange asks for the same.
func (x exchange) same(y exchange) bool {
	return x.Operation == y.Operation && x.Method == y.Method && x.Path == y.Path && x.Body == y.Body
}

func (x exchange) String() string {
	return strings.TrimSpace(x.Operation + " " + x.Method + " " + x.Path + " " + x.Body)
}

// asked is what a request asks for, in a form that is the same each time.
func asked(r *http.Request) (exchange, error) {
	ctx := r.Context()
	x := exchange{
		Operation: awsmiddleware.GetServiceID(ctx) + ":" + awsmiddleware.GetOperationName(ctx),
		Method:    r.Method, Path: r.URL.EscapedPath(),
	}
	if query := r.URL.Query(); len(query) > 0 {
		query.Del("x-id")
		x.Path += "?" + query.Encode()
	}
	if r.Body == nil {
		return x, nil
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	x.Body = canonical(r.Header.Get("Content-Type"), body)
	return x, err
}

// tokens are the fields that the SDK fills anew for each request, so that AWS knows a repeated one.
var tokens = []string{"ClientToken", "clientToken", "ClientRequestToken", "clientRequestToken"}

// canonical gives a body without what differs from run to run.
func canonical(kind string, body []byte) string {
	switch {
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return string(body)
		}
		for _, token := range tokens {
			form.Del(token)
		}
		return form.Encode()
	case strings.Contains(kind, "json"):
		var object map[string]any
		if json.Unmarshal(body, &object) != nil {
			return string(body)
		}
		for _, token := range tokens {
			delete(object, token)
		}
		text, err := json.Marshal(object)
		if err != nil {
			return string(body)
		}
		return string(text)
	}
	return string(body)
}

// A client answers requests from the emulator, or from a tape. It is safe for concurrent use.
type client struct {
	next aws.HTTPClient // nil: from the tape
	deny string         // an operation that is denied

	mu     sync.Mutex
	tape   tape
	at     int  // where the tape stands
	any    bool // whether requests may come in any order, and any number of times
	denied int
}

// Do answers one request.
func (c *client) Do(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x, err := asked(r)
	if err != nil {
		return nil, err
	}
	if c.deny != "" && x.Operation == c.deny {
		c.denied++
		return denial(r), nil
	}
	if c.next != nil {
		return c.record(r, x)
	}
	return c.play(r, x)
}

// count is how many requests were answered so far.
func (c *client) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next != nil {
		return len(c.tape.Exchanges)
	}
	return c.at
}

// operations are the different operations of some exchanges, in their order.
func (c *client) operations(start, end int) []string {
	var list []string
	for _, x := range c.tape.Exchanges[start:end] {
		if !slices.Contains(list, x.Operation) {
			list = append(list, x.Operation)
		}
	}
	return list
}

func (c *client) record(r *http.Request, x exchange) (*http.Response, error) {
	answer, err := c.next.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	x.Status, x.Answer, x.Header = answer.StatusCode, string(body), map[string]string{}
	for _, name := range []string{"Content-Type", "X-Amzn-Errortype", "X-Amz-Bucket-Region", "Etag"} {
		if value := answer.Header.Get(name); value != "" {
			x.Header[name] = value
		}
	}
	c.tape.Exchanges = append(c.tape.Exchanges, x)
	return x.response(r), nil
}

func (c *client) play(r *http.Request, x exchange) (*http.Response, error) {
	if c.any {
		if i := slices.IndexFunc(c.tape.Exchanges, x.same); i >= 0 {
			return c.tape.Exchanges[i].response(r), nil
		}
		return nil, fmt.Errorf("the tape has no such request: %s", x)
	}
	if c.at == len(c.tape.Exchanges) {
		return nil, fmt.Errorf("the tape has ended, and one more request came: %s", x)
	}
	want := c.tape.Exchanges[c.at]
	if !want.same(x) {
		return nil, fmt.Errorf("request %d differs from the tape:\n got %s\nwant %s", c.at, x, want)
	}
	c.at++
	return want.response(r), nil
}

func (x exchange) response(r *http.Request) *http.Response {
	answer := &http.Response{
		StatusCode: x.Status, Status: http.StatusText(x.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{}, Body: io.NopCloser(strings.NewReader(x.Answer)), ContentLength: int64(len(x.Answer)),
	}
	for name, value := range x.Header {
		answer.Header.Set(name, value)
	}
	return answer
}

// denial is how AWS denies a request, in the request's own protocol.
//
// Source: AWS SDKs' protocol specifications (Smithy): awsJson, awsQuery, ec2Query, restJson1, restXml; what each client makes of these was tried.
func denial(r *http.Request) *http.Response {
	const message = "not authorized to perform this"
	x := exchange{Status: http.StatusForbidden, Header: map[string]string{}}
	xmlError := func(root, inner string) string {
		var text bytes.Buffer
		_ = xml.EscapeText(&text, []byte(message)) // a buffer takes everything
		return "<" + root + ">" + fmt.Sprintf(inner, "<Code>AccessDenied</Code><Message>"+text.String()+"</Message>") + "</" + root + ">"
	}
	kind, service := r.Header.Get("Content-Type"), awsmiddleware.GetServiceID(r.Context())
	switch {
	case strings.HasPrefix(kind, "application/x-amz-json"):
		x.Status, x.Header["Content-Type"], x.Answer = http.StatusBadRequest, kind, `{"__type":"AccessDeniedException","message":"`+message+`"}`
	case service == "EC2":
		x.Answer = strings.ReplaceAll(xmlError("Response", "<Errors><Error>%s</Error></Errors><RequestID>1</RequestID>"), "AccessDenied", "UnauthorizedOperation")
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		x.Answer = xmlError("ErrorResponse", "<Error><Type>Sender</Type>%s</Error><RequestId>1</RequestId>")
	case service == "S3" || service == "S3 Control":
		x.Header["Content-Type"], x.Answer = "application/xml", s3Denial(service, xmlError)
	default:
		x.Header["Content-Type"], x.Header["X-Amzn-Errortype"], x.Answer = "application/json", "AccessDeniedException", `{"message":"`+message+`"}`
	}
	return x.response(r)
}

func s3Denial(service string, xmlError func(root, inner string) string) string {
	if service == "S3" {
		return xmlError("Error", "%s")
	}
	return xmlError("ErrorResponse", "<Error>%s</Error><RequestId>1</RequestId>")
}

// config holds a configuration to the client.
func (c *client) config(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.HTTPClient = c
	cfg.RetryMaxAttempts = 1
	return cfg
}
