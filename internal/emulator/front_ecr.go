package emulator

import (
	"bytes"
	"net/http"
)

// ecrAnswers spell out what clients leave out: the emulator takes a configuration without scanOnPush for none at all, and keeps the old one.
var ecrAnswers = []answer{{service: "ecr", operation: "PutImageScanningConfiguration", serve: scanOnPush}}

// scanOnPush sends a request on with scanOnPush as it is by default, false. Source: ECR API reference, ImageScanningConfiguration.
func scanOnPush(f *Front, w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	if err != nil {
		refuseJSON(w, "InvalidParameterException")
		return
	}
	f.passOn(w, r, bytes.Replace(body, []byte(`"imageScanningConfiguration":{}`), []byte(`"imageScanningConfiguration":{"scanOnPush":false}`), 1))
}
