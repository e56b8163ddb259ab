package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// MaxItems is the most items one subscription may have.
const MaxItems = 10_000

// step is one change of what a subscription is worth: from at on it is rate, in
// a currency, exactly as the ledger will hold it.
type step struct {
	at, rec  int64 // rec 0 is at
	rate     rate
	currency uint16 // into evaluator.currencies
	part     uint8  // of a subscription in several currencies
	cause    ledger.Cause
}

// interval is [from, to) in nanoseconds.
type interval struct{ from, to int64 }

// evaluator works out, one subscription after another, what spans are worth
// under a policy. Not safe for concurrent use.
type evaluator struct {
	p        *Policy
	o        *Options
	series   series
	replaced map[subs.Key]bool
	report   func(billing.Finding)
	err      error // the first exchange rate that was missing

	currencies []money.Currency

	// Of the subscription at hand.
	spans    []*billing.Span
	lines    []*billing.InvoiceLine
	pieces   []piece
	overlaps bool
	noted    map[billing.Code]bool
	steps    []step
	free     []interval // alive and free of charge; only where the policy asks
	items    []itemState
	bounds   []int64
	took     []taken
	now      int64           // the instant at hand
	recs     map[int64]int64 // when what happened at an instant became known
	parted   []money.Currency
	was      []rate // by part
}

// itemState is one item on the way through time.
type itemState struct {
	lo, hi, next int   // its pieces, and the next to begin
	stack        []int // begun, the last on top; ended ones below it linger
	now          *piece
	rate         rate
}

// note reports what was found in a span, once per kind and subscription.
func (e *evaluator) note(s *billing.Span, code billing.Code, severity billing.Severity, field, value, message string) {
	if e.report == nil || e.noted[code] {
		return
	}
	if e.noted == nil {
		e.noted = map[billing.Code]bool{}
	}
	e.noted[code] = true
	e.report(billing.Finding{
		Code: code, Severity: severity, Record: text.Clip(s.ID), Customer: text.Clip(s.Customer),
		Subscription: text.Clip(s.Subscription), Item: text.Clip(s.Item), Field: field, Value: text.Clip(value), Message: message,
	})
}

// evaluate leaves in steps, and free, what the valid spans of one subscription
// are worth.
func (e *evaluator) evaluate(spans []*billing.Span) {
	e.steps, e.free, e.overlaps = e.steps[:0], e.free[:0], false
	clear(e.noted)
	e.prepare(spans)
	if len(e.pieces) == 0 {
		return
	}
	if e.plain() {
		e.line()
		return
	}
	if e.p.RateDate == RateFrozen && !e.freeze() {
		return
	}
	e.sweep(e.parts())
}

// parts are the currencies of the pieces in the order they first appear. Each
// is a part of its own: amounts in two do not add up.
func (e *evaluator) parts() []money.Currency {
	e.parted = e.parted[:0]
	for i := range e.pieces {
		if c := e.pieces[i].s.Currency; (i == 0 || c != e.pieces[i-1].s.Currency) && !slices.Contains(e.parted, c) && len(e.parted) < maxParts {
			e.parted = append(e.parted, c)
		}
	}
	if len(e.parted) > 1 {
		e.note(e.pieces[0].s, billing.CodeCurrency, billing.Warning, "Currency", string(e.parted[1]), "beside "+words.Currency(e.parted[0])+"; each counts by itself")
	}
	return e.parted
}

// maxParts is above the number of currencies there are.
const maxParts = 254

// plain reports whether the pieces are the common case, in which every one is
// simply worth its amount.
func (e *evaluator) plain() bool {
	if e.overlaps || e.series == seriesTrial || e.p.Rounding.Scope != RoundNothing || e.p.RateDate == RateFrozen || e.p.Free == FreeStays {
		return false
	}
	first := e.pieces[0].s
	for i := range e.pieces {
		s := e.pieces[i].s
		if s.State != billing.StateActive || s.Basis != billing.BasisLicensed || len(s.Discounts) > 0 ||
			s.Item != first.Item || s.Currency != first.Currency {
			return false
		}
	}
	return true
}

// line is sweep for plain pieces.
func (e *evaluator) line() {
	currency := e.currency(e.pieces[0].s.Currency)
	var was rate
	for i := range e.pieces {
		x := &e.pieces[i]
		now := e.exact(e.gross(x.s), x.s)
		if i == 0 || !now.equal(was) {
			cause := ledger.CauseStart
			switch {
			case i == 0 || was.isZero():
			case x.s.Plan != e.pieces[i-1].s.Plan:
				cause = ledger.CausePlan
			case !x.s.Quantity.Equal(e.pieces[i-1].s.Quantity):
				cause = ledger.CauseQuantity
			default:
				cause = ledger.CausePrice
			}
			if !now.isZero() || !was.isZero() {
				e.steps = append(e.steps, step{at: x.from, rec: nano(x.s.Recorded), rate: now, currency: currency, cause: cause})
			}
			was = now
		}
		if x.to == open || i+1 < len(e.pieces) && e.pieces[i+1].from == x.to {
			continue
		}
		if !was.isZero() {
			e.steps = append(e.steps, step{at: x.to, rec: nano(x.s.EndRecorded), currency: currency, cause: endCause(x.s)})
		}
		was = rate{}
	}
}

func nano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// gross is what a span charges a month before discounts.
func (e *evaluator) gross(s *billing.Span) rate {
	amount := s.Amount
	if e.p.IncludeTax && !s.Tax.IsZero() {
		amount = amount.Add(s.Tax)
	}
	return e.p.monthly(amount, s.Cycle)
}

// exact brings a rate to the form the ledger takes.
func (e *evaluator) exact(r rate, s *billing.Span) rate {
	c, ok := r.charge()
	if !ok {
		e.imprecise(s)
	}
	return c
}

func (e *evaluator) imprecise(s *billing.Span) {
	e.note(s, billing.CodePrecision, billing.Notice, "Amount", words.Number(s.Amount),
		fmt.Sprintf("what it is worth a month has no exact form within %d places and %d months; rounded to %d places",
			ledger.Places, calendar.MaxCycleMonths, ledger.Places))
}

func (e *evaluator) currency(c money.Currency) uint16 {
	for i := len(e.currencies) - 1; i >= 0; i-- {
		if e.currencies[i] == c {
			return uint16(i)
		}
	}
	e.currencies = append(e.currencies, c)
	return uint16(len(e.currencies) - 1)
}
