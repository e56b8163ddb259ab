package stripe

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// schedule is one as Stripe sends it.
type schedule struct {
	kit.Object
	Livemode     *bool               `json:"livemode"`
	Status       kit.Text            `json:"status"` // not_started, active, completed, released, canceled
	Customer     kit.Ref[customer]   `json:"customer"`
	Subscription kit.Ref[kit.Object] `json:"subscription"`
	Created      kit.Text            `json:"created"`
	EndBehavior  kit.Text            `json:"end_behavior"` // release, cancel
	CurrentPhase *struct {
		StartDate kit.Text `json:"start_date"`
	} `json:"current_phase"`
	Phases    []phase             `json:"phases"`
	TestClock kit.Ref[kit.Object] `json:"test_clock"`
}

type phase struct {
	StartDate kit.Text        `json:"start_date"`
	EndDate   kit.Text        `json:"end_date"`
	TrialEnd  kit.Text        `json:"trial_end"`
	Currency  kit.Text        `json:"currency"`
	Coupon    kit.Ref[coupon] `json:"coupon"` // before there were several
	Discounts []phaseDiscount `json:"discounts"`
	Items     []phaseItem     `json:"items"`
}

type phaseItem struct {
	Price     kit.Ref[price]  `json:"price"`
	Plan      kit.Ref[price]  `json:"plan"`
	Quantity  kit.Text        `json:"quantity"`
	Discounts []phaseDiscount `json:"discounts"`
}

// phaseDiscount is one of three: a discount there is, to be used on, or what one
// is to be made of when the phase begins.
type phaseDiscount struct {
	Coupon        kit.Ref[coupon]    `json:"coupon"`
	Discount      kit.Ref[discount]  `json:"discount"`
	PromotionCode kit.Ref[promotion] `json:"promotion_code"`
}

// promotion is a code that customers type for a coupon.
type promotion struct {
	kit.Object
	Coupon    kit.Ref[coupon] `json:"coupon"` // until 2025-09
	Promotion struct {
		Coupon kit.Ref[coupon] `json:"coupon"`
	} `json:"promotion"`
}

// scheduled reads a schedule by itself: before it has begun its phases are a
// subscription to come, under the schedule's id; afterwards they are those of the
// subscription, and what was said before is withdrawn.
func (imp *Importer) scheduled(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var s schedule
	if ok, err = imp.kit.Decode(e.Record, &s); !ok {
		return t, false, err
	}
	if err := kit.Put(&imp.kit, imp.known.schedules, kept, string(s.ID), &s); err != nil {
		return t, false, err
	}
	t.ID = string(s.ID)
	n := imp.kit.Note(e.Name())
	if s.Customer.ID == "" {
		n.Fault(billing.CodeMissingCustomer, "customer", "", "it is left out")
		return t, false, nil
	}
	n.Customer = s.Customer.ID
	if !n.Name("customer", s.Customer.ID) || !n.Name("id", t.ID) {
		return t, false, nil
	}
	switch s.Status {
	case "not_started":
	case "active", "completed", "released", "canceled":
		t.Rank, t.Deleted = 1, true
		if e.Event != nil {
			t.Ended = e.Event.At
		}
		return t, t.ID != "", nil
	default:
		n.Fault(billing.CodeUnknownValue, "status", string(s.Status), "not a status; it is left out")
		return t, false, nil
	}
	made, ok := n.Time("created", s.Created)
	if !ok {
		return t, false, nil
	}
	base := billing.Span{Customer: s.Customer.ID, Subscription: t.ID, ID: n.Record, Seq: e.N, Recorded: made}
	base.Test = test(n, s.Livemode, e.Event, s.TestClock.ID)
	t.Spans = imp.phases(n, &s, s.Phases, base, names{}, e.Event != nil)
	return t, t.ID != "", nil
}

// coming lets the coming phases of a subscription's schedule follow what it is
// charged now.
func (imp *Importer) coming(n *kit.Note, sub *subscription, l life, out []billing.Span, event bool) []billing.Span {
	s := sub.Schedule.Object
	if s == nil {
		s = imp.known.schedules[sub.Schedule.ID]
	}
	switch {
	case sub.Schedule.ID == "" || !l.course.To.IsZero() || len(out) == 0:
		return out
	case s == nil:
		n.Notice(billing.CodeNotExpanded, "schedule", sub.Schedule.ID, "its coming phases are not in the export: expand it, or give it to Catalogue; what is charged now goes on")
		return out
	case s.Status != "active":
		return out
	}
	now := time.Time{}
	if s.CurrentPhase != nil {
		var ok bool
		if now, ok = n.Time("schedule.current_phase.start_date", s.CurrentPhase.StartDate); !ok {
			return out
		}
	}
	if now.IsZero() {
		n.Warn(billing.CodeMissingTime, "schedule.current_phase", "", "it does not say which phase it is in; its phases are left out")
		return out
	}
	next, last := len(s.Phases), time.Time{}
	for i := range s.Phases {
		start, ok := n.Time("schedule.phases.start_date", s.Phases[i].StartDate)
		if !ok {
			return out
		}
		if start.After(now) && next == len(s.Phases) {
			next, last = i, start
		}
	}
	if next == len(s.Phases) {
		return out // the last one; what becomes of it, cancel_at says
	}
	if end := l.base.CancelAt; !end.IsZero() && !last.Before(end) {
		return out
	}
	today := names{byPrice: map[string][]string{}, byProduct: map[string][]string{}}
	kept := out[:0]
	for _, x := range out {
		if !x.From.Before(last) {
			continue // replaced before it began
		}
		if x.To.IsZero() || x.To.After(last) {
			x.To, x.CancelAt = last, time.Time{}
		}
		kept = append(kept, x)
		today.add(&x)
	}
	base := l.base
	base.CancelAt, base.CancelAskedAt = time.Time{}, time.Time{}
	return append(kept, imp.phases(n, s, s.Phases[next:], base, today, event)...)
}

// phases reads phases that follow one another; today are the items that they carry
// on.
func (imp *Importer) phases(n *kit.Note, s *schedule, phases []phase, base billing.Span, today names, event bool) (out []billing.Span) {
	for i := range phases {
		p := &phases[i]
		c := kit.Course{TrialTo: n.SideTime("schedule.phases.trial_end", p.TrialEnd)}
		var ok bool
		if c.From, ok = n.Time("schedule.phases.start_date", p.StartDate); !ok {
			return out
		}
		if c.To, ok = n.Time("schedule.phases.end_date", p.EndDate); !ok {
			return out
		}
		if c.From.IsZero() || !c.To.IsZero() && !c.From.Before(c.To) {
			n.Warn(billing.CodeContradiction, "schedule.phases.end_date", string(p.EndDate), "a phase without time; it is left out")
			continue
		}
		end := c.To
		if i+1 == len(phases) { // the end of the last is one of the subscription, or none
			c.To = time.Time{}
			if s.EndBehavior != "cancel" {
				end = time.Time{}
			}
		} else {
			end = time.Time{}
		}
		if !c.TrialTo.After(c.From) {
			c.TrialTo = time.Time{}
		} else {
			c.TrialFrom = c.From
		}
		shared := p.Discounts
		if len(shared) == 0 {
			shared = []phaseDiscount{{Coupon: p.Coupon}}
		}
		whole := imp.promised(n, shared, p, billing.LevelSubscription, event)
		items := imp.items(n, p)
		called := today.carry(items)
		for j := range items {
			it := &items[j]
			x := base
			x.Item, x.Plan, x.Product = called[j], string(it.price.ID), it.price.Product.ID
			x.Amount, x.Currency, x.Cycle, x.Quantity, x.CancelAt = it.amount, it.currency, it.cycle, it.quantity, end
			own := imp.promised(n, it.discounts, p, billing.LevelItem, event)
			x.Discounts = apply(n, append(own, whole...), x.Product, x.Currency, imp.exponents)
			out = append(out, c.Spans(x)...)
		}
	}
	return out
}

// comingItem is an item of a phase that counts.
type comingItem struct {
	charge
	price     *price
	quantity  decimal.Decimal
	discounts []phaseDiscount
}

// items reads those of a phase that count.
func (imp *Importer) items(n *kit.Note, p *phase) (out []comingItem) {
	for j := range p.Items {
		it := &p.Items[j]
		ref := it.Price
		if ref.ID == "" && ref.Object == nil {
			ref = it.Plan
		}
		x := comingItem{price: imp.known.resolve(ref, nil), discounts: it.Discounts}
		if x.price == nil {
			n.Fault(billing.CodeMissingPrice, "schedule.phases.items.price", ref.ID, "the price of a coming phase is not in the export: give it to Catalogue; the item is left out")
			continue
		}
		if x.price.metered() {
			continue
		}
		var ok bool
		if x.quantity, ok = quantity(n, it.Quantity, ""); !ok {
			continue
		}
		if x.charge, ok = x.price.charge(n, x.quantity, p.Currency, imp.exponents); ok {
			out = append(out, x)
		}
	}
	return out
}

// promised reads the discounts of a phase. What is to be made of a coupon begins
// with the phase; as Stripe has it, a phase has the discounts it lists and no
// others.
func (imp *Importer) promised(n *kit.Note, ds []phaseDiscount, p *phase, level billing.Level, event bool) (out []found) {
	for i := range ds {
		d := &ds[i]
		ref := d.Coupon
		code := d.PromotionCode
		if c := code.Object; c != nil && ref.ID == "" && ref.Object == nil {
			if ref = c.Coupon; ref.ID == "" && ref.Object == nil {
				ref = c.Promotion.Coupon
			}
		}
		switch {
		case d.Discount.ID != "" || d.Discount.Object != nil:
			out = append(out, imp.discounts(n, []kit.Ref[discount]{d.Discount}, level, event)...)
		case ref.ID != "" || ref.Object != nil:
			if f, ok := imp.discount(n, &discount{Coupon: ref, Start: p.StartDate}, level); ok {
				out = append(out, f)
			}
		case code.ID != "" || code.Object != nil:
			n.Fault(billing.CodeNotExpanded, "schedule.phases.discounts.promotion_code", code.ID, "which coupon the code stands for is not in the export: expand it; nothing is taken off")
		}
	}
	return out
}
