package recurly

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

// more is what a list says of a page after it.
func more(list *kit.Record) string {
	if string(list.Member("has_more")) == "true" {
		return "true"
	}
	return ""
}

// open finds out what a record is; rows of a warehouse do not all say it, and are
// known by the columns only they have.
func open(rec *kit.Record) ([]kit.Entry, error) {
	k := rec.Text("object")
	switch {
	case k != "":
	case rec.Has("interval_length"):
		k = "plan"
	case rec.Has("unit_amount") && rec.Has("subtotal"):
		k = "line_item"
	}
	return []kit.Entry{{Kind: k, Record: rec}}, nil
}

// learn keeps a record that subscriptions refer to.
func (imp *Importer) learn(e *kit.Entry) (known bool, err error) {
	const what = "plans, coupons and add-ons"
	switch e.Kind {
	case "plan":
		var p plan
		if ok, err := imp.kit.Decode(e.Record, &p); !ok {
			return true, err
		}
		for _, id := range []kit.Text{p.ID, p.Code} {
			if err := kit.Put(&imp.kit, imp.plans, what, string(id), &p); err != nil {
				return true, err
			}
		}
		return true, nil
	case "coupon":
		return kit.Keep(&imp.kit, e, imp.coupons, what, func(c *coupon) kit.Text { return c.ID })
	case "subscription_add_on":
		return kit.KeepAll(&imp.kit, e, imp.addOns, what, func(a *addOn) kit.Text { return a.SubscriptionID })
	}
	return false, nil
}
