package metrics

import (
	"math/big"
	"strconv"
)

// ScalePlaces is the number of decimal places to which scaled rates are
// correctly rounded (half even) where their exact value is irrational, or is
// a fraction beyond the bounds of a Ratio.
const ScalePlaces = 24

// Annualise is the annual rate of a monthly one, 1 − (1−c)^12: 5 % a month is
// 45.96 % a year, not 60 %. The result is exact. c may be below zero, for
// growth, and at most 1. Undefined where c is. Source: ChartMogul help,
// "Customer churn rate"; Gold, "Fighting Churn with Data", chapter 2.
func Annualise(monthly Ratio) (Ratio, error) { return compound("Annualise", monthly, 12, 1) }

// AnnualToMonthly is the monthly rate of an annual one, 1 − (1−c)^(1/12): the
// inverse of [Annualise]. The twelfth root is exact where it is a fraction
// (so Annualise of a fraction comes back as the same value) and otherwise
// correctly rounded to [ScalePlaces].
func AnnualToMonthly(annual Ratio) (Ratio, error) { return compound("AnnualToMonthly", annual, 1, 12) }

// ScaleToMonth is a rate measured over a number of days as a monthly rate,
// 1 − (1−c)^((365/12)/days), a month being a twelfth of 365 days. 5 % over 31
// days is 4.9083 % a month. Precision is as in [AnnualToMonthly]. Source: C.
// Gold, "Fighting Churn with Data", chapter 2.
func ScaleToMonth(rate Ratio, days int) (Ratio, error) {
	return overDays("ScaleToMonth", rate, 365, 12, days)
}

// ScaleToYear is a rate measured over a number of days as a rate of 365 days,
// 1 − (1−c)^(365/days). 5 % over 31 days is 45.33 % a year. Precision is as in
// [AnnualToMonthly]. Source: C. Gold, "Fighting Churn with Data", chapter 2.
func ScaleToYear(rate Ratio, days int) (Ratio, error) {
	return overDays("ScaleToYear", rate, 365, 1, days)
}

const maxDays = 36500

func overDays(op string, rate Ratio, p, q int64, days int) (Ratio, error) {
	if days < 1 || days > maxDays {
		f := faults{op: op}
		f.add("days", strconv.Itoa(days), "want 1 to "+strconv.Itoa(maxDays), CodeBounds)
		return Ratio{}, f.err()
	}
	return compound(op, rate, p, q*int64(days))
}

// compound is 1 − (1−rate)^(p/q).
func compound(op string, rate Ratio, p, q int64) (Ratio, error) {
	f := faults{op: op}
	stay := rate.Complement()
	switch {
	case rate.broken || stay.broken:
		f.add("rate", "", ErrBounds.Error(), CodeBounds)
	case stay.sign() < 0:
		f.add("rate", rate.brief(), "want at most 1", CodeExceeds)
	}
	if err := f.err(); err != nil || !rate.Defined() {
		return Ratio{}, err
	}
	if stay.sign() == 0 {
		return NewCount(1, 1), nil // of nobody, nobody is left
	}
	if g := gcd(p, q); g > 1 {
		p, q = p/g, q/g
	}
	x := stay.rat()
	if r, ok := exactPower(x, p, q); ok {
		return r, nil
	}
	v, ok := roundedPower(x, p, q)
	if !ok {
		f.add("rate", rate.brief(), "the result has more than "+strconv.Itoa(maxDigits)+" digits", CodeBounds)
		return Ratio{}, f.err()
	}
	return v, nil
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// exactPower is 1 − x^(p/q) as a fraction, where it is one within bounds. p
// and q have no common factor, so that x^(p/q) is a fraction only where x is
// a q-th power.
func exactPower(x *big.Rat, p, q int64) (Ratio, bool) {
	n, ok := root(x.Num(), q)
	if !ok {
		return Ratio{}, false
	}
	d, ok := root(x.Denom(), q)
	if !ok {
		return Ratio{}, false
	}
	const bitsPerDigit = 3 // fewer than log2(10): refuses a little early
	if int64(max(n.BitLen(), d.BitLen()))*p > maxDigits*bitsPerDigit {
		return Ratio{}, false
	}
	e := big.NewInt(p)
	n.Exp(n, e, nil)
	d.Exp(d, e, nil)
	return NewRatio(integer(n.Sub(d, n)), integer(d)), true
}

// root is the whole q-th root of a positive n, and whether it is exact.
func root(n *big.Int, q int64) (*big.Int, bool) {
	if q == 1 || n.Cmp(one) == 0 {
		return new(big.Int).Set(n), true
	}
	if int64(n.BitLen()) <= q {
		return nil, false // 1 < n < 2^q
	}
	// Bisection between powers of two: at most as many steps as the root has
	// bits.
	bits := uint(n.BitLen())/uint(q) + 1
	lo, hi := new(big.Int), new(big.Int).Lsh(one, bits)
	e, mid, power := big.NewInt(q), new(big.Int), new(big.Int)
	for {
		mid.Add(lo, hi).Rsh(mid, 1)
		if mid.Cmp(lo) == 0 {
			return nil, false
		}
		switch power.Exp(mid, e, nil).Cmp(n) {
		case 0:
			return mid, true
		case -1:
			lo.Set(mid)
		default:
			hi.Set(mid)
		}
	}
}

// Trailing is the mean of a series of rates over a sliding window, pooled:
// entry i is the pool of the window rates that end with rates[i], so that a
// month with twice the customers weighs twice. The first window−1 entries are
// undefined, because their window is not full. ChartMogul divides ARPA by the
// churn of the trailing six full months.
//
// Undefined rates bring their numerators and nothing else. The window must be
// 1 to 1200.
func Trailing(rates []Ratio, window int) ([]Ratio, error) {
	if window < 1 || window > maxMonths {
		f := faults{op: "Trailing"}
		f.add("window", strconv.Itoa(window), "want 1 to "+strconv.Itoa(maxMonths), CodeBounds)
		return nil, f.err()
	}
	means := make([]Ratio, len(rates))
	for i := window - 1; i < len(rates); i++ {
		means[i] = PoolOf(rates[i-window+1 : i+1]...)
	}
	return means, nil
}
