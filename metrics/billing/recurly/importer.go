package recurly

import (
	"io"
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// Options are those of every importer; the zero value is the default.
// Exponents are not used: Recurly writes major units.
type Options = importer.Options

// Importer reads Recurly's objects. It may read several inputs, one after the
// other: plans, coupons and add-ons it has seen stay known, and findings add up.
// It is for one goroutine. Make one with New; the zero Importer is of no use.
type Importer struct {
	kit     kit.Facade
	plans   map[string]*plan // by id and by code
	coupons map[string]*coupon
	addOns  map[string][]addOn // by subscription, where they came by themselves
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("recurly", opts)
	if err != nil {
		return nil, err
	}
	imp := &Importer{plans: map[string]*plan{}, coupons: map[string]*coupon{}, addOns: map[string][]addOn{}}
	imp.kit = kit.Facade{
		Session: s, Lists: []string{"data"}, More: more, MoreField: "has_more", Open: open, Learn: imp.learn,
		Subscription: imp.subscription, Invoice: imp.invoice, Invoices: []string{"invoice", "line_item"},
		Stamp: "updated_at", EventWord: "version", Bill: "invoice",
	}
	return imp, nil
}

// Read is New, Catalogue and Spans for an export small enough to keep: all
// spans, all findings, and the error that ended it.
func Read(plans, subscriptions io.Reader, opts Options) ([]billing.Span, []billing.Finding, error) {
	imp, err := New(opts)
	if err != nil {
		return nil, nil, err
	}
	if err := imp.Catalogue(plans); err != nil {
		return nil, imp.Findings(), err
	}
	return imp.kit.All(imp.Spans(subscriptions))
}

// Findings are those made so far: the first Limits.Findings, none where
// Options.Finding takes them.
func (imp *Importer) Findings() []billing.Finding { return imp.kit.Findings() }

// Tallies counts the findings made so far, kept or not, by severity and code.
func (imp *Importer) Tallies() []importer.Tally { return imp.kit.Tallies() }

// Progress is how far the importer is.
func (imp *Importer) Progress() importer.Progress { return imp.kit.Progress() }

// Catalogue reads plans, coupons, and subscription add-ons that are not inside
// their subscription. Everything else is skipped. Memory grows with their
// number, up to Limits.Catalogue.
func (imp *Importer) Catalogue(r io.Reader) error { return imp.kit.Catalogue(r) }

// Spans yields the recurring charges of the subscriptions in the input as they
// are read. An error is the last thing yielded. It can be ranged over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return imp.kit.Spans(r, nil, nil)
}

// History yields the recurring charges of subscriptions of which the input has
// every version, one record for each, when it has been read: a version holds
// from its updated_at until that of the next. Memory grows with the number of
// versions, up to Limits.Versions. An error is the last thing yielded. It can be
// ranged over once.
func (imp *Importer) History(r io.Reader) iter.Seq2[billing.Span, error] {
	return imp.kit.History(r)
}

// Lines yields the lines of the invoices, and the line items by themselves, in
// the input as they are read. An error is the last thing yielded. It can be
// ranged over once.
//
// The cycle of a line is that of its plan; where the catalogue does not have the
// plan, it is read from the dates of the line, which is a Warning. Line items
// by themselves do not say whether they were paid: they are LineOpen.
func (imp *Importer) Lines(r io.Reader) iter.Seq2[billing.InvoiceLine, error] {
	return imp.kit.Lines(r)
}

// Records is the function of that name with the importer's options and
// catalogue: subscriptions need their plans. What could not be honoured is among
// the Findings.
//
// Recurly's webhooks only name the object that changed; fetch it and give it
// here. A version of a subscription is of its updated_at, an invoice of the
// instant it becomes known.
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
