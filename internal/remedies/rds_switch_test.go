package remedies

import (
	"errors"
	"testing"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestFixRDSSwitch(t *testing.T) {
	ofClusters, ofMembers := rdsSwitch{clusters: "Change the cluster."}, rdsSwitch{}
	for name, test := range map[string]struct {
		s       rdsSwitch
		state   switchState
		want    switchState
		refused bool
	}{
		"off":                                    {ofClusters, switchState{}, switchState{Enabled: true}, false},
		"on":                                     {ofClusters, switchState{Enabled: true}, switchState{Enabled: true}, false},
		"off, and the cluster's":                 {ofClusters, switchState{Cluster: "orders"}, switchState{Cluster: "orders"}, true},
		"on already, though it is the cluster's": {ofClusters, switchState{true, "orders"}, switchState{true, "orders"}, false},
		"off, and the member's own":              {ofMembers, switchState{Cluster: "orders"}, switchState{true, "orders"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.s.fix(test.state, remedy.Params{})
			if refused := (*remedy.RefusedError)(nil); got != test.want || errors.As(err, &refused) != test.refused {
				t.Errorf("got %+v, %v; want %+v, refused: %t", got, err, test.want, test.refused)
			}
		})
	}
}
