package operator

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tagwarden/tagwarden/internal/frozen"
)

func requestsV1() map[string]Request {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	return map[string]Request{
		"approve":    {Approve: &Approve{Entry: "tw-1", Shown: "0123456789abcdef", DuringFreeze: true}},
		"undo":       {Undo: &Undo{Entry: "tw-1", Force: true, DuringBrake: true, Bulk: true, All: true}},
		"exempt":     {Exempt: &Exempt{Resource: "arn:aws:s3:::b", Rules: []string{"open buckets"}, Until: noon, Reason: "moved", Owner: "web"}},
		"end":        {End: &End{Resource: "arn:aws:s3:::b", Rule: "open buckets"}},
		"exemptions": {Exemptions: &Exemptions{}},
		"brake":      {Brake: &Brake{On: true, Account: "111122223333", Reason: "a bad day"}},
		"brakes":     {Brakes: &Brakes{}},
		"breaker":    {Breaker: &Breaker{Rule: "open buckets", Reason: "mended"}},
		"breakers":   {Breakers: &Breakers{}},
		"list":       {List: &List{Since: noon, Rule: "open buckets", State: "fixed", Undoable: true, Limit: 10}},
		"get":        {Get: &Get{Entry: "tw-1"}},
		"open":       {Open: &Standing{}},
	}
}

// A command line of the version before asks the operator of this one.
func TestFrozenV1(t *testing.T) {
	frozen.Each(t, "testdata/v1", requestsV1(), func(r Request) ([]byte, error) { return json.Marshal(r) }, Decode)
	frozen.Whole(t, requestsV1())
}
