package standin

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// An Error is how a service refuses a call.
type Error struct {
	Status        int
	Code, Message string
	Reasons       []reason // of a transaction that was cancelled
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// A protocol is how a service writes its answers.
type protocol int

const (
	namedJSON protocol = iota // the operation in a header, JSON
	restJSON
	restXML
	queryXML // a form, and XML
	ec2XML   // the same, but for EC2's own form of errors
)

func protocolOf(r *http.Request) protocol {
	service := awsmiddleware.GetServiceID(r.Context())
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		return namedJSON
	case service == "EC2":
		return ec2XML
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return queryXML
	case strings.HasPrefix(service, "S3"):
		return restXML
	}
	return restJSON
}

// answer writes what an operation gave.
func answer(r *http.Request, out any) (*http.Response, error) {
	encode := json.Marshal
	if p := protocolOf(r); p == queryXML || p == ec2XML {
		encode = xml.Marshal
	}
	body, err := encode(out)
	if err != nil {
		return nil, fmt.Errorf("encode an answer: %w", err)
	}
	return respond(r, http.StatusOK, string(body)), nil
}

// refuse writes an error as the service's protocol does.
//
// Source: Smithy's specifications of the protocols, "Operation error serialization"; EC2 developer guide, "Error response"; S3 API reference, "REST error responses".
func refuse(r *http.Request, err error) *http.Response {
	e, ok := err.(*Error)
	if !ok {
		e = &Error{Status: http.StatusInternalServerError, Code: "InternalFailure", Message: err.Error()}
	}
	switch protocolOf(r) {
	case queryXML:
		return respond(r, e.Status, "<ErrorResponse><Error><Type>Sender</Type>"+codeAndMessage(e)+"</Error></ErrorResponse>")
	case ec2XML:
		return respond(r, e.Status, "<Response><Errors><Error>"+codeAndMessage(e)+"</Error></Errors></Response>")
	case restXML:
		if awsmiddleware.GetServiceID(r.Context()) == "S3" {
			return respond(r, e.Status, "<Error>"+codeAndMessage(e)+"</Error>")
		}
		return respond(r, e.Status, "<ErrorResponse><Error>"+codeAndMessage(e)+"</Error></ErrorResponse>")
	}
	body, _ := json.Marshal(map[string]any{"__type": e.Code, "message": e.Message, "Message": e.Message, "CancellationReasons": e.Reasons}) // strings only
	answer := respond(r, e.Status, string(body))
	answer.Header.Set("X-Amzn-Errortype", e.Code)
	return answer
}

func codeAndMessage(e *Error) string {
	var text bytes.Buffer
	_ = xml.EscapeText(&text, []byte(e.Message)) // a buffer takes every write
	return "<Code>" + e.Code + "</Code><Message>" + text.String() + "</Message>"
}

func respond(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"X-Amzn-Requestid": {"stand-in"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}
