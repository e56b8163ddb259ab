package recurly

import (
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// invoice reads one, or a line item by itself.
func (imp *Importer) invoice(e *kit.Entry) (t kit.Told, ok bool, err error) {
	if e.Kind == "line_item" {
		return imp.alone(e)
	}
	var inv invoice
	if ok, err = imp.kit.Decode(e.Record, &inv); !ok {
		return t, false, err
	}
	return kit.Told{ID: string(inv.ID), Lines: imp.lines(&inv, e.Record)}, true, nil
}

// alone reads a line item by itself.
func (imp *Importer) alone(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var w line
	if ok, err = imp.kit.Decode(e.Record, &w); !ok {
		return t, false, err
	}
	n := imp.kit.Note(e.Name())
	base := billing.InvoiceLine{Seq: e.N, Status: billing.LineOpen, Invoice: string(w.InvoiceID)}
	if w.State == "pending" {
		base.Status = billing.LineDraft
	}
	imp.kit.FindOnce("line status", billing.Finding{
		Code: billing.CodeAssumed, Severity: billing.Notice, Record: n.Record, Field: "state", Value: text.Clip(string(w.State)),
		Message: "line items by themselves do not say whether they were paid; taken as open, which is said once",
	})
	if l, ok := imp.line(n, &w, base); ok {
		t.Lines = append(t.Lines, l)
	}
	return t, true, nil
}

func (imp *Importer) lines(inv *invoice, rec *kit.Record) (out []billing.InvoiceLine) {
	n := imp.kit.Note(rec.Name())
	base := billing.InvoiceLine{Invoice: string(inv.ID), Customer: customer(&inv.Account, ""), Seq: rec.N}
	n.Customer = base.Customer
	switch inv.State {
	case "paid", "closed":
		base.Status = billing.LinePaid
	case "open", "processing", "past_due":
		base.Status = billing.LineOpen
	case "pending":
		base.Status = billing.LineDraft
	case "voided":
		base.Status = billing.LineVoid
	case "failed":
		base.Status = billing.LineUncollectible
	default:
		n.Fault(billing.CodeUnknownValue, "state", string(inv.State), "not a state; it is left out")
		return nil
	}
	var ok bool
	if base.IssuedAt, ok = n.Time("created_at", inv.CreatedAt); !ok {
		return nil
	}
	if base.Status == billing.LinePaid {
		base.PaidAt = n.SideTime("closed_at", inv.ClosedAt)
	}
	switch {
	case inv.LineItems.Data == nil:
		n.Fault(billing.CodeTruncated, "line_items", "", "the lines are not in the export")
	case inv.LineItems.HasMore:
		n.Fault(billing.CodeTruncated, "line_items.has_more", "true", "only %d of its lines are in the export: the others are missing", len(inv.LineItems.Data))
	}
	for i := range inv.LineItems.Data {
		n.Item = string(inv.LineItems.Data[i].ID)
		if l, ok := imp.line(n, &inv.LineItems.Data[i], base); ok {
			out = append(out, l)
		}
	}
	return out
}

// line reads one line item.
func (imp *Importer) line(n *kit.Note, w *line, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	if c := customer(&w.Account, w.AccountID); c != "" {
		l.Customer = c
	}
	n.Customer, n.Subscription = l.Customer, string(w.SubscriptionID)
	if l.Customer == "" {
		n.Fault(billing.CodeMissingCustomer, "account", "", "it is left out")
		return l, false
	}
	if !n.Name("account", l.Customer) || !n.Name("id", string(w.ID)) || !n.Name("subscription_id", string(w.SubscriptionID)) {
		return l, false
	}
	l.ID, l.Subscription, l.Item, l.Plan = string(w.ID), string(w.SubscriptionID), string(w.AddOnID), string(w.PlanCode)
	if w.AddOnCode != "" {
		l.Plan = string(w.AddOnCode)
	}
	if !lineAmounts(n, w, &l) || !lineDates(n, w, &l) {
		return l, false
	}
	credit := w.Type == "credit" || l.Amount.Sign() < 0
	l.Amount, l.Discount, l.Tax = l.Amount.Abs(), l.Discount.Abs(), l.Tax.Abs()
	recurs := lower(w.Origin, "plan", "plan_trial", "add_on", "add_on_trial")
	switch {
	case lower(w.Refund, "true"):
		l.Kind = billing.LineRefund
	case credit && recurs && w.ProrationRate != "":
		l.Proration = billing.ProrationCredit
	case credit:
		l.Kind = billing.LineCredit
	case !recurs:
		l.Kind = billing.LineOneOff
	}
	if l.Kind != billing.LineRecurring {
		return l, true
	}
	if rate, set, ok := n.Decimal("proration_rate", w.ProrationRate); !ok {
		return l, false
	} else if set && !credit && rate.LessThan(decimal.NewFromInt(1)) {
		l.Proration = billing.ProrationFull
	}
	l.Cycle, ok = imp.lineCycle(n, w, &l)
	return l, ok
}

func lineAmounts(n *kit.Note, w *line, l *billing.InvoiceLine) (ok bool) {
	if l.Currency, ok = n.Currency("currency", w.Currency); !ok {
		return false
	}
	var set bool
	if l.Amount, set, ok = n.Decimal("subtotal", w.Subtotal); !ok {
		return false
	}
	if !set {
		n.Fault(billing.CodeMissingPrice, "subtotal", "", "a line without an amount; it is left out")
		return false
	}
	if l.Discount, _, ok = n.Decimal("discount", w.Discount); !ok {
		return false
	}
	if l.Tax, _, ok = n.Decimal("tax", w.Tax); !ok {
		return false
	}
	if w.TaxInclusive {
		l.Amount = l.Amount.Sub(l.Tax)
	}
	l.Quantity, _, ok = n.Decimal("quantity", w.Quantity)
	return ok
}

func lineDates(n *kit.Note, w *line, l *billing.InvoiceLine) (ok bool) {
	if l.IssuedAt.IsZero() {
		if l.IssuedAt, ok = n.Time("created_at", w.CreatedAt); !ok {
			return false
		}
	}
	if l.IssuedAt.IsZero() {
		n.Fault(billing.CodeMissingTime, "created_at", "", "it does not say when it was made; it is left out")
		return false
	}
	l.From, l.To, ok = n.Period("start_date", w.StartDate, "end_date", w.EndDate)
	return ok
}

func (imp *Importer) lineCycle(n *kit.Note, w *line, l *billing.InvoiceLine) (c calendar.Cycle, ok bool) {
	p := imp.plans[string(w.PlanID)]
	if p == nil {
		p = imp.plans[string(w.PlanCode)]
	}
	if p != nil {
		return n.Cycle("plan.interval_unit", p.IntervalUnit, "plan.interval_length", p.IntervalLength)
	}
	if l.Proration == billing.ProrationNone {
		if c, ok = kit.CycleOf(l.From, l.To); ok {
			n.Warn(billing.CodeAssumed, "plan_id", string(w.PlanID), "the plan is not in the export: give it to Catalogue; its cycle is taken from the dates, %s", c)
			return c, true
		}
	}
	n.Fault(billing.CodeNotExpanded, "plan_id", string(w.PlanID), "the plan is not in the export, and so its cycle is not known: give it to Catalogue; the line is left out")
	return c, false
}
