package ledger

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Ground is what the movements of one month add up to, exact, as a program
// outside this package summed them: a warehouse, see package sqltext. Amounts
// are magnitudes in units of a Unit. A value, safe everywhere.
type Ground struct {
	Key   string // of the segment; empty without segments
	Month calendar.Month
	// Opening is worth at the beginning of the month; the lines lead to the closing.
	Opening, New, Expansion, Reactivation, Contraction, Churn Units
	// Customers is the bridge in heads, Paying those above zero at its end.
	Customers metrics.Customers
	Paying    int64
}

// UnitsOf is a whole number of units.
func UnitsOf(n *big.Int) Units { return Units{rational(new(big.Rat).SetInt(n))} }

// Statements rounds grounds, one for each month, as [Ledger.Statements] does:
// in order of months, equal to those of a ledger whose movements add up to the
// same. A ground of a month that another has is ErrConflict, one that does not
// open with the closing before is ErrEncoding.
func (u Unit) Statements(currency money.Currency, grounds []Ground) ([]Statement, error) {
	byMonth, err := u.grounds(grounds, func(a, b *Ground) int { return a.Month.Compare(b.Month) })
	if err != nil {
		return nil, fmt.Errorf("ledger: statements of grounds: %w", err)
	}
	out := make([]Statement, len(byMonth))
	for i := range byMonth {
		b := u.bridge(&byMonth[i])
		r := roundBridge(&b)
		out[i] = statement(byMonth[i].Month, byMonth[i].Month, currency, &b, &r)
	}
	return out, nil
}

// Segments rounds grounds, one for each key and month, as [Ledger.StatementsBy]
// does: sorted by key, without keys of which nothing is to be said, and adding
// up to the Statements of all together. Every key has every month, or it is
// ErrPeriod; other errors are those of Statements.
func (u Unit) Segments(currency money.Currency, grounds []Ground) ([]Segment, error) {
	sorted, err := u.grounds(grounds, func(a, b *Ground) int {
		if c := strings.Compare(a.Key, b.Key); c != 0 {
			return c
		}
		return a.Month.Compare(b.Month)
	})
	if err != nil {
		return nil, fmt.Errorf("ledger: segments of grounds: %w", err)
	}
	var keys [][]Ground
	for i := 0; i < len(sorted); {
		to := i + 1
		for to < len(sorted) && sorted[to].Key == sorted[i].Key {
			to++
		}
		keys = append(keys, sorted[i:to])
		i = to
	}
	c := Cube{currency: currency, split: byKey}
	for _, gs := range keys {
		parts := make([]bridge, len(gs))
		loud := false
		for i := range gs {
			if len(gs) != len(keys[0]) || gs[i].Month != keys[0][i].Month {
				return nil, fmt.Errorf("ledger: segments of grounds: %w: key %q has not the months of key %q", ErrPeriod, gs[0].Key, keys[0][0].Key)
			}
			parts[i] = u.bridge(&gs[i])
			loud = loud || gs[i].loud()
		}
		if c.whole == nil {
			c.from, c.whole = gs[0].Month, parts
		} else {
			c.whole = addBridges(c.whole, parts)
		}
		if loud {
			c.keys, c.parts = append(c.keys, gs[0].Key), append(c.parts, parts)
		}
	}
	return c.Segments(), nil
}

// grounds sorts them and checks that they chain.
func (u Unit) grounds(grounds []Ground, order func(a, b *Ground) int) ([]Ground, error) {
	if u.perMonth().Sign() == 0 {
		return nil, fmt.Errorf("%w: no unit", ErrOptions)
	}
	sorted := slices.Clone(grounds)
	slices.SortStableFunc(sorted, func(a, b Ground) int { return order(&a, &b) })
	for i := range sorted {
		g := &sorted[i]
		if err := checkMonths(g.Month, g.Month); err != nil {
			return nil, err
		}
		for _, line := range []Units{g.Opening, g.New, g.Expansion, g.Reactivation, g.Contraction, g.Churn, g.closing()} {
			if line.Sign() < 0 {
				return nil, fmt.Errorf("%w: month %s", ErrNegative, g.Month)
			}
		}
		if err := g.Customers.Validate(); err != nil {
			return nil, fmt.Errorf("%w: month %s: %w", ErrEncoding, g.Month, err)
		}
		if g.Paying < 0 || g.Paying > g.Customers.Closing() {
			return nil, fmt.Errorf("%w: month %s: %d paying of %d customers", ErrEncoding, g.Month, g.Paying, g.Customers.Closing())
		}
		if i == 0 || sorted[i-1].Key != g.Key {
			continue
		}
		before := &sorted[i-1]
		switch {
		case order(before, g) == 0:
			return nil, fmt.Errorf("%w: month %s is there twice", ErrConflict, g.Month)
		case before.Month.Add(1) != g.Month:
			return nil, fmt.Errorf("%w: no month between %s and %s", ErrPeriod, before.Month, g.Month)
		case before.closing().Cmp(g.Opening) != 0 || before.Customers.Closing() != g.Customers.Opening:
			return nil, fmt.Errorf("%w: %s does not open with the closing of %s", ErrEncoding, g.Month, before.Month)
		}
	}
	return sorted, nil
}

func (g *Ground) closing() Units {
	return g.Opening.Add(g.New).Add(g.Expansion).Add(g.Reactivation).Sub(g.Contraction).Sub(g.Churn)
}

// loud reports whether anything is or happens in the month.
func (g *Ground) loud() bool {
	for _, line := range []Units{g.Opening, g.New, g.Expansion, g.Reactivation, g.Contraction, g.Churn} {
		if line.Sign() != 0 {
			return true
		}
	}
	return g.Customers != metrics.Customers{} || g.Paying != 0
}

// bridge is the ground as a bridge in money.
func (u Unit) bridge(g *Ground) bridge {
	b := newBridge()
	b.opening, b.closing = u.Rat(g.Opening), u.Rat(g.closing())
	b.amount[NewBusiness], b.amount[Expansion], b.amount[Reactivation] = u.Rat(g.New), u.Rat(g.Expansion), u.Rat(g.Reactivation)
	b.amount[Contraction], b.amount[Churn] = u.Rat(g.Contraction), u.Rat(g.Churn)
	c := &g.Customers
	b.flow = flow{
		joined: c.New, returned: c.Reactivated, left: c.Churned, joinedAndLeft: c.NewAndChurned, leftAndReturned: c.ChurnedAndReturned,
	}
	b.flow.paying = g.Paying // from none: payers at the opening are not asked for
	b.heads = c.Opening
	return b
}
