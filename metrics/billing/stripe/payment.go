package stripe

import (
	"cmp"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// paid is what is known of a charge, a payment intent or an invoice, and what a
// credit note says of a refund that it names.
type paid struct {
	customer string
	invoices []string // that it paid, sorted; nearly always one
	intent   string   // of a charge
	apart    bool     // of a charge: it says that it is of no invoice
}

// find is what is known under an id; nil for nothing.
func (c *cash) find(id string) *paid {
	p := c.known[id]
	if p == nil {
		p = c.past[id]
	}
	return p
}

// pays notes what is said of an id. Of Limits.Catalogue ids at least the later half
// is kept.
func (imp *Importer) pays(id, customer, invoice, intent string) {
	c := &imp.cash
	if id == "" {
		return
	}
	p := c.find(id)
	if p == nil {
		p = new(paid)
	}
	was := *p
	if c.known[id] == nil {
		if len(c.known) > imp.kit.Options().Limits.Catalogue/2 {
			c.past, c.known = c.known, map[string]*paid{}
		}
		c.known[id] = p
	}
	p.customer, p.intent = cmp.Or(p.customer, customer), cmp.Or(p.intent, intent)
	if at, has := slices.BinarySearch(p.invoices, invoice); invoice != "" && !has && len(p.invoices) < billing.MaxParts {
		p.invoices = slices.Insert(p.invoices, at, invoice)
		if p.customer == was.customer && p.intent == was.intent && (at >= fewInvoices || at > 0 && p.customer != "") {
			return // one more, behind that which refunds are of, and those that may say whose they are
		}
	}
	for r := range c.asking[id] {
		c.answered[r] = true
	}
}

// settles notes a payment of an invoice.
func (imp *Importer) settles(p *invoicePayment, invoice string) {
	if p.Status == "paid" {
		invoice = cmp.Or(p.Invoice.ID, invoice)
		imp.pays(p.Payment.Charge.ID, "", invoice, "")
		imp.pays(p.Payment.PaymentIntent.ID, "", invoice, "")
	}
}

// paidBy notes whose an invoice is and what paid it.
func (imp *Importer) paidBy(inv *invoice, customer string) {
	id := string(inv.ID)
	imp.pays(id, customer, "", "")
	imp.pays(inv.Charge.ID, customer, id, inv.PaymentIntent.ID)
	imp.pays(inv.PaymentIntent.ID, customer, id, "")
	if inv.Payments != nil {
		for i := range inv.Payments.Data {
			imp.settles(&inv.Payments.Data[i], id)
		}
	}
}

func (w *chargeRef) tell(imp *Importer) {
	imp.pays(string(w.ID), w.Customer.ID, w.Invoice.ID, w.PaymentIntent.ID)
	imp.pays(w.PaymentIntent.ID, w.Customer.ID, w.Invoice.ID, "")
}

func (w *intentRef) tell(imp *Importer) {
	imp.pays(string(w.ID), w.Customer.ID, w.Invoice.ID, "")
	imp.pays(w.LatestCharge.ID, w.Customer.ID, w.Invoice.ID, string(w.ID))
}
