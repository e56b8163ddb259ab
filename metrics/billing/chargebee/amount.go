package chargebee

import (
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// either reads an amount that stands in one of two fields: text of major units
// goes before integers of minor units.
func (imp *Importer) either(n *kit.Note, field string, minor, major kit.Text, c money.Currency) (d decimal.Decimal, set, ok bool) {
	if major != "" {
		return n.Decimal(field+"_in_decimal", major)
	}
	d, set, ok = n.Minor(field, minor, c, imp.exponents)
	return d, set, ok && n.Bounded(field, d)
}

// first reads a quantity that stands in one of two fields.
func first(n *kit.Note, field string, whole, exact kit.Text) (d decimal.Decimal, set, ok bool) {
	if exact != "" {
		return n.Decimal(field+"_in_decimal", exact)
	}
	return n.Decimal(field, whole)
}

// amount reads what an item costs: Chargebee's own amount, held against the unit
// price where that is simple, or computed where there is none.
func (imp *Importer) amount(n *kit.Note, it *item, tiers []tier, price *itemPrice, s *billing.Span) bool {
	const field = "subscription_items."
	amount, has, ok := imp.either(n, field+"amount", it.Amount, it.AmountInDecimal, s.Currency)
	if !ok {
		return false
	}
	unit, hasUnit, ok := imp.either(n, field+"unit_price", it.UnitPrice, it.UnitPriceInDecimal, s.Currency)
	if !ok {
		return false
	}
	quantity, hasQuantity, ok := first(n, field+"quantity", it.Quantity, it.QuantityInDecimal)
	if !ok {
		return false
	}
	if quantity.Sign() < 0 {
		n.Fault(billing.CodeNegative, field+"quantity", quantity.String(), "the item is left out")
		return false
	}
	free, _, ok := first(n, field+"free_quantity", it.FreeQuantity, it.FreeQuantityInDecimal)
	if !ok {
		return false
	}
	s.Quantity = quantity
	if !hasQuantity {
		s.Quantity = decimal.NewFromInt(1)
	}
	p := billing.Price{Currency: s.Currency, Cycle: s.Cycle, Free: free}
	known := imp.model(n, it, tiers, price, unit, hasUnit, &p)
	if known {
		computed, err := p.Amount(s.Quantity)
		switch {
		case err != nil && !has:
			n.PriceFaults(field+"unit_price", err)
			return false
		case err == nil && !has:
			amount = computed
		case err == nil && !computed.Equal(amount) && !(price == nil && unit.Equal(amount)): // a flat fee, perhaps
			n.Warn(billing.CodeContradiction, field+"amount", amount.String(), "unit price and quantity make %s; the amount is taken", computed)
		}
	} else if !has {
		n.Fault(billing.CodeMissingPrice, field+"amount", "", "no amount, and nothing to compute it from; the item is left out")
		return false
	}
	if amount.Sign() < 0 {
		n.Fault(billing.CodeNegative, field+"amount", amount.String(), "the item is left out")
		return false
	}
	s.Amount = amount
	if s.Quantity.IsZero() {
		n.Notice(billing.CodeZeroQuantity, field+"quantity", "0", "nothing was bought")
	}
	return true
}

// model lays out the price of an item, where the record and the catalogue say
// how it is made up.
func (imp *Importer) model(n *kit.Note, it *item, tiers []tier, price *itemPrice, unit decimal.Decimal, hasUnit bool, p *billing.Price) (known bool) {
	kind := kit.Text("per_unit")
	if price != nil && price.PricingModel != "" {
		kind = price.PricingModel
	}
	own := 0
	for i := range tiers {
		if tiers[i].ItemPriceID == it.ItemPriceID {
			own++
		}
	}
	switch kind {
	case "flat_fee":
		p.Model, p.Flat, p.Free = billing.ModelFlat, unit, decimal.Decimal{}
		return hasUnit
	case "per_unit":
		p.Model, p.Unit = billing.ModelPerUnit, unit
		return hasUnit && own == 0 // tiers of a price the catalogue does not know
	case "tiered":
		p.Model = billing.ModelGraduated
	case "volume":
		p.Model = billing.ModelVolume
	case "stairstep":
		p.Model = billing.ModelStairstep
	default:
		return false
	}
	for i := range tiers {
		if tiers[i].ItemPriceID != it.ItemPriceID {
			continue
		}
		t, ok := imp.tier(n, &tiers[i], p)
		if !ok {
			return false
		}
		p.Tiers = append(p.Tiers, t)
	}
	return own > 0
}

func (imp *Importer) tier(n *kit.Note, t *tier, p *billing.Price) (out billing.Tier, ok bool) {
	price, set, ok := imp.either(n, "item_tiers.price", t.Price, t.PriceInDecimal, p.Currency)
	if !ok {
		return out, false
	}
	if !set {
		n.Fault(billing.CodeMissingPrice, "item_tiers.price", "", "a tier without a price")
		return out, false
	}
	switch {
	case t.PricingType == "package":
		n.Warn(billing.CodeUnsupported, "item_tiers.pricing_type", "package", "tiers of packages are not computed; Chargebee's own amount is taken where there is one")
		return out, false
	case t.PricingType == "flat_fee" || p.Model == billing.ModelStairstep:
		out.Flat = price
	default:
		out.Unit = price
	}
	out.UpTo, _, ok = first(n, "item_tiers.ending_unit", t.EndingUnit, t.EndingUnitInDecimal)
	return out, ok
}
