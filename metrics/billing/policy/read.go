package policy

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
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
	findings billing.Findings
}

// result is what one series of the records is worth: steps by subscription.
type result struct {
	steps []step
	ends  []int // of each group's steps
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
	if err := checkCurrencies("read", spans, o.Invoices, o); err != nil {
		return nil, err
	}
	r := &Reading{policy: p, options: o}
	r.records = gather(spans, o.Invoices, &r.findings)
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
			if fixed, e := money.ParseCurrency(string(o.Currency)); e == nil {
				return &fault.Error{Package: "policy", Op: "options", Field: "Currency", Value: fault.Quote(string(o.Currency)), Limit: "write " + fault.Quote(string(fixed)), Err: err}
			}
			return fmt.Errorf("policy: options: Currency: %w", err)
		}
	} else if o.Rates != nil {
		return fmt.Errorf("policy: options: Rates without a Currency to convert to")
	}
	if !o.ObservedUntil.IsZero() {
		if err := calendar.CheckTime(o.ObservedUntil); err != nil {
			return fmt.Errorf("policy: options: ObservedUntil: %w", err)
		}
	}
	return nil
}

// ErrCurrency is wrapped by the error for records in a currency when Options
// name none.
var ErrCurrency = errors.New("no currency of the results")

// checkCurrencies refuses at once what every ledger would refuse later.
func checkCurrencies(op string, spans []billing.Span, lines []billing.InvoiceLine, o Options) error {
	if o.Currency != "" {
		return nil
	}
	refuse := func(customer string, c money.Currency) error {
		return &fault.Error{
			Package: "policy", Op: op, Field: "Options.Currency", Value: `""`,
			Limit: "customer " + fault.Quote(customer) + " is charged in " + fault.Quote(string(c)) + "; name the currency of the results", Err: ErrCurrency,
		}
	}
	for i := range spans {
		if c := spans[i].Currency; c != "" && c.Validate() == nil {
			return refuse(spans[i].Customer, c)
		}
	}
	for i := range lines {
		if c := lines[i].Currency; c != "" && c.Validate() == nil {
			return refuse(lines[i].Customer, c)
		}
	}
	return nil
}

// evaluate works out the headline series.
func (r *Reading) evaluate() error {
	if r.policy.Source == FromInvoices && len(r.options.Invoices) == 0 && len(r.records.spans) > 0 {
		r.findings.Add(billing.Finding{
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
	findings billing.Findings
	err      error
}

func (r *Reading) part(lo, hi int) part {
	p := part{result: result{ends: make([]int, hi-lo)}}
	// The common case: every span begins something, every subscription ends.
	p.steps = make([]step, 0, r.records.spanOf.Count(lo, hi)+hi-lo)
	k := r.terms(seriesMRR)
	var w room
	for g := lo; g < hi; g++ {
		steps, err := r.group(&k, &w, g, p.findings.Add)
		if err != nil {
			p.err = err
			return p
		}
		p.steps = append(p.steps, steps...)
		p.ends[g-lo] = len(p.steps)
	}
	return p
}

// join puts the parts together in order, so that it does not show how many they
// were.
func (r *Reading) join(parts []part) error {
	if len(parts) == 0 {
		return nil
	}
	r.result = parts[0].result
	for i := range parts {
		p := &parts[i]
		r.findings.Join(&p.findings)
		if p.err != nil {
			return p.err
		}
		if i == 0 {
			continue
		}
		base := len(r.result.steps)
		r.result.steps = append(r.result.steps, p.steps...)
		for _, end := range p.ends {
			r.result.ends = append(r.result.ends, base+end)
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

func (r *Reading) terms(s series) terms {
	return terms{p: &r.policy, o: &r.options, series: s, observed: nano(r.options.ObservedUntil)}
}

// room is what working out one subscription after another needs, to be used
// again and again.
type room struct {
	work
	spans []*billing.Span
	lines []*billing.InvoiceLine
}

// group works out one subscription; the steps are good until the next. Trials
// are read from the terms under every policy: nobody invoices them.
func (r *Reading) group(k *terms, w *room, g int, report func(billing.Finding)) ([]step, error) {
	w.spans = r.records.spansOf(g, w.spans[:0])
	w.notes = notes{out: report, seen: w.notes.seen[:0]}
	n := &w.notes
	of := r.records.kin(g)
	if r.policy.Source == FromInvoices && len(r.options.Invoices) > 0 && k.series != seriesTrial {
		w.lines = r.records.linesOf(g, w.lines[:0])
		return k.invoiced(&w.work, w.spans, w.lines, of, n)
	}
	return k.agreed(&w.work, w.spans, of, n)
}

// Policy returns the policy the records were read under.
func (r *Reading) Policy() Policy { return r.policy }

// Options returns the options the records were read with.
func (r *Reading) Options() Options { return r.options }

// Findings returns what was found, in the order of the records: first those
// that cannot be read, then those that the policy read in a way worth knowing.
func (r *Reading) Findings() []billing.Finding { return r.findings.All() }

// Faults returns the findings of records that could not be read and count
// nothing.
func (r *Reading) Faults() []billing.Finding {
	var out []billing.Finding
	for _, f := range r.findings.All() {
		if f.Severity == billing.Fault {
			out = append(out, f)
		}
	}
	return out
}

// Changes yields what the records are worth, as changes for a ledger made with
// Policy.LedgerOptions: subscription by subscription in the order they first
// appear, item by item, each in order of time.
//
// Amounts are exact: per month, or per as many whole months as it takes, where
// 100 a year has no finite monthly amount. A weekly or daily charge too: times
// the policy's factor, so that the ledger, which has a factor of its own, need
// not convert it.
func (r *Reading) Changes() iter.Seq[ledger.Change] {
	return func(yield func(ledger.Change) bool) {
		for g := range r.records.Keys {
			if !r.emit(g, r.result.of(g), yield) {
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
		k := r.terms(s)
		var w room
		for g := range r.records.Keys {
			steps, err := r.group(&k, &w, g, nil)
			if err != nil || !r.emit(g, steps, yield) { // a missing rate failed the headline already
				return
			}
		}
	}
}

// emit yields the steps of one subscription as changes.
func (r *Reading) emit(g int, steps []step, yield func(ledger.Change) bool) bool {
	for i := range steps {
		if !yield(steps[i].change(r.records.Keys[g], &r.options)) {
			return false
		}
	}
	return true
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
	return r.Changes(), r.findings.All(), nil
}
