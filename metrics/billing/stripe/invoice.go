package stripe

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// invoice reads one.
func (imp *Importer) invoice(e *kit.Entry) (t kit.Told, ok bool, err error) {
	if e.Kind == "credit_note" {
		return imp.creditNote(e)
	}
	var inv invoice
	if ok, err = imp.kit.Decode(e.Record, &inv); !ok {
		return t, false, err
	}
	t.ID = string(inv.ID)
	t.Lines, t.Rank = imp.lines(&inv, e)
	return t, t.ID != "", nil
}

// lines reads those of one invoice; rank says how far the invoice had
// come.
func (imp *Importer) lines(inv *invoice, e *kit.Entry) (out []billing.InvoiceLine, rank int) {
	id := string(inv.ID)
	if id == "" {
		id = e.Name()
	}
	n := imp.kit.Note(id)
	if inv.ID == "" {
		n.Notice(billing.CodeUnsupported, "id", "", "the preview of an invoice: nothing was charged yet, it is left out")
		return nil, 0
	}
	base := billing.InvoiceLine{Invoice: id, Seq: e.N, Customer: inv.Customer.ID}
	if base.Customer == "" {
		base.Customer = string(inv.CustomerAccount)
	}
	if base.Customer == "" {
		n.Fault(billing.CodeMissingCustomer, "customer", "", "it is left out")
		return nil, 0
	}
	n.Customer = base.Customer
	if !n.Name("customer", base.Customer) || !n.Name("id", id) {
		return nil, 0
	}
	base.Test = test(n, inv.Livemode, e.Event, inv.TestClock.ID)
	var ok bool
	if base.Status, rank, ok = inv.status(n); !ok {
		return nil, 0
	}
	if base.IssuedAt, ok = inv.issued(n); !ok {
		return nil, 0
	}
	base.PaidAt = n.SideTime("status_transitions.paid_at", inv.StatusTransitions.PaidAt)
	base.Subscription = inv.Subscription.ID
	if d := inv.Parent.SubscriptionDetails; d != nil && base.Subscription == "" {
		base.Subscription = d.Subscription.ID
	}
	imp.paidBy(inv, base.Customer)
	if inv.Lines == nil || inv.Lines.Data == nil {
		n.Fault(billing.CodeTruncated, "lines", "", "the lines are not in the export")
		return nil, rank
	}
	have := len(inv.Lines.Data)
	total, _ := n.Int("lines.total_count", inv.Lines.TotalCount, have, 0, 1<<30)
	if inv.Lines.HasMore || total > have {
		n.Fault(billing.CodeTruncated, "lines.has_more", "true", "only %d of its lines are in the export: the others are missing", have)
	}
	for i := range inv.Lines.Data {
		n.Item = string(inv.Lines.Data[i].ID)
		if l, ok := imp.line(n, &inv.Lines.Data[i], inv, base); ok {
			out = append(out, l)
			imp.bill(&l)
		}
	}
	return out, rank
}

// status reads that of the invoice.
func (inv *invoice) status(n *kit.Note) (s billing.LineStatus, rank int, ok bool) {
	switch inv.Status {
	case "draft":
		return billing.LineDraft, 0, true
	case "open":
		return billing.LineOpen, 1, true
	case "paid":
		return billing.LinePaid, 2, true
	case "void":
		return billing.LineVoid, 2, true
	case "uncollectible":
		return billing.LineUncollectible, 2, true
	case "": // before 2018-11
		if inv.Paid != nil && *inv.Paid {
			return billing.LinePaid, 2, true
		}
		if inv.Paid != nil {
			return billing.LineOpen, 1, true
		}
	}
	n.Fault(billing.CodeUnknownValue, "status", string(inv.Status), "not a status; it is left out")
	return 0, 0, false
}

// issued is when the invoice became final, else when it was made.
func (inv *invoice) issued(n *kit.Note) (time.Time, bool) {
	for _, f := range []struct {
		name  string
		value kit.Text
	}{
		{"status_transitions.finalized_at", inv.StatusTransitions.FinalizedAt},
		{"created", inv.Created},
		{"date", inv.Date},
	} {
		if f.value != "" {
			return n.Time(f.name, f.value)
		}
	}
	n.Fault(billing.CodeMissingTime, "created", "", "it does not say when it was made; it is left out")
	return time.Time{}, false
}

// line reads one line.
func (imp *Importer) line(n *kit.Note, w *line, inv *invoice, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	l.ID = string(w.ID)
	currency := w.Currency
	if currency == "" {
		currency = inv.Currency
	}
	if l.Currency, ok = n.Currency("lines.currency", currency); !ok {
		return l, false
	}
	var set bool
	if l.Amount, set, ok = n.Minor("lines.amount", w.Amount, l.Currency, imp.exponents); !ok {
		return l, false
	}
	if !set {
		n.Fault(billing.CodeMissingPrice, "lines.amount", "", "a line without an amount; it is left out")
		return l, false
	}
	if l.From, l.To, ok = n.Period("lines.period.start", w.Period.Start, "lines.period.end", w.Period.End); !ok {
		return l, false
	}
	whole := w.Quantity
	if l.Quantity, set, ok = n.Decimal("lines.quantity_decimal", w.QuantityDecimal); ok && !set {
		l.Quantity, _, ok = n.Decimal("lines.quantity", whole)
	}
	if !ok {
		return l, false
	}
	if !imp.lineMoney(n, w, &l) {
		return l, false
	}
	prorated, recurs := w.belongs(&l)
	p := imp.known.resolve(w.priceRef(), w.Plan)
	switch {
	case p != nil:
		l.Plan, l.Product = string(p.ID), p.Product.ID
		if p.metered() {
			l.Kind = billing.LineUsage
		}
	case w.priceRef().ID != "":
		l.Plan = w.priceRef().ID
	}
	if !recurs {
		l.Kind = billing.LineOneOff
	}
	if l.Amount.Sign() < 0 {
		if prorated {
			l.Proration = billing.ProrationCredit
		} else {
			l.Kind = billing.LineCredit
		}
		l.Amount, l.Discount, l.Tax = l.Amount.Abs(), l.Discount.Abs(), l.Tax.Abs()
	} else if prorated {
		l.Proration = billing.ProrationFull
	}
	if recurs && !imp.lineCycle(n, p, &l) {
		return l, false
	}
	return l, n.Bounded("lines.amount", l.Amount)
}

// lineMoney reads discount and tax, and takes the tax inside out of the amount.
func (imp *Importer) lineMoney(n *kit.Note, w *line, l *billing.InvoiceLine) bool {
	sum := func(field string, into *decimal.Decimal, t kit.Text) bool {
		d, _, ok := n.Minor(field, t, l.Currency, imp.exponents)
		*into = into.Add(d)
		return ok && n.Bounded(field, *into)
	}
	for _, d := range w.DiscountAmounts {
		if !sum("lines.discount_amounts.amount", &l.Discount, d.Amount) {
			return false
		}
	}
	var inside decimal.Decimal
	for _, t := range w.TaxAmounts {
		if !sum("lines.tax_amounts.amount", &l.Tax, t.Amount) || t.Inclusive && !sum("lines.tax_amounts.amount", &inside, t.Amount) {
			return false
		}
	}
	for _, t := range w.Taxes {
		if !sum("lines.taxes.amount", &l.Tax, t.Amount) || t.TaxBehavior == "inclusive" && !sum("lines.taxes.amount", &inside, t.Amount) {
			return false
		}
	}
	l.Amount = l.Amount.Sub(inside)
	return true
}

func (w *line) priceRef() kit.Ref[price] {
	if w.Price.ID != "" || w.Price.Object != nil {
		return w.Price
	}
	return w.Pricing.PriceDetails.Price
}

// belongs finds the subscription and item of a line, before and since
// 2025-03-31, and whether the line is prorated and of a subscription at all.
func (w *line) belongs(l *billing.InvoiceLine) (prorated, recurs bool) {
	if w.Parent.Type != "" {
		p := w.Parent.SubscriptionItem
		if w.Parent.Type == "invoice_item_details" {
			p = w.Parent.InvoiceItem
		}
		if p == nil {
			return false, w.Parent.Type == "subscription_item_details"
		}
		if p.Subscription.ID != "" {
			l.Subscription = p.Subscription.ID
		}
		l.Item = string(p.SubscriptionItem)
		// A prorated invoice item is the other half of a change of terms.
		return p.Proration, w.Parent.Type == "subscription_item_details" || p.Proration && p.Subscription.ID != ""
	}
	if w.Subscription.ID != "" {
		l.Subscription = w.Subscription.ID
	}
	l.Item = string(w.SubscriptionItem)
	return w.Proration, w.Type == "subscription" || w.Proration && w.Subscription.ID != ""
}

// lineCycle finds how often a recurring line is charged.
func (imp *Importer) lineCycle(n *kit.Note, p *price, l *billing.InvoiceLine) (ok bool) {
	if p != nil && p.Recurring != nil {
		l.Cycle, ok = p.cycle(n)
		return ok
	}
	if l.Proration == billing.ProrationNone {
		if c, found := kit.CycleOf(l.From, l.To); found {
			l.Cycle = c
			n.Warn(billing.CodeAssumed, "lines.pricing.price_details.price", l.Plan, "the price is not in the export: give it to Catalogue; its cycle is taken from the period, %s", c)
			return true
		}
	}
	n.Fault(billing.CodeNotExpanded, "lines.pricing.price_details.price", l.Plan, "the price is not in the export, and so its cycle is not known: give it to Catalogue; the line is left out")
	return false
}
