package recurly

import (
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// life is what the plan and the add-ons of a subscription share.
type life struct {
	course kit.Course
	base   billing.Span
	made   time.Time
	tax    taxRule
}

// subscription reads one.
func (imp *Importer) subscription(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var sub subscription
	if ok, err = imp.kit.Decode(e.Record, &sub); !ok {
		return t, false, err
	}
	t.ID, t.Stamp = string(sub.ID), sub.UpdatedAt
	t.Spans, t.Ended, ok = imp.spans(&sub, e.Record)
	return t, ok, nil
}

// spans reads the charges of one. ok is false where it is left out as a whole.
func (imp *Importer) spans(sub *subscription, rec *kit.Record) (out []billing.Span, ended time.Time, ok bool) {
	n := imp.kit.Note(rec.Name())
	n.Subscription = string(sub.ID)
	n.Customer = customer(&sub.Account, sub.AccountID)
	if n.Customer == "" {
		n.Fault(billing.CodeMissingCustomer, "account", "", "it is left out")
		return nil, ended, false
	}
	if !n.Name("account", n.Customer) || !n.Name("id", string(sub.ID)) {
		return nil, ended, false
	}
	l := life{base: billing.Span{Customer: n.Customer, Subscription: string(sub.ID), ID: n.Record, Seq: rec.N}}
	if !imp.plan(n, sub, &l) || !bounds(n, sub, &l) || !state(n, sub, &l) {
		return nil, ended, false
	}
	if l.base.Currency, ok = n.Currency("currency", sub.Currency); !ok {
		return nil, ended, false
	}
	ended = l.course.To
	if !ended.IsZero() && !l.course.From.Before(ended) {
		n.Notice(billing.CodeZeroLength, "expires_at", string(sub.ExpiresAt), "ended when it began; it counts nothing")
		return nil, ended, true
	}
	l.base.Discounts = imp.discounts(n, sub.Redemptions, l.base.Currency)
	l.tax = newTaxRule(n, sub)

	if s, ok := charge(n, "unit_amount", billing.Price{Model: billing.ModelPerUnit}, sub.UnitAmount, sub.Quantity, l); ok {
		out = append(out, l.course.Spans(s)...)
	}
	addOns := sub.AddOns
	if len(addOns) == 0 {
		addOns = imp.addOns[string(sub.ID)]
	}
	for i := range addOns {
		n.Item = string(addOns[i].ID)
		out = append(out, addOnSpans(n, &addOns[i], l)...)
	}
	n.Item = ""
	if total, set, ok := n.Decimal("add_ons_total", sub.AddOnsTotal); ok && set && len(addOns) == 0 && !total.IsZero() {
		n.Fault(billing.CodeTruncated, "add_ons", total.String(), "add-ons for this much are not in the export: they are missing")
	}
	if c := sub.PendingChange; c != nil {
		n.Notice(billing.CodePending, "pending_change.activate_at", string(c.ActivateAt), "a change that is agreed for later; it is left out")
	}
	return out, ended, true
}

// customer is the merchant's own id of the account, else Recurly's.
func customer(a *kit.Ref[account], id kit.Text) string {
	switch {
	case a.Object != nil && a.Object.Code != "":
		return string(a.Object.Code)
	case a.ID != "":
		return a.ID
	default:
		return string(id)
	}
}

// plan finds how often the subscription is charged.
func (imp *Importer) plan(n *kit.Note, sub *subscription, l *life) (ok bool) {
	p := sub.Plan.Object
	id := string(sub.PlanID)
	if id == "" {
		id = sub.Plan.ID
	}
	l.base.Plan = id
	if p == nil || p.IntervalUnit == "" {
		known := imp.plans[id]
		if known == nil && p != nil {
			known = imp.plans[string(p.Code)]
		}
		p = known
	}
	if p == nil {
		n.Fault(billing.CodeNotExpanded, "plan", id, "the plan is not in the export, and so its cycle is not known: give it to Catalogue; the subscription is left out")
		return false
	}
	if p.Code != "" {
		l.base.Plan = string(p.Code)
	}
	l.base.Cycle, ok = n.Cycle("plan.interval_unit", p.IntervalUnit, "plan.interval_length", p.IntervalLength)
	return ok
}

// bounds reads when it began, its trial and what is paid.
func bounds(n *kit.Note, sub *subscription, l *life) (ok bool) {
	c := &l.course
	if l.made, ok = n.Time("created_at", sub.CreatedAt); !ok {
		return false
	}
	if c.From, ok = n.Time("activated_at", sub.ActivatedAt); !ok {
		return false
	}
	c.TrialFrom, c.TrialTo = n.SideTime("trial_started_at", sub.TrialStartedAt), n.SideTime("trial_ends_at", sub.TrialEndsAt)
	if !c.TrialFrom.IsZero() && !c.TrialFrom.Before(c.TrialTo) {
		n.Warn(billing.CodeContradiction, "trial_ends_at", string(sub.TrialEndsAt), "the trial ends when it starts; it is left out")
		c.TrialFrom, c.TrialTo = time.Time{}, time.Time{}
	}
	switch {
	case c.From.IsZero() && sub.State == "future":
		c.From = n.SideTime("current_term_started_at", sub.CurrentTermStartedAt)
		if c.From.IsZero() {
			c.From = n.SideTime("current_period_started_at", sub.CurrentPeriodStartedAt)
		}
		if c.From.IsZero() {
			n.Notice(billing.CodePending, "state", "future", "it does not say when it will begin; it is left out")
			return false
		}
	case c.From.IsZero():
		c.From = l.made
	case !l.made.IsZero() && c.From.Before(l.made.Add(-time.Minute)):
		n.Notice(billing.CodeBackdated, "activated_at", c.From.Format(time.RFC3339), "made %s, counts from activated_at", l.made.Format(time.RFC3339))
		l.base.Recorded = l.made
	}
	if c.From.IsZero() {
		n.Fault(billing.CodeMissingTime, "activated_at", "", "it does not say when it began; it is left out")
		return false
	}
	l.base.PaidThrough = n.SideTime("current_period_ends_at", sub.CurrentPeriodEndsAt)
	return true
}

// state reads how it stands and when it ends.
func state(n *kit.Note, sub *subscription, l *life) bool {
	c := &l.course
	l.base.CancelAskedAt = n.SideTime("canceled_at", sub.CanceledAt)
	expires, ok := n.Time("expires_at", sub.ExpiresAt)
	if !ok {
		return false
	}
	switch sub.State {
	case "active", "future":
	case "canceled": // paid for until it expires
		l.base.CancelAt = expires
		if expires.IsZero() {
			l.base.CancelAt = l.base.PaidThrough
		}
		if l.base.CancelAt.IsZero() {
			n.Warn(billing.CodeMissingTime, "expires_at", "", "canceled, and it does not say until when: it counts as going on")
		}
	case "expired":
		if c.To = expires; c.To.IsZero() {
			n.Fault(billing.CodeMissingTime, "expires_at", "", "expired, and it does not say since when; it is left out")
			return false
		}
	case "paused":
		c.State = billing.StatePaused
	case "failed":
		c.State = billing.StateIncomplete
	default:
		n.Fault(billing.CodeUnknownValue, "state", string(sub.State), "not a state; it is left out")
		return false
	}
	pause(n, sub, l)
	reason(n, sub, l)
	return true
}

// pause reads a pause that is on or will begin.
func pause(n *kit.Note, sub *subscription, l *life) {
	c := &l.course
	at := n.SideTime("paused_at", sub.PausedAt)
	switch {
	case c.State == billing.StatePaused && at.IsZero():
		n.Warn(billing.CodeAssumed, "paused_at", "", "paused, and it does not say since when; taken for all of the time")
	case c.State == billing.StatePaused:
		c.StateFrom = at
	case c.State == billing.StateActive && !at.IsZero() && c.To.IsZero():
		c.State, c.StateFrom = billing.StatePaused, at
		if k, ok := n.Int("remaining_pause_cycles", sub.RemainingPauseCycles, 0, 0, calendar.MaxCycleMonths); ok && k > 0 {
			c.StateTo = l.base.Cycle.Nth(at, k)
		}
	}
}

func reason(n *kit.Note, sub *subscription, l *life) {
	switch sub.ExpirationReason {
	case "":
	case "canceled":
		l.base.Reason = billing.ReasonVoluntary
	case "nonpayment", "nonpayment_gift", "tax_location_invalid":
		l.base.Reason = billing.ReasonInvoluntary
		if sub.ExpirationReason != "tax_location_invalid" { // the current period was not paid
			l.base.PaidThrough = n.SideTime("current_period_started_at", sub.CurrentPeriodStartedAt)
		}
	default:
		n.Notice(billing.CodeUnknownValue, "expiration_reason", string(sub.ExpirationReason), "read as unknown")
	}
	if sub.State == "canceled" && l.base.Reason == billing.ReasonUnknown {
		l.base.Reason = billing.ReasonVoluntary
	}
}

// charge computes what a quantity costs and lays out the span.
func charge(n *kit.Note, field string, p billing.Price, unit, quantity kit.Text, l life) (s billing.Span, ok bool) {
	var set bool
	if len(p.Tiers) == 0 {
		if p.Unit, set, ok = n.Decimal(field, unit); !ok {
			return s, false
		}
		if !set {
			n.Fault(billing.CodeMissingPrice, field, "", "no amount; it is left out")
			return s, false
		}
	}
	s = l.base
	if s.Quantity, set, ok = n.Decimal("quantity", quantity); !ok {
		return s, false
	}
	if !set {
		n.Fault(billing.CodeMissingPrice, "quantity", "", "no quantity; it is left out")
		return s, false
	}
	p.Cycle, p.Currency = s.Cycle, s.Currency
	amount, err := p.Amount(s.Quantity)
	if err != nil {
		n.PriceFaults(field, err)
		return s, false
	}
	if s.Quantity.IsZero() {
		n.Notice(billing.CodeZeroQuantity, "quantity", "0", "the charge is 0 for this quantity")
	}
	s.Item = n.Item
	s.Amount, s.Tax = l.tax.split(n, amount, s.Currency)
	return s, true
}

// addOnSpans reads one add-on.
func addOnSpans(n *kit.Note, a *addOn, l life) []billing.Span {
	if !n.Name("add_ons.id", string(a.ID)) {
		return nil
	}
	if a.AddOn != nil && a.AddOn.AddOnType == "usage" || a.UsagePercentage != "" {
		n.Notice(billing.CodeMetered, "add_ons.add_on.add_on_type", "usage", "what is used is not in a subscription; Lines has it")
		return nil
	}
	var p billing.Price
	switch a.TierType {
	case "", "flat":
		p.Model = billing.ModelPerUnit
	case "tiered":
		p.Model = billing.ModelGraduated
	case "volume":
		p.Model = billing.ModelVolume
	case "stairstep":
		p.Model = billing.ModelStairstep
	default:
		n.Fault(billing.CodeUnknownValue, "add_ons.tier_type", string(a.TierType), "want flat, tiered, volume or stairstep; it is left out")
		return nil
	}
	if p.Model != billing.ModelPerUnit {
		if len(a.Tiers) == 0 {
			n.Fault(billing.CodeMissingTiers, "add_ons.tiers", "", "the tiers are not in the export; it is left out")
			return nil
		}
		if !tiers(n, a, &p) {
			return nil
		}
	}
	unit := a.UnitAmountDecimal
	if unit == "" {
		unit = a.UnitAmount
	}
	s, ok := charge(n, "add_ons.unit_amount", p, unit, a.Quantity, l)
	if !ok {
		return nil
	}
	switch {
	case a.AddOn != nil && a.AddOn.Code != "":
		s.Plan = string(a.AddOn.Code)
	case a.PlanAddOnID != "":
		s.Plan = string(a.PlanAddOnID)
	}
	c := l.course
	if from := n.SideTime("add_ons.created_at", a.CreatedAt); from.After(c.From) && from.Sub(l.made) > time.Minute {
		c.From = from
	}
	if to := n.SideTime("add_ons.expired_at", a.ExpiredAt); !to.IsZero() && (c.To.IsZero() || to.Before(c.To)) {
		c.To = to
	}
	if !c.To.IsZero() && !c.From.Before(c.To) {
		n.Notice(billing.CodeZeroLength, "add_ons.expired_at", string(a.ExpiredAt), "ended when it began; it counts nothing")
		return nil
	}
	return c.Spans(s)
}

func tiers(n *kit.Note, a *addOn, p *billing.Price) bool {
	for _, t := range a.Tiers {
		var out billing.Tier
		var ok bool
		amount := t.UnitAmountDecimal
		if amount == "" {
			amount = t.UnitAmount
		}
		price, set, ok := n.Decimal("add_ons.tiers.unit_amount", amount)
		if !ok {
			return false
		}
		if !set {
			n.Fault(billing.CodeMissingPrice, "add_ons.tiers.unit_amount", "", "a tier without an amount; the add-on is left out")
			return false
		}
		if p.Model == billing.ModelStairstep {
			out.Flat = price
		} else {
			out.Unit = price
		}
		// The last tier has none, or 999999999, the most there can be.
		if t.EndingQuantity != "999999999" {
			if out.UpTo, _, ok = n.Decimal("add_ons.tiers.ending_quantity", t.EndingQuantity); !ok {
				return false
			}
		}
		p.Tiers = append(p.Tiers, out)
	}
	return true
}

// lower says whether a text is one of some words, in any case: warehouses write
// TRUE.
func lower(t kit.Text, words ...string) bool {
	return slices.Contains(words, strings.ToLower(string(t)))
}
