package storm

import (
	"math/rand/v2"

	"github.com/tagwarden/tagwarden/internal/standin"
)

// How things go wrong: one in so many deliveries ends its process at one of its next calls, and one in so many calls fails in some other way, once or so often that the
// SDK gives up.
const (
	crashes   = 1000
	nextCalls = 40
	failures  = 1000
	attempts  = 3 // of the SDK
)

// faults are what befalls the calls of one function.
type faults struct {
	random *rand.Rand
	fuse   int // after how many calls the process dies; 0: it does not
	rest   int // how many more calls in a row fail
	fault  standin.Fault
	made   int
}

// arm decides whether the process dies in the midst of some deliveries.
func (f *faults) arm(deliveries int) {
	for range deliveries {
		if f.random.IntN(crashes) == 0 {
			f.fuse = 1 + f.random.IntN(nextCalls)
		}
	}
}

func (f *faults) befall(standin.Call) standin.Fault {
	if f.fuse > 0 {
		if f.fuse--; f.fuse == 0 {
			f.rest = 0
			return []standin.Fault{standin.DieBefore, standin.DieAfter}[f.random.IntN(2)]
		}
	}
	if f.rest == 0 && f.random.IntN(failures) == 0 {
		f.fault = []standin.Fault{standin.Throttle, standin.Break, standin.TimeOut}[f.random.IntN(3)]
		f.rest = []int{1, attempts}[f.random.IntN(2)]
	}
	if f.rest == 0 {
		return standin.None
	}
	f.rest--
	f.made++
	return f.fault
}
