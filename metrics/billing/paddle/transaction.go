package paddle

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// transaction reads one.
func (imp *Importer) transaction(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var txn transaction
	if ok, err = imp.kit.Decode(e.Record, &txn); !ok {
		return t, false, err
	}
	t.ID = string(txn.ID)
	t.Lines, t.Rank = imp.lines(&txn, e)
	return t, true, nil
}

func (imp *Importer) lines(txn *transaction, e *kit.Entry) (out []billing.InvoiceLine, rank int) {
	n := imp.kit.Note(e.Name())
	base := billing.InvoiceLine{Customer: string(txn.CustomerID), Subscription: string(txn.SubscriptionID), Invoice: string(txn.ID), Seq: e.N}
	n.Customer, n.Subscription = base.Customer, base.Subscription
	switch txn.Status {
	case "draft", "ready":
		base.Status = billing.LineDraft
	case "billed", "past_due":
		base.Status, rank = billing.LineOpen, 1
	case "paid", "completed":
		base.Status, rank = billing.LinePaid, 2
	case "canceled":
		base.Status, rank = billing.LineVoid, 2
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(txn.Status), "not a status; it is left out")
		return nil, 0
	}
	if base.Customer == "" {
		if base.Status == billing.LineDraft {
			n.Notice(billing.CodePending, "customer_id", "", "a draft that nobody owns yet; it is left out")
		} else {
			n.Fault(billing.CodeMissingCustomer, "customer_id", "", "it is left out")
		}
		return nil, rank
	}
	if !n.Name("customer_id", base.Customer) || !n.Name("id", string(txn.ID)) {
		return nil, rank
	}
	var ok bool
	if base.Currency, ok = n.Currency("currency_code", txn.CurrencyCode); !ok {
		return nil, rank
	}
	issued := txn.BilledAt
	if issued == "" {
		issued = txn.CreatedAt
	}
	if base.IssuedAt, ok = n.Time("billed_at", issued); !ok {
		return nil, rank
	}
	if base.IssuedAt.IsZero() {
		n.Fault(billing.CodeMissingTime, "created_at", "", "it does not say when it was made; it is left out")
		return nil, rank
	}
	if base.Status == billing.LinePaid {
		base.PaidAt = txn.paidAt(n)
	}
	if len(txn.Details.LineItems) == 0 {
		n.Fault(billing.CodeTruncated, "details.line_items", "", "no lines: it counts nothing")
	}
	for i := range txn.Details.LineItems {
		n.Item = string(txn.Details.LineItems[i].ID)
		if l, ok := imp.line(n, txn, i, base); ok {
			out = append(out, l)
		}
	}
	return out, rank
}

// paidAt is when the last of the payments was captured; zero where nothing says so.
func (txn *transaction) paidAt(n *kit.Note) (at time.Time) {
	for i := range txn.Payments {
		if p := &txn.Payments[i]; p.Status == "captured" {
			if t := n.SideTime("payments.captured_at", p.CapturedAt); t.After(at) {
				at = t
			}
		}
	}
	return at
}

// line reads one line of a transaction.
func (imp *Importer) line(n *kit.Note, txn *transaction, i int, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	w := &txn.Details.LineItems[i]
	l.ID, l.Item, l.Plan = string(w.ID), string(w.PriceID), string(w.PriceID)
	if !n.Name("details.line_items.id", l.ID) || !n.Name("details.line_items.price_id", l.Plan) {
		return l, false
	}
	for _, f := range []struct {
		name  string
		value kit.Text
		into  *decimal.Decimal
	}{{"subtotal", w.Totals.Subtotal, &l.Amount}, {"discount", w.Totals.Discount, &l.Discount}, {"tax", w.Totals.Tax, &l.Tax}} {
		d, set, ok := n.Minor("details.line_items.totals."+f.name, f.value, l.Currency, imp.kit.Options().Exponents)
		if !ok || !n.Bounded("details.line_items.totals."+f.name, d) {
			return l, false
		}
		if !set && f.name == "subtotal" {
			n.Fault(billing.CodeMissingPrice, "details.line_items.totals.subtotal", "", "a line without an amount; it is left out")
			return l, false
		}
		*f.into = d
	}
	if l.Quantity, _, ok = n.Decimal("details.line_items.quantity", w.Quantity); !ok {
		return l, false
	}
	p := txn.BillingPeriod
	rate := decimal.NewFromInt(1)
	if w.Proration != nil {
		if w.Proration.BillingPeriod != nil {
			p = w.Proration.BillingPeriod
		}
		var set bool
		if rate, set, ok = n.Decimal("details.line_items.proration.rate", w.Proration.Rate); !ok {
			return l, false
		} else if !set {
			rate = decimal.NewFromInt(1)
		}
	}
	if p != nil {
		if l.From, l.To, ok = n.Period("billing_period.starts_at", p.StartsAt, "billing_period.ends_at", p.EndsAt); !ok {
			return l, false
		}
	}
	credit := l.Amount.Sign() < 0
	l.Amount, l.Discount, l.Tax = l.Amount.Abs(), l.Discount.Abs(), l.Tax.Abs()
	of := priceOf(n, txn, i)
	recurs := of == nil || of.BillingCycle != nil
	switch {
	case credit && recurs && !rate.Equal(decimal.NewFromInt(1)):
		l.Proration = billing.ProrationCredit
	case credit:
		l.Kind = billing.LineCredit
	case !recurs:
		l.Kind = billing.LineOneOff
	case rate.LessThan(decimal.NewFromInt(1)):
		l.Proration = billing.ProrationFull
	}
	if l.Kind != billing.LineRecurring {
		return l, true
	}
	return lineCycle(n, of, l)
}

// priceOf finds the price of a line among the items of the transaction.
func priceOf(n *kit.Note, txn *transaction, i int) *price {
	id := txn.Details.LineItems[i].PriceID
	for k := range txn.Items {
		if p := txn.Items[k].Price; p != nil && p.ID == id {
			return p
		}
	}
	if i < len(txn.Items) && len(txn.Items) == len(txn.Details.LineItems) && txn.Items[i].Price != nil {
		n.Warn(billing.CodeContradiction, "details.line_items.price_id", string(id), "no item has this price; that of the item in its place is taken")
		return txn.Items[i].Price
	}
	return nil
}

func lineCycle(n *kit.Note, p *price, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	if p != nil {
		l.Cycle, ok = n.Cycle("items.price.billing_cycle.interval", p.BillingCycle.Interval, "items.price.billing_cycle.frequency", p.BillingCycle.Frequency)
		return l, ok
	}
	if l.Proration == billing.ProrationNone {
		if l.Cycle, ok = kit.CycleOf(l.From, l.To); ok {
			n.Warn(billing.CodeAssumed, "details.line_items.price_id", l.Plan, "no item has this price; its cycle is taken from the billing period, %s", l.Cycle)
			return l, true
		}
	}
	n.Fault(billing.CodeNotExpanded, "details.line_items.price_id", l.Plan, "no item has this price, and so its cycle is not known; the line is left out")
	return l, false
}
