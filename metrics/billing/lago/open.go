package lago

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

// kinds are the objects that are read, by the key that wraps one of them; a page
// has the plural.
var kinds = [...]string{"subscription", "plan", "applied_coupon", "invoice", "fee"}

// lists are the keys of the lists in pages.
func lists() []string {
	out := []string{"customers", "coupons", "add_ons", "billable_metrics", "credit_notes", "events", "wallets"}
	for _, k := range kinds {
		out = append(out, k+"s")
	}
	return out
}

// more is what a page says of another after it.
func more(page *kit.Record) string {
	if next := string(page.Part("meta").Member("next_page")); next != "null" {
		return next
	}
	return ""
}

// open takes an object out of its wrapping and finds out what it is.
func open(rec *kit.Record) ([]kit.Entry, error) {
	e := kit.Entry{Record: rec}
	if rec.Has("webhook_type") { // which say neither when they were made nor which they are
		e.Event = &kit.Event{Kind: rec.Text("webhook_type")}
	}
	unwrap(&e)
	if e.Kind == "" {
		e.Kind = kindOf(rec)
	}
	e.ID = e.Text("lago_id")
	return []kit.Entry{e}, nil
}

// unwrap finds an object that a list or a key says the kind of.
func unwrap(e *kit.Entry) {
	for _, k := range kinds {
		if e.List == k+"s" {
			e.Kind = k
			return
		}
		if inner := e.Part(k); inner != nil && !e.Has("lago_id") {
			e.Kind, e.Record = k, inner
			return
		}
	}
}

// kindOf is what a record is that nothing around it says the kind of.
func kindOf(rec *kit.Record) string {
	switch {
	case rec.Has("webhook_type"):
		return rec.Text("object_type")
	case rec.List != "":
		return rec.List
	case rec.Has("plan_code") && rec.Has("external_customer_id"):
		return "subscription"
	case rec.Has("interval") && rec.Has("code"):
		return "plan"
	case rec.Has("frequency") && rec.Has("coupon_code"):
		return "applied_coupon"
	case rec.Has("issuing_date") && rec.Has("fees"):
		return "invoice"
	default:
		return ""
	}
}

// learn keeps an object that subscriptions refer to.
func (imp *Importer) learn(e *kit.Entry) (known bool, err error) {
	const what = "plans and coupons"
	switch e.Kind {
	case "plan":
		return kit.Keep(&imp.kit, e, imp.plans, what, func(p *plan) kit.Text { return p.Code })
	case "applied_coupon":
		return kit.KeepAll(&imp.kit, e, imp.coupons, what, func(c *appliedCoupon) kit.Text { return c.ExternalCustomerID })
	}
	return false, nil
}
