package policy

import (
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Reading is what billing records are worth under a policy: changes for a
// ledger, series beside the headline, and what was found on the way.
//
// A Reading is immutable and safe for concurrent use, as long as the records it
// was made of are left alone. Make one with Read.
type Reading struct {
	policy   Policy
	options  Options
	records  *records
	result   result
	findings []billing.Finding
}

// result is what one series of the records is worth: steps by subscription.
type result struct {
	steps      []step
	ends       []int // of each group's steps
	currencies []money.Currency
	free       map[int][]interval // by group; only under FreeStays
}

// of returns the steps of a group.
func (r *result) of(group int) []step {
	lo := 0
	if group > 0 {
		lo = r.ends[group-1]
	}
	return r.steps[lo:r.ends[group]]
}

// Read works out what spans, and under FromInvoices the lines of
// Options.Invoices, are worth under a policy. Records come in any order;
// neither spans nor invoices may be changed while the Reading is in use.
//
// A record that cannot be read counts nothing and is a Fault among the
// findings; see Reading.Faults. Errors are an impossible policy (ErrPolicy), an
// unknown currency, and under RateFrozen a missing exchange rate
// (money.ErrNoRate).
func Read(spans []billing.Span, p Policy, o Options) (*Reading, error) {
	if err := checkOptions(p, o); err != nil {
		return nil, err
	}
	r := &Reading{policy: p, options: o}
	r.records = gather(spans, o.Invoices, func(f billing.Finding) { r.findings = append(r.findings, f) })
	if err := r.evaluate(); err != nil {
		return nil, err
	}
	return r, nil
}

func checkOptions(p Policy, o Options) error {
	if err := p.Validate(); err != nil {
		return err
	}
	if o.Currency != "" {
		if err := o.Currency.Validate(); err != nil {
			return fmt.Errorf("policy: options: Currency: %w", err)
		}
	} else if o.Rates != nil {
		return fmt.Errorf("policy: options: Rates without a Currency to convert to")
	}
	return nil
}

// evaluate works out the headline series.
func (r *Reading) evaluate() error {
	if r.policy.Source == FromInvoices && len(r.options.Invoices) == 0 && len(r.records.spans) > 0 {
		r.findings = append(r.findings, billing.Finding{
			Code: billing.CodeNoInvoices, Severity: billing.Warning, Field: "Source", Value: FromInvoices.String(),
			Message: "the policy reads invoice lines and none were given; agreed prices count instead",
		})
	}
	n := len(r.records.Keys)
	parts := make([]part, workers(n))
	each(len(parts), func(w int) { parts[w] = r.part(n*w/len(parts), n*(w+1)/len(parts)) })
	return r.join(parts)
}

// part is what some of the groups are worth: what one goroutine works out.
type part struct {
	result
	lo       int // the first group
	findings []billing.Finding
	err      error
}

func (r *Reading) part(lo, hi int) part {
	p := part{lo: lo, result: result{ends: make([]int, hi-lo)}}
	// The common case: every span begins something, every subscription ends.
	p.steps = make([]step, 0, r.records.spanOf.Count(lo, hi)+hi-lo)
	e := r.evaluator(seriesMRR)
	e.report = func(f billing.Finding) { p.findings = append(p.findings, f) }
	for g := lo; g < hi; g++ {
		r.group(e, g)
		p.steps = append(p.steps, e.steps...)
		p.ends[g-lo] = len(p.steps)
		if len(e.free) > 0 {
			if p.free == nil {
				p.free = map[int][]interval{}
			}
			p.free[g] = append([]interval(nil), e.free...)
		}
	}
	p.currencies, p.err = e.currencies, e.err
	return p
}

// join puts the parts together in order, so that it does not show how many they
// were.
func (r *Reading) join(parts []part) error {
	if len(parts) == 0 {
		return nil
	}
	out := &r.result
	*out = parts[0].result
	for i := range parts {
		p := &parts[i]
		r.findings = append(r.findings, p.findings...)
		if p.err != nil {
			return p.err
		}
		if i == 0 {
			continue
		}
		index := make([]uint16, len(p.currencies))
		for k, c := range p.currencies {
			at := slices.Index(out.currencies, c)
			if at < 0 {
				at = len(out.currencies)
				out.currencies = append(out.currencies, c)
			}
			index[k] = uint16(at)
		}
		base := len(out.steps)
		out.steps = append(out.steps, p.steps...)
		for k := base; k < len(out.steps); k++ {
			out.steps[k].currency = index[out.steps[k].currency]
		}
		for _, end := range p.ends {
			out.ends = append(out.ends, base+end)
		}
		for g, free := range p.free {
			if out.free == nil {
				out.free = map[int][]interval{}
			}
			out.free[g] = free
		}
	}
	return nil
}

// workers is on how many goroutines to divide n things.
func workers(n int) int {
	const few = 1 << 10
	switch {
	case n == 0:
		return 0
	case n < few:
		return 1
	}
	return min(runtime.GOMAXPROCS(0), n/few+1)
}

// each runs f for 0 to n-1 at the same time.
func each(n int, f func(int)) {
	if n == 1 {
		f(0)
		return
	}
	var wg sync.WaitGroup
	for w := range n {
		wg.Go(func() { f(w) })
	}
	wg.Wait()
}

func (r *Reading) evaluator(s series) *evaluator {
	return &evaluator{p: &r.policy, o: &r.options, series: s, replaced: r.records.replaced}
}

// group evaluates one subscription. Trials are read from the terms under every
// policy: nobody invoices them.
func (r *Reading) group(e *evaluator, g int) {
	e.spans = r.records.spansOf(g, e.spans[:0])
	if r.policy.Source == FromInvoices && len(r.options.Invoices) > 0 && e.series != seriesTrial {
		e.lines = r.records.linesOf(g, e.lines[:0])
		e.evaluateLines(e.spans, e.lines)
		return
	}
	e.evaluate(e.spans)
}

// Policy returns the policy the records were read under.
func (r *Reading) Policy() Policy { return r.policy }

// Options returns the options the records were read with.
func (r *Reading) Options() Options { return r.options }

// Findings returns what was found, in the order of the records: first those
// that cannot be read, then those that the policy read in a way worth knowing.
func (r *Reading) Findings() []billing.Finding { return append([]billing.Finding(nil), r.findings...) }

// Faults returns the findings of records that could not be read and count
// nothing.
func (r *Reading) Faults() []billing.Finding {
	var out []billing.Finding
	for _, f := range r.findings {
		if f.Severity == billing.Fault {
			out = append(out, f)
		}
	}
	return out
}

// Changes yields what the records are worth, as changes for a ledger made with
// Policy.LedgerOptions: subscription by subscription in the order they first
// appear, each in order of time.
//
// Amounts are exact: per month, or per as many whole months as it takes, where
// 100 a year has no finite monthly amount. A weekly or daily charge too: times
// the policy's factor, so that the ledger, which has a factor of its own, need
// not convert it.
func (r *Reading) Changes() iter.Seq[ledger.Change] {
	return func(yield func(ledger.Change) bool) {
		for g := range r.records.Keys {
			if !r.emit(g, r.result.of(g), r.result.currencies, yield) {
				return
			}
		}
	}
}

// Committed yields committed MRR in the form of Changes: what is not scheduled
// to end, see Policy.Committed. It is a series of its own and never the
// headline.
func (r *Reading) Committed() iter.Seq[ledger.Change] { return r.series(seriesCommitted) }

// Trial yields, in the form of Changes, what the subscriptions in trial would
// charge: Maxio's "potential conversion MRR".
func (r *Reading) Trial() iter.Seq[ledger.Change] { return r.series(seriesTrial) }

func (r *Reading) series(s series) iter.Seq[ledger.Change] {
	return func(yield func(ledger.Change) bool) {
		e := r.evaluator(s)
		for g := range r.records.Keys {
			r.group(e, g)
			if !r.emit(g, e.steps, e.currencies, yield) {
				return
			}
		}
	}
}

// emit yields the steps of one subscription as changes.
func (r *Reading) emit(g int, steps []step, currencies []money.Currency, yield func(ledger.Change) bool) bool {
	of := r.records.Keys[g]
	for i := range steps {
		c := steps[i].change(of, currencies)
		if steps[i].part > 0 {
			c.Subscription = partName(&r.records.Index, of, c.Currency)
		}
		if !yield(c) {
			return false
		}
	}
	return true
}

func (s *step) change(of subs.Key, currencies []money.Currency) ledger.Change {
	c := ledger.Change{
		Customer: of.Customer, Subscription: of.Subscription, At: time.Unix(0, s.at).UTC(),
		Amount: s.rate.dec, Cycle: calendar.Cycle{N: int(s.rate.over())},
		Currency: currencies[s.currency], Cause: s.cause,
	}
	if s.rec != 0 {
		c.Recorded = time.Unix(0, s.rec).UTC()
	}
	return c
}

// Ledger loads the changes into a ledger that follows the policy. It fails
// where the ledger refuses them: with money.ErrNoRate where an exchange rate is
// missing.
func (r *Reading) Ledger() (*ledger.Ledger, error) { return r.load(r.Changes()) }

func (r *Reading) load(changes iter.Seq[ledger.Change]) (*ledger.Ledger, error) {
	l, err := ledger.New(r.policy.LedgerOptions(r.options))
	if err != nil {
		return nil, err
	}
	err = l.Load(func(yield func(ledger.Change, error) bool) {
		for c := range changes {
			if !yield(c, nil) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Changes is Read for those who want nothing but the changes and the findings.
func Changes(spans []billing.Span, p Policy, o Options) (iter.Seq[ledger.Change], []billing.Finding, error) {
	r, err := Read(spans, p, o)
	if err != nil {
		return nil, nil, err
	}
	return r.Changes(), r.findings, nil
}
