package main

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// trailing is over how many months the churn behind a lifetime value is taken.
const trailing = 6

// report is everything that is computed, before it is printed.
type report struct {
	*company
	from, to calendar.Month
	months   []month
	cohorts  *cohort.Table
	noted    bool // the company's note holds
	lastYear cohort.Retention
	reasons  reasons
}

// month is a statement and its rates.
type month struct {
	ledger.Statement
	churn, grr, nrr, quick, arpa metrics.Ratio
	asp, ltv                     metrics.Ratio

	// Undefined without spend.
	spend                  decimal.Decimal
	cac, payback, ltvToCAC metrics.Ratio
}

func newReport(c *company, f flags) (*report, error) {
	r := &report{company: c, from: f.from, to: f.to}
	observed := f.to
	if r.from.IsZero() {
		r.from = c.first
	}
	if r.to.IsZero() {
		r.to, observed, r.noted = c.last, c.observed, true
	}
	if r.from.After(r.to) {
		return nil, fmt.Errorf("-from %s is after the last month, %s", r.from, r.to)
	}
	var err error
	if r.months, err = c.months(r.from, r.to); err != nil {
		return nil, err
	}
	if r.cohorts, err = cohort.New(c.books, cohort.Options{Through: observed}); err != nil {
		return nil, err
	}
	if base := observed.Add(-12); !base.Before(c.first) {
		if r.lastYear, err = cohort.Snapshot(c.books, base, observed); err != nil {
			return nil, err
		}
	}
	why := f.why
	if why.IsZero() {
		why = c.why
	}
	if why.IsZero() || f.why.IsZero() && (why.Before(r.from) || why.After(r.to)) {
		why = r.worst(observed)
	}
	r.reasons, err = c.explain(why)
	return r, err
}

// months computes the statements and rates of the months from from to to.
func (c *company) months(from, to calendar.Month) ([]month, error) {
	// Trailing rates look back, so start where the data does.
	start := from
	if c.first.Before(start) {
		start = c.first
	}
	statements, err := c.books.Statements(start, to)
	if err != nil {
		return nil, err
	}
	churn := make([]metrics.Ratio, len(statements))
	for i, s := range statements {
		if churn[i], err = metrics.ChurnRate(s.Customers, metrics.ChurnStandard); err != nil {
			return nil, err
		}
	}
	smooth, err := metrics.Trailing(churn, trailing)
	if err != nil {
		return nil, err
	}
	out := make([]month, 0, len(statements))
	for i := from.Sub(start); i < len(statements); i++ {
		m := month{Statement: statements[i], churn: churn[i]}
		if err := m.rates(smooth[i], c.margin, c.spend); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// rates applies the formulas of package metrics to one statement.
func (m *month) rates(churn metrics.Ratio, margin decimal.Decimal, spend map[calendar.Month]decimal.Decimal) (err error) {
	var failed error
	keep := func(r metrics.Ratio, err error) metrics.Ratio {
		if failed == nil {
			failed = err
		}
		return r
	}
	m.grr = keep(metrics.GRR(m.Revenue))
	m.nrr = keep(metrics.NRR(m.Revenue))
	m.quick = keep(metrics.QuickRatio(m.Revenue))
	m.arpa = keep(metrics.ARPA(m.Revenue.Closing(), m.ClosingCustomers))
	m.asp = keep(metrics.ASP(m.Revenue.New, m.Customers.New))
	m.ltv = keep(metrics.LTV(metrics.LTVInput{ARPA: m.arpa, GrossMargin: margin, Churn: churn}))
	if s, ok := spend[m.Month]; ok {
		m.spend = s
		m.cac = keep(metrics.CAC(s, m.Customers.New))
		m.payback = keep(metrics.PaybackMonths(m.cac, m.asp, margin))
		m.ltvToCAC = keep(metrics.LTVToCAC(m.ltv, m.cac))
	}
	return failed
}

// worst is the month in which most MRR was lost, of those printed and observed.
func (r *report) worst(observed calendar.Month) calendar.Month {
	worst, most := r.from, decimal.Decimal{}
	for i := range r.months {
		m := &r.months[i]
		lost := m.Revenue.Contraction.Add(m.Revenue.Churn)
		if !m.Month.After(observed) && lost.GreaterThan(most) {
			worst, most = m.Month, lost
		}
	}
	return worst
}

// reasons are the customers behind one month's movements, and what became known
// of it after its books were closed.
type reasons struct {
	month     calendar.Month
	statement ledger.Statement
	movements []ledger.Movement
	asClosed  ledger.Statement
	closed    time.Time
	since     []ledger.Restatement
}

func (c *company) explain(m calendar.Month) (w reasons, err error) {
	w.month = m
	if w.statement, err = c.books.Statement(m); err != nil {
		return w, err
	}
	for x := range c.books.Movements(m.Period(c.books.Options().Location)) {
		w.movements = append(w.movements, x)
	}
	if c.closed.IsZero() || m != c.why {
		return w, nil
	}
	w.closed = c.closed
	if w.asClosed, err = c.books.AsOf(c.closed).Statement(m); err != nil {
		return w, err
	}
	w.since, err = c.books.Restatements(m, c.closed)
	return w, err
}
