package ledger

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Amounts inside are exact; decimals cannot say a third. Rounding every line of
// a bridge by itself would leave it open by a unit of the last place, so:
//
//   - opening and closing are rounded each by itself, and are MRR at those ends;
//   - the lines between go up or down to a neighbouring unit, those with the
//     larger remainders up, so that they sum to closing - opening. Which can
//     always be done, never turns a line's sign and leaves zero zero;
//   - the lines of segments are apportioned from the whole in the same way. What
//     is then missing in a segment's own bridge, a few units of the 12th place,
//     stands in its FX line, the only signed one; over all segments it sums to 0.
//
// Amounts that end within Places are not touched by any of this.

// mrr is a value as exact MRR in major units.
func (l *Ledger) mrr(v value) *big.Rat { return l.Unit().Rat(Units{v}) }

// money turns value units into MRR, rounded once to Places.
func (l *Ledger) money(v value) decimal.Decimal { return l.Unit().Amount(Units{v}) }

// roundRat rounds to Places, ties up.
func roundRat(r *big.Rat) decimal.Decimal { return num.Round(r.Num(), r.Denom(), Places) }

// roundUnits is roundRat in units of the last place.
func roundUnits(r *big.Rat) *big.Int { return num.RoundUnits(r.Num(), r.Denom(), Places) }

func amountOf(units *big.Int) decimal.Decimal { return num.Units(units, Places) }

// bridge is a statement before rounding, in major units of MRR.
type bridge struct {
	opening, closing *big.Rat
	amount           [kinds]*big.Rat
	in, out          *big.Rat // from and to other plans, magnitudes
	flow
	heads, payers int64 // at opening
}

func newBridge() bridge {
	b := bridge{opening: new(big.Rat), closing: new(big.Rat), in: new(big.Rat), out: new(big.Rat)}
	for k := range b.amount {
		b.amount[k] = new(big.Rat)
	}
	return b
}

// moved is what the movements add up to.
func (b *bridge) moved() *big.Rat {
	v := new(big.Rat).Sub(b.in, b.out)
	for k := NewBusiness; k < kinds; k++ {
		if k.Sign() > 0 {
			v.Add(v, b.amount[k])
		} else {
			v.Sub(v, b.amount[k])
		}
	}
	return v
}

// fx is what the movements do not explain: exactly zero in one currency.
func (b *bridge) fx() *big.Rat {
	v := new(big.Rat).Sub(b.closing, b.opening)
	return v.Sub(v, b.moved())
}

func (b *bridge) closingHeads() int64  { return b.heads + b.net() }
func (b *bridge) closingPayers() int64 { return b.payers + b.paying }

// lines is a bridge in units of the last place: opening, the five kinds and
// the transfers as magnitudes, FX, closing.
type lines struct {
	opening, closing, fx, in, out *big.Int
	amount                        [kinds]*big.Int
}

func roundBridge(b *bridge) lines {
	r := lines{opening: roundUnits(b.opening), closing: roundUnits(b.closing), in: new(big.Int), out: new(big.Int)}
	exact := make([]*big.Rat, 0, kinds)
	for k := NewBusiness; k < kinds; k++ {
		v := b.amount[k]
		if k.Sign() < 0 {
			v = new(big.Rat).Neg(v)
		}
		exact = append(exact, v)
	}
	exact = append(exact, b.fx())
	whole := apportion(exact, new(big.Int).Sub(r.closing, r.opening))
	for k := NewBusiness; k < kinds; k++ {
		r.amount[k] = whole[k-NewBusiness].Abs(whole[k-NewBusiness])
	}
	r.fx = whole[kinds-NewBusiness]
	return r
}

// revenue is roundBridge for frames whose amounts are whole numbers of a unit
// of one word, which nearly all are.
func (u Unit) revenue(f *frame) (r metrics.Revenue, ok bool) {
	if u.per == 0 {
		return r, false
	}
	mul := uint64(rateScale)
	if u.scaled {
		mul = 1
	}
	const n = kinds - NewBusiness + 1 // the kinds and FX
	var (
		exact [n]value
		down  [n]num.Int128
		rest  [n]uint64
		order [n]int
	)
	fx := f.closing.sub(f.opening)
	for k := NewBusiness; k < kinds; k++ {
		v := f.amount[k]
		if k.Sign() < 0 {
			v = v.neg()
		}
		exact[k-NewBusiness] = v
		fx = fx.sub(v)
	}
	exact[n-1] = fx
	opening, ok := u.round(f.opening, mul)
	closing, ok2 := u.round(f.closing, mul)
	if !ok || !ok2 {
		return r, false
	}
	up := closing.Sub(opening)
	for i := range exact {
		if exact[i].x != nil {
			return r, false
		}
		if down[i], rest[i], ok = exact[i].v.MulDiv(mul, u.per); !ok {
			return r, false
		}
		up = up.Sub(down[i])
		j := i // largest remainders first, ties by position
		for ; j > 0 && rest[order[j-1]] < rest[i]; j-- {
			order[j] = order[j-1]
		}
		order[j] = i
	}
	for _, i := range order {
		if rest[i] != 0 && up.Sign() > 0 {
			down[i] = down[i].Add(num.Of(1))
			up = up.Sub(num.Of(1))
		}
	}
	d := func(k Kind) decimal.Decimal { return num.UnitsInt(down[k-NewBusiness].Abs(), Places) }
	return metrics.Revenue{
		Opening: num.UnitsInt(opening, Places), New: d(NewBusiness), Expansion: d(Expansion), Reactivation: d(Reactivation),
		Contraction: d(Contraction), Churn: d(Churn), FX: num.UnitsInt(down[n-1], Places),
	}, true
}

// round gives units of the last place, ties up.
func (u Unit) round(v value, mul uint64) (num.Int128, bool) {
	if v.x != nil {
		return num.Int128{}, false
	}
	q, rem, ok := v.v.MulDiv(mul, u.per)
	if rem >= u.per-rem {
		q = q.Add(num.Of(1))
	}
	return q, ok
}

// apportion rounds to units of the last place, each to one of its two
// neighbours, so that they sum to total: largest remainders first, ties by
// position. total must lie between the sum of all floors and of all ceilings.
func apportion(exact []*big.Rat, total *big.Int) []*big.Int {
	scaled := new(big.Int).Exp(big.NewInt(10), big.NewInt(Places), nil)
	out := make([]*big.Int, len(exact))
	rest := make([]*big.Rat, len(exact))
	up := new(big.Int).Set(total)
	order := make([]int, 0, len(exact))
	for i, v := range exact {
		out[i] = new(big.Int)
		if v.Sign() == 0 {
			continue
		}
		r := new(big.Int)
		out[i].DivMod(r.Mul(v.Num(), scaled), v.Denom(), r)
		up.Sub(up, out[i])
		if r.Sign() != 0 {
			rest[i] = new(big.Rat).SetFrac(r, v.Denom())
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return rest[b].Cmp(rest[a]) })
	one := big.NewInt(1)
	for _, i := range order {
		if up.Sign() <= 0 {
			break
		}
		out[i].Add(out[i], one)
		up.Sub(up, one)
	}
	return out
}

func (r *lines) revenue() metrics.Revenue {
	d := func(k Kind) decimal.Decimal { return amountOf(r.amount[k]) }
	return metrics.Revenue{
		Opening:      amountOf(r.opening),
		New:          d(NewBusiness),
		Expansion:    d(Expansion),
		Reactivation: d(Reactivation),
		Contraction:  d(Contraction),
		Churn:        d(Churn),
		FX:           amountOf(r.fx),
	}
}

// roundSegments apportions each line of the whole over the segments.
func roundSegments(total *bridge, parts []*bridge) []lines {
	whole := roundBridge(total)
	out := make([]lines, len(parts))
	exact := make([]*big.Rat, len(parts))
	split := func(line func(*bridge) *big.Rat, total *big.Int, set func(*lines, *big.Int)) {
		for i := range parts {
			exact[i] = line(parts[i])
		}
		for i, v := range apportion(exact, total) {
			set(&out[i], v)
		}
	}
	split(func(b *bridge) *big.Rat { return b.opening }, whole.opening, func(r *lines, v *big.Int) { r.opening = v })
	split(func(b *bridge) *big.Rat { return b.closing }, whole.closing, func(r *lines, v *big.Int) { r.closing = v })
	for k := NewBusiness; k < kinds; k++ {
		split(func(b *bridge) *big.Rat { return b.amount[k] }, whole.amount[k], func(r *lines, v *big.Int) { r.amount[k] = v })
	}
	// As much comes into plans as goes out of others.
	moved := new(big.Rat)
	for _, p := range parts {
		moved.Add(moved, p.in)
	}
	split(func(b *bridge) *big.Rat { return b.in }, roundUnits(moved), func(r *lines, v *big.Int) { r.in = v })
	split(func(b *bridge) *big.Rat { return b.out }, roundUnits(moved), func(r *lines, v *big.Int) { r.out = v })
	for i := range out {
		r := &out[i]
		r.fx = new(big.Int).Sub(r.closing, r.opening)
		r.fx.Sub(r.fx, r.in).Add(r.fx, r.out)
		for k := NewBusiness; k < kinds; k++ {
			if k.Sign() > 0 {
				r.fx.Sub(r.fx, r.amount[k])
			} else {
				r.fx.Add(r.fx, r.amount[k])
			}
		}
	}
	return out
}
