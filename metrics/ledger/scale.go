package ledger

import (
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Places is how many decimal places amounts are given to where they do not end
// sooner. Inside the ledger nothing is rounded.
const Places = 12

// maxCycles is how many distinct billing cycles one ledger may hold.
const maxCycles = 1 << cycleBits

// scale is the unit in which the books add up: a charge counts as whole units
// of 1/den major units per year. 100 a year, 25 a quarter and 49.99 a month are
// all whole in units of a hundredth. A year, not a month, because 100/12 has no
// finite decimal.
//
// Entries keep what was charged, not units, so the scale can be chosen anew
// whenever no sum depends on it. Where no den up to maxDen serves all classes of
// charge, those that are left over are counted as rationals, see value.
type scale struct {
	den int64
	// factors is by class of charge (cycle and decimal places): units of one
	// step of the last place. 0: not in this unit.
	factors []int64
}

// maxDen leaves room for the twelve of a month and the two of a half.
const maxDen = 1 << 58

// class is one pair of cycle and decimal places, as it stands in entry.meta.
type class uint16

func classOf(cycle uint16, places int32) class { return class(cycle<<placesBits) | class(places) }

func (c class) cycle() uint16 { return uint16(c >> placesBits) }
func (c class) places() int32 { return int32(c & (1<<placesBits - 1)) }

// need is the den in which charges of a class are whole.
func (l *Ledger) need(c class) (int64, bool) {
	r := &l.rates[c.cycle()]
	return mul64(r.per/gcd(r.times, r.per), num.Pow10(c.places()))
}

// factor is what a coefficient is multiplied with to give units of 1/den; 0
// where that is no whole number of 63 bits.
func (l *Ledger) factor(den int64, c class) int64 {
	need, ok := l.need(c)
	if !ok || den%need != 0 {
		return 0
	}
	r := &l.rates[c.cycle()]
	f, ok := mul64(den/need, r.times/gcd(r.times, r.per))
	if !ok {
		return 0
	}
	return f
}

// rescale chooses the unit for all classes of charge met so far, in the order
// they came. While sums in the old unit are kept, the unit stays.
func (l *Ledger) rescale() {
	if l.scaled == len(l.classes) {
		return
	}
	if l.tally == nil {
		for _, c := range l.classes {
			if need, ok := l.need(c); ok && l.scale.den%need != 0 {
				if den, ok := mul64(l.scale.den, need/gcd(l.scale.den, need)); ok && den <= maxDen {
					l.scale.den = den
				}
			}
		}
		l.scale.factors = make([]int64, len(l.scale.factors))
	} else {
		l.scale.factors = append([]int64(nil), l.scale.factors...)
	}
	for _, c := range l.classes {
		for int(c) >= len(l.scale.factors) {
			l.scale.factors = append(l.scale.factors, 0)
		}
		l.scale.factors[c] = l.factor(l.scale.den, c)
	}
	if l.tally == nil { // else some class may still wait for a finer unit
		l.scaled = len(l.classes)
	}
}

// units returns what an entry charges in a year.
func (l *Ledger) units(e *entry) value {
	if e.meta&isWide == 0 && int(e.class()) < len(l.scale.factors) {
		if f := l.scale.factors[e.class()]; f != 0 || e.coef == 0 {
			hi, lo := bits.Mul64(uint64(e.coef), uint64(f))
			return value{v: num.Int128{Hi: int64(hi), Lo: lo}}
		}
	}
	return l.unitsSlow(e)
}

func (l *Ledger) unitsSlow(e *entry) value {
	coef := l.coef(e)
	if coef.IsZero() {
		return value{}
	}
	c := e.class()
	if int(c) < len(l.scale.factors) && l.scale.factors[c] != 0 {
		if v, ok := coef.Mul(num.Of(l.scale.factors[c])); ok {
			return value{v: v}
		}
	}
	r := &l.rates[c.cycle()]
	x := new(big.Rat).SetFrac(num.Of(r.times).Big(), num.Of(r.per).Big())
	x.Mul(x, new(big.Rat).SetFrac(big.NewInt(l.scale.den), big.NewInt(num.Pow10(c.places()))))
	return value{x: x.Mul(x, whole(coef))}
}

// amount is what an entry charges once per cycle.
func (l *Ledger) amount(e *entry) decimal.Decimal { return decimalOf(l.coef(e), e.class().places()) }

func decimalOf(coef num.Int128, places int32) decimal.Decimal {
	if coef.IsZero() {
		return decimal.Decimal{}
	}
	if v, ok := coef.Int64(); ok {
		return decimal.New(v, -places)
	}
	return decimal.NewFromBigInt(coef.Big(), -places)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// mul64 multiplies two positive numbers.
func mul64(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(lo), hi == 0 && int64(lo) > 0
}

// cycleIndex returns the number of a billing cycle.
func (l *Ledger) cycleIndex(c calendar.Cycle) (index uint16, err error) {
	c = c.Canonical()
	for i := range min(len(l.cycles), 8) { // nearly all inputs have fewer
		if l.cycles[i] == c {
			return uint16(i), nil
		}
	}
	if i, ok := l.cycleOf[c]; ok {
		return i, nil
	}
	times, per, err := c.PerYear()
	if err != nil {
		return 0, err
	}
	if len(l.cycles) == maxCycles {
		return 0, &limitError{"distinct cycles", maxCycles}
	}
	index = uint16(len(l.cycles))
	l.cycles = append(l.cycles, c)
	l.rates = append(l.rates, yearly{times, per})
	l.cycleOf[c] = index
	return index, nil
}

// yearly is how many of a cycle make a year: times/per.
type yearly struct{ times, per int64 }
