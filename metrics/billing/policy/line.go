package policy

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// What a subscription is worth under a policy is worked out on a line of
// values. Each step is a function from one value to the next, in a file of its
// name, and remembers nothing:
//
//	spans ─▶ pieces ─▶ priced segments ─▶ discounted ─▶ rounded ─▶ steps ─▶ changes
//	lines ─▶ charges ─▶ running segments ──────────────▶ rounded ─▶ steps ─▶ changes
//
// terms is what every step reads and none writes.
type terms struct {
	p      *Policy
	o      *Options
	series series
	// observed is the instant up to which invoices are known, 0 for unstated.
	observed int64
}

// maxItems is the most items one subscription may have.
const maxItems = 10_000

// series is which of the three series of amounts is being made.
type series uint8

const (
	seriesMRR series = iota
	seriesCommitted
	seriesTrial
)

// kin is what a subscription must know of its customer's others.
type kin struct {
	// replaced: another one says that it carries this one on.
	replaced bool
	// next is the first instant on [from, to) at which another one begins, 0 for
	// none; nil where the others are not known.
	next func(from, to int64) int64
}

// segment is a stretch of time of one item at one rate: what a piece, or what
// invoice lines, are worth a month on [from, to).
type segment struct {
	s        *billing.Span        // whose terms hold
	l        *billing.InvoiceLine // the line that decided it, of invoices
	from, to int64
	item     string
	part     uint8 // above 0 where the item charges in more than one currency
	currency money.Currency
	rate     rate
	fixed    bool        // converted for good
	live     bool        // in force and counting, be it nothing that is charged
	carries  bool        // discounts of the subscription may lessen it
	held     []lessening // discounts that count, sometime
	off      int         // how many discounts hold; a change of it is a cause
}

// work is room for the values of one subscription, to be used again for the
// next: it holds nothing between two.
type work struct {
	pieces             []piece
	segments, lessened []segment
	steps              []step
	notes              notes
	due                int64 // of invoices: when time alone changes something, 0 for never
}

// agreed is the line from spans to steps.
func (k *terms) agreed(w *work, spans []*billing.Span, of kin, n *notes) ([]step, error) {
	w.pieces = k.pieces(w.pieces[:0], spans, of, n)
	var err error
	if w.segments, err = k.price(w.segments[:0], w.pieces, n); err != nil {
		return nil, err
	}
	w.lessened = k.discounted(w.lessened[:0], w.segments, n)
	w.lessened = k.rounded(w.lessened, n)
	w.steps = k.steps(w.steps[:0], w.lessened, n)
	return w.steps, nil
}

// invoiced is the line from invoice lines to steps. Spans say how the
// subscription stands and when it ends.
func (k *terms) invoiced(w *work, spans []*billing.Span, lines []*billing.InvoiceLine, of kin, n *notes) ([]step, error) {
	charges, err := k.charges(lines, n)
	if err != nil {
		return nil, err
	}
	w.pieces = k.pieces(w.pieces[:0], spans, of, n)
	w.segments, w.due = k.running(w.segments[:0], charges, k.standing(w.pieces, spans, charges, of, n), n)
	w.segments = k.rounded(w.segments, n)
	w.steps = k.steps(w.steps[:0], w.segments, n)
	return w.steps, nil
}

// notes reports what was found in one subscription, each kind of thing once.
type notes struct {
	out  func(billing.Finding)
	seen []billing.Code
}

func (n *notes) first(code billing.Code) bool {
	if n.out == nil {
		return false
	}
	if slices.Contains(n.seen, code) {
		return false
	}
	n.seen = append(n.seen, code)
	return true
}

// span reports what was found in a span.
func (n *notes) span(s *billing.Span, code billing.Code, severity billing.Severity, field, value, message string) {
	if n.first(code) {
		n.out(billing.Finding{
			Code: code, Severity: severity, Record: text.Clip(s.ID), Customer: text.Clip(s.Customer),
			Subscription: text.Clip(s.Subscription), Item: text.Clip(s.Item), Field: field, Value: text.Clip(value), Message: message,
		})
	}
}

// line reports what was found in an invoice line.
func (n *notes) line(l *billing.InvoiceLine, code billing.Code, severity billing.Severity, field, value, message string) {
	if n.first(code) {
		n.out(billing.Finding{
			Code: code, Severity: severity, Record: text.Clip(l.Record()), Customer: text.Clip(l.Customer),
			Subscription: text.Clip(l.Subscription), Item: text.Clip(l.Item), Field: field, Value: text.Clip(value), Message: message,
		})
	}
}

// of reports what was found in whatever a segment was made of.
func (n *notes) of(x *segment, code billing.Code, severity billing.Severity, field, value, message string) {
	if x.l != nil {
		n.line(x.l, code, severity, field, value, message)
		return
	}
	n.span(x.s, code, severity, field, value, message)
}

func (n *notes) imprecise(x *segment) {
	var amount decimal.Decimal
	if x.l != nil {
		amount = x.l.Amount
	} else {
		amount = x.s.Amount
	}
	n.of(x, billing.CodePrecision, billing.Notice, "Amount", words.Number(amount),
		fmt.Sprintf("what it is worth a month has no exact form within %d places and %d months; rounded to %d places",
			ledger.Places, calendar.MaxCycleMonths, ledger.Places))
}
