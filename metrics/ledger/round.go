package ledger

import (
	"math/big"
	"slices"

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

// unit is the number of value units in one major unit of MRR.
func (l *Ledger) unit() *big.Int {
	u := big.NewInt(12)
	u.Mul(u, big.NewInt(l.scale.den))
	if l.fx() {
		u.Mul(u, big.NewInt(rateScale))
	}
	return u
}

// lines is a bridge in units of the last place: opening, the five kinds as
// magnitudes, FX, closing.
type lines struct {
	opening, closing, fx *big.Int
	amount               [kinds]*big.Int
}

func (l *Ledger) roundBridge(b *bridge) lines {
	unit := l.unit()
	r := lines{
		opening: num.RoundUnits(b.opening.Big(), unit, Places),
		closing: num.RoundUnits(b.closing.Big(), unit, Places),
	}
	exact := make([]*big.Int, 0, kinds)
	for k := NewBusiness; k < kinds; k++ {
		v := b.amount[k].Big()
		if k.Sign() < 0 {
			v.Neg(v)
		}
		exact = append(exact, v)
	}
	exact = append(exact, b.fx().Big())
	whole := apportion(exact, unit, new(big.Int).Sub(r.closing, r.opening))
	for k := NewBusiness; k < kinds; k++ {
		r.amount[k] = whole[k-NewBusiness].Abs(whole[k-NewBusiness])
	}
	r.fx = whole[kinds-NewBusiness]
	return r
}

// apportion rounds exact/unit to units of the last place, each to one of its
// two neighbours, so that they sum to total: largest remainders first, ties by
// position. total must lie between the sum of all floors and of all ceilings.
func apportion(exact []*big.Int, unit, total *big.Int) []*big.Int {
	scaled := new(big.Int).Exp(big.NewInt(10), big.NewInt(Places), nil)
	out := make([]*big.Int, len(exact))
	rest := make([]*big.Int, len(exact))
	up := new(big.Int).Set(total)
	order := make([]int, 0, len(exact))
	for i, v := range exact {
		out[i], rest[i] = new(big.Int), new(big.Int)
		out[i].DivMod(new(big.Int).Mul(v, scaled), unit, rest[i])
		up.Sub(up, out[i])
		if rest[i].Sign() != 0 {
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
	d := func(k Kind) *big.Int { return r.amount[k] }
	return metrics.Revenue{
		Opening:      num.Units(r.opening, Places),
		New:          num.Units(d(NewBusiness), Places),
		Expansion:    num.Units(d(Expansion), Places),
		Reactivation: num.Units(d(Reactivation), Places),
		Contraction:  num.Units(d(Contraction), Places),
		Churn:        num.Units(d(Churn), Places),
		FX:           num.Units(r.fx, Places),
	}
}
