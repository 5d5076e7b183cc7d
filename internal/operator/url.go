package operator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// URL answers what came to the function's URL. The caller is who AWS says it is, and never who the request says; without one nothing is done.
//
// Source: AWS Lambda developer guide, "Invoking Lambda function URLs" (requestContext.authorizer.iam.userArn, isBase64Encoded).
func (o *Operator) URL(ctx context.Context, r lambdaevents.LambdaFunctionURLRequest) lambdaevents.LambdaFunctionURLResponse {
	answer, err := o.url(ctx, r)
	if err == nil {
		return reply(http.StatusOK, answer)
	}
	var refused *Error
	if !errors.As(err, &refused) {
		refused = &Error{Broken, "It could not be done now: why stands in the function's log. Try again; asking twice does no harm."}
	}
	return reply(int(refused.Code), Failure{refused.Why})
}

func (o *Operator) url(ctx context.Context, r lambdaevents.LambdaFunctionURLRequest) (Response, error) {
	who := r.RequestContext.Authorizer
	if who == nil || who.IAM == nil || who.IAM.UserARN == "" {
		return Response{}, refuse(Denied, "AWS names no caller: the function's URL must have the auth type AWS_IAM.")
	}
	if r.RequestContext.HTTP.Method != http.MethodPost {
		return Response{}, refuse(Invalid, "Send the request with POST.")
	}
	body := []byte(r.Body)
	if r.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(r.Body); err != nil {
			return Response{}, refuse(Invalid, "The request is no base64: %v.", err)
		}
	}
	request, err := Decode(body)
	if err != nil {
		return Response{}, err
	}
	return o.Do(ctx, who.IAM.UserARN, request)
}

// A Failure is the body of an answer that is none.
type Failure struct {
	Error string `json:"error"`
}

func reply(status int, body any) lambdaevents.LambdaFunctionURLResponse {
	text, err := json.Marshal(body)
	if err != nil { // times beyond the year 9999 only
		status, text = http.StatusInternalServerError, []byte(`{"error":"the answer could not be written"}`)
	}
	return lambdaevents.LambdaFunctionURLResponse{StatusCode: status, Headers: map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store"}, Body: string(text)}
}
