package remedies

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

func TestFixSwitch(t *testing.T) {
	for name, test := range map[string]struct {
		state, want switchState
		refused     bool
	}{
		"off":                                    {switchState{}, switchState{Enabled: true}, false},
		"on":                                     {switchState{Enabled: true}, switchState{Enabled: true}, false},
		"off, and the cluster's":                 {switchState{Cluster: "orders"}, switchState{Cluster: "orders"}, true},
		"on already, though it is the cluster's": {switchState{true, "orders"}, switchState{true, "orders"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := fixSwitch(test.state, remedy.Params{})
			if refused := (*remedy.RefusedError)(nil); got != test.want || errors.As(err, &refused) != test.refused {
				t.Errorf("got %+v, %v; want %+v, refused: %t", got, err, test.want, test.refused)
			}
		})
	}
}

func TestHolderOfASwitch(t *testing.T) {
	for name, test := range map[string]struct {
		engine, cluster string
		own, multiAZ    string
	}{
		"an instance alone":                 {"postgres", "", "", ""},
		"a member of an Aurora cluster":     {"aurora-postgresql", "orders", "orders", ""},
		"a member of a Multi-AZ DB cluster": {"postgres", "orders", "orders", "orders"},
	} {
		t.Run(name, func(t *testing.T) {
			i := types.DBInstance{Engine: &test.engine}
			if test.cluster != "" {
				i.DBClusterIdentifier = aws.String(test.cluster)
			}
			if own, multiAZ := ownCluster(i), multiAZCluster(i); own != test.own || multiAZ != test.multiAZ {
				t.Errorf("got %q and %q, want %q and %q", own, multiAZ, test.own, test.multiAZ)
			}
		})
	}
}
