package stripe

import (
	"io"
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Options are those of every importer; the zero value is the default. Nil
// Exponents are money.StripeExponents.
type Options = importer.Options

// Importer reads Stripe's objects. It may read several inputs, one after the
// other: what it has seen of prices, coupons and discounts stays known, and
// findings add up. It is for one goroutine. Make one with New; the zero Importer
// is of no use.
type Importer struct {
	kit       kit.Facade
	exponents money.Exponents
	known     catalogue
	// products are those of prices in events, which settle needs.
	products map[string]string
	// sub is where the subscription at hand is read into.
	sub subscription
	// billed are lines of invoices by id, which credit notes refer to.
	billed map[string]billing.InvoiceLine
	cash   cash
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("stripe", opts)
	if err != nil {
		return nil, err
	}
	e := opts.Exponents
	if e == nil {
		e = money.StripeExponents()
	}
	imp := &Importer{exponents: e, known: catalogue{map[string]*price{}, map[string]*coupon{}, map[string]*discount{}, map[string]*schedule{}}, products: map[string]string{}, billed: map[string]billing.InvoiceLine{}, cash: newCash()}
	imp.kit = kit.Facade{
		Session: s, Lists: []string{"data"}, More: more, MoreField: "has_more", Open: imp.open, Learn: imp.learn,
		Subscription: imp.subscription, Invoice: imp.invoice, Invoices: []string{"invoice", "credit_note"}, Credits: []string{"credit_note"}, EventWord: "event", Bill: "invoice",
		Why: map[string]string{"refund": "Lines reads it"},
	}
	return imp, nil
}

// Read is New and Spans for an export small enough to keep: all spans, all
// findings, and the error that ended it.
func Read(r io.Reader, opts Options) ([]billing.Span, []billing.Finding, error) {
	imp, err := New(opts)
	if err != nil {
		return nil, nil, err
	}
	return imp.kit.All(imp.Spans(r))
}

// Findings are those made so far: the first Limits.Findings, none where
// Options.Finding takes them.
func (imp *Importer) Findings() []billing.Finding { return imp.kit.Findings() }

// Tallies counts the findings made so far, kept or not, by severity and code.
func (imp *Importer) Tallies() []importer.Tally { return imp.kit.Tallies() }

// Progress is how far the importer is.
func (imp *Importer) Progress() importer.Progress { return imp.kit.Progress() }

// Catalogue reads prices, plans, coupons, discounts and schedules that
// subscriptions and invoices refer to without containing them, and for Lines
// charges, payment intents, payments of invoices and refunds. Everything else is
// skipped. Memory grows with their number, up to Limits.Catalogue.
func (imp *Importer) Catalogue(r io.Reader) error {
	defer imp.forCash()()
	return imp.kit.Catalogue(r)
}

// forCash says that an input is read for refunds too, until it ends.
func (imp *Importer) forCash() (end func()) {
	imp.cash.open = true
	return func() { imp.cash.open = false }
}

// Spans yields the recurring charges of the subscriptions in the input: those of
// objects as they are read, those of events when the input ends, each version
// until the next. An error is the last thing yielded. It can be ranged over once.
//
// The coming phases of a schedule follow the spans of the subscription that names
// it, expanded or given to Catalogue, with the discounts the phases list; a
// schedule that has not begun gives spans of its own.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return imp.kit.Spans(r, imp.settle, imp.complete)
}

// Lines yields the lines of the invoices in the input: those of objects as they
// are read, those of events when the input ends, by invoice, of each the latest
// version. Previews (invoice.upcoming) are left out. An error is the last thing
// yielded. It can be ranged over once.
//
// A line with a negative amount is a credit: of a proration, ProrationCredit;
// else LineCredit. The lines of credit notes are LineCredit, or LineRefund where
// the money was given back; their service period is that of the invoice line they
// credit, if that came before. A prorated charge is ProrationFull, as Stripe charges all of
// the new terms for the rest of the period and credits all of the old ones.
//
// Since version 2025-03-31 a line names its price by id only. Where Catalogue
// did not have it, the cycle is read from the service period, which is a
// Warning.
//
// A refund is a line of its own, LineRefund with InvoiceLine.Refund, when the input
// ends. It names what it gives back by charge or payment intent only, and is of the
// invoice that this paid, as the charge, the invoice, its payments or a credit note
// say: in this input, before it or after, or given to Catalogue before. One whose
// invoice is not known is a Fault and left out. Credit notes name the refund too, so
// that the same money is not counted twice: see InvoiceLine.Refund.
func (imp *Importer) Lines(r io.Reader) iter.Seq2[billing.InvoiceLine, error] {
	return func(yield func(billing.InvoiceLine, error) bool) {
		defer imp.forCash()()
		for l, err := range imp.kit.Lines(r) {
			if !yield(l, err) || err != nil {
				return
			}
		}
		lines := imp.settled()
		for i := range lines {
			if !kit.Sound(imp.kit.Session, &lines[i]) {
				continue
			}
			imp.kit.Yielded()
			if !yield(lines[i], nil) {
				return
			}
		}
	}
}

// Records is the function of that name with the importer's options and
// catalogue; what the body has of prices, coupons and discounts it learns. What
// could not be honoured is among the Findings.
//
// A version is of the instant of its event; an object without an event does not
// say, and is of the instant it becomes known.
//
// A refund is a record when it is known which invoice it is of: maybe beside that
// of another body, which said so. It waits as long as the Importer lives.
func (imp *Importer) Records(body []byte) ([]billing.Record, error) {
	defer imp.forCash()()
	out, err := imp.kit.Body(body, imp.settle)
	if err != nil {
		return out, err
	}
	return append(out, imp.refunds()...), nil
}

// Records reads the body of one webhook, or one object: a version of a
// subscription or an invoice for a policy.Feed, none for anything else. It takes
// lists and JSON lines too.
//
// What cannot be honoured is an error that wraps importer.ErrFaults beside what
// could. For other findings, and where records refer to a catalogue, see
// Importer.Records.
func Records(body []byte) ([]billing.Record, error) {
	imp, err := New(Options{})
	if err != nil {
		return nil, err
	}
	out, err := imp.Records(body)
	imp.orphans()
	return imp.kit.Alone(out, err)
}
