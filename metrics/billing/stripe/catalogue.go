package stripe

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

// catalogue is what other objects refer to, by id.
type catalogue struct {
	prices    map[string]*price
	coupons   map[string]*coupon
	discounts map[string]*discount
}

// learn keeps an object that others may refer to. known is false for objects of
// other kinds.
func (imp *Importer) learn(e entry) (known bool, err error) {
	switch e.kind {
	case "price":
		var p price
		return keep(imp, e, &p, &imp.known.prices, &p.ID)
	case "plan":
		var p plan
		if ok, err := imp.s.Decode(e.rec, &p); !ok {
			return true, err
		}
		converted := p.price()
		return true, put(imp, &imp.known.prices, string(p.ID), converted)
	case "coupon":
		var c coupon
		return keep(imp, e, &c, &imp.known.coupons, &c.ID)
	case "discount":
		var d discount
		return keep(imp, e, &d, &imp.known.discounts, &d.ID)
	}
	return false, nil
}

func keep[T any](imp *Importer, e entry, v *T, into *map[string]*T, id *kit.Text) (bool, error) {
	if ok, err := imp.s.Decode(e.rec, v); !ok {
		return true, err
	}
	return true, put(imp, into, string(*id), v)
}

func put[T any](imp *Importer, into *map[string]*T, id string, v *T) error {
	if id == "" {
		return nil // nothing can refer to it: discounts of before 2020
	}
	if limit := imp.s.Options().Limits.Catalogue; (*into)[id] == nil && len(imp.known.prices)+len(imp.known.coupons)+len(imp.known.discounts) >= limit {
		return imp.s.Overflow("prices, coupons and discounts", "Catalogue", limit)
	}
	if *into == nil {
		*into = map[string]*T{}
	}
	(*into)[id] = v
	return nil
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
