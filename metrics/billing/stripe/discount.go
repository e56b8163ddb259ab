package stripe

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// found is a discount that was read, and what it is limited to.
type found struct {
	billing.Discount
	off, currency kit.Text // read once the charge's currency is known
	options       map[string]struct {
		AmountOff kit.Text `json:"amount_off"`
	}
	products []kit.Text // empty: all
}

// pending is what Cycles says of a discount of which only the id is known yet: see
// Importer.settle. Stripe's discounts last by months, not by charges, so that none
// that was read has it.
const pending = -1

// discounts reads references to discounts, expanded or not. Those of events are
// looked up when the input has been read, as the discount may come after
// what refers to it.
func (imp *Importer) discounts(n *kit.Note, refs []kit.Ref[discount], level billing.Level, isEvent bool) []found {
	var out []found
	for _, ref := range refs {
		d := ref.Object
		switch {
		case d == nil && ref.ID == "":
			continue
		case d == nil && isEvent:
			out = append(out, found{Discount: billing.Discount{ID: ref.ID, Level: level, Cycles: pending}})
			continue
		case d == nil:
			if d = imp.lookUp(n, ref.ID); d == nil {
				continue
			}
		}
		if f, ok := imp.discount(n, d, level); ok {
			out = append(out, f)
		}
	}
	return out
}

func (imp *Importer) lookUp(n *kit.Note, id string) *discount {
	d := imp.known.discounts[id]
	if d == nil {
		n.Fault(billing.CodeNotExpanded, "discounts", id, "the discount is not in the export: expand it, or give it to Catalogue; nothing is taken off")
	}
	return d
}

func (imp *Importer) discount(n *kit.Note, d *discount, level billing.Level) (f found, ok bool) {
	ref := d.Coupon
	if d.Source != nil && ref.Object == nil && ref.ID == "" {
		ref = d.Source.Coupon
	}
	c := ref.Object
	if c == nil {
		c = imp.known.coupons[ref.ID]
	}
	id := string(d.ID)
	if id == "" {
		id = ref.ID
	}
	if c == nil {
		n.Fault(billing.CodeNotExpanded, "discount.source.coupon", ref.ID, "the coupon of discount %q is not in the export: expand it, or give it to Catalogue; nothing is taken off", text.Clip(id))
		return f, false
	}
	f = found{Discount: billing.Discount{ID: id, Level: level}, off: c.AmountOff, currency: c.Currency, options: c.CurrencyOptions}
	if c.AppliesTo != nil {
		f.products = c.AppliesTo.Products
	}
	var set bool
	if f.Percent, set, ok = n.Decimal("coupon.percent_off", c.PercentOff); !ok {
		return f, false
	}
	if set == (c.AmountOff != "") {
		n.Fault(billing.CodeBadDiscount, "coupon", ref.ID, "want either percent_off or amount_off; nothing is taken off")
		return f, false
	}
	if f.Percent.Sign() < 0 || f.Percent.GreaterThan(hundred) {
		n.Fault(billing.CodeBadDiscount, "coupon.percent_off", string(c.PercentOff), "want 0 to 100; nothing is taken off")
		return f, false
	}
	if f.From, ok = n.Time("discount.start", d.Start); !ok {
		return f, false
	}
	if f.To, ok = n.Time("discount.end", d.End); !ok {
		return f, false
	}
	switch c.Duration {
	case "forever":
		f.Duration = billing.DurationForever
	case "once":
		f.Duration = billing.DurationOnce
	case "repeating":
		f.Duration = billing.DurationRepeating
		if f.To.IsZero() {
			if f.To, ok = months(n, f.From, c.DurationInMonths); !ok {
				return f, false
			}
		}
	default:
		n.Fault(billing.CodeUnknownValue, "coupon.duration", string(c.Duration), "want forever, once or repeating; nothing is taken off")
		return f, false
	}
	if !f.To.IsZero() && !f.From.IsZero() && !f.From.Before(f.To) {
		n.Warn(billing.CodeBadDiscount, "discount.end", string(d.End), "ends as it starts; nothing is taken off")
		return f, false
	}
	return f, true
}

// months is the end of a repeating discount that does not say it itself.
func months(n *kit.Note, from time.Time, count kit.Text) (time.Time, bool) {
	const most = calendar.MaxCycleMonths
	k, ok := n.Int("coupon.duration_in_months", count, 0, 1, most)
	if !ok {
		return time.Time{}, false
	}
	if k == 0 || from.IsZero() {
		n.Fault(billing.CodeBadDiscount, "coupon.duration_in_months", string(count), "a repeating discount without its end; nothing is taken off")
		return time.Time{}, false
	}
	return calendar.Cycle{Unit: calendar.UnitMonth, N: 1}.Nth(from, k), true
}

// apply gives those of the discounts that lessen a charge for a product.
func apply(n *kit.Note, ds []found, product string, c money.Currency, e money.Exponents) []billing.Discount {
	var out []billing.Discount
	for _, f := range ds {
		if f.Cycles == pending {
			out = append(out, f.Discount)
			continue
		}
		if len(f.products) > 0 && !slices.Contains(f.products, kit.Text(product)) {
			continue
		}
		if f.off != "" {
			off := f.off
			if !strings.EqualFold(string(f.currency), string(c)) {
				o, has := f.options[strings.ToLower(string(c))]
				if !has || o.AmountOff == "" {
					n.Warn(billing.CodeBadDiscount, "coupon.currency", string(f.currency), "an amount off in %s from a charge in %s; nothing is taken off", f.currency, c)
					continue
				}
				off = o.AmountOff
			}
			d, _, ok := n.Minor("coupon.amount_off", off, c, e)
			if !ok || !n.Bounded("coupon.amount_off", d) {
				continue
			}
			if d.Sign() < 0 {
				n.Fault(billing.CodeBadDiscount, "coupon.amount_off", string(off), "negative; nothing is taken off")
				continue
			}
			f.Off = d
		}
		out = append(out, f.Discount)
	}
	return out
}

// settle looks up the discounts of a span that came in an event.
func (imp *Importer) settle(s *billing.Span) {
	var out []billing.Discount
	for _, d := range s.Discounts {
		if d.Cycles != pending {
			out = append(out, d)
			continue
		}
		n := imp.kit.Note(s.ID)
		n.Customer, n.Subscription, n.Item = s.Customer, s.Subscription, s.Item
		if known := imp.lookUp(n, d.ID); known != nil {
			if f, ok := imp.discount(n, known, d.Level); ok {
				out = append(out, apply(n, []found{f}, cmp.Or(imp.products[s.Plan], s.Product), s.Currency, imp.exponents)...)
			}
		}
	}
	s.Discounts = out
}
