package ledger

import (
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// months is the run of calendar months that the changes of a ledger touch, as
// instants, so that finding an instant's month costs a division.
type months struct {
	first  calendar.Month
	starts []int64 // starts[i] begins month first+i; the last one ends the run
}

// averageMonth is a twelfth of 365.2425 days, in nanoseconds.
const averageMonth = 36524250 * 864 * 1e9 / 12 / 1000

func (l *Ledger) monthsOf(minAt, maxAt int64) months {
	loc := l.opts.location()
	first, last := calendar.MonthOf(unix(minAt), loc), calendar.MonthOf(unix(maxAt), loc)
	m := months{first: first, starts: make([]int64, 0, last.Sub(first)+2)}
	for i := range last.Sub(first) + 2 {
		m.starts = append(m.starts, first.Add(i).Start(loc).UnixNano())
	}
	return m
}

// index returns the month of an instant inside the run.
func (m *months) index(at int64) int {
	i := min(int((at-m.starts[0])/averageMonth), len(m.starts)-2)
	for at < m.starts[i] {
		i--
	}
	for at >= m.starts[i+1] {
		i++
	}
	return i
}

func (m *months) len() int { return len(m.starts) - 1 }
