package ledger

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// rateScale is the unit of an exchange rate. In a ledger of several currencies
// values count in units of 1/(den*rateScale) a year, so that amount times rate
// is exact.
const rateScale = 1e12

// exchange values amounts in the ledger's currency. A missing rate is kept as
// err; the value is then at the rate of the last change seen in the currency,
// which only Movements and MRR, who cannot fail, go on with.
type exchange struct {
	l       *Ledger
	err     error
	seen    []int64 // by currency: the instant of the last change
	changed []value // by currency: what the movement at hand changes

	// The rate asked for last: entries of one instant share it.
	at       int64
	currency uint8
	rate     num.Int128
}

func (l *Ledger) exchange() *exchange {
	return &exchange{l: l, seen: make([]int64, len(l.currencies)), changed: make([]value, len(l.currencies))}
}

func (x *exchange) change(currency uint8, units value) {
	x.changed[currency] = x.changed[currency].add(units)
}

// gain values what was changed since the last call, all at one instant: a
// movement holds no revaluation, and its sign is that of its kind.
func (x *exchange) gain(at int64) value {
	var gain value
	for c := range x.changed {
		gain = gain.add(x.value(x.changed[c], uint8(c), at))
		x.changed[c] = value{}
	}
	return gain
}

// value returns units of a currency at an instant in value units.
func (x *exchange) value(units value, currency uint8, at int64) value {
	if units.isZero() {
		return units
	}
	rate := num.Of(rateScale)
	if currency != 0 {
		rate = x.rateAt(currency, at)
	}
	return units.times(rate)
}

func (x *exchange) rateAt(currency uint8, at int64) num.Int128 {
	if x.currency == currency && x.at == at {
		return x.rate
	}
	rate, err := x.l.rate(x.l.currencies[currency], unix(at))
	if err != nil {
		if x.err == nil {
			x.err = err
		}
		rate, _ = x.l.rate(x.l.currencies[currency], unix(x.seen[currency]))
		return rate
	}
	x.at, x.currency, x.rate = at, currency, rate
	return rate
}

// rate returns a currency's rate in units of 1/rateScale.
func (l *Ledger) rate(from money.Currency, at time.Time) (num.Int128, error) {
	if l.opts.Rates == nil {
		return num.Int128{}, fmt.Errorf("%w from %s to %s: the ledger was made without Rates", ErrNoRate, from, l.opts.Currency)
	}
	d, err := l.opts.Rates.Rate(from, l.opts.Currency, at)
	if err != nil {
		return num.Int128{}, err
	}
	coef, exp, err := num.Parts(d)
	if err == nil && coef.Sign() <= 0 {
		err = fmt.Errorf("%w: not above 0", ErrRange)
	}
	if err != nil {
		return num.Int128{}, fmt.Errorf("rate %s from %s to %s: %w", amountText(d), from, l.opts.Currency, err)
	}
	rate, _ := coef.Mul(num.Of(num.Pow10(num.MaxPlaces + exp))) // 30 digits
	return rate, nil
}

// noRate is what was answered last of a rate that there is not: within one input
// it is not asked for twice.
type noRate struct {
	currency money.Currency
	at       time.Time
	err      error
}

// currencyIndex returns the number of a currency other than the ledger's own,
// provided it can be valued at the instant.
func (l *Ledger) currencyIndex(c money.Currency, at time.Time) (uint8, error) {
	if err := c.Validate(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrCurrency, err)
	}
	if l.opts.Currency == "" {
		return 0, fmt.Errorf("%w: the ledger was made without one", ErrCurrency)
	}
	if checkTime(at) == nil { // else At is refused by itself
		if f := &l.noRate; f.err != nil && f.currency == c && f.at.Equal(at) {
			return 0, f.err
		}
		if _, err := l.rate(c, at); err != nil {
			l.noRate = noRate{c, at, err}
			return 0, err
		}
	}
	return l.currencyNumber(c)
}

// currencyNumber numbers a currency that is known to be valued.
func (l *Ledger) currencyNumber(c money.Currency) (uint8, error) {
	for i := 1; i < len(l.currencies); i++ {
		if l.currencies[i] == c {
			return uint8(i), nil
		}
	}
	if len(l.currencies) == 1<<currencyBits {
		return 0, &limitError{"currencies", 1 << currencyBits}
	}
	l.currencies = append(l.currencies, c)
	return uint8(len(l.currencies) - 1), nil
}
