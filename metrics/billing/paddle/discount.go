package paddle

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// terms are a discount as it stands on a subscription.
type terms struct {
	billing.Discount
	from *discount
}

// discount reads that of a subscription; nil where it has none or none that can
// be honoured.
func (imp *Importer) discount(n *kit.Note, sub *subscription) *terms {
	if sub.Discount == nil {
		return nil
	}
	d := imp.known[string(sub.Discount.ID)]
	if d == nil {
		n.Fault(billing.CodeNotExpanded, "discount.id", string(sub.Discount.ID), "the discount is not in the export: give it to Catalogue; nothing is taken off")
		return nil
	}
	t := &terms{Discount: billing.Discount{ID: string(d.ID), Level: billing.LevelSubscription}, from: d}
	var ok bool
	if t.From, ok = n.Time("discount.starts_at", sub.Discount.StartsAt); !ok {
		return nil
	}
	if t.To, ok = n.Time("discount.ends_at", sub.Discount.EndsAt); !ok {
		return nil
	}
	if !t.From.IsZero() && !t.To.IsZero() && !t.From.Before(t.To) {
		n.Warn(billing.CodeBadDiscount, "discount.ends_at", t.To.Format(time.RFC3339), "ends as it starts; nothing is taken off")
		return nil
	}
	switch {
	case !d.Recur:
		t.Duration = billing.DurationOnce
	case d.MaximumRecurringIntervals != "":
		t.Duration = billing.DurationRepeating
		if t.Cycles, ok = n.Int("discount.maximum_recurring_intervals", d.MaximumRecurringIntervals, 0, 1, kit.MaxCycles); !ok {
			return nil
		}
	case !t.To.IsZero():
		t.Duration = billing.DurationRepeating
	}
	switch d.Type {
	case "percentage":
		var set bool
		if t.Percent, set, ok = n.Decimal("discount.amount", d.Amount); !ok {
			return nil
		}
		if !set || t.Percent.Sign() < 0 || t.Percent.GreaterThan(decimal.NewFromInt(100)) {
			n.Fault(billing.CodeBadDiscount, "discount.amount", string(d.Amount), "want 0 to 100; nothing is taken off")
			return nil
		}
	case "flat", "flat_per_seat":
	default:
		n.Fault(billing.CodeUnknownValue, "discount.type", string(d.Type), "want percentage, flat or flat_per_seat; nothing is taken off")
		return nil
	}
	return t
}

// on gives the discount for the span of a price: nothing if it is for others.
func (t *terms) on(n *kit.Note, p *price, s *billing.Span, e money.Exponents) []billing.Discount {
	if r := t.from.RestrictTo; len(r) > 0 && !slices.Contains(r, p.ID) && !slices.Contains(r, p.ProductID) {
		return nil
	}
	d := t.Discount
	if t.from.Type == "percentage" {
		return []billing.Discount{d}
	}
	if !same(t.from.CurrencyCode, s.Currency) {
		n.Warn(billing.CodeBadDiscount, "discount.currency_code", string(t.from.CurrencyCode), "an amount off in %s from a charge in %s; nothing is taken off", t.from.CurrencyCode, s.Currency)
		return nil
	}
	off, set, ok := n.Minor("discount.amount", t.from.Amount, s.Currency, e)
	if !ok {
		return nil
	}
	if t.from.Type == "flat_per_seat" {
		off, d.Level = off.Mul(s.Quantity), billing.LevelItem
	}
	if !set || off.Sign() < 0 {
		n.Fault(billing.CodeBadDiscount, "discount.amount", string(t.from.Amount), "want an amount of 0 or more; nothing is taken off")
		return nil
	}
	if !n.Bounded("discount.amount", off) {
		return nil
	}
	d.Off = off
	return []billing.Discount{d}
}
