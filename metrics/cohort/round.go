package cohort

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// rounder turns exact sums into amounts, each once.
type rounder struct{ l *ledger.Ledger }

func (r rounder) point(c *cell, a *away) point {
	p := point{active: c.active, intact: c.active - a.active}
	own := c.mrr.Sub(a.outside)
	p.retained = r.l.Amount(own)
	p.kept = r.amount(c.kept, own, p.retained)
	p.floor = r.amount(c.floor, c.kept, p.kept)
	p.layer = r.amount(c.mrr, own, p.retained)
	return p
}

// amount is that of u, where v is known to be worth a: often they are the same.
func (r rounder) amount(u, v ledger.Units, a decimal.Decimal) decimal.Decimal {
	if u == v {
		return a
	}
	return r.l.Amount(u)
}

func (r rounder) points(c *cohortSums) []point {
	out := make([]point, len(c.cells))
	for k := range c.cells {
		out[k] = r.point(&c.cells[k], &c.away[k])
	}
	return out
}

// ages adds up the cohorts that have reached each age.
func (r rounder) ages(sums tableSums) []ageSum {
	out := make([]ageSum, len(sums))
	for k := range out {
		var (
			sum  ageSum
			c    cell
			gone away
			base ledger.Units
		)
		for _, s := range sums[k:] {
			if s == nil {
				continue
			}
			c.add(&s.cells[k])
			gone.add(&s.away[k])
			sum.size += s.size
			sum.cohorts++
			base = base.Add(s.base)
		}
		sum.point, sum.base = r.point(&c, &gone), r.l.Amount(base)
		out[k] = sum
	}
	return out
}

// bake returns the MRR of every month from the first cohort on and sees to it
// that its layers, which have been rounded each by itself, sum to it.
func (r rounder) bake(cohorts []row, sums tableSums) []decimal.Decimal {
	out := make([]decimal.Decimal, len(sums))
	layers := make([]decimal.Decimal, 0, len(cohorts))
	for i := range out {
		var exact ledger.Units
		layers = layers[:0]
		r.month(cohorts, sums, i, func(p *point, u ledger.Units) {
			exact = exact.Add(u)
			layers = append(layers, p.layer)
		})
		out[i] = r.l.Amount(exact)
		if !num.SumDecimals(layers).Equal(out[i]) {
			r.cascade(cohorts, sums, i)
		}
	}
	return out
}

// cascade makes each layer of a month the difference of two rounded running
// totals: a neighbour of the exact amount, and together the rounded total.
func (r rounder) cascade(cohorts []row, sums tableSums, month int) {
	var run ledger.Units
	var below decimal.Decimal
	r.month(cohorts, sums, month, func(p *point, u ledger.Units) {
		run = run.Add(u)
		upTo := r.l.Amount(run)
		p.layer, below = upTo.Sub(below), upTo
	})
}

// month calls f for every cohort that has begun in a month, counted from the
// first cohort, with its exact MRR.
func (rounder) month(cohorts []row, sums tableSums, month int, f func(*point, ledger.Units)) {
	next := 0
	for before, c := range slices.Backward(sums) {
		k := before - (len(sums) - 1 - month)
		if k < 0 {
			return
		}
		if c != nil {
			f(&cohorts[next].points[k], c.cells[k].mrr)
			next++
		}
	}
}
