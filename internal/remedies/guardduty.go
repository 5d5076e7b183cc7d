package remedies

import "strings"

// detectorAndID takes the ARN of what belongs to a detector apart: ...:detector/DETECTOR/KIND/ID.
func detectorAndID(name string) (detector, id string) {
	parts := append(strings.Split(name[strings.LastIndex(name, ":")+1:], "/"), "", "", "")
	return parts[1], parts[3]
}
