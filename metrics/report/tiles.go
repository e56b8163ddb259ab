package report

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Tile is one number at a glance.
type Tile struct {
	Name  string
	Value Cell
	// LastMonth and LastYear are its changes: in percent, and of shares in
	// percentage points. Empty where there is nothing to compare with, a dash
	// where the comparison has no base.
	LastMonth, LastYear Cell
	// Course is the number in the last twelve months or fewer, oldest first.
	Course []metrics.Ratio
}

// measure is what a tile shows of a month.
type measure struct {
	of    func(ledger.Statement) (metrics.Ratio, error)
	share bool  // in percent
	money bool  // in the currency
	fine  int32 // digits where it is neither
}

func measures() []measure {
	mrr := func(s ledger.Statement) metrics.Ratio { return metrics.Amount(s.Revenue.Closing()) }
	arpa := func(s ledger.Statement) (metrics.Ratio, error) {
		return metrics.ARPA(s.Revenue.Closing(), s.PayingCustomers)
	}
	churn := func(s ledger.Statement) (metrics.Ratio, error) {
		return metrics.ChurnRate(s.Customers, metrics.ChurnStandard)
	}
	revenue := func(f func(metrics.Revenue) (metrics.Ratio, error)) func(ledger.Statement) (metrics.Ratio, error) {
		return func(s ledger.Statement) (metrics.Ratio, error) { return f(s.Revenue) }
	}
	return []measure{
		{of: func(s ledger.Statement) (metrics.Ratio, error) { return mrr(s), nil }, money: true},
		{of: func(s ledger.Statement) (metrics.Ratio, error) {
			return metrics.Amount(metrics.ARR(s.Revenue.Closing())), nil
		}, money: true},
		{of: func(s ledger.Statement) (metrics.Ratio, error) { return metrics.Amount(s.Revenue.NetNew()), nil }, money: true},
		{of: func(s ledger.Statement) (metrics.Ratio, error) { return metrics.NewCount(s.ClosingCustomers, 1), nil }},
		{of: arpa, money: true},
		{of: churn, share: true},
		{of: revenue(metrics.GrossRevenueChurn), share: true},
		{of: revenue(metrics.NetRevenueChurn), share: true},
		{of: revenue(metrics.NRR), share: true},
		{of: func(s ledger.Statement) (metrics.Ratio, error) {
			a, err := arpa(s)
			if err != nil {
				return metrics.Ratio{}, err
			}
			c, err := churn(s)
			if err != nil {
				return metrics.Ratio{}, err
			}
			return metrics.LTV(metrics.LTVInput{ARPA: a, GrossMargin: decimal.NewFromInt(1), Churn: c})
		}, money: true},
		{of: revenue(metrics.QuickRatio), fine: 2},
	}
}

// Tiles are the numbers at a glance of the last of the page's statements: MRR,
// ARR, net new MRR, customers, ARPA, customer churn, gross and net revenue
// churn, NRR, LTV (of ARPA and customer churn, without a margin) and quick
// ratio, each with its changes and its course. Statements must follow each
// other month by month.
func (p Page) Tiles(o Options) ([]Tile, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	w := o.words()
	st := p.Statements
	n := len(st)
	tiles := make([]Tile, 0, len(w.Tiles))
	for i, m := range measures() {
		t := Tile{Name: w.Tiles[i]}
		values := make([]metrics.Ratio, n)
		for k := max(0, n-13); k < n; k++ {
			v, err := m.of(st[k])
			if err != nil {
				return nil, err
			}
			values[k] = v
		}
		t.Course = values[max(0, n-12):]
		t.Value = m.cell(values[n-1], st[n-1])
		if n >= 2 {
			t.LastMonth = m.change(w, values[n-1], values[n-2])
		}
		if n >= 13 {
			t.LastYear = m.change(w, values[n-1], values[n-13])
		}
		tiles = append(tiles, t)
	}
	return tiles, nil
}

func (m measure) cell(v metrics.Ratio, s ledger.Statement) Cell {
	switch {
	case m.share:
		return shareCell(v)
	case m.money:
		return ratioCell(v, places(s.Currency))
	}
	return ratioCell(v, m.fine)
}

// change is by how much a value grew: in percent of what it was, of shares in
// points. It has no base where it was zero.
func (m measure) change(w *Words, now, before metrics.Ratio) Cell {
	a, okA := now.Decimal(metrics.ScalePlaces)
	b, okB := before.Decimal(metrics.ScalePlaces)
	if !okA || !okB {
		return Cell{Text: page.None, Number: true}
	}
	diff := metrics.Amount(a.Sub(b))
	if !m.share {
		diff = metrics.NewRatio(a.Sub(b), b.Abs())
	}
	c := shareCell(diff)
	if m.share {
		c.Text = strings.TrimSuffix(c.Text, "%") + w.Points
	}
	if v, ok := diff.Decimal(3); ok && v.IsPositive() {
		c.Text = "+" + c.Text
	}
	return c
}
