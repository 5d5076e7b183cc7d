package remedies

import (
	"slices"
	"testing"
)

func TestSpanWithout(t *testing.T) {
	tests := []struct {
		name string
		span span
		cut  []span
		want []span
	}{
		{"nothing cut", span{1, 9}, nil, []span{{1, 9}}},
		{"outside", span{5, 9}, []span{{1, 4}, {10, 20}}, []span{{5, 9}}},
		{"all of it", span{5, 9}, []span{{1, 20}}, nil},
		{"the middle", span{1, 9}, []span{{5, 5}}, []span{{1, 4}, {6, 9}}},
		{"both ends", span{1, 9}, []span{{1, 1}, {9, 9}}, []span{{2, 8}}},
		{"over both ends", span{5, 9}, []span{{9, 12}, {1, 5}}, []span{{6, 8}}},
		{"twice and overlapping, in any order", span{1, 9}, []span{{4, 6}, {2, 5}, {4, 4}, {2, 5}}, []span{{1, 1}, {7, 9}}},
		{"a long cut before a short one", span{1, 9}, []span{{2, 8}, {3, 4}}, []span{{1, 1}, {9, 9}}},
		{"the last port", allPorts, []span{{0, 65534}}, []span{{65535, 65535}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.span.without(test.cut); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
