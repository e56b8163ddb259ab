package retention

import (
	"math"
	mathbits "math/bits"
	"sort"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// periods are the bounds of a table's periods: period p is starts[p] to
// starts[p+1], the end excluded.
type periods struct {
	starts []int64
	times  []time.Time
}

func periodsOf(g calendar.Grid, from time.Time, n int) periods {
	p := periods{times: g.Starts(g.Floor(from), n)}
	for _, t := range p.times {
		p.starts = append(p.starts, nanos(t))
	}
	return p
}

// nanos saturates: a log's instants fit an int64, the end of the year 2200 may
// not.
func nanos(t time.Time) int64 {
	if t.After(time.Unix(0, math.MaxInt64)) {
		return math.MaxInt64
	}
	return t.UnixNano()
}

func (p periods) count() int { return len(p.starts) - 1 }

// after finds the period of an instant, going on from one at or before it: most
// events of a customer lie close together. -1 is before the first period,
// count() after the last.
func (p periods) after(at int, t int64) int {
	if t < p.starts[0] {
		return -1
	}
	at = max(at, 0)
	for near := at + 4; at < near; at++ {
		if at >= p.count() || t < p.starts[at+1] {
			return at
		}
	}
	return at + sort.Search(p.count()-at, func(i int) bool { return t < p.starts[at+i+1] })
}

// open is the number of periods that are over at an instant.
func (p periods) over(at int64) int {
	return sort.Search(p.count(), func(i int) bool { return p.starts[i+1] > at })
}

// bits is a set of periods.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) set(i int)      { b[i>>6] |= 1 << (i & 63) }
func (b bits) has(i int) bool { return b[i>>6]>>(i&63)&1 != 0 }

func (b bits) clear() {
	for i := range b {
		b[i] = 0
	}
}

// eachFrom yields the members from a period on.
func (b bits) eachFrom(p int, yield func(p int)) {
	for k := p >> 6; k < len(b); k++ {
		word := b[k]
		if k == p>>6 {
			word &= ^uint64(0) << (p & 63)
		}
		for ; word != 0; word &= word - 1 {
			yield(k<<6 + mathbits.TrailingZeros64(word))
		}
	}
}

// startOf is where the log's cohort row begins, for the report.
func (p periods) startOf(row int) time.Time { return p.times[row] }
