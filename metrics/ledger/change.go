package ledger

import (
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// MaxNameLength is the longest customer, subscription or event id, in bytes.
const MaxNameLength = 1024

// Change says what one subscription charges from At on. It is a level, not a
// difference, so saying it twice does no harm. Of two changes to one
// subscription at one instant the one recorded later is the correction and
// wins; recorded together, the later in input order.
//
// A Change is a value and safe everywhere.
type Change struct {
	// Customer is whose MRR this is part of. Required.
	Customer string
	// Subscription tells a customer's charges apart. Empty is a name too: that
	// of the only subscription of customers who have one.
	Subscription string
	// At is when the charge starts to hold. Required, in the years
	// calendar.MinYear to calendar.MaxYear.
	At time.Time
	// Amount is charged once per Cycle, in major units, net of tax; zero ends
	// the subscription. Never negative, at most num.MaxIntegerDigits digits
	// before the point and num.MaxPlaces behind it.
	Amount decimal.Decimal
	// Cycle is how often; the zero value is monthly.
	Cycle calendar.Cycle
	// Currency of Amount; empty is the ledger's.
	Currency money.Currency
	// Cause informs, see Cause.
	Cause Cause
	// ID names the source event. The same ID twice is one change; with
	// different content it is an error. Empty ids are never compared.
	ID string
	// Recorded is when the change became known; the zero value means at At. Of
	// a change delivered twice, the earlier counts.
	Recorded time.Time
}

// parsed is a Change that passed validation, before its names are interned.
type parsed struct {
	coef     num.Int128
	at, rec  int64
	exp      int32
	cycle    uint16
	currency uint8
	times    int64 // charges per year = times/per
	per      int64
}

// A refusal tells the input which field of a change is at fault.
type refusal func(field, value, reason string, err error)

// parseNames checks the ids of one change.
func parseNames(c *Change, fail refusal) {
	if c.Customer == "" {
		fail("Customer", "", "empty", ErrName)
	}
	parseName("Customer", c.Customer, fail)
	parseName("Subscription", c.Subscription, fail)
	parseName("ID", c.ID, fail)
}

// sameNames reports whether two changes can differ in names by their ID only,
// and have none.
func sameNames(c, d *Change) bool {
	return c.ID == "" && d.ID == "" && c.Customer == d.Customer && c.Subscription == d.Subscription
}

func parseName(field, s string, fail refusal) {
	switch {
	case len(s) > MaxNameLength:
		fail(field, clip(s), "longer than "+itoa(MaxNameLength)+" bytes: "+itoa(len(s)), ErrRange)
	case !utf8.ValidString(s):
		fail(field, clip(s), "not valid UTF-8", ErrName)
	}
}

// parse checks all fields of one change but its names. Every fault goes to fail.
func (l *Ledger) parse(c *Change, p *parsed, fail refusal) {
	*p = parsed{}
	if err := checkTime(c.At); err != nil {
		fail("At", timeText(c.At), err.Error(), ErrRange)
	} else {
		p.at = c.At.UnixNano()
		p.rec = p.at
	}
	if !c.Recorded.IsZero() {
		if err := checkTime(c.Recorded); err != nil {
			fail("Recorded", timeText(c.Recorded), err.Error(), ErrRange)
		} else {
			p.rec = c.Recorded.UnixNano()
		}
	}

	var err error
	p.coef, p.exp, err = num.Parts(c.Amount)
	switch {
	case err != nil:
		fail("Amount", amountText(c.Amount), err.Error(), ErrRange)
	case p.coef.Sign() < 0:
		fail("Amount", c.Amount.String(), "negative; the limit is 0", ErrNegative)
	}

	if p.cycle, p.times, p.per, err = l.cycleIndex(c.Cycle); err != nil {
		fail("Cycle", c.Cycle.String(), err.Error(), ErrCycle)
	}

	if c.Currency != "" && c.Currency != l.opts.Currency {
		if p.currency, err = l.currencyIndex(c.Currency, c.At); err != nil {
			fail("Currency", clip(string(c.Currency)), err.Error(), err)
		}
	}
	if c.Cause >= causes {
		fail("Cause", c.Cause.String(), "not a cause", ErrCause)
	}
}

// amountText renders an amount for a message without following a hostile
// exponent.
func amountText(d decimal.Decimal) string {
	if e := d.Exponent(); e > 64 || e < -64 || d.NumDigits() > 64 {
		return itoa(d.NumDigits()) + " digits, exponent " + itoa(int(e))
	}
	return d.String()
}
