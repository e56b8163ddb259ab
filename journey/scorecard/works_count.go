package scorecard

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// worker counts what works, customer by customer.
type worker struct {
	d      Data
	s      WorksSpec
	sel    *touchpoint.Selector
	cols   touchpoint.Columns
	first  map[string]decimal.Decimal
	costs  touchpoint.Amounts
	tally  []worksTally // by exposure × audience
	from   int64
	to     int64
	found  []int // by exposure: its first event of the customer, -1 = none
	spent  []decimal.Decimal
	hasLog bool
}

type worksTally struct {
	reached, leads          int64
	eligible, won           int64
	others, wonOthers       int64
	inA, moved              int64
	otherA, movedOther      int64
	value, purchases, spent decimal.Decimal
	bought                  int64
}

func newWorker(d Data, s WorksSpec, sel *touchpoint.Selector) *worker {
	w := &worker{d: d, s: s, sel: sel, cols: d.Log.Columns(), first: firstPurchases(d.Books), from: -1 << 63, to: 1<<63 - 1}
	w.costs, w.hasLog = d.Log.Costs()
	w.tally = make([]worksTally, len(s.Exposures)*len(s.Audiences))
	w.found = make([]int, len(s.Exposures))
	w.spent = make([]decimal.Decimal, len(s.Exposures))
	if !s.From.IsZero() {
		w.from = nano(s.From)
	}
	if !s.To.IsZero() {
		w.to = nano(s.To)
	}
	return w
}

func (w *worker) customer(c int) {
	name := w.d.Log.Customer(c)
	from, to := w.cols.Range(c)
	won, lead := -1, false
	for x := range w.found {
		w.found[x], w.spent[x] = -1, decimal.Decimal{}
	}
	for i := from; i < to; i++ {
		mask := w.sel.Mask(i)
		lead = lead || mask&1 != 0
		if mask&2 != 0 && won < 0 {
			won = i
		}
		at := w.cols.UnixNano[i]
		if mask>>2 == 0 || at < w.from || at >= w.to {
			continue
		}
		for x := range w.found {
			if mask>>(x+2)&1 == 0 {
				continue
			}
			if w.found[x] < 0 {
				w.found[x] = i
			}
			if w.hasLog {
				w.spent[x] = w.spent[x].Add(w.costs.Decimal(i))
			}
		}
	}
	var visits []journey.Visit
	if w.s.StageA != "" {
		visits = w.d.Journeys.Visits(name)
	}
	for a, audience := range w.s.Audiences {
		if audience.Customers != nil && !audience.Customers(name) {
			continue
		}
		for x := range w.s.Exposures {
			w.one(&w.tally[x*len(w.s.Audiences)+a], name, x, won, lead, visits)
		}
	}
}

func (w *worker) one(t *worksTally, name string, x, won int, lead bool, visits []journey.Visit) {
	i := w.found[x]
	end := int64(1<<63 - 1)
	if i >= 0 && w.s.Within > 0 {
		end = w.cols.UnixNano[i] + int64(w.s.Within)
	}
	if i >= 0 {
		t.reached++
		t.spent = t.spent.Add(w.spent[x])
		if lead {
			t.leads++
		}
	}
	if i >= 0 && (won < 0 || won >= i) {
		t.eligible++
		if won >= 0 && w.cols.UnixNano[won] <= end {
			t.won++
			if paid, ok := w.first[name]; ok {
				t.purchases, t.bought = t.purchases.Add(paid), t.bought+1
			}
			if w.s.Worth != nil {
				t.value = t.value.Add(w.s.Worth(name))
			} else {
				t.value = t.value.Add(w.first[name])
			}
		}
	} else {
		t.others++
		if won >= 0 {
			t.wonOthers++
		}
	}
	w.moves(t, i, end, visits)
}

// moves looks for a visit of StageA, that which holds the exposure or else the
// first, and for one of StageB after it.
func (w *worker) moves(t *worksTally, i int, end int64, visits []journey.Visit) {
	exposed, begin := false, time.Time{}
	for _, v := range visits {
		if v.Stage != w.s.StageA {
			continue
		}
		if begin.IsZero() {
			begin = v.From
		}
		if i < 0 {
			continue
		}
		at := time.Unix(0, w.cols.UnixNano[i])
		if !at.Before(v.From) && (v.Open || !at.After(v.Until)) {
			exposed, begin = true, at
			break
		}
	}
	if begin.IsZero() {
		return
	}
	moved := false
	for _, v := range visits {
		if v.Stage == w.s.StageB && !v.From.Before(begin) && (!exposed || nano(v.From) <= end) {
			moved = true
		}
	}
	if exposed {
		t.inA++
		if moved {
			t.moved++
		}
		return
	}
	t.otherA++
	if moved {
		t.movedOther++
	}
}

func (w *worker) lines() (*Works, error) {
	out := &Works{Base: w.s.Base, Lines: []WorksLine{}}
	n := len(w.s.Audiences)
	base := make([]metrics.Ratio, n) // by audience
	for x, e := range w.s.Exposures {
		for a := range w.s.Audiences {
			if t := &w.tally[x*n+a]; e.Name == w.s.Base {
				base[a] = metrics.NewRatio(t.value, decimal.New(t.leads, 0))
			}
		}
	}
	for x, e := range w.s.Exposures {
		for a, audience := range w.s.Audiences {
			t := &w.tally[x*n+a]
			l := WorksLine{
				Exposure: e.Name, Audience: audience.Name, Reached: t.reached, Leads: t.leads,
				Won: metrics.NewCount(t.won, t.eligible), Unexposed: metrics.NewCount(t.wonOthers, t.others),
				Moved: metrics.NewCount(t.moved, t.inA), MovedUnexposed: metrics.NewCount(t.movedOther, t.otherA),
				Value: t.value, PerLead: metrics.NewRatio(t.value, decimal.New(t.leads, 0)),
				FirstPurchase: metrics.NewRatio(t.purchases, decimal.New(t.bought, 0)),
				Cost:          t.spent.Add(e.Cost),
			}
			var err error
			if l.Compared, err = metrics.CompareShares(t.wonOthers, t.others, t.won, t.eligible, w.s.Level); err != nil {
				return nil, err
			}
			if l.CAC, err = metrics.CAC(l.Cost, t.won); err != nil {
				return nil, err
			}
			if b := base[a]; l.PerLead.Defined() && b.Defined() {
				l.Multiple = metrics.NewRatio(l.PerLead.Num().Mul(b.Den()), l.PerLead.Den().Mul(b.Num()))
			}
			out.Lines = append(out.Lines, l)
		}
	}
	return out, nil
}
