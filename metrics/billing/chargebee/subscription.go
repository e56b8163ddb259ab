package chargebee

import (
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// life is what all items of a subscription share.
type life struct {
	course kit.Course
	base   billing.Span
	trial  time.Time
	off    []found
}

// subscription reads one.
func (imp *Importer) subscription(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var sub subscription
	if ok, err = imp.kit.Decode(e.Record, &sub); !ok {
		return t, false, err
	}
	t.ID = string(sub.ID)
	if e.Event != nil && e.Event.Kind == "subscription_deleted" {
		t.Rank, t.Ended, t.Deleted = math.MaxInt32, e.Event.At, true
		return t, true, nil
	}
	t.Rank = rank(e.Event, sub.ResourceVersion)
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
	if sub.Deleted {
		n.Warn(billing.CodeDeleted, "deleted", "true", "deleted in the source; it is left out")
		return nil, ended, false
	}
	l := life{base: billing.Span{Customer: n.Customer, Subscription: n.Subscription, ID: n.Record, Seq: e.N}}
	if l.base.Currency, ok = n.Currency("currency_code", sub.CurrencyCode); !ok {
		return nil, ended, false
	}
	if !bounds(n, sub, &l) || !state(n, sub, &l) {
		return nil, ended, false
	}
	ended = l.course.To
	if !ended.IsZero() && !l.course.From.Before(ended) {
		n.Notice(billing.CodeZeroLength, "cancelled_at", string(sub.CancelledAt), "ended when it began; it counts nothing")
		return nil, ended, true
	}
	l.off = imp.discounts(n, sub, l.base.Currency)
	items := sub.items()
	if len(items) == 0 {
		n.Fault(billing.CodeMissingPrice, "subscription_items", "", "no items: it counts nothing")
	}
	for i := range items {
		n.Item = string(items[i].ItemPriceID)
		out = append(out, imp.item(n, sub, &items[i], l)...)
	}
	return out, ended, true
}

// items gives those of the subscription, also of product catalogue 1.0.
func (sub *subscription) items() []item {
	if len(sub.Items) > 0 || sub.PlanID == "" {
		return sub.Items
	}
	out := []item{{
		ItemPriceID: sub.PlanID, ItemType: "plan", Quantity: sub.PlanQuantity, QuantityInDecimal: sub.PlanQuantityInDecimal,
		UnitPrice: sub.PlanUnitPrice, UnitPriceInDecimal: sub.PlanUnitPriceInDecimal,
		Amount: sub.PlanAmount, AmountInDecimal: sub.PlanAmountInDecimal, FreeQuantity: sub.PlanFreeQuantity,
	}}
	for _, a := range sub.Addons {
		out = append(out, item{
			ItemPriceID: a.ID, ItemType: "addon", Quantity: a.Quantity, QuantityInDecimal: a.QuantityInDecimal,
			UnitPrice: a.UnitPrice, UnitPriceInDecimal: a.UnitPriceInDecimal, Amount: a.Amount, AmountInDecimal: a.AmountInDecimal, TrialEnd: a.TrialEnd,
		})
	}
	return out
}

// bounds reads when it began, its trial and what is paid.
func bounds(n *kit.Note, sub *subscription, l *life) bool {
	made, ok := n.Time("created_at", sub.CreatedAt)
	if !ok {
		return false
	}
	from := &l.course.From
	for _, f := range []struct {
		name  string
		value kit.Text
	}{{"started_at", sub.StartedAt}, {"start_date", sub.StartDate}, {"activated_at", sub.ActivatedAt}, {"created_at", sub.CreatedAt}} {
		if f.value == "" {
			continue
		}
		if *from, ok = n.Time(f.name, f.value); !ok {
			return false
		}
		break
	}
	if from.IsZero() {
		n.Fault(billing.CodeMissingTime, "started_at", "", "it does not say when it began; it is left out")
		return false
	}
	if from.Before(made.Add(-time.Minute)) {
		n.Notice(billing.CodeBackdated, "started_at", from.Format(time.RFC3339), "made %s, counts from started_at", made.Format(time.RFC3339))
		l.base.Recorded = made
	}
	l.course.TrialFrom, l.trial = n.SideTime("trial_start", sub.TrialStart), n.SideTime("trial_end", sub.TrialEnd)
	l.base.PaidThrough = n.SideTime("current_term_end", sub.CurrentTermEnd)
	return true
}

// involuntary are the reasons for which Chargebee itself cancels.
var involuntary = map[kit.Text]bool{
	"not_paid": true, "no_card": true, "fraud_review_failed": true, "non_compliant_eu_customer": true,
	"tax_calculation_failed": true, "currency_incompatible_with_gateway": true, "non_compliant_customer": true,
}

// state reads how it stands and when it ends.
func state(n *kit.Note, sub *subscription, l *life) (ok bool) {
	c := &l.course
	cancelled, ok := n.Time("cancelled_at", sub.CancelledAt)
	if !ok {
		return false
	}
	if involuntary[sub.CancelReason] {
		l.base.Reason = billing.ReasonInvoluntary
	}
	l.base.CancelAskedAt = n.SideTime("cancel_schedule_created_at", sub.CancelScheduledAt)
	switch sub.Status {
	case "active", "future":
		runsOut(n, sub, l)
	case "in_trial":
		if l.trial.IsZero() {
			n.Warn(billing.CodeContradiction, "trial_end", "", "in_trial without an end of the trial; it stays one")
			c.State = billing.StateTrial
		}
	case "non_renewing": // active until the end of the term
		if l.base.CancelAt = cancelled; cancelled.IsZero() {
			l.base.CancelAt = l.base.PaidThrough
		}
		if l.base.CancelAt.IsZero() {
			n.Warn(billing.CodeMissingTime, "cancelled_at", "", "non_renewing, and it does not say until when: it counts as going on")
		}
	case "paused":
		c.State, c.StateFrom, c.StateTo = billing.StatePaused, n.SideTime("pause_date", sub.PauseDate), n.SideTime("resume_date", sub.ResumeDate)
		if c.StateFrom.IsZero() {
			n.Warn(billing.CodeAssumed, "pause_date", "", "paused, and it does not say since when; taken for all of the time")
		}
	case "cancelled":
		if c.To = cancelled; c.To.IsZero() {
			n.Fault(billing.CodeMissingTime, "cancelled_at", "", "cancelled, and it does not say since when; it is left out")
			return false
		}
		if sub.CancelReason == "not_paid" {
			l.base.PaidThrough = n.SideTime("current_term_start", sub.CurrentTermStart)
		}
		return true
	case "transferred":
		n.Fault(billing.CodeUnsupported, "status", "transferred", "it went on under another id in another business entity; it is left out")
		return false
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(sub.Status), "not a status; it is left out")
		return false
	}
	if at := l.base.CancelAt; !at.IsZero() && !c.From.Before(at) {
		n.Warn(billing.CodeContradiction, "cancelled_at", at.Format(time.RFC3339), "would end before it began; left out")
		l.base.CancelAt = time.Time{}
	}
	due := n.SideTime("due_since", sub.DueSince)
	switch pause := n.SideTime("pause_date", sub.PauseDate); {
	case c.State != billing.StateActive:
	case !due.IsZero():
		c.State, c.StateFrom = billing.StatePastDue, due
	case !pause.IsZero():
		c.State, c.StateFrom, c.StateTo = billing.StatePaused, pause, n.SideTime("resume_date", sub.ResumeDate)
	}
	return true
}

// runsOut reads the end of a subscription that was sold for some cycles only.
func runsOut(n *kit.Note, sub *subscription, l *life) {
	if sub.RemainingBillingCycles == "" || sub.ContractTerm != nil || l.base.PaidThrough.IsZero() {
		return
	}
	const most = 1200
	left, ok := n.Int("remaining_billing_cycles", sub.RemainingBillingCycles, 0, 0, most)
	if !ok {
		return
	}
	if c, ok := n.Cycle("billing_period_unit", sub.BillingPeriodUnit, "billing_period", sub.BillingPeriod); ok {
		l.base.CancelAt = c.Nth(l.base.PaidThrough, left)
	}
}

// item reads one item; nil where it is left out.
func (imp *Importer) item(n *kit.Note, sub *subscription, it *item, l life) []billing.Span {
	if !n.Name("subscription_items.item_price_id", n.Item) {
		return nil
	}
	s := l.base
	s.Item, s.Plan = n.Item, n.Item // one item price stands once in a subscription
	price := imp.prices[n.Item]
	switch it.ItemType {
	case "plan", "addon", "":
		unit, period := it.BillingPeriodUnit, it.BillingPeriod
		if unit == "" && price != nil {
			unit, period = price.PeriodUnit, price.Period
		}
		if unit == "" {
			unit, period = sub.BillingPeriodUnit, sub.BillingPeriod
		}
		var ok bool
		if s.Cycle, ok = n.Cycle("billing_period_unit", unit, "billing_period", period); !ok {
			return nil
		}
	case "charge":
		s.Basis = billing.BasisOneOff
	default:
		n.Fault(billing.CodeUnknownValue, "subscription_items.item_type", string(it.ItemType), "want plan, addon or charge; the item is left out")
		return nil
	}
	if it.MeteredQuantity != "" || price != nil && price.Metered {
		n.Notice(billing.CodeMetered, "subscription_items.metered_quantity", string(it.MeteredQuantity), "billed by use; Lines has what was charged")
		return nil
	}
	if !imp.amount(n, it, sub.Tiers, price, &s) {
		return nil
	}
	for _, f := range l.off {
		if f.item == "" || f.item == it.ItemPriceID {
			s.Discounts = append(s.Discounts, f.Discount)
		}
	}
	c := l.course
	if c.TrialTo = n.SideTime("subscription_items.trial_end", it.TrialEnd); c.TrialTo.IsZero() {
		c.TrialTo = l.trial
	}
	if c.TrialTo.IsZero() || !c.TrialFrom.IsZero() && !c.TrialFrom.Before(c.TrialTo) {
		c.TrialFrom = time.Time{}
	}
	return c.Spans(s)
}
