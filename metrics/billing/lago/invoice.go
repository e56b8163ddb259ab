package lago

import (
	"cmp"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// invoice reads one, or a fee by itself: an invoice of one, as far as it tells.
func (imp *Importer) invoice(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var inv invoice
	if e.Kind == "fee" {
		var f fee
		if ok, err = imp.kit.Decode(e.Record, &f); ok {
			inv = invoice{LagoID: f.LagoInvoiceID, Status: "finalized", PaymentStatus: f.PaymentStatus, IssuingDate: f.CreatedAt, Fees: []fee{f}}
			e.ID = string(cmp.Or(inv.LagoID, kit.Text(e.ID)))
		}
	} else {
		ok, err = imp.kit.Decode(e.Record, &inv)
	}
	if !ok {
		return t, false, err
	}
	return kit.Told{ID: string(inv.LagoID), Lines: imp.lines(&inv, e)}, true, nil
}

func (imp *Importer) lines(inv *invoice, e *kit.Entry) (out []billing.InvoiceLine) {
	n := imp.kit.Note(e.Name())
	base := billing.InvoiceLine{Invoice: string(inv.LagoID), Seq: e.N}
	switch {
	case inv.Status == "draft" || inv.Status == "pending" || inv.Status == "open" || inv.Status == "generating":
		base.Status = billing.LineDraft
	case inv.Status == "voided" || inv.Status == "closed":
		base.Status = billing.LineVoid
	case inv.Status == "finalized" && inv.PaymentStatus == "succeeded":
		base.Status = billing.LinePaid
	case inv.Status == "finalized":
		base.Status = billing.LineOpen
	case inv.Status == "failed":
		n.Notice(billing.CodeUnsupported, "status", "failed", "the invoice could not be made; it is left out")
		return nil
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(inv.Status), "not a status; it is left out")
		return nil
	}
	var ok bool
	if base.IssuedAt, ok = n.Time("issuing_date", inv.IssuingDate); !ok {
		return nil
	}
	if inv.Customer != nil {
		if base.Customer = string(inv.Customer.ExternalID); base.Customer == "" {
			base.Customer = string(inv.Customer.LagoID)
		}
	}
	for i := range inv.Fees {
		n.Item = string(inv.Fees[i].LagoID)
		if l, ok := imp.fee(n, &inv.Fees[i], inv, base); ok {
			out = append(out, l)
		}
	}
	return out
}

// fee reads one fee.
func (imp *Importer) fee(n *kit.Note, w *fee, inv *invoice, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	sub := inv.subscription(w)
	l.ID, l.Plan, l.Subscription = string(w.LagoID), string(w.Item.Code), string(w.LagoSubscriptionID)
	switch {
	case w.ExternalCustomerID != "":
		l.Customer = string(w.ExternalCustomerID)
	case l.Customer == "" && sub != nil:
		l.Customer = string(sub.ExternalCustomerID)
	}
	if sub != nil && l.Subscription == "" {
		l.Subscription = string(sub.LagoID)
	}
	n.Customer, n.Subscription = l.Customer, l.Subscription
	if l.Customer == "" {
		n.Fault(billing.CodeMissingCustomer, "customer.external_id", "", "it is left out")
		return l, false
	}
	if !n.Name("customer.external_id", l.Customer) || !n.Name("fees.lago_id", l.ID) || !n.Name("fees.lago_subscription_id", l.Subscription) {
		return l, false
	}
	if l.Status == billing.LinePaid {
		l.PaidAt = n.SideTime("fees.succeeded_at", w.SucceededAt)
	}
	if l.IssuedAt.IsZero() {
		n.Fault(billing.CodeMissingTime, "issuing_date", "", "it does not say when it was made; it is left out")
		return l, false
	}
	switch w.Item.Type {
	case "subscription", "commitment":
	case "charge", "dynamic_charge":
		l.Kind = billing.LineUsage
	case "add_on", "credit", "product_charge":
		l.Kind = billing.LineOneOff
	default:
		n.Fault(billing.CodeUnknownValue, "fees.item.type", string(w.Item.Type), "want subscription, charge, commitment, add_on or credit; it is left out")
		return l, false
	}
	if !imp.amounts(n, w, inv, &l) || !feePeriod(n, w, inv, &l) {
		return l, false
	}
	if l.Amount.Sign() < 0 {
		l.Kind, l.Amount, l.Discount, l.Tax = billing.LineCredit, l.Amount.Abs(), l.Discount.Abs(), l.Tax.Abs()
	}
	if l.Kind == billing.LineRecurring || l.Kind == billing.LineUsage {
		if sub != nil {
			l.Plan = string(sub.PlanCode)
		}
		return imp.feeCycle(n, sub, l)
	}
	return l, true
}

// subscription finds that of a fee among those of its invoice.
func (inv *invoice) subscription(w *fee) *subscription {
	for i := range inv.Subscriptions {
		if inv.Subscriptions[i].LagoID == w.LagoSubscriptionID {
			return &inv.Subscriptions[i]
		}
	}
	if w.LagoSubscriptionID == "" && len(inv.Subscriptions) == 1 {
		return &inv.Subscriptions[0]
	}
	return nil
}

func (imp *Importer) amounts(n *kit.Note, w *fee, inv *invoice, l *billing.InvoiceLine) (ok bool) {
	currency := w.AmountCurrency
	if currency == "" {
		currency = inv.Currency
	}
	if l.Currency, ok = n.Currency("fees.amount_currency", currency); !ok {
		return false
	}
	if w.AmountCents == "" {
		n.Fault(billing.CodeMissingPrice, "fees.amount_cents", "", "a fee without an amount; it is left out")
		return false
	}
	for _, f := range []struct {
		name  string
		value kit.Text
		into  *decimal.Decimal
	}{{"fees.amount_cents", w.AmountCents, &l.Amount}, {"fees.precise_coupons_amount_cents", w.CouponsCents, &l.Discount}, {"fees.taxes_amount_cents", w.TaxesCents, &l.Tax}} {
		d, _, ok := n.Minor(f.name, f.value, l.Currency, imp.kit.Options().Exponents)
		if !ok || !n.Bounded(f.name, d) {
			return false
		}
		*f.into = d
	}
	l.Quantity, _, ok = n.Decimal("fees.units", w.Units)
	return ok
}

// feePeriod reads the service period: of the fee, else of its invoice, whose
// charges may have another one than its plans.
func feePeriod(n *kit.Note, w *fee, inv *invoice, l *billing.InvoiceLine) (ok bool) {
	from, to := w.FromDate, w.ToDate
	if from == "" && to == "" {
		for i, p := range inv.Periods {
			if p.LagoSubscriptionID != w.LagoSubscriptionID && len(inv.Periods) > 1 {
				continue
			}
			if from, to = inv.Periods[i].From, inv.Periods[i].To; l.Kind == billing.LineUsage {
				from, to = p.ChargesFrom, p.ChargesTo
			}
		}
	}
	l.From, l.To, ok = n.Period("fees.from_date", from, "fees.to_date", to)
	l.To = exclusive(l.To)
	return ok
}

func (imp *Importer) feeCycle(n *kit.Note, sub *subscription, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	if p := imp.plans[l.Plan]; p != nil && sub != nil {
		if l.Cycle, ok = p.cycle(n); ok && l.Kind == billing.LineRecurring && kit.PartOf(l.Cycle, l.From, l.To) {
			l.Proration = billing.ProrationFull
		}
		return l, ok
	}
	if l.Cycle, ok = kit.CycleOf(l.From, l.To); ok {
		n.Warn(billing.CodeAssumed, "subscriptions.plan_code", l.Plan, "the plan is not in the export: give it to Catalogue; its cycle is taken from the billing period, %s", l.Cycle)
		return l, true
	}
	n.Fault(billing.CodeNotExpanded, "subscriptions.plan_code", l.Plan, "the plan is not in the export, and so its cycle is not known: give it to Catalogue; the fee is left out")
	return l, false
}
