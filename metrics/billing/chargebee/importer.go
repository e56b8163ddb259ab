package chargebee

import (
	"io"
	"iter"
	"math"
	"strconv"
	"time"

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
// is for one goroutine. Make one with New; the
// zero Importer is of no use.
type Importer struct {
	s         *kit.Session
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
	return &Importer{s: s, exponents: e, prices: map[string]*itemPrice{}, coupons: map[string]*coupon{}}, nil
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

// Catalogue reads item prices and coupons. Everything else is skipped. Memory
// grows with their number, up to Limits.Catalogue.
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
// of objects as they are read, those of events when the input ends, in the order
// of kit.Timeline. An error is the last thing yielded. It can be ranged
// over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		events := imp.s.Timeline()
		objects := false
		for e, err := range imp.entries(r) {
			var spans []billing.Span
			if err == nil {
				spans, err = imp.take(e, events)
			}
			if err != nil {
				yield(billing.Span{}, err)
				return
			}
			objects = objects || len(spans) > 0
			for _, s := range spans {
				imp.s.Yielded()
				if !yield(s, nil) {
					return
				}
			}
		}
		if objects && events.Len() > 0 {
			imp.s.Note("").Warn(billing.CodeMixed, "", "", "the input has both subscriptions and events of subscriptions: a subscription in both counts twice")
		}
		for s := range events.Spans() {
			imp.s.Yielded()
			if !yield(s, nil) {
				return
			}
		}
	}
}

// take reads one object: the spans of a subscription, or into events those of an
// event.
func (imp *Importer) take(e entry, events *kit.Timeline) ([]billing.Span, error) {
	if e.kind != "subscription" {
		known, err := imp.learn(e)
		switch {
		case err != nil || known:
			return nil, err
		case e.kind == "invoice":
			imp.skip(e, "Lines reads invoices")
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
	if e.event == "subscription_deleted" {
		return nil, events.Add(kit.Version{Subscription: string(sub.ID), At: e.at, Rank: math.MaxInt32, ID: e.eventID, Ended: e.at})
	}
	spans, ended, ok := imp.spans(&sub, e)
	if !e.isEvent() || !ok {
		return spans, nil
	}
	return nil, events.Add(kit.Version{
		Subscription: string(sub.ID), At: e.at, Rank: rank(e.at, sub.ResourceVersion), ID: e.eventID, Spans: spans, Ended: ended,
	})
}

// rank orders events of one second by resource_version, which is in
// milliseconds.
func rank(at time.Time, version kit.Text) int {
	v, err := strconv.ParseInt(string(version), 10, 64)
	if err != nil {
		return 0
	}
	const most = math.MaxInt32 - 1
	return int(max(-most, min(most, v-at.UnixMilli())))
}

// entry is one object of an input, with the event it came in.
type entry struct {
	kind           string
	rec            *kit.Record
	event, eventID string
	at             time.Time
}

func (e *entry) isEvent() bool { return e.event != "" }

// kinds are the objects that are read, by the keys that wrap them. Where one
// wrapping has several, the first is taken by Spans and invoices by Lines.
var kinds = [...]string{"subscription", "invoice", "item_price", "coupon"}

// entries yields the objects of the input, out of their pages, events and
// wrappings.
func (imp *Importer) entries(r io.Reader) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		more := ""
		for rec, err := range imp.s.Records(r, "list") {
			if err == nil && rec.Envelope {
				more = rec.Text("next_offset")
				continue
			}
			var found []entry
			if err == nil {
				found, err = imp.open(rec)
			}
			if err != nil {
				yield(entry{}, err)
				return
			}
			for _, e := range found {
				if !yield(e, nil) {
					return
				}
			}
		}
		if more != "" {
			imp.s.Note("list").Fault(billing.CodeTruncated, "next_offset", more, "the last page of the list says that there are more: what follows it is missing")
		}
	}
}

// open takes the objects out of a wrapping: an event, an element of a list.
func (imp *Importer) open(rec *kit.Record) (out []entry, err error) {
	if event := rec.Part("event"); event != nil {
		rec = event
	}
	e := entry{rec: rec, kind: rec.Text("object")}
	switch {
	case rec.Has("event_type"):
		var w wrapper
		if ok, err := imp.s.Decode(rec, &w); !ok {
			return nil, err
		}
		n := imp.s.Note(string(w.ID))
		at, ok := n.Time("occurred_at", w.OccurredAt)
		if !ok {
			return nil, nil
		}
		if at.IsZero() {
			n.Fault(billing.CodeMissingTime, "occurred_at", "", "an event without its time cannot be put in order")
			return nil, nil
		}
		e = entry{kind: "event " + string(w.EventType), event: string(w.EventType), eventID: string(w.ID), at: at}
		e.rec = rec.Inside(w.Content)
	case e.kind != "":
		return []entry{e}, nil
	}
	for _, k := range kinds {
		if inner := e.rec.Part(k); inner != nil {
			found := e
			found.kind, found.rec = k, inner
			out = append(out, found)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return []entry{e}, nil
}

// learn keeps an object that subscriptions and invoices refer to.
func (imp *Importer) learn(e entry) (known bool, err error) {
	full := func(known bool) error {
		if limit := imp.s.Options().Limits.Catalogue; !known && len(imp.prices)+len(imp.coupons) >= limit {
			return imp.s.Overflow("item prices and coupons", "Catalogue", limit)
		}
		return nil
	}
	switch e.kind {
	case "item_price":
		var p itemPrice
		if ok, err := imp.s.Decode(e.rec, &p); !ok {
			return true, err
		}
		if err := full(imp.prices[string(p.ID)] != nil); err != nil {
			return true, err
		}
		imp.prices[string(p.ID)] = &p
		return true, nil
	case "coupon":
		var c coupon
		if ok, err := imp.s.Decode(e.rec, &c); !ok {
			return true, err
		}
		if err := full(imp.coupons[string(c.ID)] != nil); err != nil {
			return true, err
		}
		imp.coupons[string(c.ID)] = &c
		return true, nil
	}
	return false, nil
}

func (imp *Importer) skip(e entry, why string) {
	name := e.rec.Name()
	if e.eventID != "" {
		name = e.eventID
	}
	imp.s.Skip(e.kind, name, why)
}
