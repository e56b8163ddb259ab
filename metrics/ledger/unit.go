package ledger

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// Unit says how many Units make one major unit of MRR. It outlives the ledger it
// comes from, so that sums of several ledgers can be added up exactly. A value,
// safe everywhere; the zero Unit is no unit.
type Unit struct {
	per    uint64   // 0: big holds it
	scaled bool     // times rateScale
	big    *big.Int // what does not fit
}

// Unit is the unit that amounts of the ledger count in until the next write.
func (l *Ledger) Unit() Unit { return Unit{per: uint64(12 * l.scale.den), scaled: l.fx()} }

// UnitOf is the unit of which per make one major unit of MRR; per is above zero.
func UnitOf(per *big.Int) Unit {
	if per.IsUint64() && per.Uint64() < 1<<62 {
		return Unit{per: per.Uint64()}
	}
	q, r := new(big.Int).QuoRem(per, big.NewInt(rateScale), new(big.Int))
	if r.Sign() == 0 && q.IsUint64() && q.Uint64() < 1<<62 {
		return Unit{per: q.Uint64(), scaled: true}
	}
	return Unit{big: per}
}

func (u Unit) perMonth() *big.Int {
	if u.big != nil {
		return u.big
	}
	per := new(big.Int).SetUint64(u.per)
	if u.scaled {
		per.Mul(per, big.NewInt(rateScale))
	}
	return per
}

// Amount is units as MRR in major units, rounded once to Places.
func (u Unit) Amount(v Units) decimal.Decimal {
	if v.v.x == nil && u.per != 0 {
		mul := uint64(rateScale)
		if u.scaled { // Places are those of a rate
			mul = 1
		}
		if d, ok := num.RoundInt(v.v.v, mul, u.per, Places); ok {
			return d
		}
	}
	if v.v.isZero() {
		return decimal.Decimal{}
	}
	return roundRat(u.Rat(v))
}

// minted is Amount of a value, made by a mint.
func (u Unit) minted(m *num.Mint, v value) decimal.Decimal {
	if v.x == nil && u.per != 0 {
		mul := uint64(rateScale)
		if u.scaled {
			mul = 1
		}
		if d, ok := m.RoundInt(v.v, mul, u.per, Places); ok {
			return d
		}
	}
	return u.Amount(Units{v})
}

// Rat is units as exact MRR in major units.
func (u Unit) Rat(v Units) *big.Rat {
	r := v.v.rat()
	if r.Sign() == 0 {
		return r
	}
	return r.Quo(r, new(big.Rat).SetInt(u.perMonth()))
}

// Of is exact MRR in major units as units.
func (u Unit) Of(mrr *big.Rat) Units {
	return Units{rational(new(big.Rat).Mul(mrr, new(big.Rat).SetInt(u.perMonth())))}
}

// Common is the coarsest unit in which whole units of both are whole.
func (u Unit) Common(o Unit) Unit {
	a, b := u.perMonth(), o.perMonth()
	switch {
	case a.Sign() == 0 || a.Cmp(b) == 0:
		return o
	case b.Sign() == 0:
		return u
	}
	g := new(big.Int).GCD(nil, nil, a, b)
	return UnitOf(g.Mul(new(big.Int).Quo(a, g), b))
}

// Convert brings units of another unit into this one, exactly.
func (u Unit) Convert(v Units, from Unit) Units {
	if u == from || v.v.isZero() {
		return v
	}
	return u.Of(from.Rat(v))
}
