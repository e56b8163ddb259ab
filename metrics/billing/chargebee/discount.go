package chargebee

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// found is a discount, and the item it is limited to.
type found struct {
	billing.Discount
	item kit.Text
}

// discounts reads those of a subscription, its coupons among them.
func (imp *Importer) discounts(n *kit.Note, sub *subscription, c money.Currency) (out []found) {
	seen := map[kit.Text]bool{}
	for i := range sub.Discounts {
		d := &sub.Discounts[i]
		seen[d.CouponID] = true
		if f, ok := imp.discount(n, d, c); ok {
			out = append(out, f)
		}
	}
	for _, ref := range sub.Coupons {
		if seen[ref.CouponID] {
			continue
		}
		k := imp.coupons[string(ref.CouponID)]
		if k == nil {
			n.Fault(billing.CodeNotExpanded, "coupons.coupon_id", string(ref.CouponID), "the coupon is not in the export: give it to Catalogue; nothing is taken off")
			continue
		}
		if f, ok := imp.discount(n, k.discount(ref.ApplyTill, sub.CreatedAt), c); ok {
			out = append(out, f)
		}
	}
	return out
}

// discount is a coupon in the terms of discounts. It does not say since when it
// is applied: since the subscription was made, as far as it tells.
func (k *coupon) discount(till, since kit.Text) *discount {
	d := &discount{
		ID: k.ID, CouponID: k.ID, Type: k.DiscountType, Percentage: k.DiscountPercentage, Amount: k.DiscountAmount, CurrencyCode: k.CurrencyCode,
		DurationType: k.DurationType, Period: k.Period, PeriodUnit: k.PeriodUnit, IncludedInMRR: k.IncludedInMRR, ApplyTill: till, CreatedAt: since,
	}
	if d.Period == "" && k.DurationMonth != "" {
		d.Period, d.PeriodUnit = k.DurationMonth, "month"
	}
	if k.ApplyOn == "each_specified_item" || k.ApplyOn == "specified_items_total" {
		d.ApplyOn = k.ApplyOn
	}
	return d
}

func (imp *Importer) discount(n *kit.Note, w *discount, c money.Currency) (f found, ok bool) {
	f = found{Discount: billing.Discount{ID: string(w.ID), Level: billing.LevelSubscription}}
	if f.ID == "" {
		f.ID = string(w.CouponID)
	}
	switch w.ApplyOn {
	case "", "invoice_amount":
	case "specific_item_price":
		f.item, f.Level = w.ItemPriceID, billing.LevelItem
	default:
		n.Warn(billing.CodeUnsupported, "discounts.apply_on", string(w.ApplyOn), "limited to items that the record does not name; taken off all")
	}
	var set bool
	switch w.Type {
	case "percentage":
		if f.Percent, set, ok = n.Decimal("discounts.percentage", w.Percentage); !ok {
			return f, false
		}
		if !set || f.Percent.Sign() < 0 || f.Percent.GreaterThan(decimal.NewFromInt(100)) {
			n.Fault(billing.CodeBadDiscount, "discounts.percentage", string(w.Percentage), "want 0 to 100; nothing is taken off")
			return f, false
		}
	case "fixed_amount":
		if w.CurrencyCode != "" && !strings.EqualFold(string(w.CurrencyCode), string(c)) {
			n.Warn(billing.CodeBadDiscount, "discounts.currency_code", string(w.CurrencyCode), "an amount off in %s from a charge in %s; nothing is taken off", w.CurrencyCode, c)
			return f, false
		}
		if f.Off, set, ok = imp.either(n, "discounts.amount", w.Amount, "", c); !ok {
			return f, false
		}
		if !set || f.Off.Sign() < 0 {
			n.Fault(billing.CodeBadDiscount, "discounts.amount", string(w.Amount), "want an amount of 0 or more; nothing is taken off")
			return f, false
		}
	default:
		n.Fault(billing.CodeUnknownValue, "discounts.type", string(w.Type), "want percentage or fixed_amount; nothing is taken off")
		return f, false
	}
	if w.IncludedInMRR != nil {
		if f.InMRR = billing.No; *w.IncludedInMRR {
			f.InMRR = billing.Yes
		}
	}
	return f, lasts(n, w, &f)
}

// lasts reads how long something is taken off.
func lasts(n *kit.Note, w *discount, f *found) (ok bool) {
	if f.From, ok = n.Time("discounts.created_at", w.CreatedAt); !ok {
		return false
	}
	if f.To, ok = n.Time("discounts.apply_till", w.ApplyTill); !ok {
		return false
	}
	switch w.DurationType {
	case "forever":
	case "one_time":
		f.Duration, f.To = billing.DurationOnce, time.Time{}
	case "limited_period":
		f.Duration = billing.DurationRepeating
		if f.To.IsZero() && !f.From.IsZero() && w.Period != "" {
			c, ok := n.Cycle("discounts.period_unit", w.PeriodUnit, "discounts.period", w.Period)
			if !ok {
				return false
			}
			f.To = c.Nth(f.From, 1)
		}
		if f.To.IsZero() {
			n.Fault(billing.CodeBadDiscount, "discounts.apply_till", "", "for a limited period, and it does not say until when; nothing is taken off")
			return false
		}
	default:
		n.Fault(billing.CodeUnknownValue, "discounts.duration_type", string(w.DurationType), "want one_time, forever or limited_period; nothing is taken off")
		return false
	}
	if !f.To.IsZero() && !f.From.IsZero() && !f.From.Before(f.To) {
		n.Warn(billing.CodeBadDiscount, "discounts.apply_till", string(w.ApplyTill), "ends as it starts; nothing is taken off")
		return false
	}
	return true
}
