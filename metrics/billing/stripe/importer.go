package stripe

import (
	"io"
	"iter"
	"time"

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
// findings add up. It is for one goroutine. Make one with New; the
// zero Importer is of no use.
type Importer struct {
	s         *kit.Session
	exponents money.Exponents
	known     catalogue
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
	return &Importer{s: s, exponents: e}, nil
}

// Read is New and Spans for an export small enough to keep: all spans, all
// findings, and the error that ended it.
func Read(r io.Reader, opts Options) ([]billing.Span, []billing.Finding, error) {
	imp, err := New(opts)
	if err != nil {
		return nil, nil, err
	}
	spans, err := importer.Collect(imp.Spans(r))
	return spans, imp.Findings(), err
}

// Findings are those made so far: see kit.Session.Findings.
func (imp *Importer) Findings() []billing.Finding { return imp.s.Findings() }

// Tallies counts the findings made so far, kept or not, by severity and code.
func (imp *Importer) Tallies() []importer.Tally { return imp.s.Tallies() }

// Progress is how far the importer is.
func (imp *Importer) Progress() importer.Progress { return imp.s.Progress() }

// Catalogue reads prices, plans, coupons and discounts that subscriptions and
// invoices refer to without containing them. Everything else is skipped. Memory
// grows with their number, up to Limits.Catalogue.
func (imp *Importer) Catalogue(r io.Reader) error {
	for e, err := range imp.entries(r) {
		if err != nil {
			return err
		}
		known, err := imp.learn(e)
		if err != nil {
			return err
		}
		if !known {
			imp.skip(e, "not part of a catalogue")
		}
	}
	return nil
}

// Spans yields the recurring charges of the subscriptions in the input: those
// of objects as they are read, those of events when the input ends, in the order
// of kit.Timeline. An error is the last thing yielded. It can be ranged
// over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		run := spanRun{Importer: imp, yield: yield, events: imp.s.Timeline()}
		if err := run.all(r); err != nil {
			yield(billing.Span{}, err)
		}
	}
}

// entry is one object of an input, with the event it came in.
type entry struct {
	kind string
	rec  *kit.Record
	ev   *event
	at   time.Time // of the event
}

// entries yields the objects of the input, out of their lists and events.
func (imp *Importer) entries(r io.Reader) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		var more string // the envelope of the last page, if it says there are more
		for rec, err := range imp.s.Records(r, "data") {
			if err != nil {
				yield(entry{}, err)
				return
			}
			if rec.Envelope {
				more = ""
				if string(rec.Member("has_more")) == "true" {
					more = "list " + rec.Text("url")
				}
				continue
			}
			e := entry{kind: rec.Text("object"), rec: rec}
			if e.kind == "event" {
				ok, err := imp.event(&e)
				if err != nil {
					yield(entry{}, err)
					return
				}
				if !ok {
					continue
				}
			}
			if !yield(e, nil) {
				return
			}
		}
		if more != "" {
			imp.s.Note(more).Fault(billing.CodeTruncated, "has_more", "true", "the last page of the list says that there are more: what follows it is missing")
		}
	}
}

// event opens an event: e becomes the object in it.
func (imp *Importer) event(e *entry) (ok bool, err error) {
	var ev event
	if ok, err = imp.s.Decode(e.rec, &ev); !ok {
		return false, err
	}
	n := imp.s.Note(string(ev.ID))
	if len(ev.Data.Object) == 0 || ev.Data.Object[0] != '{' {
		imp.s.Skip("event "+string(ev.Type), string(ev.ID), "the event carries no object")
		return false, nil
	}
	at, ok := n.Time("created", ev.Created)
	if !ok {
		return false, nil
	}
	if at.IsZero() {
		n.Fault(billing.CodeMissingTime, "created", "", "an event without its time cannot be put in order")
		return false, nil
	}
	inner := e.rec.Inside(ev.Data.Object)
	*e = entry{kind: inner.Text("object"), rec: inner, ev: &ev, at: at}
	return true, nil
}

func (imp *Importer) skip(e entry, why string) {
	id := e.rec.Text("id")
	if id == "" {
		id = e.rec.Name()
	}
	imp.s.Skip(e.kind, id, why)
}

// test says whether a record is of a sandbox: by itself, else by its event.
func test(n *kit.Note, own *bool, ev *event, clock string) bool {
	live := own
	if live == nil && ev != nil {
		live = ev.Livemode
	}
	switch {
	case live != nil && !*live:
		n.Notice(billing.CodeTestMode, "livemode", "false", "a record of test mode")
	case clock != "":
		n.Notice(billing.CodeTestMode, "test_clock", clock, "a record of a test clock")
	default:
		return false
	}
	return true
}
