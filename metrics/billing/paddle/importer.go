package paddle

import (
	"io"
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// Options are those of every importer; the zero value is the default. Nil
// Exponents are those of ISO 4217.
type Options = importer.Options

// Importer reads Paddle's entities. It may read several inputs, one after the
// other: discounts it has seen stay known, and findings add up. It is for one
// goroutine. Make one with New; the zero Importer is of no use.
type Importer struct {
	kit   kit.Facade
	known map[string]*discount
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("paddle", opts)
	if err != nil {
		return nil, err
	}
	imp := &Importer{known: map[string]*discount{}}
	imp.kit = kit.Facade{
		Session: s, Lists: []string{"data"}, More: more, MoreField: "meta.pagination.has_more", Open: imp.open, Learn: imp.learn,
		Subscription: imp.subscription, Invoice: imp.transaction, Invoices: []string{"transaction"}, EventWord: "notification", Bill: "transaction",
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

// Catalogue reads discounts, which subscriptions refer to. Everything else is
// skipped. Memory grows with their number, up to Limits.Catalogue.
func (imp *Importer) Catalogue(r io.Reader) error { return imp.kit.Catalogue(r) }

// Spans yields the recurring charges of the subscriptions in the input: those
// of entities as they are read, those of notifications when the input ends, in
// each version until the next. An error is the last thing yielded. It can be
// ranged over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return imp.kit.Spans(r, nil, nil)
}

// Lines yields the lines of the transactions in the input: those of entities as
// they are read, those of notifications when the input ends, by transaction, of
// each the latest version. An error is the last thing yielded. It can be ranged
// over once.
func (imp *Importer) Lines(r io.Reader) iter.Seq2[billing.InvoiceLine, error] {
	return imp.kit.Lines(r)
}

// Records is the function of that name with the importer's options and
// catalogue: subscriptions name their discounts. What could not be honoured is
// among the Findings.
//
// A version is of the occurred_at of its notification; an entity without one
// does not say, and is of the instant it becomes known.
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
