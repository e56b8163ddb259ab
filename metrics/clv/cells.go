package clv

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Sentinels of merging.
var (
	// ErrOptions: two aggregates were made with different options.
	ErrOptions = errors.New("different options")
	// ErrOverlap: a customer is in both aggregates.
	ErrOverlap = errors.New("a customer is in both")
)

// Cells accumulates histories and spends of many customers, added up over
// shards: any partition by customer, merged, gives the same bytes as one pass,
// and so the same fit. Make one with [NewCells] or [Summary.Cells]. One
// goroutine may write while nobody reads; the first reading after an Add puts
// things in order and counts as writing.
//
// A customer costs 16 bytes, the fingerprint by which a customer in two shards
// is found out (two different customers share one with probability n²/2^129),
// and a cell 32.
type Cells struct {
	rules  cellRules
	ids    []fingerprint128 // ascending, each once
	cells  []Cell           // canonical
	spends []Spend          // by (X, Mean), each once
	more   []Cell           // added, not yet in cells
	paid   []Spend
	fresh  []fingerprint128
}

type fingerprint128 [16]byte

// cellRules are what two aggregates must share.
type cellRules struct {
	Unit     calendar.Unit
	Collapse Collapse
	End      time.Time // zero = not stated
	Place    string    // of the days
}

// String is the rules in words: "times in units of a day, collapsed per-day, until
// 2026-01-01, days of UTC".
func (r cellRules) String() string {
	until := "the last transaction"
	if !r.End.IsZero() {
		until = r.End.Format(time.RFC3339)
	}
	return fmt.Sprintf("times in units of a %s, collapsed %s, until %s, days of %s", r.Unit, r.Collapse, until, r.Place)
}

// NewCells makes an empty aggregate for histories under these options; the
// holdout does not matter.
func NewCells(o SummaryOptions) *Cells {
	r := cellRules{Unit: o.Unit, Collapse: o.Collapse, End: o.End, Place: "UTC"}
	if o.Location != nil {
		r.Place = o.Location.String()
	}
	if o.Collapse == PerDay && !o.End.IsZero() { // the day is what counts
		loc := o.Location
		if loc == nil {
			loc = time.UTC
		}
		y, m, d := o.End.In(loc).Date()
		r.End = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	r.End = r.End.UTC()
	return &Cells{rules: r}
}

// Cells are the summary's customers as an aggregate. Give the shards of one
// analysis the same End: where it is left to the last transaction, each has its
// own, and they do not merge.
func (s *Summary) Cells() (*Cells, error) {
	c := NewCells(s.Options)
	return c, c.Add(s.Customers...)
}

// Add takes customers in, each with a history of its own. A history that cannot
// be and a customer who is there already are refused, and then none is taken.
func (c *Cells) Add(customers ...Customer) error {
	bad := fault.Batch{Package: "clv", Op: "add"}
	c.settle()
	fresh := make([]fingerprint128, 0, len(customers))
	for i, q := range customers {
		l := historyFault(q.X, q.TX, q.T)
		if l == nil && !(q.Mean >= 0) {
			l = &limit{"Mean", q.Mean, "want zero or more"}
		}
		if l != nil {
			bad.Add(fault.Row{Row: int64(i + 1), Customer: q.ID, Field: l.field, Value: number(l.value), Limit: l.limit, Err: ErrInput})
			continue
		}
		id := fingerprintOf(q.ID)
		if _, known := slices.BinarySearchFunc(c.ids, id, compareIDs); known {
			bad.Add(fault.Row{Row: int64(i + 1), Customer: q.ID, Field: "ID", Value: q.ID, Err: ErrOverlap})
			continue
		}
		fresh = append(fresh, id)
	}
	sorted := slices.Clone(fresh)
	slices.SortFunc(sorted, compareIDs)
	if len(slices.Compact(sorted)) != len(fresh) {
		bad.Add(fault.Row{Row: int64(len(customers)), Field: "ID", Err: ErrOverlap})
	}
	if err := bad.Err(); err != nil {
		return err
	}
	c.fresh = append(c.fresh, fresh...)
	for _, q := range customers {
		c.more = append(c.more, q.cell())
		if q.X > 0 && q.Mean > 0 {
			c.paid = append(c.paid, Spend{q.X, q.Mean, 1})
		}
	}
	return nil
}

// Merge adds o to c. Aggregates under different options, and with a customer
// in both, are refused, and c stays as it was. o is not changed in what it
// holds.
func (c *Cells) Merge(o *Cells) error {
	if c.rules != o.rules {
		return fmt.Errorf("clv: merge: %s; and %s: %w", c.rules, o.rules, ErrOptions)
	}
	c.settle()
	o.settle()
	for i, j := 0, 0; i < len(c.ids) && j < len(o.ids); {
		switch compareIDs(c.ids[i], o.ids[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			return fmt.Errorf("clv: merge: fingerprint %x: %w", c.ids[i], ErrOverlap)
		}
	}
	c.fresh, c.more, c.paid = append(c.fresh, o.ids...), append(c.more, o.cells...), append(c.paid, o.spends...)
	c.settle()
	return nil
}

// settle brings what was added into canonical order.
func (c *Cells) settle() {
	if len(c.fresh) == 0 {
		return
	}
	c.ids = append(c.ids, c.fresh...)
	slices.SortFunc(c.ids, compareIDs)
	c.cells = canonical(append(c.cells, c.more...))
	c.spends = canonicalSpends(append(c.spends, c.paid...))
	c.fresh, c.more, c.paid = nil, nil, nil
}

// Customers is how many there are.
func (c *Cells) Customers() int64 { return int64(len(c.ids) + len(c.fresh)) }

// All are the histories with their counts, by (X, T, TX), for a fit.
func (c *Cells) All() iter.Seq[Cell] {
	c.settle()
	return slices.Values(c.cells)
}

// Spends are the customers with repeat transactions of some amount, by
// (X, Mean), for [FitGammaGamma].
func (c *Cells) Spends() iter.Seq[Spend] {
	c.settle()
	return slices.Values(c.spends)
}

// String says how much there is.
func (c *Cells) String() string {
	c.settle()
	return fmt.Sprintf("%d customers in %d cells, times in units of a %s", c.Customers(), len(c.cells), c.rules.Unit)
}

// MarshalJSON writes unit, collapse, end, customers and the cells; it is for
// reading, AppendBinary is what merges.
func (c *Cells) MarshalJSON() ([]byte, error) {
	c.settle()
	out := struct {
		Unit      calendar.Unit `json:"unit"`
		Collapse  Collapse      `json:"collapse"`
		End       *time.Time    `json:"end,omitempty"`
		Customers int64         `json:"customers"`
		Cells     []Cell        `json:"cells"`
		Spends    []Spend       `json:"spends"`
	}{Unit: c.rules.Unit, Collapse: c.rules.Collapse, Customers: c.Customers(), Cells: nonNil(c.cells), Spends: nonNil(c.spends)}
	if !c.rules.End.IsZero() {
		out.End = &c.rules.End
	}
	return json.Marshal(out)
}

func fingerprintOf(id string) (f fingerprint128) {
	h := fnv.New128a()
	h.Write([]byte(id))
	h.Sum(f[:0])
	return f
}

func compareIDs(a, b fingerprint128) int { return bytes.Compare(a[:], b[:]) }

func canonicalSpends(rows []Spend) []Spend {
	order := func(a, b Spend) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Mean, b.Mean)) }
	slices.SortFunc(rows, order)
	n := 0
	for _, s := range rows {
		if n > 0 && order(rows[n-1], s) == 0 {
			rows[n-1].N += s.N
			continue
		}
		rows[n] = s
		n++
	}
	return rows[:n]
}
