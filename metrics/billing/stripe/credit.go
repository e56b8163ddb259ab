package stripe

import (
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// creditNote is one as Stripe sends it.
type creditNote struct {
	ID              kit.Text            `json:"id"`
	Livemode        *bool               `json:"livemode"`
	Status          kit.Text            `json:"status"` // issued, void
	Customer        kit.Ref[customer]   `json:"customer"`
	CustomerAccount kit.Text            `json:"customer_account"`
	Invoice         kit.Ref[kit.Object] `json:"invoice"`
	Currency        kit.Text            `json:"currency"`
	Created         kit.Text            `json:"created"`
	EffectiveAt     kit.Text            `json:"effective_at"`
	OutOfBand       kit.Text            `json:"out_of_band_amount"`
	Refund          kit.Ref[kit.Object] `json:"refund"` // until 2025-03-31
	Refunds         []struct {
		AmountRefunded kit.Text            `json:"amount_refunded"`
		Refund         kit.Ref[kit.Object] `json:"refund"`
	} `json:"refunds"`
	Lines *list[creditLine] `json:"lines"`
}

type creditLine struct {
	ID              kit.Text `json:"id"`
	InvoiceLineItem kit.Text `json:"invoice_line_item"`
	Amount          kit.Text `json:"amount"`
	Quantity        kit.Text `json:"quantity"`
	DiscountAmount  kit.Text `json:"discount_amount"`
	TaxAmounts      []struct {
		Amount    kit.Text `json:"amount"`
		Inclusive bool     `json:"inclusive"`
	} `json:"tax_amounts"`
	Taxes []struct {
		Amount      kit.Text `json:"amount"`
		TaxBehavior kit.Text `json:"tax_behavior"`
	} `json:"taxes"`
}

// bill remembers a line for credit notes that may refer to it.
func (imp *Importer) bill(l *billing.InvoiceLine) {
	if l.ID != "" && len(imp.billed) < imp.kit.Options().Limits.Catalogue {
		imp.billed[l.Invoice+" "+l.ID] = *l
	}
}

// creditNote reads one: a credit against an invoice, line by line.
func (imp *Importer) creditNote(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var w creditNote
	if ok, err = imp.kit.Decode(e.Record, &w); !ok {
		return t, false, err
	}
	t.ID = string(w.ID)
	id := t.ID
	if id == "" {
		id = e.Name()
	}
	n := imp.kit.Note(id)
	base := billing.InvoiceLine{Invoice: w.Invoice.ID, Seq: e.N, Customer: w.Customer.ID, Kind: billing.LineCredit}
	if base.Customer == "" {
		base.Customer = string(w.CustomerAccount)
	}
	if base.Customer == "" {
		n.Fault(billing.CodeMissingCustomer, "customer", "", "it is left out")
		return t, false, nil
	}
	n.Customer = base.Customer
	if !n.Name("customer", base.Customer) || !n.Name("id", id) || !n.Name("invoice", base.Invoice) {
		return t, false, nil
	}
	base.Test = test(n, w.Livemode, e.Event, "")
	switch w.Status {
	case "issued":
	case "void":
		base.Status, t.Rank = billing.LineVoid, 1
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(w.Status), "not a status; it is left out")
		return t, false, nil
	}
	for _, f := range []struct {
		name  string
		value kit.Text
	}{{"effective_at", w.EffectiveAt}, {"created", w.Created}} {
		if base.IssuedAt.IsZero() {
			if base.IssuedAt, ok = n.Time(f.name, f.value); !ok {
				return t, false, nil
			}
		}
	}
	if base.IssuedAt.IsZero() {
		n.Fault(billing.CodeMissingTime, "created", "", "it does not say when it was made; it is left out")
		return t, false, nil
	}
	if !n.Name("refund", w.Refund.ID) {
		return t, false, nil
	}
	imp.pays(w.Refund.ID, base.Customer, base.Invoice, "")
	for i := range w.Refunds {
		if !n.Name("refunds.refund", w.Refunds[i].Refund.ID) {
			return t, false, nil
		}
		imp.pays(w.Refunds[i].Refund.ID, base.Customer, base.Invoice, "")
	}
	if w.Lines == nil || w.Lines.Data == nil {
		n.Fault(billing.CodeTruncated, "lines", "", "the lines are not in the export")
		return t, t.ID != "", nil
	}
	if w.Lines.HasMore {
		n.Fault(billing.CodeTruncated, "lines.has_more", "true", "only %d of its lines are in the export: the others are missing", len(w.Lines.Data))
	}
	for i := range w.Lines.Data {
		n.Item = string(w.Lines.Data[i].ID)
		if l, ok := imp.credited(n, &w, &w.Lines.Data[i], base); ok {
			t.Lines = append(t.Lines, l)
		}
	}
	n.Item = ""
	if t.Lines, ok = imp.givenBack(n, &w, t.Lines); !ok {
		return kit.Told{}, false, nil
	}
	return t, t.ID != "", nil
}

// givenBack tells what of a credit note was given back, by refunds or outside of
// Stripe, from what was credited to the customer's balance or to an open invoice: a
// note may be any mixture. Its lines are filled up one after the other. A note of
// before 2025-03-31 does not say how much its refund was; all of it is taken to be.
func (imp *Importer) givenBack(n *kit.Note, w *creditNote, lines []billing.InvoiceLine) (out []billing.InvoiceLine, ok bool) {
	if len(lines) == 0 {
		return lines, true
	}
	c := lines[0].Currency
	left := make([]decimal.Decimal, len(lines))
	for i := range lines {
		left[i] = lines[i].Amount.Sub(lines[i].Discount).Add(lines[i].Tax)
	}
	at := 0
	// give makes the next lines refunds, as far as an amount goes; nil is no limit.
	give := func(refund string, amount *decimal.Decimal) {
		for ; at < len(lines); at++ {
			l := lines[at]
			if amount != nil && amount.Sign() <= 0 {
				return
			}
			whole := amount == nil || amount.Cmp(left[at]) >= 0 || l.Amount.Cmp(l.Discount) < 0
			l.Kind, l.Refund = billing.LineRefund, refund
			if !whole {
				l, lines[at] = imp.part(l, lines[at], *amount, left[at])
				left[at] = left[at].Sub(*amount)
				out = append(out, l)
				return
			}
			if out = append(out, l); amount != nil {
				rest := amount.Sub(left[at])
				amount = &rest
			}
		}
	}
	for i := range w.Refunds {
		r := &w.Refunds[i]
		amount, set, ok := n.Minor("refunds.amount_refunded", r.AmountRefunded, c, imp.exponents)
		if !ok || !n.Bounded("refunds.amount_refunded", amount) {
			return nil, false
		}
		limit := &amount
		if !set {
			limit = nil
		}
		give(r.Refund.ID, limit)
	}
	outside, _, ok := n.Minor("out_of_band_amount", w.OutOfBand, c, imp.exponents)
	if !ok || !n.Bounded("out_of_band_amount", outside) {
		return nil, false
	}
	give("", &outside)
	if w.Refund.ID != "" && len(w.Refunds) == 0 {
		give(w.Refund.ID, nil)
	}
	return append(out, lines[at:]...), true
}

// part takes an amount out of a line: part of its discount and tax, rounded down to
// the minor unit, so that both parts are zero or more. gross is what the line comes
// to.
func (imp *Importer) part(l, rest billing.InvoiceLine, amount, gross decimal.Decimal) (part, other billing.InvoiceLine) {
	digits, _ := imp.exponents.MinorUnits(l.Currency)
	share := func(of decimal.Decimal) decimal.Decimal {
		q, _ := of.Mul(amount).QuoRem(gross, digits)
		return q
	}
	l.Discount, l.Tax = share(l.Discount), share(l.Tax)
	l.Amount = amount.Add(l.Discount).Sub(l.Tax)
	rest.Amount, rest.Discount, rest.Tax = rest.Amount.Sub(l.Amount), rest.Discount.Sub(l.Discount), rest.Tax.Sub(l.Tax)
	rest.ID += "/rest"
	return l, rest
}

// credited reads one line of a credit note, and takes from the invoice line it
// credits what that is for.
func (imp *Importer) credited(n *kit.Note, w *creditNote, c *creditLine, l billing.InvoiceLine) (_ billing.InvoiceLine, ok bool) {
	l.ID = string(c.ID)
	if l.Currency, ok = n.Currency("currency", w.Currency); !ok {
		return l, false
	}
	sum := func(field string, into *decimal.Decimal, t kit.Text) bool {
		d, _, ok := n.Minor(field, t, l.Currency, imp.exponents)
		*into = into.Add(d)
		return ok && n.Bounded(field, *into)
	}
	var inside decimal.Decimal
	ok = sum("lines.amount", &l.Amount, c.Amount) && sum("lines.discount_amount", &l.Discount, c.DiscountAmount)
	for _, t := range c.TaxAmounts {
		ok = ok && sum("lines.tax_amounts.amount", &l.Tax, t.Amount) && (!t.Inclusive || sum("lines.tax_amounts.amount", &inside, t.Amount))
	}
	for _, t := range c.Taxes {
		ok = ok && sum("lines.taxes.amount", &l.Tax, t.Amount) && (t.TaxBehavior != "inclusive" || sum("lines.taxes.amount", &inside, t.Amount))
	}
	if !ok {
		return l, false
	}
	if c.Amount == "" {
		n.Fault(billing.CodeMissingPrice, "lines.amount", "", "a line without an amount; it is left out")
		return l, false
	}
	l.Amount = l.Amount.Sub(inside)
	if l.Quantity, _, ok = n.Decimal("lines.quantity", c.Quantity); !ok {
		return l, false
	}
	of, known := imp.billed[l.Invoice+" "+string(c.InvoiceLineItem)]
	switch {
	case known:
		l.Subscription, l.Item, l.Plan, l.Product, l.Cycle, l.From, l.To = of.Subscription, of.Item, of.Plan, of.Product, of.Cycle, of.From, of.To
	case c.InvoiceLineItem != "":
		n.Notice(billing.CodeNotExpanded, "lines.invoice_line_item", string(c.InvoiceLineItem), "the invoice line it credits did not come before it: its service period is not known, and it lowers no recurring revenue")
	}
	return l, true
}
