package paddle

import (
	"io"
	"iter"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// Options are those of every importer; the zero value is the default. Nil
// Exponents are those of ISO 4217.
type Options = importer.Options

// Importer reads Paddle's entities. It may read several inputs, one after the
// other: discounts it has seen stay known, and findings add up. It is for one
// goroutine. Make one with New; the
// zero Importer is of no use.
type Importer struct {
	s     *kit.Session
	known map[string]*discount
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("paddle", opts)
	if err != nil {
		return nil, err
	}
	return &Importer{s: s, known: map[string]*discount{}}, nil
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

// Catalogue reads discounts, which subscriptions refer to. Everything else is
// skipped. Memory grows with their number, up to Limits.Catalogue.
func (imp *Importer) Catalogue(r io.Reader) error {
	for e, err := range imp.entries(r) {
		if err == nil {
			var known bool
			if known, err = imp.learn(e); err == nil && !known {
				imp.skip(e, "not part of a catalogue")
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Spans yields the recurring charges of the subscriptions in the input: those
// of entities as they are read, those of notifications when the input ends, in
// the order of kit.Timeline. An error is the last thing yielded. It can be
// ranged over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		events := imp.s.Timeline()
		entities := false
		for e, err := range imp.entries(r) {
			var spans []billing.Span
			if err == nil {
				spans, err = imp.take(e, events)
			}
			if err != nil {
				yield(billing.Span{}, err)
				return
			}
			entities = entities || len(spans) > 0
			for _, s := range spans {
				imp.s.Yielded()
				if !yield(s, nil) {
					return
				}
			}
		}
		if entities && events.Len() > 0 {
			imp.s.Note("").Warn(billing.CodeMixed, "", "", "the input has both subscriptions and notifications of subscriptions: a subscription in both counts twice")
		}
		for s := range events.Spans() {
			imp.s.Yielded()
			if !yield(s, nil) {
				return
			}
		}
	}
}

// take reads one entity: the spans of a subscription, or into events those of a
// notification.
func (imp *Importer) take(e entry, events *kit.Timeline) ([]billing.Span, error) {
	if e.kind != "subscription" {
		known, err := imp.learn(e)
		switch {
		case err != nil || known:
			return nil, err
		case e.kind == "transaction":
			imp.skip(e, "Lines reads transactions")
			return nil, nil
		default:
			imp.skip(e, "no recurring terms")
			return nil, nil
		}
	}
	var sub subscription
	if ok, err := imp.s.Decode(e.rec, &sub); !ok {
		return nil, err
	}
	spans, ended, ok := imp.spans(&sub, e)
	if !e.isEvent() || !ok {
		return spans, nil
	}
	return nil, events.Add(kit.Version{Subscription: string(sub.ID), At: e.at, Rank: e.rank(), ID: e.eventID, Spans: spans, Ended: ended})
}

// entry is one entity of an input, with the event it came in.
type entry struct {
	kind           string
	rec            *kit.Record
	event, eventID string
	at             time.Time
}

func (e *entry) isEvent() bool { return e.event != "" }

// rank orders events of one instant.
func (e *entry) rank() int {
	switch e.event {
	case "subscription.created", "subscription.imported":
		return 0
	case "subscription.canceled":
		return 2
	default:
		return 1
	}
}

// kinds of entities by the beginnings of their ids.
var kinds = map[string]string{
	"sub": "subscription", "txn": "transaction", "dsc": "discount", "pri": "price", "pro": "product", "ctm": "customer",
	"add": "address", "biz": "business", "adj": "adjustment", "paymtd": "payment method", "rep": "report",
}

// entries yields the entities of the input, out of their pages and events.
func (imp *Importer) entries(r io.Reader) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		more := false
		for rec, err := range imp.s.Records(r, "data") {
			if err == nil && rec.Envelope {
				more = string(rec.Part("meta", "pagination").Member("has_more")) == "true"
				continue
			}
			var e entry
			ok := true
			if err == nil {
				e, ok, err = imp.open(rec)
			}
			if err != nil {
				yield(entry{}, err)
				return
			}
			if ok && !yield(e, nil) {
				return
			}
		}
		if more {
			imp.s.Note("list").Fault(billing.CodeTruncated, "meta.pagination.has_more", "true", "the last page of the list says that there are more: what follows it is missing")
		}
	}
}

// open takes an entity out of its wrapping.
func (imp *Importer) open(rec *kit.Record) (e entry, ok bool, err error) {
	e = entry{rec: rec}
	if rec.Part("data") != nil && !rec.Has("id") {
		var w envelope
		if ok, err := imp.s.Decode(rec, &w); !ok {
			return e, false, err
		}
		e.rec = rec.Inside(w.Data)
		if w.EventType != "" {
			n := imp.s.Note(string(w.EventID))
			if e.at, ok = n.Time("occurred_at", w.OccurredAt); !ok {
				return e, false, nil
			}
			if e.at.IsZero() {
				n.Fault(billing.CodeMissingTime, "occurred_at", "", "an event without its time cannot be put in order")
				return e, false, nil
			}
			e.event, e.eventID = string(w.EventType), string(w.EventID)
		}
	}
	prefix, _, _ := strings.Cut(e.rec.Text("id"), "_")
	e.kind = kinds[prefix]
	return e, true, nil
}

// learn keeps a discount.
func (imp *Importer) learn(e entry) (known bool, err error) {
	switch e.kind {
	case "discount":
		var d discount
		if ok, err := imp.s.Decode(e.rec, &d); !ok {
			return true, err
		}
		if limit := imp.s.Options().Limits.Catalogue; imp.known[string(d.ID)] == nil && len(imp.known) >= limit {
			return true, imp.s.Overflow("discounts", "Catalogue", limit)
		}
		imp.known[string(d.ID)] = &d
		return true, nil
	case "price", "product": // inside every subscription
		return true, nil
	}
	return false, nil
}

func (imp *Importer) skip(e entry, why string) {
	imp.s.Skip(e.kind, e.rec.Name(), why)
}
