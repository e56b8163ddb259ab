package lago

import (
	"io"
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// Options are those of every importer; the zero value is the default. Nil
// Exponents are those of ISO 4217, which Lago counts its cents by.
type Options = importer.Options

// Importer reads Lago's objects. It may read several inputs, one after the
// other: plans and coupons it has seen stay known, and findings add up. It is
// for one goroutine. Make one with New; the zero Importer is of no use.
type Importer struct {
	kit     kit.Facade
	plans   map[string]*plan           // by code
	coupons map[string][]appliedCoupon // by customer
	spent   map[string]string          // coupons of an amount, and the subscription that has them
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("lago", opts)
	if err != nil {
		return nil, err
	}
	imp := &Importer{plans: map[string]*plan{}, coupons: map[string][]appliedCoupon{}, spent: map[string]string{}}
	imp.kit = kit.Facade{
		Session: s, Lists: lists(), More: more, MoreField: "meta.next_page", Open: open, Learn: imp.learn,
		Subscription: imp.version, Invoice: imp.invoice, Invoices: []string{"invoice", "fee"}, EventWord: "webhook", Bill: "invoice",
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

// Catalogue reads plans and applied coupons. Everything else is skipped. Memory
// grows with their number, up to Limits.Catalogue.
func (imp *Importer) Catalogue(r io.Reader) error { return imp.kit.Catalogue(r) }

// Spans yields the recurring charges of the subscriptions in the input: those
// of objects as they are read, but for what waits for the other half of a change
// of plan; those of webhooks when the input ends. An error is the last thing
// yielded. It can be ranged over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		run := run{
			Importer: imp, yield: yield, ended: map[string][]half{}, waiting: map[string][]half{},
			webhooks: kit.NewLatest[[]half](imp.kit.Session, "subscriptions in webhooks"),
		}
		if err := run.all(r); err != nil {
			yield(billing.Span{}, err)
		}
	}
}

// Lines yields the fees of the invoices, and the fees by themselves, in the
// input as they are read. An error is the last thing yielded. It can be ranged
// over once.
//
// The cycle of a fee is that of the plan of its subscription; where neither is
// known, it is read from the billing period, which is a Warning. Webhooks of one
// invoice are not told apart: each gives lines.
func (imp *Importer) Lines(r io.Reader) iter.Seq2[billing.InvoiceLine, error] {
	return imp.kit.Lines(r)
}

// Records is the function of that name with the importer's options and
// catalogue: subscriptions need their plans. What could not be honoured is among
// the Findings.
//
// Lago's webhooks say neither when they were made nor which they are, so a
// version is of the instant it becomes known; of several then, the one that is
// furthest on its way holds. A change of plan ends one subscription and begins
// another: the one that ends says so in its Reason, and a policy lets the other
// carry it on.
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
