package chargebee

import (
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// invoice reads one.
func (imp *Importer) invoice(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var inv invoice
	if ok, err = imp.kit.Decode(e.Record, &inv); !ok {
		return t, false, err
	}
	return kit.Told{ID: string(inv.ID), Rank: rank(e.Event, inv.ResourceVersion), Lines: imp.lines(&inv, e), Deleted: inv.Deleted}, true, nil
}

func (imp *Importer) lines(inv *invoice, e *kit.Entry) (out []billing.InvoiceLine) {
	n := imp.kit.Note(e.Name())
	base := billing.InvoiceLine{Customer: string(inv.CustomerID), Subscription: string(inv.SubscriptionID), Invoice: string(inv.ID), Seq: e.N}
	n.Customer, n.Subscription = base.Customer, base.Subscription
	if base.Customer == "" {
		n.Fault(billing.CodeMissingCustomer, "customer_id", "", "it is left out")
		return nil
	}
	if !n.Name("customer_id", base.Customer) || !n.Name("id", base.Invoice) {
		return nil
	}
	if inv.Deleted {
		n.Warn(billing.CodeDeleted, "deleted", "true", "deleted in the source; it is left out")
		return nil
	}
	switch inv.Status {
	case "paid":
	case "posted", "payment_due":
		base.Status = billing.LineOpen
	case "not_paid":
		base.Status = billing.LineUncollectible
	case "voided":
		base.Status = billing.LineVoid
	case "pending":
		base.Status = billing.LineDraft
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(inv.Status), "not a status; it is left out")
		return nil
	}
	var ok bool
	if base.Currency, ok = n.Currency("currency_code", inv.CurrencyCode); !ok {
		return nil
	}
	if base.IssuedAt, ok = n.Time("date", inv.Date); !ok {
		return nil
	}
	if base.IssuedAt.IsZero() {
		n.Fault(billing.CodeMissingTime, "date", "", "it does not say when it was made; it is left out")
		return nil
	}
	if base.Status == billing.LinePaid {
		base.PaidAt = n.SideTime("paid_at", inv.PaidAt)
	}
	if len(inv.LineItems) == 0 {
		n.Fault(billing.CodeTruncated, "line_items", "", "no lines: it counts nothing")
	}
	for i := range inv.LineItems {
		n.Item = string(inv.LineItems[i].ID)
		if l, ok := imp.line(n, &inv.LineItems[i], inv, base); ok {
			out = append(out, l)
		}
	}
	return out
}

// line reads one line of an invoice.
func (imp *Importer) line(n *kit.Note, w *line, inv *invoice, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	l.ID, l.Item, l.Plan = string(w.ID), string(w.EntityID), string(w.EntityID)
	if w.SubscriptionID != "" {
		l.Subscription = string(w.SubscriptionID)
	}
	if !n.Name("line_items.id", l.ID) || !n.Name("line_items.entity_id", l.Plan) || !n.Name("line_items.subscription_id", l.Subscription) {
		return l, false
	}
	var set bool
	if l.Amount, set, ok = imp.either(n, "line_items.amount", w.Amount, w.AmountInDecimal, l.Currency); !ok {
		return l, false
	}
	if !set {
		n.Fault(billing.CodeMissingPrice, "line_items.amount", "", "a line without an amount; it is left out")
		return l, false
	}
	if l.Discount, _, ok = imp.either(n, "line_items.discount_amount", w.DiscountAmount, "", l.Currency); !ok {
		return l, false
	}
	if l.Tax, _, ok = imp.either(n, "line_items.tax_amount", w.TaxAmount, "", l.Currency); !ok {
		return l, false
	}
	if inv.PriceType == "tax_inclusive" {
		l.Amount = l.Amount.Sub(l.Tax)
	}
	if l.Quantity, _, ok = first(n, "line_items.quantity", w.Quantity, w.QuantityInDecimal); !ok {
		return l, false
	}
	if l.From, l.To, ok = n.Period("line_items.date_from", w.DateFrom, "line_items.date_to", w.DateTo); !ok {
		return l, false
	}
	switch w.EntityType {
	case "plan", "addon", "plan_item_price", "addon_item_price":
		if w.Metered {
			l.Kind = billing.LineUsage
		}
	default:
		l.Kind = billing.LineOneOff
	}
	if l.Amount.Sign() < 0 {
		l.Kind, l.Amount, l.Discount, l.Tax = billing.LineCredit, l.Amount.Abs(), l.Discount.Abs(), l.Tax.Abs()
	}
	if l.Kind == billing.LineRecurring || l.Kind == billing.LineUsage {
		return imp.lineCycle(n, l)
	}
	return l, true
}

func (imp *Importer) lineCycle(n *kit.Note, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	if p := imp.prices[l.Plan]; p != nil && p.PeriodUnit != "" {
		if l.Cycle, ok = n.Cycle("item_price.period_unit", p.PeriodUnit, "item_price.period", p.Period); !ok {
			return l, false
		}
		if l.Kind == billing.LineRecurring && kit.PartOf(l.Cycle, l.From, l.To) {
			l.Proration = billing.ProrationFull
		}
		return l, true
	}
	if l.Cycle, ok = kit.CycleOf(l.From, l.To); ok {
		n.Warn(billing.CodeAssumed, "line_items.entity_id", l.Plan, "the item price is not in the export: give it to Catalogue; its cycle is taken from the dates, %s", l.Cycle)
		return l, true
	}
	n.Fault(billing.CodeNotExpanded, "line_items.entity_id", l.Plan, "the item price is not in the export, and so its cycle is not known: give it to Catalogue; the line is left out")
	return l, false
}
