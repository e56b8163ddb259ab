package chargebee

import (
	"io"
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Options are those of every importer; the zero value is the default. Nil
// Exponents are those of [Exponents].
type Options = importer.Options

// Exponents are the minor-unit digits of Chargebee's API where they depart from
// ISO 4217: two, where the list has three or four. Each call gives a new map.
// Source: apidocs.chargebee.com/docs/api/currencies.
func Exponents() money.Exponents {
	e := money.Exponents{}
	for c := range money.Currencies() {
		if digits, ok := c.MinorUnits(); ok && digits > 2 {
			e[c] = 2
		}
	}
	return e
}

// Importer reads Chargebee's objects. It may read several inputs, one after the
// other: item prices and coupons it has seen stay known, and findings add up. It
// is for one goroutine. Make one with New; the zero Importer is of no use.
type Importer struct {
	kit       kit.Facade
	exponents money.Exponents
	prices    map[string]*itemPrice
	coupons   map[string]*coupon
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("chargebee", opts)
	if err != nil {
		return nil, err
	}
	e := opts.Exponents
	if e == nil {
		e = Exponents()
	}
	imp := &Importer{exponents: e, prices: map[string]*itemPrice{}, coupons: map[string]*coupon{}}
	imp.kit = kit.Facade{
		Session: s, Lists: []string{"list"}, More: func(page *kit.Record) string { return page.Text("next_offset") }, MoreField: "next_offset",
		Open: imp.open, Learn: imp.learn, Subscription: imp.subscription, Invoice: imp.invoice, Invoices: []string{"invoice"},
		EventWord: "event", Bill: "invoice",
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

// Catalogue reads item prices and coupons. Everything else is skipped. Memory
// grows with their number, up to Limits.Catalogue.
func (imp *Importer) Catalogue(r io.Reader) error { return imp.kit.Catalogue(r) }

// Spans yields the recurring charges of the subscriptions in the input: those of
// objects as they are read, those of events when the input ends, each version
// until the next. An error is the last thing yielded. It can be ranged over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return imp.kit.Spans(r, nil, nil)
}

// Lines yields the lines of the invoices in the input: those of objects as they
// are read, those of events when the input ends, by invoice, of each the latest
// version. An error is the last thing yielded. It can be ranged over once.
//
// The cycle of a line is that of its item price; where the catalogue does not
// have it, it is read from the dates of the line, which is a Warning. A line for
// less than a cycle is billing.ProrationFull.
func (imp *Importer) Lines(r io.Reader) iter.Seq2[billing.InvoiceLine, error] {
	return imp.kit.Lines(r)
}

// Records is the function of that name with the importer's options and
// catalogue. What could not be honoured is among the Findings.
//
// A version is of the occurred_at of its event, and within a second of its
// resource_version; an object without an event does not say, and is of the
// instant it becomes known. A deleted subscription was never meant.
func (imp *Importer) Records(body []byte) ([]billing.Record, error) {
	return imp.kit.Body(body, nil)
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
	return imp.kit.Alone(imp.Records(body))
}
