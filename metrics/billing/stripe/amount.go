package stripe

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// charge is what an item costs per cycle.
type charge struct {
	amount   decimal.Decimal // with tax, if inclusive
	currency money.Currency
	cycle    calendar.Cycle
	// inclusive says that tax is inside the amount according to the price.
	inclusive bool
}

// metered says whether a price is billed by use.
func (p *price) metered() bool { return p.Recurring != nil && p.Recurring.UsageType == "metered" }

// cycle is how often the price is charged.
func (p *price) cycle(n *kit.Note) (calendar.Cycle, bool) {
	if p.Recurring == nil {
		n.Fault(billing.CodeUnknownUnit, "price.recurring", "", "the price does not recur; the item is left out")
		return calendar.Cycle{}, false
	}
	return n.Cycle("price.recurring.interval", p.Recurring.Interval, "price.recurring.interval_count", p.Recurring.IntervalCount)
}

// charge computes what a quantity costs. The price is laid out in minor units,
// as they may have 12 places there, and only the result is brought to major
// units. in is the currency of the subscription, "" where it does not say.
func (p *price) charge(n *kit.Note, quantity decimal.Decimal, in kit.Text, e money.Exponents) (c charge, ok bool) {
	if c.currency, ok = n.Currency("price.currency", p.Currency); !ok {
		return c, false
	}
	if c.cycle, ok = p.cycle(n); !ok {
		return c, false
	}
	unit, unitDecimal, tiers := p.UnitAmount, p.UnitAmountDecimal, p.Tiers
	c.inclusive = p.TaxBehavior == "inclusive"
	if in != "" && !strings.EqualFold(string(in), string(p.Currency)) {
		option, has := p.CurrencyOptions[strings.ToLower(string(in))]
		if !has {
			n.Fault(billing.CodeNotExpanded, "price.currency_options", string(in), "the subscription is in %s, its price in %s, and the price in %[1]s is not in the export; the item is left out", in, p.Currency)
			return c, false
		}
		if c.currency, ok = n.Currency("currency", in); !ok {
			return c, false
		}
		unit, unitDecimal, tiers = option.UnitAmount, option.UnitAmountDecimal, option.Tiers
		c.inclusive = c.inclusive || option.TaxBehavior == "inclusive"
	}
	digits, known := e.MinorUnits(c.currency)
	if !known {
		n.Fault(billing.CodeUnknownCurrency, "price.currency", string(c.currency), "no minor unit is known of this currency")
		return c, false
	}

	model := billing.Price{Cycle: c.cycle}
	switch p.BillingScheme {
	case "", "per_unit":
		model.Model = billing.ModelPerUnit
		if model.Unit, ok = minor(n, "price.unit_amount", unit, unitDecimal, true); !ok {
			return c, false
		}
		if c.currency == "ISK" || c.currency == "UGX" {
			oddMinor(n, c.currency, model.Unit)
		}
	case "tiered":
		if ok = p.tiered(n, &model, tiers); !ok {
			return c, false
		}
	default:
		n.Fault(billing.CodeUnknownValue, "price.billing_scheme", string(p.BillingScheme), "want per_unit or tiered; the item is left out")
		return c, false
	}
	if t := p.Transform; t != nil {
		var set bool
		if model.DivideBy, set, ok = n.Decimal("price.transform_quantity.divide_by", t.DivideBy); !ok {
			return c, false
		}
		if !set || model.DivideBy.Sign() <= 0 {
			n.Fault(billing.CodeBadPrice, "price.transform_quantity.divide_by", string(t.DivideBy), "want more than 0; the item is left out")
			return c, false
		}
		model.RoundDown = t.Round == "down"
	}
	amount, err := model.Amount(quantity)
	if err != nil {
		n.PriceFaults("price", err)
		return c, false
	}
	c.amount = amount.Shift(-digits)
	return c, n.Bounded("price", c.amount)
}

// oddMinor looks for amounts that cannot be: of these currencies Stripe wants
// whole hundreds of its two-digit minor unit.
func oddMinor(n *kit.Note, c money.Currency, unit decimal.Decimal) {
	if !unit.Mod(decimal.NewFromInt(100)).IsZero() {
		n.Warn(billing.CodeContradiction, "price.unit_amount", unit.String(), "%s has no minor unit and Stripe counts it in hundredths, so this should end in 00: were whole units meant?", c)
	}
}

// minor reads an amount in minor units that has an integer and a decimal field:
// either, or both if they agree. The decimal one is exact; the integer is null
// where there are fractions.
func minor(n *kit.Note, field string, whole, exact kit.Text, required bool) (decimal.Decimal, bool) {
	w, hasWhole, ok := n.Decimal(field, whole)
	if !ok {
		return w, false
	}
	x, hasExact, ok := n.Decimal(field+"_decimal", exact)
	if !ok {
		return x, false
	}
	switch {
	case hasWhole && hasExact && !w.Equal(x):
		n.Fault(billing.CodeContradiction, field, string(whole), "%s_decimal says %s; the item is left out", field, text.Clip(string(exact)))
		return x, false
	case hasExact:
		return x, true
	case hasWhole || !required:
		return w, true
	}
	n.Fault(billing.CodeMissingPrice, field, "", "the price has no amount; the item is left out")
	return x, false
}

func (p *price) tiered(n *kit.Note, model *billing.Price, tiers []tier) bool {
	switch p.TiersMode {
	case "graduated":
		model.Model = billing.ModelGraduated
	case "volume":
		model.Model = billing.ModelVolume
	default:
		n.Fault(billing.CodeUnknownValue, "price.tiers_mode", string(p.TiersMode), "want graduated or volume; the item is left out")
		return false
	}
	if len(tiers) == 0 {
		n.Fault(billing.CodeMissingTiers, "price.tiers", "", "the tiers are not in the export: expand them, or give the price to Catalogue; the item is left out")
		return false
	}
	for _, t := range tiers {
		unit := t.UnitAmount
		if unit == "" {
			unit = t.Amount
		}
		var out billing.Tier
		var ok bool
		if out.Unit, ok = minor(n, "price.tiers.unit_amount", unit, t.UnitAmountDecimal, false); !ok {
			return false
		}
		if out.Flat, ok = minor(n, "price.tiers.flat_amount", t.FlatAmount, t.FlatAmountDecimal, false); !ok {
			return false
		}
		if t.UpTo != "inf" {
			if out.UpTo, _, ok = n.Decimal("price.tiers.up_to", t.UpTo); !ok {
				return false
			}
		}
		model.Tiers = append(model.Tiers, out)
	}
	return true
}

// quantity reads that of an item: the decimal field before the integer one,
// which cuts fractions off.
func quantity(n *kit.Note, whole, exact kit.Text) (decimal.Decimal, bool) {
	q, set, ok := n.Decimal("quantity_decimal", exact)
	if !ok || set {
		return q, ok
	}
	q, set, ok = n.Decimal("quantity", whole)
	if ok && !set {
		n.Fault(billing.CodeMissingPrice, "quantity", "", "an item that is not metered has a quantity; it is left out")
		return q, false
	}
	return q, ok
}

var hundred = decimal.NewFromInt(100)

// tax takes the tax out of c.amount that is inside, and gives what comes on top
// or was inside.
func (c *charge) tax(n *kit.Note, rates []kit.Ref[taxRate], percent kit.Text, e money.Exponents) decimal.Decimal {
	var inside, onTop decimal.Decimal
	for _, r := range rates {
		if r.Object == nil {
			n.Warn(billing.CodeNotExpanded, "tax_rates", r.ID, "the rate is not in the export; its tax is left out")
			continue
		}
		rate := atRate(n, "tax_rates.percentage", r.Object.Percentage)
		if r.Object.Inclusive {
			inside = inside.Add(rate)
		} else {
			onTop = onTop.Add(rate)
		}
	}
	if rate := atRate(n, "tax_percent", percent); onTop.IsZero() {
		onTop = rate
	}
	gross := c.amount
	var tax decimal.Decimal
	switch {
	case inside.Sign() > 0:
		digits, _ := e.MinorUnits(c.currency)
		c.amount, tax = kit.TakeTaxOut(gross, inside, digits)
		n.Notice(billing.CodeTaxInside, "tax_rates", inside.String(), "of %s, %s is tax", gross, tax)
	case c.inclusive && gross.Sign() > 0:
		n.Warn(billing.CodeTaxInside, "price.tax_behavior", "inclusive", "tax is inside the price, and the record does not say how much; the amount counts with it")
	}
	tax = tax.Add(c.amount.Mul(onTop).Shift(-2))
	if tax.Exponent() < -12 {
		tax = tax.Round(12)
	}
	if !n.Bounded("tax_rates", tax) {
		return decimal.Decimal{}
	}
	return tax
}

// atRate reads the percentage of a tax; none where it is not one.
func atRate(n *kit.Note, field string, percent kit.Text) decimal.Decimal {
	rate, _, ok := n.Decimal(field, percent)
	if ok && rate.Sign() < 0 {
		n.Fault(billing.CodeNegative, field, string(percent), "the least is 0; the tax is left out")
	}
	if !ok || rate.Sign() < 0 {
		return decimal.Decimal{}
	}
	return rate
}
