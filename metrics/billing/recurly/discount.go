package recurly

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

var hundred = decimal.NewFromInt(100)

// discounts reads the coupons redeemed on a subscription.
func (imp *Importer) discounts(n *kit.Note, rs []redemption, c money.Currency) []billing.Discount {
	var out []billing.Discount
	for i := range rs {
		if d, ok := imp.discount(n, &rs[i], c); ok {
			out = append(out, d)
		}
	}
	return out
}

func (imp *Importer) discount(n *kit.Note, r *redemption, c money.Currency) (d billing.Discount, ok bool) {
	mini := r.Coupon.Object
	full := imp.coupons[r.Coupon.ID]
	if mini == nil && full == nil {
		n.Fault(billing.CodeNotExpanded, "coupon_redemptions.coupon", r.Coupon.ID, "the coupon is not in the export: give it to Catalogue; nothing is taken off")
		return d, false
	}
	if full == nil {
		full = mini
	}
	terms := full.Discount
	if terms == nil && mini != nil {
		terms = mini.Discount
	}
	if terms == nil {
		n.Fault(billing.CodeNotExpanded, "coupon_redemptions.coupon.discount", r.Coupon.ID, "the coupon does not say what it takes off; nothing is")
		return d, false
	}
	d = billing.Discount{ID: string(r.ID), Level: billing.LevelSubscription}
	if d.From, ok = n.Time("coupon_redemptions.created_at", r.CreatedAt); !ok {
		return d, false
	}
	if d.To, ok = n.Time("coupon_redemptions.removed_at", r.RemovedAt); !ok {
		return d, false
	}
	if r.State == "inactive" && d.To.IsZero() {
		n.Notice(billing.CodeUnsupported, "coupon_redemptions.state", "inactive", "no longer redeemed, and it does not say since when; nothing is taken off")
		return d, false
	}
	if !amount(n, terms, c, &d) || !imp.lasts(n, full, &d) {
		return d, false
	}
	if !d.To.IsZero() && !d.From.IsZero() && !d.From.Before(d.To) {
		n.Warn(billing.CodeBadDiscount, "coupon_redemptions.removed_at", string(r.RemovedAt), "ends as it starts; nothing is taken off")
		return d, false
	}
	return d, true
}

// amount reads what a coupon takes off.
func amount(n *kit.Note, t *discount, c money.Currency, d *billing.Discount) (ok bool) {
	switch t.Type {
	case "percent":
		var set bool
		if d.Percent, set, ok = n.Decimal("coupon.discount.percent", t.Percent); !ok {
			return false
		}
		if !set || d.Percent.Sign() < 0 || d.Percent.GreaterThan(hundred) {
			n.Fault(billing.CodeBadDiscount, "coupon.discount.percent", string(t.Percent), "want 0 to 100; nothing is taken off")
			return false
		}
		return true
	case "fixed":
		for _, off := range t.Currencies {
			if !strings.EqualFold(string(off.Currency), string(c)) {
				continue
			}
			if d.Off, _, ok = n.Decimal("coupon.discount.currencies.amount", off.Amount); !ok {
				return false
			}
			if d.Off.Sign() < 0 {
				n.Fault(billing.CodeBadDiscount, "coupon.discount.currencies.amount", string(off.Amount), "negative; nothing is taken off")
				return false
			}
			return true
		}
		n.Warn(billing.CodeBadDiscount, "coupon.discount.currencies", string(c), "no amount in the currency of the subscription; nothing is taken off")
		return false
	case "free_trial": // the trial says it already
		return false
	default:
		n.Fault(billing.CodeUnknownValue, "coupon.discount.type", string(t.Type), "want percent, fixed or free_trial; nothing is taken off")
		return false
	}
}

// lasts reads how long a coupon takes something off. Redemptions inside a
// subscription carry a short form of the coupon, which does not say.
func (imp *Importer) lasts(n *kit.Note, c *coupon, d *billing.Discount) bool {
	switch c.Duration {
	case "forever":
		d.Duration = billing.DurationForever
	case "single_use":
		d.Duration = billing.DurationOnce
	case "temporal":
		d.Duration = billing.DurationRepeating
		if cycle, ok := n.Cycle("coupon.temporal_unit", c.TemporalUnit, "coupon.temporal_amount", c.TemporalAmount); !ok {
			return false
		} else if d.To.IsZero() && !d.From.IsZero() {
			d.To = calendar.Cycle{Unit: cycle.Unit, N: cycle.N}.Nth(d.From, 1)
		}
		if d.To.IsZero() {
			n.Fault(billing.CodeBadDiscount, "coupon_redemptions.created_at", "", "for a time, and it does not say from when; nothing is taken off")
			return false
		}
	case "":
		n.Warn(billing.CodeAssumed, "coupon.duration", "", "how long coupon %q lasts is not in the export: give it to Catalogue; taken for ever", text.Clip(string(c.Code)))
	default:
		n.Fault(billing.CodeUnknownValue, "coupon.duration", string(c.Duration), "want forever, single_use or temporal; nothing is taken off")
		return false
	}
	return true
}

// taxRule says whether amounts have tax inside, and how much.
type taxRule struct {
	inside  bool
	percent decimal.Decimal
	known   bool
}

func newTaxRule(n *kit.Note, sub *subscription) (t taxRule) {
	if sub.TaxInfo != nil {
		rate, set, ok := n.Decimal("tax_info.rate", sub.TaxInfo.Rate)
		if t.known = ok && set && rate.Sign() >= 0; t.known {
			t.percent = rate.Shift(2) // 0.0875 is 8.75 %
		}
	}
	if t.inside = sub.TaxInclusive; t.inside && !t.known {
		n.Warn(billing.CodeTaxInside, "tax_inclusive", "true", "tax is inside the amounts, and the record does not say how much; they count with it")
	}
	return t
}

// split takes the tax out of an amount, or computes what comes on top.
func (t taxRule) split(n *kit.Note, amount decimal.Decimal, c money.Currency) (net, tax decimal.Decimal) {
	switch {
	case !t.known:
		return amount, tax
	case t.inside:
		digits, _ := c.MinorUnits()
		net, tax = kit.TakeTaxOut(amount, t.percent, digits)
		n.Notice(billing.CodeTaxInside, "tax_info.rate", t.percent.String()+" %", "of %s, %s is tax", amount, tax)
		return net, tax
	default:
		if tax = amount.Mul(t.percent).Shift(-2); tax.Exponent() < -12 {
			tax = tax.Round(12)
		}
		if !n.Bounded("tax_info.rate", tax) {
			tax = decimal.Decimal{}
		}
		return amount, tax
	}
}
