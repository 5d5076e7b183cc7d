package cost

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// A Usage is what one thing that the line does uses of AWS, as it was counted on the wire.
type Usage struct {
	Calls        map[string]int `json:"calls"`         // requests, by the SDK's names: "DynamoDB.GetItem"
	Writes       float64        `json:"writes"`        // DynamoDB's write request units, copies in indexes among them
	Reads        float64        `json:"reads"`         // DynamoDB's read request units
	StoredBytes  int            `json:"stored_bytes"`  // by which the journal's table grows
	IndexBytes   int            `json:"index_bytes"`   // by which its index of revisions grows
	MessageBytes int            `json:"message_bytes"` // what is published
	LogBytes     int            `json:"log_bytes"`     // lines of log, metrics among them
}

// The paths that were measured.
const (
	PathConfig = "compliant item"       // AWS Config's item of a resource that complies: judged
	PathTags   = "compliant tag change" // a tag event of one that complies: judged, and the journal asked whether something open has ended
	PathTold   = "told"                 // a violation that people are told of: judged
	PathJudged = "fixed, judged"        // a violation that is put right: its judge's part
	PathActed  = "fixed, acted"         // act's part of the same
	PathTick   = "tick"                 // the clock looks, and nothing is due
)

// A Measurement is what was measured, and how.
type Measurement struct {
	Command string           `json:"command"` // that measures it anew
	Paths   map[string]Usage `json:"paths"`
}

//go:embed measured.json
var measuredFile []byte

// Measured is the measurement that the binary carries.
func Measured() (Measurement, error) {
	var m Measurement
	if err := json.Unmarshal(measuredFile, &m); err != nil {
		return m, fmt.Errorf("read measured.json: %w; it is written by: go test ./internal/cost -run TestMeasured -update", err)
	}
	return m, nil
}

// of is what a path uses; an error where it was not measured.
func (m Measurement) of(path string) (Usage, error) {
	u, ok := m.Paths[path]
	if !ok {
		return u, fmt.Errorf("measured.json says nothing of %q: run %s", path, m.Command)
	}
	return u, nil
}
