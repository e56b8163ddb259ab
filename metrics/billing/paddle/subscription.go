package paddle

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// life is what all items of a subscription share.
type life struct {
	course   kit.Course
	made     time.Time
	base     billing.Span
	currency money.Currency
	off      *terms
}

// subscription reads one.
func (imp *Importer) subscription(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var sub subscription
	if ok, err = imp.kit.Decode(e.Record, &sub); !ok {
		return t, false, err
	}
	t.ID, t.Rank = string(sub.ID), rank(e.Event)
	t.Spans, t.Ended, ok = imp.spans(&sub, e)
	return t, ok, nil
}

// spans reads the charges of one. ok is false where it is left out as a whole.
func (imp *Importer) spans(sub *subscription, e *kit.Entry) (out []billing.Span, ended time.Time, ok bool) {
	n := imp.kit.Note(e.Name())
	n.Customer, n.Subscription = string(sub.CustomerID), string(sub.ID)
	if n.Customer == "" {
		n.Fault(billing.CodeMissingCustomer, "customer_id", "", "it is left out")
		return nil, ended, false
	}
	if !n.Name("customer_id", n.Customer) || !n.Name("id", n.Subscription) {
		return nil, ended, false
	}
	l := life{base: billing.Span{Customer: n.Customer, Subscription: n.Subscription, ID: n.Record, Seq: e.N}}
	if l.currency, ok = n.Currency("currency_code", sub.CurrencyCode); !ok {
		return nil, ended, false
	}
	if !bounds(n, sub, &l) || !state(n, sub, &l, e) {
		return nil, ended, false
	}
	ended = l.course.To
	if !ended.IsZero() && !l.course.From.Before(ended) {
		n.Notice(billing.CodeZeroLength, "canceled_at", string(sub.CanceledAt), "ended when it began; it counts nothing")
		return nil, ended, true
	}
	l.off = imp.discount(n, sub)
	if len(sub.Items) == 0 {
		n.Fault(billing.CodeMissingPrice, "items", "", "no items: it counts nothing")
	}
	for i := range sub.Items {
		out = append(out, imp.item(n, sub, &sub.Items[i], l)...)
	}
	return out, ended, true
}

// bounds reads when it began and what is paid.
func bounds(n *kit.Note, sub *subscription, l *life) (ok bool) {
	if l.made, ok = n.Time("created_at", sub.CreatedAt); !ok {
		return false
	}
	from := &l.course.From
	if *from, ok = n.Time("started_at", sub.StartedAt); !ok {
		return false
	}
	switch {
	case from.IsZero():
		*from = l.made
	case from.Before(l.made.Add(-time.Minute)):
		n.Notice(billing.CodeBackdated, "started_at", from.Format(time.RFC3339), "made %s, counts from started_at", l.made.Format(time.RFC3339))
		l.base.Recorded = l.made
	}
	if from.IsZero() {
		n.Fault(billing.CodeMissingTime, "started_at", "", "it does not say when it began; it is left out")
		return false
	}
	if p := sub.CurrentBillingPeriod; p != nil {
		l.base.PaidThrough = n.SideTime("current_billing_period.ends_at", p.EndsAt)
		if sub.Status == "past_due" {
			l.base.PaidThrough = n.SideTime("current_billing_period.starts_at", p.StartsAt)
		}
	}
	return true
}

// state reads how it stands and when it ends.
func state(n *kit.Note, sub *subscription, l *life, e *kit.Entry) (ok bool) {
	c := &l.course
	switch sub.Status {
	case "active", "trialing":
	case "past_due":
		c.State, c.StateFrom = billing.StatePastDue, l.base.PaidThrough
		switch {
		case e.Event != nil && (c.StateFrom.IsZero() || c.StateFrom.After(e.Event.At)):
			c.StateFrom = e.Event.At
		case e.Event != nil:
		case c.StateFrom.IsZero():
			n.Warn(billing.CodeAssumed, "status", "past_due", "the entity does not say since when; taken for all of the time")
		default:
			n.Notice(billing.CodeAssumed, "status", "past_due", "the entity does not say since when; taken from the start of the current period")
		}
	case "paused":
		c.State, c.StateFrom = billing.StatePaused, n.SideTime("paused_at", sub.PausedAt)
		if c.StateFrom.IsZero() {
			n.Warn(billing.CodeAssumed, "paused_at", "", "paused, and it does not say since when; taken for all of the time")
		}
	case "canceled":
		if c.To, ok = n.Time("canceled_at", sub.CanceledAt); !ok {
			return false
		}
		if c.To.IsZero() {
			n.Fault(billing.CodeMissingTime, "canceled_at", "", "canceled, and it does not say since when; it is left out")
			return false
		}
		return true
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(sub.Status), "not a status; it is left out")
		return false
	}
	if s := sub.ScheduledChange; s != nil {
		at := n.SideTime("scheduled_change.effective_at", s.EffectiveAt)
		switch {
		case at.IsZero():
			n.Warn(billing.CodePending, "scheduled_change.effective_at", string(s.EffectiveAt), "a change to come, and it does not say when; it is left out")
		case s.Action == "cancel":
			l.base.CancelAt = at
		case s.Action == "pause" && c.State == billing.StateActive:
			c.State, c.StateFrom, c.StateTo = billing.StatePaused, at, n.SideTime("scheduled_change.resume_at", s.ResumeAt)
		case s.Action == "resume" && c.State == billing.StatePaused:
			c.StateTo = at
		default:
			n.Warn(billing.CodeUnknownValue, "scheduled_change.action", string(s.Action), "not a change of a subscription that is %s; it is left out", sub.Status)
		}
	}
	return true
}

// item reads one item; nil where it is left out.
func (imp *Importer) item(n *kit.Note, sub *subscription, it *item, l life) []billing.Span {
	p := it.Price
	if p == nil {
		n.Fault(billing.CodeMissingPrice, "items.price", "", "no price; the item is left out")
		return nil
	}
	n.Item = string(p.ID)
	defer func() { n.Item = "" }()
	if !n.Name("items.price.id", n.Item) {
		return nil
	}
	s := l.base
	s.Item, s.Plan = string(p.ID), string(p.ID) // one price stands once in a subscription
	s.Product = string(p.ProductID)
	if !recurs(n, it, &s) {
		return nil
	}
	var set, ok bool
	if s.Quantity, set, ok = n.Decimal("items.quantity", it.Quantity); !ok {
		return nil
	}
	if !set {
		n.Fault(billing.CodeMissingPrice, "items.quantity", "", "no quantity; the item is left out")
		return nil
	}
	if !imp.amount(n, p, l.currency, &s) {
		return nil
	}
	if p.TaxMode == "internal" {
		n.Warn(billing.CodeTaxInside, "items.price.tax_mode", "internal", "tax is inside the price, and the subscription does not say how much; the amount counts with it")
	}
	if l.off != nil {
		s.Discounts = l.off.on(n, p, &s, imp.kit.Options().Exponents)
	}
	c := l.course
	if added := n.SideTime("items.created_at", it.CreatedAt); added.After(c.From) && added.Sub(l.made) > time.Minute {
		c.From = added
		if !c.To.IsZero() && !c.From.Before(c.To) {
			n.Notice(billing.CodeZeroLength, "items.created_at", string(it.CreatedAt), "added when the subscription had ended; it counts nothing")
			return nil
		}
	}
	if t := it.TrialDates; t != nil {
		c.TrialFrom, c.TrialTo = n.SideTime("items.trial_dates.starts_at", t.StartsAt), n.SideTime("items.trial_dates.ends_at", t.EndsAt)
	}
	if sub.Status == "trialing" && c.TrialTo.IsZero() && s.Basis == billing.BasisLicensed {
		n.Warn(billing.CodeContradiction, "items.trial_dates", "", "trialing without the dates of the trial; it stays one")
		c.State = billing.StateTrial
	}
	return c.Spans(s)
}

// recurs reads how often an item is charged, if it is more than once.
func recurs(n *kit.Note, it *item, s *billing.Span) (ok bool) {
	b := it.Price.BillingCycle
	if it.Recurring != nil && !*it.Recurring || it.Recurring == nil && b == nil {
		s.Basis = billing.BasisOneOff
		return true
	}
	if b == nil {
		n.Fault(billing.CodeContradiction, "items.price.billing_cycle", "", "recurs, and its price has no cycle; the item is left out")
		return false
	}
	s.Cycle, ok = n.Cycle("items.price.billing_cycle.interval", b.Interval, "items.price.billing_cycle.frequency", b.Frequency)
	return ok
}

// amount is what the quantity costs.
func (imp *Importer) amount(n *kit.Note, p *price, c money.Currency, s *billing.Span) (ok bool) {
	unit := p.UnitPrice
	if !same(unit.CurrencyCode, c) {
		unit = inCurrency(n, p, c)
	} else if len(p.Overrides) > 0 {
		n.Notice(billing.CodeAssumed, "items.price.unit_price_overrides", "", "the price differs by country, and the subscription does not say which; the base price is taken")
	}
	if s.Currency, ok = n.Currency("items.price.unit_price.currency_code", unit.CurrencyCode); !ok {
		return false
	}
	d, set, ok := n.Minor("items.price.unit_price.amount", unit.Amount, s.Currency, imp.kit.Options().Exponents)
	if !ok {
		return false
	}
	if !set {
		n.Fault(billing.CodeMissingPrice, "items.price.unit_price.amount", "", "no amount; the item is left out")
		return false
	}
	amount, err := billing.Price{Model: billing.ModelPerUnit, Unit: d, Currency: s.Currency}.Amount(s.Quantity)
	if err != nil {
		n.PriceFaults("items.price.unit_price", err)
		return false
	}
	s.Amount = amount
	if s.Quantity.IsZero() {
		n.Notice(billing.CodeZeroQuantity, "items.quantity", "0", "the charge is 0 for this quantity")
	}
	return true
}

func same(code kit.Text, c money.Currency) bool {
	got, err := money.ParseCurrency(string(code))
	return err == nil && got == c
}

// inCurrency looks for what is charged in another currency than the price's.
func inCurrency(n *kit.Note, p *price, c money.Currency) unitPrice {
	var found []unitPrice
	for _, o := range p.Overrides {
		if same(o.UnitPrice.CurrencyCode, c) && (len(found) == 0 || found[0].Amount != o.UnitPrice.Amount) {
			found = append(found, o.UnitPrice)
		}
	}
	if len(found) == 1 {
		n.Notice(billing.CodeAssumed, "items.price.unit_price_overrides", string(found[0].Amount), "the subscription is in %s: the price for countries of that currency is taken", c)
		return found[0]
	}
	n.Warn(billing.CodeContradiction, "items.price.unit_price.currency_code", string(p.UnitPrice.CurrencyCode), "the subscription is in %s, and what it charges there is not in the entity: the price counts as it stands; Lines has what was charged", c)
	return p.UnitPrice
}
