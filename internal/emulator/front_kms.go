package emulator

import (
	"encoding/json"
	"net/http"
	"path"
)

// kmsAnswers add the rotation period, which the emulator drops.
//
// Source: AWS KMS API reference, EnableKeyRotation, GetKeyRotationStatus.
var kmsAnswers = []answer{
	{service: "kms", operation: "EnableKeyRotation", serve: serveEnableRotation},
	{service: "kms", operation: "GetKeyRotationStatus", serve: serveRotationStatus},
}

// A rotationRequest is what of the requests the front looks at.
type rotationRequest struct {
	KeyID  string `json:"KeyId"`
	Period int    `json:"RotationPeriodInDays"`
}

// slot is the key under which the front keeps the period.
func (r rotationRequest) slot() string { return "kms rotation " + path.Base(r.KeyID) }

func readRotation(r *http.Request) rotationRequest {
	in := rotationRequest{Period: 365}
	if body, err := readBody(r); err == nil {
		_ = json.Unmarshal(body, &in) // what is no request the emulator refuses
	}
	return in
}

func serveEnableRotation(f *Front, w http.ResponseWriter, r *http.Request) {
	in := readRotation(r)
	keep(f, in.slot(), in.Period)
	f.proxy.ServeHTTP(w, r)
}

func serveRotationStatus(f *Front, w http.ResponseWriter, r *http.Request) {
	in := readRotation(r)
	answer := f.proxied(r)
	body, out := answer.Body.Bytes(), map[string]any{}
	if json.Unmarshal(body, &out) == nil && out["KeyRotationEnabled"] == true {
		out["RotationPeriodInDays"] = kept[int](f, in.slot())
		if text, err := json.Marshal(out); err == nil {
			body = text
		}
	}
	copyAnswer(w, answer, body)
}
