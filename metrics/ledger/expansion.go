package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Growth is what the expansion line of a month, or of a run of months, came
// from, as far as the changes say.
//
// Upselling is more of the same product: a dearer plan, more seats. Cross-selling
// is a product the customer did not have; a charge beside those there are is an
// add-on. A charge that ends in the moment another of the same product begins was
// replaced by it: a plan change. Where in one movement some charges fall, they
// lessen what rises in proportion.
//
// Each amount is exact and rounded once, to Places: together they are the line of
// the statement within a unit of the last place for each.
type Growth struct {
	Month     calendar.Month  `json:"month"`
	Through   calendar.Month  `json:"through"`
	Currency  money.Currency  `json:"currency,omitempty"`
	Movements int64           `json:"movements"`
	Plan      decimal.Decimal `json:"plan"`       // upsell: another plan, of the same product
	Seats     decimal.Decimal `json:"seats"`      // upsell: a larger Quantity of the same plan
	CrossSell decimal.Decimal `json:"cross_sell"` // another Product beside those there were
	AddOn     decimal.Decimal `json:"add_on"`     // one more charge
	Price     decimal.Decimal `json:"price"`      // the same plan and quantity for more
	Discount  decimal.Decimal `json:"discount"`   // a discount that ended or shrank
	Usage     decimal.Decimal `json:"usage"`      // metered use
	Other     decimal.Decimal `json:"other"`      // returns within MinGap, corrections, and what nothing explains
	// SeatsAdded is by how much Quantity grew in what Seats counts.
	SeatsAdded decimal.Decimal `json:"seats_added"`
}

// Upsell is more of the same product: Plan and Seats.
func (e Growth) Upsell() decimal.Decimal { return e.Plan.Add(e.Seats) }

// Total is the sum of all amounts.
func (e Growth) Total() decimal.Decimal {
	return decimal.Sum(e.Plan, e.Seats, e.CrossSell, e.AddOn, e.Price, e.Discount, e.Usage, e.Other)
}

// PerSeat is Seats over SeatsAdded; undefined where no seat was added.
func (e Growth) PerSeat() metrics.Ratio { return metrics.NewRatio(e.Seats, e.SeatsAdded) }

// String is "2026-01 EUR: 70 expansion = 50 plan + 20 seats (2)". What is zero is
// left out.
func (e Growth) String() string {
	var b strings.Builder
	b.WriteString(e.Month.String())
	if e.Through != e.Month && !e.Through.IsZero() {
		b.WriteString(" to " + e.Through.String())
	}
	if e.Currency != "" {
		b.WriteString(" " + string(e.Currency))
	}
	fmt.Fprintf(&b, ": %s expansion", e.Total())
	sign := " = "
	for _, x := range []struct {
		of   decimal.Decimal
		name string
	}{
		{e.Plan, "plan"},
		{e.Seats, "seats (" + e.SeatsAdded.String() + ")"},
		{e.CrossSell, "cross-sell"},
		{e.AddOn, "add-on"},
		{e.Price, "price"},
		{e.Discount, "discount"},
		{e.Usage, "usage"},
		{e.Other, "other"},
	} {
		if !x.of.IsZero() {
			b.WriteString(sign + x.of.String() + " " + x.name)
			sign = " + "
		}
	}
	return b.String()
}

// growthBy is what expansion came from.
type growthBy uint8

const (
	byPlan growthBy = iota
	bySeats
	byCrossSell
	byAddOn
	byPrice
	byDiscount
	byUsage
	byOther
	growthBys
)

// Growth divides the expansion of the months from from to to, both included,
// by what it came from. It reads every change.
func (l *Ledger) Growth(from, to calendar.Month) ([]Growth, error) {
	return l.growth(from, to, 1)
}

// GrowthOver is Growth over one run of months, as StatementOver is
// Statements.
func (l *Ledger) GrowthOver(from, to calendar.Month) (Growth, error) {
	out, err := l.growth(from, to, to.Sub(from)+1)
	if err != nil {
		return Growth{}, err
	}
	return out[0], nil
}

// driven is what one run of months adds up to.
type driven struct {
	movements int64
	gain      [growthBys]value
	seats     decimal.Decimal
}

func (l *Ledger) growth(from, to calendar.Month, every int) ([]Growth, error) {
	if err := checkMonths(from, to); err != nil {
		return nil, err
	}
	sums := make([]driven, (to.Sub(from)+every)/every)
	if t := l.tallied(); t != nil {
		if t.err != nil {
			return nil, fmt.Errorf("ledger: growth: %w", t.err)
		}
		skip := from.Sub(t.months.first)
		w := l.walker(t.months)
		for _, b := range l.blocks {
			g := grower{l: l, fx: w.fx, block: b}
			w.walk(b, func(s *step) {
				if m := s.month - skip; s.kind == Expansion && m >= 0 && m <= to.Sub(from) {
					g.step(s, &sums[m/every])
				}
			})
		}
		if w.fx != nil && w.fx.err != nil {
			return nil, fmt.Errorf("ledger: growth: %w", w.fx.err)
		}
	}
	out := make([]Growth, len(sums))
	for i := range sums {
		s, m := &sums[i], from.Add(i*every)
		of := func(d growthBy) decimal.Decimal { return l.money(s.gain[d]) }
		out[i] = Growth{
			Month: m, Through: m.Add(every - 1), Currency: l.opts.Currency, Movements: s.movements, SeatsAdded: s.seats,
			Plan: of(byPlan), Seats: of(bySeats), CrossSell: of(byCrossSell), AddOn: of(byAddOn),
			Price: of(byPrice), Discount: of(byDiscount), Usage: of(byUsage), Other: of(byOther),
		}
	}
	return out, nil
}

// grower follows what one customer is charged for.
type grower struct {
	l     *Ledger
	fx    *exchange
	block []entry
	next  int // entries applied so far
	slots map[uint32]held
	sold  map[uint32]int // products, and how many present levels are of each
}

// held is what one level is.
type held struct {
	units    value
	currency uint8
	present  bool
	cause    Cause
	dim      dim
}

func (g *grower) apply(to int) {
	for ; g.next < to; g.next++ {
		e := &g.block[g.next]
		units := g.l.units(e)
		g.sell(g.slots[e.slot], -1)
		now := held{units, e.currency(), !units.isZero() || e.alive(), e.cause(), *g.l.dimOf(e)}
		g.slots[e.slot] = now
		g.sell(now, 1)
	}
}

func (g *grower) sell(h held, by int) {
	if !h.present {
		return
	}
	if g.sold[h.dim.product] += by; g.sold[h.dim.product] == 0 {
		delete(g.sold, h.dim.product)
	}
}

// before is what was sold before a step, as far as it matters to the step: a
// customer may have many products.
type before struct {
	any, named bool            // something; something of a product
	of         map[uint32]bool // the products that the step touches
}

func (g *grower) before(s *step) before {
	b := before{any: len(g.sold) > 0, of: map[uint32]bool{}}
	b.named = len(g.sold) > 1 || b.any && g.sold[0] == 0
	for i := s.from; i < s.to; i++ {
		p := g.l.dimOf(&g.block[i]).product
		b.of[p] = g.sold[p] > 0
	}
	return b
}

// moved is what a step did to one level, or to those of one product of which some
// replace the others.
type moved struct {
	by    growthBy
	gain  value
	seats decimal.Decimal
}

// step divides one expansion.
func (g *grower) step(s *step, to *driven) {
	if g.slots == nil {
		g.slots, g.sold = map[uint32]held{}, map[uint32]int{}
	}
	g.apply(s.from)
	before := g.before(s)
	was := map[uint32]held{}
	var touched []uint32
	for i := s.from; i < s.to; i++ {
		slot := g.block[i].slot
		if _, known := was[slot]; !known {
			was[slot] = g.slots[slot]
			touched = append(touched, slot)
		}
	}
	g.apply(s.to)
	all := g.moves(touched, was, &before, s.at)

	var up, down value
	ups := 0
	for i := range all {
		switch all[i].gain.sign() {
		case 1:
			up = up.add(all[i].gain)
			ups++
		case -1:
			down = down.sub(all[i].gain)
		}
	}
	to.movements++
	for i := range all {
		if m := &all[i]; m.gain.sign() > 0 {
			to.gain[m.by] = to.gain[m.by].add(m.gain.sub(share(m.gain, down, up, ups)))
			to.seats = to.seats.Add(m.seats)
		}
	}
}

// moves are what a step did, level by level.
func (g *grower) moves(touched []uint32, was map[uint32]held, before *before, at int64) []moved {
	// Of each product, what ends and what begins.
	type exchanged struct{ ends, begins []uint32 }
	of := map[uint32]*exchanged{}
	var products []uint32
	var out []moved
	for _, slot := range touched {
		a, b := was[slot], g.slots[slot]
		if a.present == b.present {
			if gain := g.gain(a, b, at); !gain.isZero() {
				by, seats := change(&a, &b)
				out = append(out, moved{by, gain, seats})
			}
			continue
		}
		p := a.dim.product
		if b.present {
			p = b.dim.product
		}
		x := of[p]
		if x == nil {
			x = &exchanged{}
			of[p] = x
			products = append(products, p)
		}
		if b.present {
			x.begins = append(x.begins, slot)
		} else {
			x.ends = append(x.ends, slot)
		}
	}
	for _, p := range products {
		x := of[p]
		if len(x.ends) > 0 && len(x.begins) > 0 {
			m := moved{by: byPlan}
			for _, slot := range slices.Concat(x.ends, x.begins) {
				m.gain = m.gain.add(g.gain(was[slot], g.slots[slot], at))
			}
			out = append(out, m)
			continue
		}
		for _, slot := range slices.Concat(x.ends, x.begins) {
			b := g.slots[slot]
			m := moved{by: byAddOn, gain: g.gain(was[slot], b, at)}
			switch {
			case !before.any || b.cause == CauseResume || b.cause == CauseCorrection:
				m.by = byOther
			case b.cause == CauseUsage:
				m.by = byUsage
			case p != 0 && !before.of[p] && before.named:
				m.by = byCrossSell
			}
			out = append(out, m)
		}
	}
	return out
}

// gain is by how much b is worth more than a at the rates of an instant.
func (g *grower) gain(a, b held, at int64) value {
	if g.fx == nil {
		return b.units.sub(a.units)
	}
	return g.fx.value(b.units, b.currency, at).sub(g.fx.value(a.units, a.currency, at))
}

// change says what a level that goes on has become dearer by.
func change(a, b *held) (by growthBy, seats decimal.Decimal) {
	switch {
	case a.dim.plan != b.dim.plan:
		return byPlan, seats
	case b.cause == CauseUsage:
		return byUsage, seats
	case more(&a.dim, &b.dim):
		return bySeats, b.dim.decimal().Sub(a.dim.decimal())
	}
	switch b.cause {
	case CauseDiscount:
		return byDiscount, seats
	case CauseAddOn:
		return byAddOn, seats
	case CauseResume, CauseTrial, CauseCurrency, CauseCorrection, CauseUnknown, CauseStart:
		return byOther, seats
	default:
		return byPrice, seats
	}
}

// more reports whether both state a quantity, and the second the larger.
func more(a, b *dim) bool {
	return a.quantity != (num.Int128{}) && b.quantity != (num.Int128{}) && b.decimal().GreaterThan(a.decimal())
}
