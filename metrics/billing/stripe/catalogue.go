package stripe

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

// catalogue is what other objects refer to, by id.
type catalogue struct {
	prices    map[string]*price
	coupons   map[string]*coupon
	discounts map[string]*discount
	schedules map[string]*schedule
}

const kept = "prices, coupons, discounts and schedules"

// learn keeps an object that others may refer to. known is false for objects of
// other kinds.
func (imp *Importer) learn(e *kit.Entry) (known bool, err error) {
	switch e.Kind {
	case "price":
		return kit.Keep(&imp.kit, e, imp.known.prices, kept, func(p *price) kit.Text { return p.ID })
	case "plan":
		var p plan
		if ok, err := imp.kit.Decode(e.Record, &p); !ok {
			return true, err
		}
		return true, kit.Put(&imp.kit, imp.known.prices, kept, string(p.ID), p.price())
	case "coupon":
		return kit.Keep(&imp.kit, e, imp.known.coupons, kept, func(c *coupon) kit.Text { return c.ID })
	case "subscription_schedule":
		return kit.Keep(&imp.kit, e, imp.known.schedules, kept, func(s *schedule) kit.Text { return s.ID })
	case "discount":
		return kit.Keep(&imp.kit, e, imp.known.discounts, kept, func(d *discount) kit.Text { return d.ID })
	}
	return imp.learnCash(e)
}

// price is the plan in the terms of prices, which it was the forerunner of.
func (p *plan) price() *price {
	q := &price{
		Object: kit.Object{ID: p.ID}, Product: p.Product, Currency: p.Currency, BillingScheme: p.BillingScheme, Type: "recurring",
		UnitAmount: p.Amount, UnitAmountDecimal: p.AmountDecimal,
		TiersMode: p.TiersMode, Tiers: p.Tiers, Transform: p.Transform,
	}
	if p.Interval != "" {
		q.Recurring = &recurring{Interval: p.Interval, IntervalCount: p.IntervalCount, UsageType: p.UsageType}
	}
	return q
}

// resolve gives the price of an item or line: its own, its plan, or the one in
// the catalogue that it names. Where its own is tiered and came without tiers,
// they are taken from the catalogue.
func (c *catalogue) resolve(ref kit.Ref[price], p *plan) *price {
	found := ref.Object
	if found == nil && ref.ID != "" {
		found = c.prices[ref.ID]
	}
	if found == nil && p != nil {
		found = p.price()
	}
	if found != nil && found.BillingScheme == "tiered" && len(found.Tiers) == 0 {
		if known := c.prices[string(found.ID)]; known != nil && len(known.Tiers) > 0 {
			return known
		}
		if p != nil && len(p.Tiers) > 0 && p.ID == found.ID {
			return p.price()
		}
	}
	return found
}
