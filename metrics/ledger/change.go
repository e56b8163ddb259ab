package ledger

import (
	"bytes"
	"iter"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// MaxNameLength is the longest customer, subscription, item, plan, product or
// event id, in bytes.
const MaxNameLength = 1024

// Change says what one subscription, or one item of it, charges from At on. It
// is a level, not a difference, so saying it twice does no harm. Of two changes
// to one level at one instant the one recorded later is the correction and
// wins; one whose recording is stated beats one whose recording is not;
// recorded together, the later in input order.
//
// A Change is a value and safe everywhere.
type Change struct {
	// Customer is whose MRR this is part of. Required.
	Customer string `json:"customer"`
	// Subscription tells a customer's charges apart. Empty is a name too: that
	// of the only subscription of customers who have one.
	Subscription string `json:"subscription,omitempty"`
	// At is when the charge starts to hold. Required, in the years
	// calendar.MinYear to calendar.MaxYear.
	At time.Time `json:"at"`
	// Amount is charged once per Cycle, in major units, net of tax; zero ends
	// the level unless Alive says that it lives on. Never negative, at most
	// num.MaxIntegerDigits digits before the point and num.MaxPlaces behind it.
	Amount decimal.Decimal `json:"amount"`
	// Cycle is how often; the zero value is monthly.
	Cycle calendar.Cycle `json:"cycle,omitzero"`
	// Currency of Amount; empty is the ledger's.
	Currency money.Currency `json:"currency,omitempty"`
	// Cause informs, see Cause.
	Cause Cause `json:"cause,omitempty"`
	// ID names the source event. The same ID twice is one change; with
	// different content it is an error. Empty ids are never compared.
	ID string `json:"id,omitempty"`
	// Item is the part of the subscription that has a level of its own: a
	// customer's MRR is the sum over subscriptions and items. Empty is the whole.
	Item string `json:"item,omitempty"`
	// Plan and Product say what is charged for. They are dimensions, not
	// identity: a level may move from one plan to another. Empty is none.
	Plan    string `json:"plan,omitempty"`
	Product string `json:"product,omitempty"`
	// Quantity is the seats or units behind the amount. It informs; zero is not
	// stated.
	Quantity decimal.Decimal `json:"quantity,omitzero"`
	// Alive says that the level lives on at amount zero: free, paused, wholly
	// discounted. It is worth nothing and counts as present, see Ledger.Heads.
	Alive bool `json:"alive,omitempty"`
	// Recorded is when the change became known. The zero value is unstated: the
	// change is then taken to have been known at At, and whatever was stated for
	// that instant beats it. Of a change delivered twice, the earlier counts.
	Recorded time.Time `json:"recorded,omitzero"`
}

// parsed is a Change that passed validation, before its names are interned.
type parsed struct {
	coef     num.Int128
	quantity num.Int128
	at, rec  int64
	meta     uint32
	qplaces  int32
	stated   bool
}

// A refusal tells the input which field of a change is at fault.
type refusal func(field, value, limit string, err error)

// parseNames checks the ids of one change.
func parseNames(c *Change, fail refusal) {
	if c.Customer == "" {
		fail("Customer", "", "empty", ErrName)
	}
	parseName("Customer", c.Customer, fail)
	parseName("Subscription", c.Subscription, fail)
	parseName("ID", c.ID, fail)
	parseName("Item", c.Item, fail)
	parseName("Plan", c.Plan, fail)
	parseName("Product", c.Product, fail)
}

// sameNames reports whether two changes have the same names, and no ID.
func sameNames(c, d *Change) bool {
	return c.ID == "" && d.ID == "" && c.Customer == d.Customer && c.Subscription == d.Subscription &&
		c.Item == d.Item && c.Plan == d.Plan && c.Product == d.Product
}

func parseName(field, s string, fail refusal) {
	switch {
	case len(s) > MaxNameLength:
		fail(field, s, "longer than "+itoa(MaxNameLength)+" bytes: "+itoa(len(s)), ErrRange)
	case !utf8.ValidString(s):
		fail(field, s, "not valid UTF-8", ErrName)
	}
}

// parse checks all fields of one change but its names. Every fault goes to fail.
func (l *Ledger) parse(c *Change, p *parsed, fail refusal) {
	*p = parsed{}
	if err := checkTime(c.At); err != nil {
		fail("At", timeText(c.At), err.Error(), ErrRange)
	} else {
		p.at = c.At.UnixNano()
	}
	if !c.Recorded.IsZero() {
		if err := checkTime(c.Recorded); err != nil {
			fail("Recorded", timeText(c.Recorded), err.Error(), ErrRange)
		} else {
			p.rec, p.stated = c.Recorded.UnixNano(), true
		}
	}

	coef, exp, err := num.Parts(c.Amount)
	switch {
	case err != nil:
		fail("Amount", amountText(c.Amount), err.Error(), ErrRange)
	case coef.Sign() < 0:
		fail("Amount", amountText(c.Amount), "negative; the limit is 0", ErrNegative)
	}
	p.coef = coef
	if !c.Quantity.IsZero() {
		var qexp int32
		p.quantity, qexp, err = num.Parts(c.Quantity)
		p.qplaces = -qexp
		switch {
		case err != nil:
			fail("Quantity", amountText(c.Quantity), err.Error(), ErrRange)
		case p.quantity.Sign() < 0:
			fail("Quantity", amountText(c.Quantity), "negative; the limit is 0", ErrNegative)
		}
	}

	cycle, err := l.cycleIndex(c.Cycle)
	if err != nil {
		fail("Cycle", c.Cycle.String(), err.Error(), ErrCycle)
	}
	var currency uint8
	if c.Currency != "" && c.Currency != l.opts.Currency {
		if currency, err = l.currencyIndex(c.Currency, c.At); err != nil {
			fail("Currency", string(c.Currency), err.Error(), err)
		}
	}
	if c.Cause >= causes {
		fail("Cause", c.Cause.String(), "not a cause", ErrCause)
	}
	p.meta = uint32(currency) | uint32(c.Cause)<<causeShift | uint32(classOf(cycle, -exp))<<classShift
	if c.Alive {
		p.meta |= isAlive
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

// itemMark stands between subscription and item in the name of a slot. No valid
// UTF-8 holds it.
const itemMark = 0xff

func levelName(subscription, item string) string {
	return subscription + string([]byte{itemMark}) + item
}

func slotNames(text []byte) (subscription, item string) {
	if before, after, ok := bytes.Cut(text, []byte{itemMark}); ok {
		return string(before), string(after)
	}
	return string(text), ""
}

// Changes yields every change that is in force in the books, by customer id,
// then by instant and by when it became known. Appending them to an empty
// ledger of the same options gives the same statements; what Replace said
// earlier and has been said otherwise since is not among them. Amounts and
// cycles are as they came, trailing zeros aside.
func (l *Ledger) Changes() iter.Seq[Change] {
	return func(yield func(Change) bool) {
		for _, c := range l.sorted() {
			for i := range l.blocks[c] {
				if !yield(l.change(&l.blocks[c][i])) {
					return
				}
			}
		}
	}
}

// Customers yields the ids of all customers in order.
func (l *Ledger) Customers() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, c := range l.sorted() {
			if !yield(l.customers.string(c)) {
				return
			}
		}
	}
}
