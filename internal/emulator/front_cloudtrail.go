package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
)

// cloudtrailAnswers name trails as the emulator knows them: it starts and stops them by their names only, and fails at an ARN.
var cloudtrailAnswers = []answer{
	{service: "cloudtrail", operation: "StartLogging", serve: byTrailName},
	{service: "cloudtrail", operation: "StopLogging", serve: byTrailName},
}

// byTrailName sends a request on with the trail's name in its ARN's place. Source: CloudTrail API reference, StartLogging (Name).
func byTrailName(f *Front, w http.ResponseWriter, r *http.Request) {
	var in struct{ Name string }
	body, err := readBody(r)
	if err != nil || json.Unmarshal(body, &in) != nil {
		refuseJSON(w, "InvalidTrailNameException")
		return
	}
	name := `{"Name":"` + in.Name[strings.LastIndex(in.Name, "/")+1:] + `"}`
	f.passOn(w, r, []byte(name))
}
