package operator

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// posted is a request as Lambda gives it to the function. Source: AWS Lambda developer guide, "Invoking Lambda function URLs" (request payload format).
func posted(caller, body string) lambdaevents.LambdaFunctionURLRequest {
	r := lambdaevents.LambdaFunctionURLRequest{Version: "2.0", RawPath: "/", Body: body}
	r.RequestContext.HTTP.Method = "POST"
	r.RequestContext.Authorizer = &lambdaevents.LambdaFunctionURLRequestContextAuthorizerDescription{
		IAM: &lambdaevents.LambdaFunctionURLRequestContextAuthorizerIAMDescription{UserARN: caller},
	}
	return r
}

func TestURL(t *testing.T) {
	const ask = `{"brakes":{}}`
	for name, test := range map[string]struct {
		with func(*lambdaevents.LambdaFunctionURLRequest)
		code int
		want string
	}{
		"a request": {func(*lambdaevents.LambdaFunctionURLRequest) {}, 200, `"message":"No brake is on."`},
		"in base64": {func(r *lambdaevents.LambdaFunctionURLRequest) {
			r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(ask)), true
		}, 200, "No brake is on."},
		"no base64":    {func(r *lambdaevents.LambdaFunctionURLRequest) { r.Body, r.IsBase64Encoded = "%", true }, 400, "base64"},
		"no caller":    {func(r *lambdaevents.LambdaFunctionURLRequest) { r.RequestContext.Authorizer = nil }, 403, "AWS_IAM"},
		"no IAM":       {func(r *lambdaevents.LambdaFunctionURLRequest) { r.RequestContext.Authorizer.IAM = nil }, 403, "AWS_IAM"},
		"no name":      {func(r *lambdaevents.LambdaFunctionURLRequest) { r.RequestContext.Authorizer.IAM.UserARN = "" }, 403, "AWS_IAM"},
		"another name": {func(r *lambdaevents.LambdaFunctionURLRequest) { r.RequestContext.Authorizer.IAM.UserARN = guest }, 403, "operators"},
		"GET":          {func(r *lambdaevents.LambdaFunctionURLRequest) { r.RequestContext.HTTP.Method = "GET" }, 400, "POST"},
		"a caller in the body": {func(r *lambdaevents.LambdaFunctionURLRequest) {
			r.RequestContext.Authorizer.IAM.UserARN, r.Body = guest, `{"brakes":{},"caller":"`+ops+`"}`
		}, 400, "unknown field"},
		"too large": {func(r *lambdaevents.LambdaFunctionURLRequest) { r.Body = strings.Repeat(" ", MaxBody+1) }, 413, "65536 are taken"},
	} {
		t.Run(name, func(t *testing.T) {
			r := posted(ops, ask)
			test.with(&r)
			got := newDesk(t).o.URL(t.Context(), r)
			if got.StatusCode != test.code || !strings.Contains(got.Body, test.want) || !json.Valid([]byte(got.Body)) {
				t.Errorf("got %d %s, want %d and %q", got.StatusCode, got.Body, test.code, test.want)
			}
		})
	}
}

// TestURLTellsNothingOfFaults holds that what goes wrong inside is for the log.
func TestURLTellsNothingOfFaults(t *testing.T) {
	d := newDesk(t)
	d.fail["send"] = errors.New("secret place")
	got := d.o.URL(t.Context(), posted(ops, `{"brake":{"on":true,"reason":"r"}}`))
	if got.StatusCode != 500 || strings.Contains(got.Body, "secret") || !strings.Contains(got.Body, "function's log") || !strings.Contains(d.log.String(), "secret place") {
		t.Errorf("got %d %s; logged %s", got.StatusCode, got.Body, d.log.String())
	}
}
