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
// It is for one goroutine. Make one with New; the
// zero Importer is of no use.
type Importer struct {
	s       *kit.Session
	plans   map[string]*plan // by id and by code
	coupons map[string]*coupon
	addOns  map[string][]addOn // by subscription, where they came by themselves
	kept    int
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("recurly", opts)
	if err != nil {
		return nil, err
	}
	return &Importer{s: s, plans: map[string]*plan{}, coupons: map[string]*coupon{}, addOns: map[string][]addOn{}}, nil
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
	spans, err := importer.Collect(imp.Spans(subscriptions))
	return spans, imp.Findings(), err
}

// Findings are those made so far: see kit.Session.Findings.
func (imp *Importer) Findings() []billing.Finding { return imp.s.Findings() }

// Tallies counts the findings made so far, kept or not, by severity and code.
func (imp *Importer) Tallies() []importer.Tally { return imp.s.Tallies() }

// Progress is how far the importer is.
func (imp *Importer) Progress() importer.Progress { return imp.s.Progress() }

// Catalogue reads plans, coupons, and subscription add-ons that are not inside
// their subscription. Everything else is skipped. Memory grows with their
// number, up to Limits.Catalogue.
func (imp *Importer) Catalogue(r io.Reader) error {
	for rec, err := range imp.records(r) {
		if err != nil {
			return err
		}
		known, err := imp.learn(rec)
		if err == nil && !known {
			imp.skip(rec, "not part of a catalogue")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Spans yields the recurring charges of the subscriptions in the input as they
// are read. An error is the last thing yielded. It can be ranged over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		for sub, rec := range imp.subscriptions(r, yield) {
			spans, _, _ := imp.spans(sub, rec)
			for _, s := range spans {
				imp.s.Yielded()
				if !yield(s, nil) {
					return
				}
			}
		}
	}
}

// History yields the recurring charges of subscriptions of which the input has
// every version, one record for each, when it has been read: a version holds
// from its updated_at until that of the next. Memory grows with the number of
// versions, up to Limits.Versions. An error is the last thing yielded. It can be
// ranged over once.
func (imp *Importer) History(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		line := imp.s.Timeline()
		broken := false
		tell := func(s billing.Span, err error) bool {
			broken = true
			return yield(s, err)
		}
		for sub, rec := range imp.subscriptions(r, tell) {
			if err := imp.version(line, sub, rec); err != nil {
				yield(billing.Span{}, err)
				return
			}
		}
		if broken {
			return
		}
		for s := range line.Spans() {
			imp.s.Yielded()
			if !yield(s, nil) {
				return
			}
		}
	}
}

func (imp *Importer) version(line *kit.Timeline, sub *subscription, rec *kit.Record) error {
	n := imp.s.Note(rec.Name())
	at, ok := n.Time("updated_at", sub.UpdatedAt)
	if !ok {
		return nil
	}
	if at.IsZero() {
		n.Fault(billing.CodeMissingTime, "updated_at", "", "a version without its time cannot be put in order; it is left out")
		return nil
	}
	spans, ended, ok := imp.spans(sub, rec)
	if !ok {
		return nil
	}
	return line.Add(kit.Version{
		Subscription: string(sub.ID), At: at, ID: string(sub.ID + " " + sub.UpdatedAt), Spans: spans, Ended: ended,
	})
}

// subscriptions gives those of the input and learns what else it finds. Errors
// go to yield, after which nothing follows.
func (imp *Importer) subscriptions(r io.Reader, yield func(billing.Span, error) bool) iter.Seq2[*subscription, *kit.Record] {
	return func(visit func(*subscription, *kit.Record) bool) {
		for rec, err := range imp.records(r) {
			if err == nil && kind(rec) != "subscription" {
				var known bool
				if known, err = imp.learn(rec); err == nil && !known {
					imp.skip(rec, "no recurring terms, or read by Lines")
				}
				if err == nil {
					continue
				}
			}
			var sub subscription
			var ok bool
			if err == nil {
				ok, err = imp.s.Decode(rec, &sub)
			}
			if err != nil {
				yield(billing.Span{}, err)
				return
			}
			if ok && !visit(&sub, rec) {
				return
			}
		}
	}
}

// records yields the objects of the input, out of their lists.
func (imp *Importer) records(r io.Reader) iter.Seq2[*kit.Record, error] {
	return func(yield func(*kit.Record, error) bool) {
		more := false
		for rec, err := range imp.s.Records(r, "data") {
			if err == nil && rec.Envelope {
				more = string(rec.Member("has_more")) == "true"
				continue
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
		if more {
			imp.s.Note("list").Fault(billing.CodeTruncated, "has_more", "true", "the last page of the list says that there are more: what follows it is missing")
		}
	}
}

// kind is the object of a record; that of warehouse rows, which do not all say
// it, by a column only they have.
func kind(rec *kit.Record) string {
	if k := rec.Text("object"); k != "" {
		return k
	}
	if rec.Has("interval_length") {
		return "plan"
	}
	return ""
}

// learn keeps a record that subscriptions refer to.
func (imp *Importer) learn(rec *kit.Record) (known bool, err error) {
	switch kind(rec) {
	case "plan":
		var p plan
		if ok, err := imp.s.Decode(rec, &p); !ok {
			return true, err
		}
		for _, id := range []kit.Text{p.ID, p.Code} {
			if id != "" && imp.plans[string(id)] == nil {
				if err := imp.room(); err != nil {
					return true, err
				}
			}
			if id != "" {
				imp.plans[string(id)] = &p
			}
		}
		return true, nil
	case "coupon":
		var c coupon
		if ok, err := imp.s.Decode(rec, &c); !ok {
			return true, err
		}
		if c.ID != "" && imp.coupons[string(c.ID)] == nil {
			if err := imp.room(); err != nil {
				return true, err
			}
		}
		imp.coupons[string(c.ID)] = &c
		return true, nil
	case "subscription_add_on":
		var a addOn
		if ok, err := imp.s.Decode(rec, &a); !ok {
			return true, err
		}
		if err := imp.room(); err != nil {
			return true, err
		}
		imp.addOns[string(a.SubscriptionID)] = append(imp.addOns[string(a.SubscriptionID)], a)
		return true, nil
	}
	return false, nil
}

func (imp *Importer) room() error {
	if limit := imp.s.Options().Limits.Catalogue; imp.kept >= limit {
		return imp.s.Overflow("plans, coupons and add-ons", "Catalogue", limit)
	}
	imp.kept++
	return nil
}

func (imp *Importer) skip(rec *kit.Record, why string) {
	imp.s.Skip(kind(rec), rec.Name(), why)
}
