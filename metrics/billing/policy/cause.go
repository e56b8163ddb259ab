package policy

import (
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func wordsCurrency(c money.Currency) string { return words.Currency(c) }

// crowd knows how many items of a subscription are in force when: whether one
// that comes or goes is the first, one more, or another in its place.
type crowd struct{ begun, ended []int64 }

func newCrowd(all []segment) crowd {
	var c crowd
	if len(all) == 0 || all[0].item == all[len(all)-1].item {
		return c // one item: nobody else
	}
	for i := range all {
		x := &all[i]
		if i == 0 || all[i-1].item != x.item || all[i-1].to != x.from {
			c.begun = append(c.begun, x.from)
		}
		if i+1 == len(all) || all[i+1].item != x.item || all[i+1].from != x.to {
			c.ended = append(c.ended, x.to)
		}
	}
	slices.Sort(c.begun)
	slices.Sort(c.ended)
	return c
}

// at is how many are in force from an instant on, and just before it.
func (c *crowd) at(t int64) (before, now int) {
	begun, _ := slices.BinarySearch(c.begun, t)
	ended, _ := slices.BinarySearch(c.ended, t)
	began, _ := slices.BinarySearch(c.begun, t+1)
	gone, _ := slices.BinarySearch(c.ended, t+1)
	return begun - ended, began - gone
}

// cause says why an item's worth changed where segment b follows a; either is
// nil where nothing was, or is, in force.
func (c *crowd) cause(a, b *segment, was, now rate) ledger.Cause {
	if b != nil && b.l != nil || a != nil && a.l != nil {
		return c.lineCause(a, b, was, now)
	}
	switch {
	case a == nil:
		return c.comes(b.from)
	case b == nil:
		return c.goes(a)
	case was.isZero() && a.s.State != b.s.State:
		switch a.s.State {
		case billing.StatePaused, billing.StateCollectionPaused, billing.StateUnpaid, billing.StatePastDue:
			return ledger.CauseResume
		case billing.StateTrial:
			return ledger.CauseTrial
		default:
			return ledger.CauseStart
		}
	case now.isZero() && !b.live:
		switch b.s.State {
		case billing.StatePaused, billing.StateCollectionPaused:
			return ledger.CausePause
		case billing.StatePastDue, billing.StateUnpaid:
			return ledger.CauseNonPayment
		default:
			return ledger.CausePrice
		}
	case a.s.Plan != b.s.Plan:
		return ledger.CausePlan
	case !a.s.Quantity.Equal(b.s.Quantity):
		return ledger.CauseQuantity
	case a.off != b.off:
		return ledger.CauseDiscount
	case b.s.Basis == billing.BasisMetered:
		return ledger.CauseUsage
	default:
		return ledger.CausePrice
	}
}

func (c *crowd) comes(at int64) ledger.Cause {
	switch before, now := c.at(at); {
	case before == 0:
		return ledger.CauseStart
	case before == now:
		return ledger.CausePlan
	default:
		return ledger.CauseAddOn
	}
}

func (c *crowd) goes(a *segment) ledger.Cause {
	switch before, now := c.at(a.to); {
	case now == 0:
		return endCause(a.s)
	case before == now:
		return ledger.CausePlan
	default:
		return ledger.CauseAddOn
	}
}

func (c *crowd) lineCause(a, b *segment, was, now rate) ledger.Cause {
	switch {
	case b != nil && (a == nil || was.isZero()):
		return c.comes(b.from)
	case b == nil:
		if a.s == nil {
			if _, others := c.at(a.to); others > 0 {
				return ledger.CauseAddOn
			}
			return ledger.CauseCancel
		}
		return c.goes(a)
	case now.isZero() && b.s != nil && (b.s.State == billing.StatePaused || b.s.State == billing.StateCollectionPaused):
		return ledger.CausePause
	case now.isZero() && b.s != nil && (b.s.State == billing.StatePastDue || b.s.State == billing.StateUnpaid):
		return ledger.CauseNonPayment
	case b.l.Kind == billing.LineUsage:
		return ledger.CauseUsage
	case a.l.Plan != b.l.Plan:
		return ledger.CausePlan
	case !a.l.Quantity.Equal(b.l.Quantity):
		return ledger.CauseQuantity
	case !a.l.Discount.Equal(b.l.Discount):
		return ledger.CauseDiscount
	default:
		return ledger.CauseUnknown
	}
}

// endCause says why a span ended.
func endCause(s *billing.Span) ledger.Cause {
	switch {
	case s.Reason == billing.ReasonInvoluntary || s.State == billing.StatePastDue || s.State == billing.StateUnpaid:
		return ledger.CauseNonPayment
	case s.Reason == billing.ReasonReplaced:
		return ledger.CausePlan
	default:
		return ledger.CauseCancel
	}
}
