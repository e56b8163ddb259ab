package clv

import (
	"cmp"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Collapse says which transactions of a customer are one.
type Collapse uint8

// The rules.
const (
	// PerDay: those of one local day are one, of their summed amount, and times
	// are whole days; as in the papers and BTYD.
	PerDay Collapse = iota
	// PerInstant: only those of the same instant are one.
	PerInstant
)

var collapses = enum.New[Collapse]("clv", "Collapse", "per_day", "per_instant")

// String is "per_day" or "per_instant".
func (c Collapse) String() string { return collapses.String(c) }

// MarshalText writes what String says; an error for what is no rule.
func (c Collapse) MarshalText() ([]byte, error) { return collapses.Marshal(c) }

// UnmarshalText reads what MarshalText writes.
func (c *Collapse) UnmarshalText(text []byte) error { return collapses.Unmarshal(c, text) }

// Value is the text for an SQL column.
func (c Collapse) Value() (driver.Value, error) { return collapses.Value(c) }

// Scan reads what Value writes.
func (c *Collapse) Scan(src any) error { return collapses.Scan(c, src) }

// SummaryOptions says how transactions become histories.
type SummaryOptions struct {
	// Unit of all times; zero = the month, a twelfth of 365 days. The papers
	// use weeks.
	Unit calendar.Unit
	// End of observation: with PerDay the last day counted, with PerInstant the
	// last instant. Zero = that of the last transaction.
	End time.Time
	// Holdout ends the time in which what customers did after End is counted,
	// to compare with a prediction; zero = none.
	Holdout  time.Time
	Collapse Collapse
	Location *time.Location // of the days; nil = UTC
}

// Customer is one customer's history, and what came after it.
type Customer struct {
	ID string  `json:"id"`
	X  float64 `json:"x"`  // repeat transactions
	TX float64 `json:"tx"` // time of the last one
	T  float64 `json:"t"`  // age at the end of observation
	// Mean amount of the repeat transactions, for [GammaGamma]; Repeat is their
	// exact sum. The first transaction is not in it.
	Mean   float64         `json:"mean"`
	Repeat decimal.Decimal `json:"repeat"`
	First  time.Time       `json:"first,omitzero"`
	// Later are the transactions of the holdout, LaterAmount their sum.
	Later       float64         `json:"later"`
	LaterAmount decimal.Decimal `json:"later_amount"`
}

// Summary is what a transaction model sees of a set of transactions.
type Summary struct {
	Options   SummaryOptions // with defaults filled in
	Customers []Customer     // by ID
	Ahead     float64        // length of the holdout in units
	Newcomers int64          // customers whose first transaction came after End
	Beyond    int64          // transactions after the holdout, or after End without one

	births []day // customers by the time of their first transaction
	repeat []day // repeat transactions by time, holdout included
	start  time.Time
}

// day is a count at a time in units from the first transaction of all.
type day struct {
	at float64
	n  float64
}

// Summarise turns transactions, in any order, into histories. Rows without a
// customer, with a time outside the years of the calendar or with a negative
// amount are refused, all in one [fault.Batch]: a refund belongs to its
// purchase.
func Summarise(transactions iter.Seq[Transaction], o SummaryOptions) (*Summary, error) {
	const op = "summarise"
	if err := o.Unit.Validate(); err != nil {
		return nil, err
	}
	if !collapses.Has(o.Collapse) {
		return nil, &fault.Error{Package: "clv", Op: op, Field: "Collapse", Value: o.Collapse.String(), Limit: "want per_day or per_instant", Err: ErrInput}
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	rows, names, err := readTransactions(op, transactions, o)
	if err != nil {
		return nil, err
	}
	last := rows[0].tick
	for _, r := range rows {
		last = max(last, r.tick)
	}
	end, until := last, last
	if o.End.IsZero() {
		for _, r := range rows {
			if r.tick == last {
				o.End = r.at
				break
			}
		}
	} else {
		end = o.tick(o.End)
		until = end
	}
	s := &Summary{Options: o}
	if !o.Holdout.IsZero() {
		if until = o.tick(o.Holdout); until <= end {
			return nil, &fault.Error{Package: "clv", Op: op, Field: "Holdout", Value: o.Holdout.Format(time.DateOnly), Limit: "want a time after End, " + o.End.Format(time.DateOnly), Err: ErrInput}
		}
		s.Ahead = o.units(until - end)
	}
	slices.SortFunc(rows, func(a, b purchase) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.tick, b.tick))
	})
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	first := make([]int, len(names)+1) // rows of customer i are first[i]..first[i+1]
	for _, r := range rows {
		first[r.customer+1]++
	}
	for i := range names {
		first[i+1] += first[i]
	}
	base := rows[0].tick
	for i := range names {
		base = min(base, rows[first[i]].tick)
	}
	births, repeats := map[int64]float64{}, map[int64]float64{}
	for _, i := range order {
		mine := rows[first[i]:first[i+1]]
		if mine[0].tick > end {
			s.Newcomers++
			continue
		}
		c := Customer{ID: names[i], First: mine[0].at, T: o.units(end - mine[0].tick)}
		births[mine[0].tick]++
		for n, r := range mine {
			fresh := n == 0 || r.tick != mine[n-1].tick
			switch {
			case r.tick > until:
				s.Beyond++
				continue
			case r.tick == mine[0].tick:
				continue
			case r.tick > end:
				c.LaterAmount = c.LaterAmount.Add(r.amount)
				if fresh {
					c.Later++
				}
			default:
				c.Repeat = c.Repeat.Add(r.amount)
				if fresh {
					c.X++
					c.TX = o.units(r.tick - mine[0].tick)
				}
			}
			if fresh {
				repeats[r.tick]++
			}
		}
		if c.X > 0 {
			c.Mean = c.Repeat.InexactFloat64() / c.X
		}
		s.Customers = append(s.Customers, c)
	}
	s.births, s.repeat = o.days(births, base), o.days(repeats, base)
	s.start = o.instant(base)
	if len(s.Customers) == 0 {
		return nil, &fault.Error{Package: "clv", Op: op, Field: "End", Value: o.End.Format(time.RFC3339), Limit: "want a time not before the first transaction", Err: ErrInput}
	}
	return s, nil
}

// purchase is a transaction whose time is a whole number of ticks: days or
// nanoseconds.
type purchase struct {
	customer int
	tick     int64
	at       time.Time
	amount   decimal.Decimal
}

func readTransactions(op string, in iter.Seq[Transaction], o SummaryOptions) ([]purchase, []string, error) {
	bad := fault.Batch{Package: "clv", Op: op}
	known := map[string]int{}
	var names []string
	var rows []purchase
	var row int64
	if in != nil {
		for t := range in {
			row++
			wrong := fault.Row{Row: row, Customer: t.Customer, Err: ErrInput}
			switch {
			case t.Customer == "":
				wrong.Field, wrong.Limit, wrong.Err = "Customer", "must not be empty", fault.ErrEmpty
			case calendar.CheckTime(t.At) != nil:
				wrong.Field, wrong.Value, wrong.Err = "At", t.At.Format(time.RFC3339), calendar.ErrYear
			case t.Amount.IsNegative():
				wrong.Field, wrong.Value, wrong.Limit = "Amount", t.Amount.String(), "want zero or more: a refund belongs to its purchase"
			}
			if wrong.Field != "" {
				bad.Add(wrong)
				continue
			}
			i, ok := known[t.Customer]
			if !ok {
				i = len(names)
				known[t.Customer] = i
				names = append(names, t.Customer)
			}
			rows = append(rows, purchase{i, o.tick(t.At), t.At, t.Amount})
		}
	}
	if err := bad.Err(); err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, &fault.Error{Package: "clv", Op: op, Field: "transactions", Limit: "want at least one", Err: ErrInput}
	}
	return rows, names, nil
}

const dayTicks = int64(24 * time.Hour)

// tick is a time as a whole number: civil days of the location, or nanoseconds.
func (o SummaryOptions) tick(t time.Time) int64 {
	if o.Collapse == PerInstant {
		return t.UnixNano()
	}
	y, m, d := t.In(o.Location).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
}

func (o SummaryOptions) instant(tick int64) time.Time {
	if o.Collapse == PerInstant {
		return time.Unix(0, tick).UTC()
	}
	y, m, d := time.Unix(tick*24*60*60, 0).UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, o.Location)
}

func (o SummaryOptions) units(ticks int64) float64 {
	days := float64(ticks)
	if o.Collapse == PerInstant {
		days /= float64(dayTicks)
	}
	return days / daysOf(o.Unit)
}

func (o SummaryOptions) days(counts map[int64]float64, base int64) []day {
	ticks := make([]int64, 0, len(counts))
	for t := range counts {
		ticks = append(ticks, t)
	}
	slices.Sort(ticks)
	out := make([]day, len(ticks))
	for i, t := range ticks {
		out[i] = day{o.units(t - base), counts[t]}
	}
	return out
}

// Histories are the cells of the customers, for a fit.
func (s *Summary) Histories() iter.Seq[Cell] { return Histories(s.Customers) }

// cell is the history; adding 0 makes a negative zero one like any other.
func (c Customer) cell() Cell { return Cell{X: c.X + 0, TX: c.TX + 0, T: c.T + 0, N: 1} }

// Spends are the customers with repeat transactions of some amount, for
// [FitGammaGamma].
func (s *Summary) Spends() iter.Seq[Spend] {
	return func(yield func(Spend) bool) {
		for _, c := range s.Customers {
			if c.X > 0 && c.Mean > 0 && !yield(Spend{X: c.X, Mean: c.Mean, N: 1}) {
				return
			}
		}
	}
}

// Rows are the customers.
func (s *Summary) Rows() []Customer { return slices.Clone(s.Customers) }

// String says how much there is.
func (s *Summary) String() string {
	var x float64
	for _, c := range s.Customers {
		x += c.X
	}
	return fmt.Sprintf("%d customers until %s, %.0f repeat transactions, times in units of a %s", len(s.Customers), s.Options.End.In(s.Options.Location).Format(time.DateOnly), x, s.Options.Unit)
}

// MarshalJSON writes the options, the customers and what was left out.
func (s *Summary) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Unit      calendar.Unit `json:"unit"`
		Collapse  Collapse      `json:"collapse"`
		End       time.Time     `json:"end"`
		Holdout   time.Time     `json:"holdout,omitzero"`
		Location  string        `json:"location"`
		Ahead     float64       `json:"ahead"`
		Customers []Customer    `json:"customers"`
		Newcomers int64         `json:"newcomers"`
		Beyond    int64         `json:"beyond"`
	}{s.Options.Unit, s.Options.Collapse, s.Options.End, s.Options.Holdout, s.Options.Location.String(), s.Ahead, nonNil(s.Customers), s.Newcomers, s.Beyond})
}
