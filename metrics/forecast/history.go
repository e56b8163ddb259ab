package forecast

import (
	"cmp"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// history is what the books say up to the origin, at the grain of month ends:
// what came and went within one month is not in it.
type history struct {
	first, origin calendar.Month
	months        int // from the first month with MRR to the origin
	places        int32

	// Spells: a customer's time above zero. atRisk[k] of them were there at the
	// end of their month k-1 and observed at that of month k, churned[k] of
	// these were gone by then; k counts from 1.
	atRisk, churned []int64
	// Gaps: time at zero after a spell; as above, returned by month k.
	away, returned []int64
	// stays are months a customer was there at both ends, in moves of which
	// the MRR changed.
	stays int64
	moves []movement
	// signups by month since first; firsts are the first amounts of the last
	// twelve months.
	signups []int64
	firsts  []int64

	live    []standing
	gone    []standing
	opening int64 // minor units at the origin
	ids     []string

	yearAgo float64 // see Today
}

// movement is one change of what a customer who stayed pays.
type movement struct {
	before int64
	factor float64
}

// standing is where one customer is at the origin.
type standing struct {
	level  int64 // what they pay, or paid last
	since  int32 // months since the spell, or the gap, began
	cohort int32 // month of their first MRR, since history.first
}

const (
	firstsWindow = 12
	maxMinor     = 1 << 52 // amounts stay whole numbers as floats too
)

// read gathers the history of a ledger up to the end of the origin month, the
// zero Month being that of the last movement.
func read(l *ledger.Ledger, origin calendar.Month, keepIDs bool) (*history, error) {
	loc := l.Options().Location
	h := &history{places: 2}
	if p, ok := l.Options().Currency.MinorUnits(); ok {
		h.places = p
	}
	until := calendar.NewMonth(calendar.MaxYear, 12)
	if !origin.IsZero() {
		until = origin
	}
	span := calendar.Period{From: calendar.NewMonth(calendar.MinYear, 1).Start(loc), To: until.Start(loc)}
	if next := until.Add(1).Start(loc); next.After(span.To) {
		span.To = next
	}
	// The bounds first: indices count from the first month.
	last := calendar.Month{}
	for m := range l.Movements(span) {
		at := calendar.MonthOf(m.At, loc)
		if h.first.IsZero() || at.Before(h.first) {
			h.first = at
		}
		if at.After(last) {
			last = at
		}
	}
	if h.first.IsZero() {
		return nil, &fault.Error{Package: "forecast", Op: "Books", Field: "ledger", Limit: "want at least one customer with revenue by " + until.String(), Err: ErrTooShort}
	}
	if origin.IsZero() {
		origin = last
	}
	h.origin = origin
	h.months = origin.Sub(h.first) + 1
	if h.months > maxHistory {
		return nil, &fault.Error{Package: "forecast", Op: "Books", Field: "ledger", Limit: "want at most 1200 months of history", Err: fault.ErrTooMany}
	}
	n := h.months + 1
	h.atRisk, h.churned = make([]int64, n+1), make([]int64, n+1)
	h.away, h.returned = make([]int64, n+1), make([]int64, n+1)
	h.signups = make([]int64, h.months)

	var weights []decimal.Decimal
	var ours, all decimal.Decimal
	var customer string
	var ends []ledgerEnd // month ends with a change, of one customer
	flush := func() {
		if len(ends) == 0 {
			return
		}
		h.quarter(ends, &ours, &all)
		if w, alive := h.customer(ends); alive {
			weights = append(weights, w)
			if keepIDs {
				h.ids = append(h.ids, customer)
			}
		}
		ends = ends[:0]
	}
	for m := range l.Movements(span) {
		if m.Customer != customer {
			flush()
			customer = m.Customer
		}
		at := calendar.MonthOf(m.At, loc).Sub(h.first)
		if k := len(ends); k > 0 && ends[k-1].month == at {
			ends[k-1].level = m.After
			continue
		}
		ends = append(ends, ledgerEnd{at, m.After})
	}
	flush()
	// At risk in month k are those at risk in it or any later one.
	for k := n - 1; k >= 0; k-- {
		h.atRisk[k] += h.atRisk[k+1]
		h.away[k] += h.away[k+1]
	}
	h.atRisk[0], h.away[0] = 0, 0
	slices.SortStableFunc(h.moves, func(a, b movement) int { return cmp.Compare(a.before, b.before) })
	for k := range h.atRisk {
		h.stays += h.atRisk[k] - h.churned[k]
	}
	h.yearAgo = math.NaN()
	if all.IsPositive() {
		h.yearAgo = ours.InexactFloat64() / all.InexactFloat64()
	}
	return h, h.open(l, weights)
}

type ledgerEnd struct {
	month int
	level decimal.Decimal
}

const maxHistory = 1200

func (h *history) minor(d decimal.Decimal) int64 {
	return d.Shift(h.places).RoundBank(0).IntPart()
}

// quarter adds one customer's part of the quarter that followed a year before
// the origin: what all paid at its three month ends, and those who were there.
func (h *history) quarter(ends []ledgerEnd, ours, all *decimal.Decimal) {
	base := h.months - 1 - 12
	if base < 0 {
		return
	}
	level, there := decimal.Decimal{}, false
	next := 0
	for m := base; m <= base+3; m++ {
		for next < len(ends) && ends[next].month <= m {
			level = ends[next].level
			next++
		}
		if m == base {
			there = level.IsPositive()
			continue
		}
		*all = all.Add(level)
		if there {
			*ours = ours.Add(level)
		}
	}
}

// customer adds one customer's month ends, ascending, and says whether they
// are there at the origin, and with what.
func (h *history) customer(ends []ledgerEnd) (decimal.Decimal, bool) {
	last := h.months - 1
	cohort, start, end := -1, -1, -1 // of the spell, and of the gap
	was, left := decimal.Decimal{}, decimal.Decimal{}
	for _, e := range ends {
		paid, pays := was.IsPositive(), e.level.IsPositive()
		switch {
		case !paid && pays:
			if cohort < 0 {
				cohort = e.month
				h.signups[e.month]++
				if e.month > last-firstsWindow {
					h.firsts = append(h.firsts, max(1, h.minor(e.level)))
				}
			} else {
				h.away[e.month-end]++
				h.returned[e.month-end]++
			}
			start = e.month
		case paid && !pays:
			h.atRisk[e.month-start]++
			h.churned[e.month-start]++
			end = e.month
			left = was
		case paid && pays && !was.Equal(e.level):
			h.moves = append(h.moves, movement{h.minor(was), e.level.InexactFloat64() / was.InexactFloat64()})
		}
		was = e.level
	}
	switch {
	case cohort < 0:
		return was, false
	case was.IsPositive():
		h.atRisk[last-start]++
		h.live = append(h.live, standing{level: 0, since: int32(last - start), cohort: int32(cohort)})
		return was, true
	default:
		h.away[last-end]++
		h.gone = append(h.gone, standing{level: max(1, h.minor(left)), since: int32(last - end), cohort: int32(cohort)})
		return was, false
	}
}

// open gives the live customers their levels in minor units, so that they sum
// to what the books close with at the origin, rounded once.
func (h *history) open(l *ledger.Ledger, weights []decimal.Decimal) error {
	st, err := l.Statement(h.origin)
	if err != nil {
		return err
	}
	if len(weights) == 0 {
		return nil
	}
	closing, err := money.Round(st.Revenue.Closing(), h.places, money.HalfEven)
	if err != nil {
		return err
	}
	if closing.Shift(h.places).Cmp(decimal.New(maxMinor, 0)) > 0 {
		return &fault.Error{Package: "forecast", Op: "Books", Field: "ledger", Value: closing.String(), Limit: "want a revenue of at most 2^52 minor units", Err: fault.ErrTooMany}
	}
	parts, err := money.Allocate(closing, weights, h.places)
	if err != nil {
		return err
	}
	for i, p := range parts {
		h.live[i].level = h.minor(p)
		h.opening += h.live[i].level
	}
	return nil
}
