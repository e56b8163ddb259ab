package ledger

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// monthOf is the frame of one month as the sum of what each customer adds to it.
type monthOf struct {
	w     *walker
	month calendar.Month
	index int // among the walker's months, and beyond them
	standing
}

// standing is what a customer, or all of them, add to the frame of a month.
type standing struct {
	frame
	local [2][]value // by currency, where there are several: held when it begins, gained in it
}

func (l *Ledger) monthOf(m calendar.Month, months months) *monthOf {
	v := &monthOf{w: l.walker(months), month: m, index: m.Sub(months.first)}
	v.standing = v.empty()
	return v
}

func (m *monthOf) empty() (s standing) {
	if m.w.fx != nil {
		n := len(m.w.l.currencies)
		s.local = [2][]value{make([]value, n), make([]value, n)}
	}
	return s
}

// The periods of a month.
const (
	earlier = iota
	within
	later
)

func (m *monthOf) period(month int) int8 {
	switch {
	case month < m.index:
		return earlier
	case month == m.index:
		return within
	default:
		return later
	}
}

// add adds what a block does, walking it.
func (m *monthOf) add(b []entry, sign int64) {
	one := m.empty()
	if m.w.fx != nil {
		m.w.local = func(month int, currency uint8, gain value) {
			if p := m.period(month); p != later {
				v := &one.local[p][currency]
				*v = v.add(gain)
			}
		}
	}
	var h heads
	m.w.walk(b, func(s *step) {
		switch m.period(s.month) {
		case earlier:
			one.opening = one.opening.add(s.gain)
			one.heads += int64(s.head.count())
			one.payers += int64(s.paying)
			if s.head != stays {
				h.member = s.head != leaves
			}
		case within:
			v := s.gain.abs()
			one.amount[s.kind].inc(&v)
			one.paying += int64(s.paying)
			h.step(s.head, 1, &one.flow, 1)
		}
	})
	m.standing.add(&one, sign)
}

// add adds sign times o.
func (s *standing) add(o *standing, sign int64) {
	to := func(v *value, by value) {
		if sign < 0 {
			by = by.neg()
		}
		v.inc(&by)
	}
	to(&s.opening, o.opening)
	for k := range s.amount {
		to(&s.amount[k], o.amount[k])
	}
	for p := range s.local {
		for c := range s.local[p] {
			to(&s.local[p][c], o.local[p][c])
		}
	}
	s.heads += sign * o.heads
	s.payers += sign * o.payers
	s.joined += sign * o.joined
	s.returned += sign * o.returned
	s.left += sign * o.left
	s.joinedAndLeft += sign * o.joinedAndLeft
	s.leftAndReturned += sign * o.leftAndReturned
	s.paying += sign * o.paying
}

// statement is the month's statement as things stand.
func (m *monthOf) statement() (Statement, error) {
	l, f := m.w.l, m.frame
	if x := m.w.fx; x == nil {
		f.closing = f.opening.add(f.gain())
	} else {
		err := x.err
		if err == nil {
			f.opening, err = l.worth(m.local[earlier], m.month.Add(-1))
		}
		if err == nil {
			end := make([]value, len(m.local[within]))
			for c := range end {
				end[c] = m.local[earlier][c].add(m.local[within][c])
			}
			f.closing, err = l.worth(end, m.month)
		}
		if err != nil {
			return Statement{}, fmt.Errorf("ledger: restatements: %w", err)
		}
	}
	return l.statement(m.month, m.month, &f), nil
}
