package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
)

// secretAnswers keep how secrets are rotated: the emulator would run the rotation function.
var secretAnswers = []answer{
	{service: "secretsmanager", operation: "RotateSecret", serve: rotateSecret},
	{service: "secretsmanager", operation: "CancelRotateSecret", serve: cancelRotateSecret},
	{service: "secretsmanager", operation: "DescribeSecret", serve: describeSecret},
}

// A secretRequest is what of the requests the front looks at.
type secretRequest struct {
	SecretID          string         `json:"SecretId"`
	RotationLambdaARN string         `json:"RotationLambdaARN"`
	RotationRules     map[string]any `json:"RotationRules"`
}

func (in secretRequest) key() string { return "secret rotation " + in.SecretID }

// rotateSecret is RotateSecret, without a rotation. Source: Secrets Manager API reference, RotateSecret.
func rotateSecret(f *Front, w http.ResponseWriter, r *http.Request) {
	in, ok := secretOf(w, r)
	if !ok {
		return
	}
	before := kept[map[string]any](f, in.key())
	function := in.RotationLambdaARN
	if function == "" {
		function, _ = before["RotationLambdaARN"].(string)
	}
	_, expression := in.RotationRules["ScheduleExpression"]
	_, days := in.RotationRules["AutomaticallyAfterDays"]
	switch {
	case function == "":
		refuseJSON(w, "InvalidRequestException")
		return
	case expression && days:
		refuseJSON(w, "InvalidParameterException")
		return
	}
	keep(f, in.key(), map[string]any{"RotationEnabled": true, "RotationLambdaARN": function, "RotationRules": in.RotationRules})
	writeJSON(w, map[string]any{"ARN": in.SecretID})
}

// cancelRotateSecret is CancelRotateSecret: function and schedule stay. Source: Secrets Manager API reference, DescribeSecret (RotationRules).
func cancelRotateSecret(f *Front, w http.ResponseWriter, r *http.Request) {
	in, ok := secretOf(w, r)
	if !ok {
		return
	}
	rotation := maps.Clone(kept[map[string]any](f, in.key()))
	if rotation == nil {
		refuseJSON(w, "InvalidRequestException")
		return
	}
	rotation["RotationEnabled"] = false
	keep(f, in.key(), rotation)
	writeJSON(w, map[string]any{"ARN": in.SecretID})
}

// describeSecret adds what the front keeps to what the emulator says.
func describeSecret(f *Front, w http.ResponseWriter, r *http.Request) {
	in, ok := secretOf(w, r)
	if !ok {
		return
	}
	answer := f.proxied(r)
	var out map[string]any
	rotation := kept[map[string]any](f, in.key())
	if answer.Code != http.StatusOK || rotation == nil || json.Unmarshal(answer.Body.Bytes(), &out) != nil {
		copyAnswer(w, answer, answer.Body.Bytes())
		return
	}
	maps.Copy(out, rotation)
	writeJSON(w, out)
}

func secretOf(w http.ResponseWriter, r *http.Request) (in secretRequest, ok bool) {
	body, err := readBody(r)
	if err != nil || json.Unmarshal(body, &in) != nil {
		refuseJSON(w, "InvalidParameterException")
		return in, false
	}
	return in, true
}
