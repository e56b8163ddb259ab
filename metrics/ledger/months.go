package ledger

import (
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// months is the run of calendar months that the changes of a ledger touch, as
// instants, with a table that makes finding an instant's month a look-up.
type months struct {
	first  calendar.Month
	starts []int64 // starts[i] begins month first+i; the last one ends the run
	byDay  []int32 // month in which each 24 hours from starts[0] on begin
}

const day = 24 * 60 * 60 * 1e9

func (l *Ledger) monthsOf(minAt, maxAt int64) months {
	loc := l.opts.location()
	first, last := calendar.MonthOf(unix(minAt), loc), calendar.MonthOf(unix(maxAt), loc)
	n := last.Sub(first) + 1
	m := months{first: first, starts: make([]int64, n+1)}
	for i := range m.starts {
		m.starts[i] = first.Add(i).Start(loc).UnixNano()
	}
	// Three hundred years of nanoseconds exceed an int64, but not a uint64.
	m.byDay = make([]int32, uint64(m.starts[n]-m.starts[0])/day+2)
	i := 0
	for d := range m.byDay {
		for i < n-1 && uint64(d)*day >= uint64(m.starts[i+1]-m.starts[0]) {
			i++
		}
		m.byDay[d] = int32(i)
	}
	return m
}

// index returns the month of an instant inside the run. The table only guesses:
// days of a time zone are not all 24 hours long. The instants decide.
func (m *months) index(at int64) int {
	i := int(m.byDay[uint64(at-m.starts[0])/day])
	for at < m.starts[i] {
		i--
	}
	for at >= m.starts[i+1] {
		i++
	}
	return i
}

func (m *months) len() int { return len(m.starts) - 1 }
