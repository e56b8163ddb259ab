package lago

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// subscription reads one subscription. ok is false where it is left out.
func (imp *Importer) subscription(sub *subscription, e *kit.Entry) (h half, ok bool) {
	n := imp.kit.Note(e.Name())
	n.Subscription = string(sub.LagoID)
	if n.Customer = string(sub.ExternalCustomerID); n.Customer == "" {
		n.Customer = string(sub.LagoCustomerID)
	}
	if n.Customer == "" {
		n.Fault(billing.CodeMissingCustomer, "external_customer_id", "", "it is left out")
		return h, false
	}
	if !n.Name("external_customer_id", n.Customer) || !n.Name("lago_id", string(sub.LagoID)) {
		return h, false
	}
	base := billing.Span{Customer: n.Customer, Subscription: string(sub.LagoID), ID: n.Record, Seq: e.N}
	var course kit.Course
	if !bounds(n, sub, &base, &course) {
		return h, false
	}
	h = half{id: base.Subscription, began: course.From, ended: base.CancelAt}
	if !course.To.IsZero() {
		h.ended = course.To
	}
	if sub.PreviousPlanCode != "" {
		h.before = key(n.Customer, string(sub.ExternalID), sub.PreviousPlanCode, sub.PlanCode)
	}
	if sub.NextPlanCode != "" && !h.ended.IsZero() {
		h.after = key(n.Customer, string(sub.ExternalID), sub.PlanCode, sub.NextPlanCode)
	}
	if !course.To.IsZero() && !course.From.Before(course.To) {
		n.Notice(billing.CodeZeroLength, "terminated_at", string(sub.TerminatedAt), "ended when it began; it counts nothing")
		return h, true
	}
	p := imp.plan(n, sub)
	if p == nil || !imp.terms(n, sub, p, &base) {
		return h, false
	}
	imp.trial(n, sub, p, &course)
	paid(n, sub, p, &base)
	base.Discounts = imp.discounts(n, &base)
	h.spans = append(h.spans, course.Spans(base)...)
	h.spans = append(h.spans, imp.commitment(n, p, base, course)...)
	return h, true
}

// bounds reads when it began and ends, and why.
func bounds(n *kit.Note, sub *subscription, s *billing.Span, c *kit.Course) (ok bool) {
	if c.From, ok = n.Time("started_at", sub.StartedAt); !ok {
		return false
	}
	asked := n.SideTime("canceled_at", sub.CanceledAt)
	ending := n.SideTime("ending_at", sub.EndingAt)
	switch sub.Status {
	case "active":
		s.CancelAt = ending
		if !asked.IsZero() {
			n.Warn(billing.CodeContradiction, "canceled_at", string(sub.CanceledAt), "canceled and yet active: taken for when it was asked to end")
			s.CancelAskedAt = asked
		}
		if down := n.SideTime("downgrade_plan_date", sub.DowngradePlanDate); sub.NextPlanCode != "" && !down.IsZero() {
			s.CancelAt, s.Reason = down, billing.ReasonReplaced
		}
	case "terminated":
		if c.To, ok = n.Time("terminated_at", sub.TerminatedAt); !ok {
			return false
		}
		if c.To.IsZero() {
			n.Fault(billing.CodeMissingTime, "terminated_at", "", "terminated, and it does not say since when; it is left out")
			return false
		}
		s.CancelAskedAt = asked
		if sub.NextPlanCode != "" {
			s.Reason = billing.ReasonReplaced
		}
	case "pending":
		at, ok := n.Time("subscription_at", sub.SubscriptionAt)
		if !ok {
			return false
		}
		if at.IsZero() || sub.PreviousPlanCode != "" {
			n.Notice(billing.CodePending, "status", "pending", "agreed for later, and it does not say for when; it is left out")
			return false
		}
		c.From, s.CancelAt = at, ending
	case "canceled":
		n.Notice(billing.CodeZeroLength, "status", "canceled", "canceled before it began; it counts nothing")
		return false
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(sub.Status), "not a status; it is left out")
		return false
	}
	if c.From.IsZero() {
		n.Fault(billing.CodeMissingTime, "started_at", "", "it does not say when it began; it is left out")
		return false
	}
	if !s.CancelAt.IsZero() && !c.From.Before(s.CancelAt) {
		n.Warn(billing.CodeContradiction, "ending_at", s.CancelAt.Format(time.RFC3339), "would end before it began; left out")
		s.CancelAt = time.Time{}
	}
	made := n.SideTime("created_at", sub.CreatedAt)
	if c.From.Before(made.Add(-time.Minute)) {
		n.Notice(billing.CodeBackdated, "started_at", c.From.Format(time.RFC3339), "made %s, counts from started_at", made.Format(time.RFC3339))
		s.Recorded = made
	}
	return true
}

// plan finds that of a subscription.
func (imp *Importer) plan(n *kit.Note, sub *subscription) *plan {
	if sub.Plan != nil && sub.Plan.Interval != "" {
		return sub.Plan
	}
	p := imp.plans[string(sub.PlanCode)]
	if p == nil {
		n.Fault(billing.CodeNotExpanded, "plan_code", string(sub.PlanCode), "the plan is not in the export, and so its cycle is not known: give it to Catalogue; the subscription is left out")
	}
	return p
}

// intervals of plans.
var intervals = map[kit.Text]calendar.Cycle{
	"weekly":     {Unit: calendar.UnitWeek, N: 1},
	"monthly":    {Unit: calendar.UnitMonth, N: 1},
	"quarterly":  {Unit: calendar.UnitMonth, N: 3},
	"semiannual": {Unit: calendar.UnitMonth, N: 6},
	"yearly":     {Unit: calendar.UnitYear, N: 1},
}

func (p *plan) cycle(n *kit.Note) (calendar.Cycle, bool) {
	c, ok := intervals[p.Interval]
	if !ok {
		n.Fault(billing.CodeUnknownUnit, "plan.interval", string(p.Interval), "want weekly, monthly, quarterly, semiannual or yearly")
	}
	return c, ok
}

// terms reads what the plan charges for itself: by the subscription, where that
// has an amount of its own, else by the plan.
func (imp *Importer) terms(n *kit.Note, sub *subscription, p *plan, s *billing.Span) (ok bool) {
	s.Plan = string(sub.PlanCode)
	if s.Cycle, ok = p.cycle(n); !ok {
		return false
	}
	currency, field, cents := sub.PlanAmountCurrency, "plan_amount_cents", sub.PlanAmountCents
	if currency == "" {
		currency = p.AmountCurrency
	}
	if cents == "" {
		field, cents = "plan.amount_cents", p.AmountCents
	}
	if s.Currency, ok = n.Currency("plan_amount_currency", currency); !ok {
		return false
	}
	var set bool
	if s.Amount, set, ok = n.Minor(field, cents, s.Currency, imp.kit.Options().Exponents); !ok || !n.Bounded(field, s.Amount) {
		return false
	}
	if !set {
		n.Fault(billing.CodeMissingPrice, field, "", "no amount; it is left out")
		return false
	}
	if s.Amount.Sign() < 0 {
		n.Fault(billing.CodeNegative, field, string(cents), "it is left out")
		return false
	}
	s.Quantity = decimal.NewFromInt(1)
	if len(p.Charges) > 0 {
		imp.kit.FindOnce("charges of "+string(p.Code), billing.Finding{
			Code: billing.CodeMetered, Severity: billing.Notice, Record: text.Clip(string(p.Code)), Field: "charges",
			Message: "the plan has charges by use, which a subscription does not tell; Lines has them; said once for each plan",
		})
	}
	return true
}

// trial reads how long the plan's own fee is not charged.
func (imp *Importer) trial(n *kit.Note, sub *subscription, p *plan, c *kit.Course) {
	if end := n.SideTime("trial_ended_at", sub.TrialEndedAt); !end.IsZero() {
		c.TrialTo = end
		return
	}
	days, set := n.SideDecimal("plan.trial_period", p.TrialPeriod)
	// A trial is the first subscription's: a change of plan does not renew it.
	if !set || days.Sign() <= 0 || sub.PreviousPlanCode != "" {
		return
	}
	const most = 36_500
	if days.GreaterThan(decimal.NewFromInt(most)) {
		n.Warn(billing.CodeAmountRange, "plan.trial_period", string(p.TrialPeriod), "a trial of more than %d days; left out", most)
		return
	}
	c.TrialTo = c.From.Add(time.Duration(days.Mul(decimal.NewFromInt(int64(24 * time.Hour))).IntPart()))
}

// paid reads until when the fee is paid: ends of periods are inclusive.
func paid(n *kit.Note, sub *subscription, p *plan, s *billing.Span) {
	if p.PayInAdvance {
		s.PaidThrough = exclusive(n.SideTime("current_billing_period_ending_at", sub.PeriodEndingAt))
	} else {
		s.PaidThrough = n.SideTime("current_billing_period_started_at", sub.PeriodStartedAt)
	}
}

// exclusive turns the last second of a period into its end.
func exclusive(t time.Time) time.Time {
	if t.IsZero() || t.Second() != 59 {
		return t
	}
	return t.Truncate(time.Second).Add(time.Second)
}

// commitment is what the plan guarantees beyond its fee.
func (imp *Importer) commitment(n *kit.Note, p *plan, s billing.Span, c kit.Course) []billing.Span {
	if p.MinimumCommitment == nil {
		return nil
	}
	least, set, ok := n.Minor("plan.minimum_commitment.amount_cents", p.MinimumCommitment.AmountCents, s.Currency, imp.kit.Options().Exponents)
	if !ok || !set || !n.Bounded("plan.minimum_commitment.amount_cents", least) || !least.GreaterThan(s.Amount) {
		return nil
	}
	s.Item, s.Basis, s.Amount = "minimum_commitment", billing.BasisCommitted, least.Sub(s.Amount)
	return c.Spans(s)
}

// discounts gives the coupons of the customer.
func (imp *Importer) discounts(n *kit.Note, s *billing.Span) []billing.Discount {
	var out []billing.Discount
	for i := range imp.coupons[s.Customer] {
		c := &imp.coupons[s.Customer][i]
		d := billing.Discount{ID: string(c.LagoID), Level: billing.LevelSubscription}
		var set, ok bool
		if d.Percent, set, ok = n.Decimal("applied_coupon.percentage_rate", c.PercentageRate); !ok {
			continue
		}
		if set && (d.Percent.Sign() < 0 || d.Percent.GreaterThan(decimal.NewFromInt(100))) {
			n.Fault(billing.CodeBadDiscount, "applied_coupon.percentage_rate", string(c.PercentageRate), "want 0 to 100; nothing is taken off")
			continue
		}
		if !set && !imp.off(n, c, s, &d) {
			continue
		}
		if d.From, ok = n.Time("applied_coupon.created_at", c.CreatedAt); !ok {
			continue
		}
		if d.To, ok = n.Time("applied_coupon.terminated_at", c.TerminatedAt); !ok {
			continue
		}
		switch c.Frequency {
		case "forever":
		case "once":
			d.Duration = billing.DurationOnce
		case "recurring":
			d.Duration = billing.DurationRepeating
			if d.Cycles, ok = n.Int("applied_coupon.frequency_duration", c.FrequencyDuration, 0, 1, kit.MaxCycles); !ok {
				continue
			}
		default:
			n.Fault(billing.CodeUnknownValue, "applied_coupon.frequency", string(c.Frequency), "want once, recurring or forever; nothing is taken off")
			continue
		}
		if !d.To.IsZero() && !d.From.IsZero() && !d.From.Before(d.To) {
			continue // used up at once
		}
		out = append(out, d)
	}
	return out
}

// off reads a coupon of an amount.
func (imp *Importer) off(n *kit.Note, c *appliedCoupon, s *billing.Span, d *billing.Discount) (ok bool) {
	if !strings.EqualFold(string(c.AmountCurrency), string(s.Currency)) {
		n.Warn(billing.CodeBadDiscount, "applied_coupon.amount_currency", string(c.AmountCurrency), "an amount off in %s from a charge in %s; nothing is taken off", c.AmountCurrency, s.Currency)
		return false
	}
	var set bool
	if d.Off, set, ok = n.Minor("applied_coupon.amount_cents", c.AmountCents, s.Currency, imp.kit.Options().Exponents); !ok || !n.Bounded("applied_coupon.amount_cents", d.Off) {
		return false
	}
	if !set || d.Off.Sign() < 0 {
		n.Fault(billing.CodeBadDiscount, "applied_coupon.amount_cents", string(c.AmountCents), "want an amount of 0 or more; nothing is taken off")
		return false
	}
	if other, used := imp.spent[d.ID]; used && other != s.Subscription {
		n.Warn(billing.CodeUnsupported, "applied_coupon.amount_cents", string(c.AmountCents), "the coupon is the customer's and stands on subscription %q already: it is taken off twice", text.Clip(other))
	} else if !used {
		imp.spent[d.ID] = s.Subscription
	}
	return true
}
