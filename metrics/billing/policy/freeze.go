package policy

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// freeze looks up the exchange rate at each piece's beginning.
func (e *evaluator) freeze() bool {
	for i := range e.pieces {
		x := &e.pieces[i]
		if c := x.s.Currency; c != "" && c != e.o.Currency {
			fx, err := frozenRate(e.o, c, x.from)
			if err != nil {
				if e.err == nil {
					e.err = fmt.Errorf("policy: read: customer %q, subscription %q: %w", text.Clip(x.s.Customer), text.Clip(x.s.Subscription), err)
				}
				return false
			}
			x.fx = fx
		}
	}
	// From here on all of it is in the currency of the results.
	for i := range e.pieces {
		if x := &e.pieces[i]; !x.fx.IsZero() {
			s := *x.s
			s.Currency = e.o.Currency
			x.s = &s
		}
	}
	return true
}

// frozenRate is the exchange rate to the currency of the results.
func frozenRate(o *Options, from money.Currency, at int64) (decimal.Decimal, error) {
	when := time.Unix(0, at).UTC()
	if o.Rates == nil || o.Currency == "" {
		return decimal.Decimal{}, &money.RateError{From: from, To: o.Currency, At: when, Reason: "no rates were given", Err: money.ErrNoRate}
	}
	return o.Rates.Rate(from, o.Currency, when)
}
