package journey

import (
	"math"
	"math/bits"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// wide is a 128-bit sum of nanoseconds, for counting.
type wide struct{ hi, lo uint64 }

func (w *wide) add(d uint64) {
	lo, carry := bits.Add64(w.lo, d, 0)
	w.lo, w.hi = lo, w.hi+carry
}

func (w *wide) merge(v wide) {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	w.lo, w.hi = lo, w.hi+v.hi+carry
}

func (w wide) elapsed() calendar.Elapsed {
	s, n := bits.Div64(w.hi%1e9, w.lo, 1e9) // hi stays far below 1e9: see maxEvents
	return calendar.ElapsedOf(int64(min(s, math.MaxInt64)), int32(n))
}
