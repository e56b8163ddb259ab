package ledger

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Seats is how the seats in use changed in a month: the sum of Change.Quantity
// over the charges that are present, units of whatever is charged for. Opening +
// Sold - Lost is Closing, and the next Opening.
//
// At one instant the seats of one customer and product are netted, so that a plan
// change of ten seats is no sale of ten. Quantities that are not stated count
// nothing.
type Seats struct {
	Month   calendar.Month  `json:"month"`
	Opening decimal.Decimal `json:"opening"`
	Sold    decimal.Decimal `json:"sold"`
	Lost    decimal.Decimal `json:"lost"`
	Closing decimal.Decimal `json:"closing"`
}

// String is "2026-01: 10 seats + 5 - 2 = 13".
func (s Seats) String() string {
	return fmt.Sprintf("%s: %s seats + %s - %s = %s", s.Month, s.Opening, s.Sold, s.Lost, s.Closing)
}

// Seats counts the seats sold and lost in the months from from to to, both
// included. It reads every change.
func (l *Ledger) Seats(from, to calendar.Month) ([]Seats, error) {
	if err := checkMonths(from, to); err != nil {
		return nil, err
	}
	out := make([]Seats, to.Sub(from)+1)
	for i := range out {
		out[i].Month = from.Add(i)
	}
	var opening decimal.Decimal
	if t := l.tallied(); t != nil {
		skip := from.Sub(t.months.first)
		for _, b := range l.blocks {
			l.seats(b, &t.months, func(month int, gain decimal.Decimal) {
				switch i := month - skip; {
				case i < 0:
					opening = opening.Add(gain)
				case i >= len(out):
				case gain.Sign() > 0:
					out[i].Sold = out[i].Sold.Add(gain)
				default:
					out[i].Lost = out[i].Lost.Sub(gain)
				}
			})
		}
	}
	for i := range out {
		out[i].Opening = opening
		opening = opening.Add(out[i].Sold).Sub(out[i].Lost)
		out[i].Closing = opening
	}
	return out, nil
}

// seats gives what one customer gained or lost at each instant, by product.
func (l *Ledger) seats(b []entry, m *months, yield func(month int, gain decimal.Decimal)) {
	of := map[uint32]dim{} // by slot, of charges that are present
	for i := 0; i < len(b); {
		at := b[i].at
		gains := map[uint32]decimal.Decimal{} // by product
		var products []uint32
		add := func(d dim, sign int64) {
			if d.quantity.IsZero() {
				return
			}
			g, known := gains[d.product]
			if !known {
				products = append(products, d.product)
			}
			gains[d.product] = g.Add(d.decimal().Mul(decimal.NewFromInt(sign)))
		}
		for ; i < len(b) && b[i].at == at; i++ {
			e := &b[i]
			add(of[e.slot], -1)
			delete(of, e.slot)
			if e.alive() || !l.units(e).isZero() {
				d := *l.dimOf(e)
				of[e.slot] = d
				add(d, 1)
			}
		}
		for _, p := range products {
			if g := gains[p]; !g.IsZero() {
				yield(m.index(at), g)
			}
		}
	}
}
