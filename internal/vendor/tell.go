package vendor

import (
	"cmp"
	"encoding/json"
	"strconv"
	"time"
)

type object = map[string]any

func write(o object) string {
	b, err := json.Marshal(o)
	if err != nil {
		return "" // not of maps of texts and numbers
	}
	return string(b)
}

func epoch(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

func word(s Status, words map[Status]string) string { return words[s] }

// Stripe tells an event as a webhook of Stripe of 2025-03-31.
func Stripe(e Event) string {
	kind := "customer.subscription.updated"
	switch e.Kind {
	case Created:
		kind = "customer.subscription.created"
	case Ended, EndedLate:
		kind = "customer.subscription.deleted"
	default:
	}
	var pause any
	if e.Status == Pause {
		pause = object{"behavior": "void"}
	}
	var why any
	if e.Status == Over && e.Unpaid {
		why = "payment_failed"
	}
	sub := object{
		"id": e.Sub, "object": "subscription", "customer": e.Customer, "livemode": true, "currency": cmp.Or(e.Currency, "usd"),
		"cancellation_details": object{"reason": why},
		"status":               word(e.Status, map[Status]string{Active: "active", Trial: "trialing", Due: "past_due", Pause: "active", Over: "canceled"}),
		"created":              epoch(e.Start), "start_date": epoch(e.Start), "ended_at": epoch(e.EndedAt), "canceled_at": epoch(e.AskedAt),
		"cancel_at": epoch(e.CancelAt), "cancel_at_period_end": !e.CancelAt.IsZero(), "trial_start": nil, "trial_end": epoch(e.TrialEnd),
		"pause_collection": pause, "discounts": []any{},
		"items": object{"object": "list", "has_more": false, "data": []any{object{
			"id": "si_" + e.Sub, "object": "subscription_item", "quantity": e.Seats, "created": epoch(e.Start),
			"current_period_start": epoch(e.PeriodStart), "current_period_end": epoch(e.PeriodEnd),
			"price": e.price(e.Cents),
		}}},
	}
	if !e.TrialEnd.IsZero() {
		sub["trial_start"] = epoch(e.Start)
	}
	return write(object{"id": e.ID, "object": "event", "type": kind, "created": epoch(e.At), "livemode": true, "data": object{"object": sub}})
}

// price is the price object of the terms.
func (t *Terms) price(cents int64) object {
	var unit any = cents
	exact := strconv.FormatInt(cents, 10)
	if t.Minor != "" {
		unit, exact = nil, t.Minor
	}
	return object{
		"id": cmp.Or(t.Plan, "price_"+strconv.FormatInt(cents, 10)), "object": "price", "currency": cmp.Or(t.Currency, "usd"), "billing_scheme": "per_unit", "type": "recurring",
		"unit_amount": unit, "unit_amount_decimal": exact, "product": cmp.Or(t.Product, "prod_1"),
		"recurring": object{"interval": cmp.Or(t.Interval, "month"), "interval_count": cmp.Or(t.Count, 1), "usage_type": "licensed"},
	}
}

// StripeInvoice tells of an invoice as a webhook of Stripe before 2025-03-31,
// whose lines carry their price.
func StripeInvoice(i Invoice) string {
	kind := map[string]string{"open": "invoice.finalized", "paid": "invoice.paid", "uncollectible": "invoice.marked_uncollectible"}[i.Status]
	return write(object{"id": i.Event, "object": "event", "type": kind, "created": epoch(i.At), "livemode": true, "data": object{"object": object{
		"id": i.ID, "object": "invoice", "customer": i.Customer, "livemode": true, "status": i.Status, "currency": cmp.Or(i.Currency, "usd"), "created": epoch(i.Issued),
		"subscription":       i.Sub,
		"status_transitions": object{"finalized_at": epoch(i.Issued), "paid_at": epoch(i.Paid)},
		"lines": object{"object": "list", "has_more": false, "data": []any{object{
			"id": i.LineID, "object": "line_item", "type": "subscription", "amount": i.Cents, "currency": cmp.Or(i.Currency, "usd"), "quantity": i.Seats,
			"period": object{"start": epoch(i.From), "end": epoch(i.To)}, "price": i.price(i.Cents), "proration": i.Prorated,
			"subscription": i.Sub, "subscription_item": "si_" + i.Sub, "discount_amounts": []any{}, "tax_amounts": []any{},
		}}},
	}}})
}

// Paddle tells an event as a notification of Paddle.
func Paddle(e Event) string {
	kind := "subscription.updated"
	switch e.Kind {
	case Created:
		kind = "subscription.created"
	case Ended, EndedLate:
		kind = "subscription.canceled"
	default:
	}
	var change, trial, paused any
	if !e.CancelAt.IsZero() {
		change = object{"action": "cancel", "effective_at": stamp(e.CancelAt), "resume_at": nil}
	}
	if !e.TrialEnd.IsZero() {
		trial = object{"starts_at": stamp(e.Start), "ends_at": stamp(e.TrialEnd)}
	}
	if e.Status == Pause {
		paused = stamp(e.At)
	}
	return write(object{
		"event_id": e.ID, "event_type": kind, "occurred_at": stamp(e.At), "notification_id": "ntf_" + e.ID,
		"data": object{
			"id": e.Sub, "customer_id": e.Customer, "currency_code": "USD",
			"status":     word(e.Status, map[Status]string{Active: "active", Trial: "trialing", Due: "past_due", Pause: "paused", Over: "canceled"}),
			"created_at": stamp(e.Start), "started_at": stamp(e.Start), "paused_at": paused, "canceled_at": stamp(e.EndedAt), "discount": nil,
			"scheduled_change": change, "current_billing_period": object{"starts_at": stamp(e.PeriodStart), "ends_at": stamp(e.PeriodEnd)},
			"items": []any{object{
				"status": "active", "quantity": e.Seats, "recurring": true, "created_at": stamp(e.Start), "trial_dates": trial,
				"price": object{
					"id": "pri_" + strconv.FormatInt(e.Cents, 10), "product_id": "pro_1", "tax_mode": "external", "billing_cycle": object{"interval": "month", "frequency": 1},
					"unit_price": object{"amount": strconv.FormatInt(e.Cents, 10), "currency_code": "USD"}, "unit_price_overrides": []any{},
				},
			}},
		},
	})
}

// Chargebee tells an event as one of Chargebee's.
func Chargebee(e Event) string {
	kind := "subscription_changed"
	switch e.Kind {
	case Created:
		kind = "subscription_created"
	case Ended, EndedLate:
		kind = "subscription_cancelled"
	default:
	}
	sub := object{
		"id": e.Sub, "object": "subscription", "customer_id": e.Customer, "currency_code": "USD", "billing_period": 1, "billing_period_unit": "month",
		"status":     word(e.Status, map[Status]string{Active: "active", Trial: "in_trial", Due: "active", Pause: "paused", Over: "cancelled"}),
		"created_at": epoch(e.Start), "started_at": epoch(e.Start), "activated_at": epoch(e.Start), "current_term_start": epoch(e.PeriodStart), "current_term_end": epoch(e.PeriodEnd),
		"deleted": false, "resource_version": e.At.UnixMilli(),
		"subscription_items": []any{object{"item_price_id": "basic", "item_type": "plan", "quantity": e.Seats, "unit_price": e.Cents, "amount": e.Cents * e.Seats, "free_quantity": 0, "object": "subscription_item"}},
	}
	if !e.TrialEnd.IsZero() {
		sub["trial_start"], sub["trial_end"] = epoch(e.Start), epoch(e.TrialEnd)
	}
	switch {
	case e.Status == Pause:
		sub["pause_date"] = epoch(e.At)
	case e.Status == Over:
		sub["cancelled_at"] = epoch(e.EndedAt)
	case !e.CancelAt.IsZero():
		sub["status"], sub["cancelled_at"], sub["cancel_schedule_created_at"] = "non_renewing", epoch(e.CancelAt), epoch(e.AskedAt)
	}
	return write(object{"id": e.ID, "object": "event", "event_type": kind, "occurred_at": epoch(e.At), "content": object{"subscription": sub}})
}

// RecurlyPlan is the plan that Recurly's subscriptions name.
func RecurlyPlan() string {
	return write(object{"id": "pl_1", "object": "plan", "code": "gold", "interval_unit": "months", "interval_length": 1})
}

// Recurly tells an event as the subscription that is fetched after Recurly's
// webhook named it.
func Recurly(e Event) string {
	var paused any
	if e.Status == Pause {
		paused = stamp(e.At)
	}
	state := word(e.Status, map[Status]string{Active: "active", Trial: "active", Due: "active", Pause: "paused", Over: "expired"})
	expires := e.EndedAt
	if !e.CancelAt.IsZero() {
		state, expires = "canceled", e.CancelAt
	}
	sub := object{
		"id": e.Sub, "object": "subscription", "account": object{"id": "a_" + e.Customer, "object": "account_mini", "code": e.Customer},
		"plan": object{"id": "pl_1", "object": "plan_mini", "code": "gold"}, "state": state,
		"created_at": stamp(e.Start), "updated_at": stamp(e.At), "activated_at": stamp(e.Start), "canceled_at": stamp(e.AskedAt), "expires_at": stamp(expires), "paused_at": paused,
		"current_period_started_at": stamp(e.PeriodStart), "current_period_ends_at": stamp(e.PeriodEnd),
		"currency": "USD", "unit_amount": json.Number(strconv.FormatInt(e.Cents/100, 10) + ".00"), "quantity": e.Seats, "add_ons": []any{}, "add_ons_total": 0,
	}
	if !e.TrialEnd.IsZero() {
		sub["trial_started_at"], sub["trial_ends_at"] = stamp(e.Start), stamp(e.TrialEnd)
	}
	return write(sub)
}

// LagoPlan is the plan that Lago's subscriptions of a price name.
func LagoPlan(cents int64) string {
	return write(object{"plan": object{
		"lago_id": "pl_" + strconv.FormatInt(cents, 10), "code": "plan_" + strconv.FormatInt(cents, 10), "interval": "monthly", "amount_cents": cents, "amount_currency": "USD",
		"trial_period": 0, "pay_in_advance": true, "charges": []any{},
	}})
}

// Lago tells an event as a webhook of Lago, which has neither seats nor states
// but active and terminated.
func Lago(e Event) string {
	status, kind := "active", "subscription.updated"
	switch {
	case e.Kind == Created:
		kind = "subscription.started"
	case e.Status == Over:
		status, kind = "terminated", "subscription.terminated"
	}
	return write(object{"webhook_type": kind, "object_type": "subscription", "subscription": object{
		"lago_id": e.Sub, "external_id": "x_" + e.Sub, "lago_customer_id": "l_" + e.Customer, "external_customer_id": e.Customer, "status": status,
		"plan_code": "plan_" + strconv.FormatInt(e.Cents, 10), "created_at": stamp(e.Start), "subscription_at": stamp(e.Start), "started_at": stamp(e.Start),
		"ending_at": stamp(e.CancelAt), "canceled_at": nil, "terminated_at": stamp(e.EndedAt), "previous_plan_code": nil, "next_plan_code": nil,
	}})
}
