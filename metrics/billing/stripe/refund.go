package stripe

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// A refund names what it gives back by charge or payment intent only: whose it is,
// and of which invoice, is told by the charge (until 2025-03-31), by the invoice or
// its payments, or by a credit note that names the refund. Any of them may come
// before it or after, so refunds are held until one has come.

// cash is what refunds need.
type cash struct {
	open     bool             // the input at hand is read for it
	known    map[string]*paid // by id, and past those known for longest
	past     map[string]*paid
	held     map[string]*heldRefund // by id
	asking   map[string]set         // refunds by what they ask for
	answered map[string]bool        // refunds about which something was said
}

type set map[string]struct{}

// heldRefund is the latest known version of one.
type heldRefund struct {
	event          *kit.Event
	at             time.Time // of the event
	rank           int
	charge, intent string
	line           billing.InvoiceLine
	told           bool
}

func newCash() cash {
	return cash{known: map[string]*paid{}, held: map[string]*heldRefund{}, asking: map[string]set{}, answered: map[string]bool{}}
}

// ask marks a refund when more is said of something.
func (imp *Importer) ask(refund string, ids ...string) {
	c := &imp.cash
	for _, id := range ids {
		if id == "" {
			continue
		}
		if c.asking[id] == nil {
			c.asking[id] = set{}
		}
		c.asking[id][refund] = struct{}{}
	}
}

// learnCash keeps what says which invoice was paid by what.
func (imp *Importer) learnCash(e *kit.Entry) (known bool, err error) {
	if !imp.cash.open {
		return false, nil
	}
	switch e.Kind {
	case "charge":
		var w chargeObject
		if ok, err := imp.kit.Decode(e.Record, &w); !ok {
			return true, err
		}
		w.chargeRef.tell(imp)
		if p := imp.cash.find(string(w.ID)); p != nil && w.Invoice.ID == "" && e.Has("invoice") {
			p.apart = true
		}
		return true, imp.chargeRefunds(e, &w)
	case "refund":
		var w refund
		if ok, err := imp.kit.Decode(e.Record, &w); !ok {
			return true, err
		}
		return true, imp.hold(&w, e)
	case "payment_intent":
		var w intentRef
		if ok, err := imp.kit.Decode(e.Record, &w); !ok {
			return true, err
		}
		w.tell(imp)
		return true, nil
	case "invoice_payment":
		var w invoicePayment
		if ok, err := imp.kit.Decode(e.Record, &w); !ok {
			return true, err
		}
		imp.settles(&w, "")
		return true, nil
	}
	return false, nil
}

// chargeRefunds holds the refunds that a charge lists (until 2022-11-15, and where
// expanded).
func (imp *Importer) chargeRefunds(e *kit.Entry, w *chargeObject) error {
	if w.Refunds == nil {
		return nil
	}
	if w.Refunds.HasMore {
		imp.kit.Note(string(w.ID)).Fault(billing.CodeTruncated, "refunds.has_more", "true", "only %d of its refunds are in the export: the others are missing", len(w.Refunds.Data))
	}
	for i := range w.Refunds.Data {
		r := &w.Refunds.Data[i]
		if r.Charge.ID == "" {
			r.Charge.ID = string(w.ID)
		}
		if err := imp.hold(r, e); err != nil {
			return err
		}
	}
	return nil
}

// hold keeps a version of a refund, if it is the latest.
func (imp *Importer) hold(w *refund, e *kit.Entry) error {
	n := imp.kit.Note(cmp.Or(string(w.ID), e.Name()))
	if w.ID == "" {
		n.Fault(billing.CodeMissingKey, "id", "", "a refund without an id cannot be told from another; it is left out")
		return nil
	}
	h := &heldRefund{event: e.Event, charge: w.Charge.ID, intent: w.PaymentIntent.ID}
	if w.Charge.Object != nil {
		w.Charge.Object.tell(imp)
	}
	if w.PaymentIntent.Object != nil {
		w.PaymentIntent.Object.tell(imp)
	}
	l := &h.line
	l.ID, l.Refund, l.Kind = string(w.ID), string(w.ID), billing.LineRefund
	l.Test = test(n, nil, e.Event, "")
	var ok, set bool
	if l.Status, h.rank, ok = w.status(n); !ok || !n.Name("id", l.ID) {
		return nil
	}
	if l.IssuedAt, ok = n.Time("created", w.Created); !ok {
		return nil
	}
	if l.IssuedAt.IsZero() {
		n.Fault(billing.CodeMissingTime, "created", "", "it does not say when it was made; it is left out")
		return nil
	}
	if l.Status == billing.LinePaid {
		l.PaidAt = l.IssuedAt
	}
	if l.Currency, ok = n.Currency("currency", w.Currency); !ok {
		return nil
	}
	if l.Amount, set, ok = n.Minor("amount", w.Amount, l.Currency, imp.exponents); !ok || !n.Bounded("amount", l.Amount) {
		return nil
	}
	if !set || l.Amount.Sign() < 0 {
		n.Fault(billing.CodeMissingPrice, "amount", string(w.Amount), "not what was given back; it is left out")
		return nil
	}
	if h.event != nil {
		h.at = h.event.At
	}
	return imp.keep(l.ID, h)
}

// keep makes a version of a refund the one that counts, if it is the latest.
func (imp *Importer) keep(id string, h *heldRefund) error {
	c := &imp.cash
	old := c.held[id]
	if limit := imp.kit.Options().Limits.Versions; old == nil && len(c.held) >= limit {
		maps.DeleteFunc(c.held, func(_ string, h *heldRefund) bool { return h.told })
		clear(c.asking)
		for id, h := range c.held {
			imp.ask(id, id, h.charge, h.intent)
		}
		if len(c.held) >= limit {
			return imp.kit.Overflow("refunds", "Versions", limit)
		}
	}
	if old != nil {
		order := old.compare(h)
		if order == 0 && h.event != nil {
			imp.kit.Repeated()
		}
		if order > 0 {
			return nil
		}
	}
	c.held[id] = h
	c.answered[id] = true
	imp.ask(id, id, h.charge, h.intent)
	return nil
}

// compare orders versions of a refund.
func (h *heldRefund) compare(o *heldRefund) int {
	return cmp.Or(h.at.Compare(o.at), cmp.Compare(h.rank, o.rank), strings.Compare(h.name(), o.name()))
}

func (h *heldRefund) name() string {
	if h.event == nil {
		return ""
	}
	return h.event.ID
}

// status reads that of the refund: only one that succeeded gave money back.
func (w *refund) status(n *kit.Note) (s billing.LineStatus, rank int, ok bool) {
	switch w.Status {
	case "succeeded", "": // before there were others
		return billing.LinePaid, 1, true
	case "pending", "requires_action":
		return billing.LineOpen, 0, true
	case "failed", "canceled":
		return billing.LineVoid, 2, true
	}
	n.Fault(billing.CodeUnknownValue, "status", string(w.Status), "not a status; it is left out")
	return 0, 0, false
}

// attributed is the line of a held refund with its customer and invoice; of says
// how much is known of them, none where it cannot be attributed.
func (imp *Importer) attributed(h *heldRefund) (l billing.InvoiceLine, of int) {
	l = h.line
	about := []string{l.ID, h.charge, h.intent}
	if p := imp.cash.find(h.charge); p != nil && p.intent != "" {
		about = append(about, p.intent)
		imp.ask(l.ID, p.intent)
	}
	var lists [][]string
	for _, id := range about {
		p := imp.cash.find(id)
		if p == nil {
			continue
		}
		if len(p.invoices) > 0 {
			lists = append(lists, p.invoices)
			if l.Invoice == "" || p.invoices[0] < l.Invoice {
				l.Invoice = p.invoices[0]
			}
		}
		if p.customer != "" && (l.Customer == "" || p.customer < l.Customer) {
			l.Customer = p.customer
		}
	}
	if l.Customer == "" {
		l.Customer = imp.payer(l.ID, lists)
	}
	if l.Customer == "" {
		return l, 0
	}
	return l, extent(lists)
}

// payer is the customer of the first of some invoices of which it is known.
func (imp *Importer) payer(refund string, lists [][]string) string {
	var invoices []string
	for _, list := range lists {
		invoices = append(invoices, list[:min(len(list), fewInvoices)]...)
	}
	slices.Sort(invoices)
	for _, id := range slices.Compact(invoices) {
		imp.ask(refund, id)
		if p := imp.cash.find(id); p != nil && p.customer != "" {
			return p.customer
		}
	}
	return ""
}

// fewInvoices is how many of a payment are looked at one by one: it is nearly
// always of one.
const fewInvoices = 64

// extent is how many invoices some lists have, and of many how long the lists are:
// it has to grow with what is known, and more it need not say.
func extent(lists [][]string) (n int) {
	for _, list := range lists {
		n += len(list)
	}
	if n > fewInvoices {
		return n
	}
	invoices := slices.Concat(lists...)
	slices.Sort(invoices)
	return len(slices.Compact(invoices))
}

// refunds gives the records of the refunds about which something was said, and
// says which of those cannot be attributed yet.
func (imp *Importer) refunds() (out []billing.Record) {
	for _, id := range slices.Sorted(maps.Keys(imp.cash.answered)) {
		h := imp.cash.held[id]
		if h == nil {
			continue
		}
		l, of := imp.attributed(h)
		if of > 0 && !kit.Sound(imp.kit.Session, &l) {
			continue
		}
		if of == 0 {
			if !imp.apart(h) {
				imp.kit.Note(id).Notice(billing.CodeNotExpanded, "charge", cmp.Or(h.charge, h.intent), "which invoice it was paid for is not known yet: the refund waits for its charge, an invoice that this paid, or a credit note")
			}
			continue
		}
		r := billing.Record{Key: "refund " + id, Version: int64(h.rank), Lines: []billing.InvoiceLine{l}}
		if h.event != nil {
			r.ID, r.Created = h.event.ID, h.event.At
		}
		if of > 1 { // one payment of several invoices: with each that becomes known, a later version
			r.ID, r.Version = r.ID+" of "+strconv.Itoa(of)+" invoices", r.Version+int64(of)<<8
		}
		h.told = true
		out = append(out, r)
	}
	clear(imp.cash.answered)
	return out
}

// settled gives the lines of the refunds that were held, and finds those whose
// invoice is not known.
func (imp *Importer) settled() (out []billing.InvoiceLine) {
	c := &imp.cash
	for _, id := range slices.Sorted(maps.Keys(c.held)) {
		if l, of := imp.attributed(c.held[id]); of > 0 {
			out = append(out, l)
			continue
		}
		imp.orphan(id, c.held[id])
	}
	clear(c.held)
	clear(c.asking)
	clear(c.answered)
	return out
}

// orphans finds the refunds whose invoice is not known.
func (imp *Importer) orphans() {
	for _, id := range slices.Sorted(maps.Keys(imp.cash.held)) {
		if h := imp.cash.held[id]; !h.told {
			imp.orphan(id, h)
		}
	}
}

// apart reports whether it is known that a refund is of no invoice.
func (imp *Importer) apart(h *heldRefund) bool {
	p := imp.cash.find(h.charge)
	return p != nil && p.apart
}

// orphan finds that a refund could not be attributed.
func (imp *Importer) orphan(id string, h *heldRefund) {
	n := imp.kit.Note(id)
	switch {
	case imp.apart(h):
		n.Notice(billing.CodeUnsupported, "charge", h.charge, "a refund of a charge that is of no invoice; left out")
	case h.charge == "" && h.intent == "":
		n.Fault(billing.CodeNotExpanded, "charge", "", "the refund names no charge and no payment intent, and no credit note names it; it is left out")
	default:
		n.Fault(billing.CodeNotExpanded, "charge", cmp.Or(h.charge, h.intent), "neither the charge with its invoice, nor an invoice it paid, nor a credit note that names the refund is in the records; the refund is left out")
	}
}
