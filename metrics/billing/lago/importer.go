package lago

import (
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// Options are those of every importer; the zero value is the default. Nil
// Exponents are those of ISO 4217, which Lago counts its cents by.
type Options = importer.Options

// Importer reads Lago's objects. It may read several inputs, one after the
// other: plans and coupons it has seen stay known, and findings add up. It is
// for one goroutine. Make one with New; the
// zero Importer is of no use.
type Importer struct {
	s       *kit.Session
	plans   map[string]*plan            // by code
	coupons map[string][]*appliedCoupon // by customer
	spent   map[string]string           // coupons of an amount, and the subscription that has them
	kept    int
}

// New checks the options.
func New(opts Options) (*Importer, error) {
	s, err := kit.NewSession("lago", opts)
	if err != nil {
		return nil, err
	}
	return &Importer{s: s, plans: map[string]*plan{}, coupons: map[string][]*appliedCoupon{}, spent: map[string]string{}}, nil
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

// Catalogue reads plans and applied coupons. Everything else is skipped. Memory
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
// of objects as they are read, but for what waits for the other half of a change
// of plan; those of webhooks when the input ends. An error is the last thing
// yielded. It can be ranged over once.
func (imp *Importer) Spans(r io.Reader) iter.Seq2[billing.Span, error] {
	return func(yield func(billing.Span, error) bool) {
		run := run{
			Importer: imp, yield: yield, ended: map[string][]half{}, waiting: map[string][]half{},
			webhooks: kit.NewLatest[[]half](imp.s, "subscriptions in webhooks"),
		}
		if err := run.all(r); err != nil {
			yield(billing.Span{}, err)
		}
	}
}

// entry is one object of an input.
type entry struct {
	kind    string
	rec     *kit.Record
	webhook bool
}

// kinds are the objects that are read, by the key that wraps one of them; a page
// has the plural.
var kinds = [...]string{"subscription", "plan", "applied_coupon", "invoice", "fee"}

// entries yields the objects of the input, out of their pages and wrappings.
func (imp *Importer) entries(r io.Reader) iter.Seq2[entry, error] {
	lists := []string{"customers", "coupons", "add_ons", "billable_metrics", "credit_notes", "events", "wallets"}
	for _, k := range kinds {
		lists = append(lists, k+"s")
	}
	return func(yield func(entry, error) bool) {
		more := ""
		for rec, err := range imp.s.Records(r, lists...) {
			if err == nil && rec.Envelope {
				more = string(rec.Part("meta").Member("next_page"))
				continue
			}
			if err != nil {
				yield(entry{}, err)
				return
			}
			if !yield(open(rec), nil) {
				return
			}
		}
		if more != "" && more != "null" {
			imp.s.Note("list").Fault(billing.CodeTruncated, "meta.next_page", more, "the last page of the list says that there are more: what follows it is missing")
		}
	}
}

// open takes an object out of its wrapping and finds out what it is.
func open(rec *kit.Record) entry {
	e := entry{rec: rec, webhook: rec.Has("webhook_type")}
	for _, k := range kinds {
		if rec.List == k+"s" {
			e.kind = k
			return e
		}
		if inner := rec.Part(k); inner != nil && !rec.Has("lago_id") {
			e.kind, e.rec = k, inner
			return e
		}
	}
	switch {
	case e.webhook:
		e.kind = rec.Text("object_type")
	case rec.List != "":
		e.kind = rec.List
	case rec.Has("plan_code") && rec.Has("external_customer_id"):
		e.kind = "subscription"
	case rec.Has("interval") && rec.Has("code"):
		e.kind = "plan"
	case rec.Has("frequency") && rec.Has("coupon_code"):
		e.kind = "applied_coupon"
	case rec.Has("issuing_date") && rec.Has("fees"):
		e.kind = "invoice"
	}
	return e
}

// name is what a record is called in findings.
func name(rec *kit.Record, id kit.Text) string {
	if id != "" {
		return string(id)
	}
	if id := rec.Text("lago_id"); id != "" {
		return id
	}
	return rec.Name()
}

// learn keeps an object that subscriptions refer to.
func (imp *Importer) learn(e entry) (known bool, err error) {
	switch e.kind {
	case "plan":
		var p plan
		if ok, err := imp.s.Decode(e.rec, &p); !ok {
			return true, err
		}
		if imp.plans[string(p.Code)] == nil {
			if err := imp.room(); err != nil {
				return true, err
			}
		}
		imp.plans[string(p.Code)] = &p
		return true, nil
	case "applied_coupon":
		var c appliedCoupon
		if ok, err := imp.s.Decode(e.rec, &c); !ok {
			return true, err
		}
		if err := imp.room(); err != nil {
			return true, err
		}
		imp.coupons[string(c.ExternalCustomerID)] = append(imp.coupons[string(c.ExternalCustomerID)], &c)
		return true, nil
	}
	return false, nil
}

func (imp *Importer) room() error {
	if limit := imp.s.Options().Limits.Catalogue; imp.kept >= limit {
		return imp.s.Overflow("plans and coupons", "Catalogue", limit)
	}
	imp.kept++
	return nil
}

func (imp *Importer) skip(e entry, why string) {
	imp.s.Skip(e.kind, name(e.rec, ""), why)
}

// run is one call of Spans.
type run struct {
	*Importer
	yield          func(billing.Span, error) bool
	stopped        bool
	ended, waiting map[string][]half // halves of plan changes, by what they share
	held           int
	webhooks       *kit.Latest[[]half]
	objects        bool
}

// half is one subscription, with what makes it one side of a change of plan.
type half struct {
	spans []billing.Span
	id    string
	// before and after are the keys of the changes it began with and ended with;
	// "" for none.
	before, after string
	began, ended  time.Time
}

// all reads an input to its end. The error is one the consumer has not seen.
func (r *run) all(in io.Reader) error {
	for e, err := range r.entries(in) {
		if err != nil {
			return err
		}
		if err := r.take(e); err != nil || r.stopped {
			return err
		}
	}
	some := false
	for hs := range r.webhooks.All() {
		some = true
		for i := range hs {
			if err := r.pair(&hs[i]); err != nil || r.stopped {
				return err
			}
		}
	}
	if some && r.objects {
		r.s.Note("").Warn(billing.CodeMixed, "", "", "the input has both subscriptions and webhooks of subscriptions: a subscription in both counts twice")
	}
	r.rest()
	return nil
}

func (r *run) take(e entry) error {
	if e.kind != "subscription" {
		known, err := r.learn(e)
		switch {
		case err != nil || known:
			return err
		case e.kind == "invoice" || e.kind == "fee":
			r.skip(e, "Lines reads invoices and fees")
			return nil
		default:
			r.skip(e, "no recurring terms")
			return nil
		}
	}
	var sub subscription
	if ok, err := r.s.Decode(e.rec, &sub); !ok {
		return err
	}
	h, ok := r.subscription(&sub, e.rec)
	if !ok {
		return nil
	}
	if e.webhook {
		return r.webhooks.Add(h.id, strconv.FormatInt(e.rec.N, 10), time.Time{}, stage(sub.Status), []half{h})
	}
	r.objects = true
	return r.pair(&h)
}

func (r *run) give(spans []billing.Span) {
	for _, s := range spans {
		r.s.Yielded()
		if !r.yield(s, nil) {
			r.stopped = true
			return
		}
	}
}
