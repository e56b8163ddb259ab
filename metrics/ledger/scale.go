package ledger

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Places is how many decimal places amounts are given to where they do not end
// sooner. Inside the ledger nothing is rounded.
const Places = 12

// maxCycles is how many distinct billing cycles one ledger may hold.
const maxCycles = 1 << 12

// scale is the ledger's unit of account: a charge counts as whole units of
// 1/den major units per year. 100 a year, 25 a quarter and 49.99 a month are
// all whole in units of a hundredth; den grows when a charge needs a finer one.
// A year, not a month, because 100/12 has no finite decimal.
type scale struct {
	den int64
}

// fits returns the den that also holds coef*10^exp charged times/per a year.
func (s scale) fits(exp int32, times, per int64) (int64, bool) {
	need := per / gcd(times, per)
	if exp < 0 {
		var ok bool
		if need, ok = mul64(need, num.Pow10(-exp)); !ok {
			return 0, false
		}
	}
	if s.den%need == 0 {
		return s.den, true
	}
	return mul64(s.den, need/gcd(s.den, need))
}

// factor is what coef is multiplied with to give units. It is whole because
// fits made it so.
func (s scale) factor(exp int32, times, per int64) num.Int128 {
	g := gcd(times, per)
	v, _ := num.Of(s.den / num.Pow10(-exp) / (per / g)).Mul(num.Of(times / g))
	return v
}

// factor looks up scale.factor, nil where the books' unit is too coarse or the
// combination is new. Inputs have few: a handful of cycles, cents.
func (l *Ledger) factor(p *parsed) *num.Int128 {
	i := int(p.cycle)*(num.MaxPlaces+1) + int(-p.exp)
	if i >= len(l.factors) || l.factors[i].IsZero() {
		return nil
	}
	return &l.factors[i]
}

// useFactor is factor, computing what is missing; the unit must be fine enough.
func (l *Ledger) useFactor(p *parsed) num.Int128 {
	if f := l.factor(p); f != nil {
		return *f
	}
	i := int(p.cycle)*(num.MaxPlaces+1) + int(-p.exp)
	for len(l.factors) <= i {
		l.factors = append(l.factors, num.Int128{})
	}
	l.factors[i] = l.scale.factor(p.exp, p.times, p.per)
	return l.factors[i]
}

// charged turns units back into the decimal charged once per cycle; exact.
func (l *Ledger) charged(units num.Int128, cycle calendar.Cycle) decimal.Decimal {
	times, per, _ := cycle.PerYear()
	n := units.Big()
	n.Mul(n, num.Of(per).Big())
	d := num.Of(l.scale.den).Big()
	d.Mul(d, num.Of(times).Big())
	return num.Round(n, d, num.MaxPlaces)
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
	return int64(lo), hi == 0 && lo <= math.MaxInt64
}

// rescale makes den the unit of everything the ledger holds.
func (l *Ledger) rescale(den int64) error {
	f := num.Of(den / l.scale.den)
	held, ok := l.held.Mul(f)
	if !ok || !l.holds(held) {
		return fmt.Errorf("%w: in units of 1/%d the charges exceed 120 bits", ErrRange, den)
	}
	l.held = held
	for i := range l.wide {
		l.wide[i], _ = l.wide[i].Mul(f)
	}
	each := func(es []entry) {
		for i := range es {
			if e := &es[i]; e.meta&isWide == 0 {
				v, _ := num.Of(e.amt).Mul(f)
				l.setUnits(e, v)
			}
		}
	}
	for _, b := range l.blocks {
		each(b)
	}
	for _, es := range l.pending.chunks {
		each(es)
	}
	l.scale.den = den
	clear(l.factors)
	l.tally = nil
	return nil
}

// holds reports whether charges that sum to held leave room for every sum the
// ledger will ever form: no total of levels or movements exceeds twice the sum
// of all charges, so no addition needs a check of its own.
func (l *Ledger) holds(held num.Int128) bool {
	return held.Sign() >= 0 && held.Hi < 1<<(120-64)
}

// cycleIndex returns the number of a billing cycle and how many of it make a
// year, as a fraction.
func (l *Ledger) cycleIndex(c calendar.Cycle) (index uint16, times, per int64, err error) {
	if c.N == 0 {
		c.N = 1
	}
	for i := range min(len(l.rates), 8) { // nearly all inputs have fewer
		if r := &l.rates[i]; l.cycles[i] == c {
			return uint16(i), r.times, r.per, nil
		}
	}
	if times, per, err = c.PerYear(); err != nil {
		return 0, 0, 0, err
	}
	i, ok := l.cycleOf[c]
	if !ok {
		if len(l.cycles) == maxCycles {
			return 0, 0, 0, fmt.Errorf("more than %d distinct cycles", maxCycles)
		}
		i = uint16(len(l.cycles))
		l.cycles = append(l.cycles, c)
		l.rates = append(l.rates, yearly{times, per})
		l.cycleOf[c] = i
	}
	return i, times, per, nil
}

// yearly is how many of a cycle make a year: times/per.
type yearly struct{ times, per int64 }
