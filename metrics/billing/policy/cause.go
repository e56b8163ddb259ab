package policy

import (
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// look is what a subscription looks like at an instant.
type look struct {
	piece      *piece // the first in force
	items      int
	live       bool // something in force counts
	trial      bool // something in force is a trial; Standing only
	discounted int
}

// cause says why a subscription's worth changed from was to now.
func cause(before, after *look, was, now rate) ledger.Cause {
	a, b := before.piece, after.piece
	switch {
	case a == nil:
		return ledger.CauseStart
	case b == nil:
		return endCause(a.s)
	case was.isZero() && a.s.State != b.s.State:
		switch a.s.State {
		case billing.StatePaused, billing.StateCollectionPaused, billing.StateUnpaid, billing.StatePastDue:
			return ledger.CauseResume
		case billing.StateTrial:
			return ledger.CauseTrial
		default:
			return ledger.CauseStart
		}
	case now.isZero() && !after.live:
		switch b.s.State {
		case billing.StatePaused, billing.StateCollectionPaused:
			return ledger.CausePause
		case billing.StatePastDue, billing.StateUnpaid:
			return ledger.CauseNonPayment
		default:
			return ledger.CausePrice
		}
	case before.items != after.items:
		return ledger.CauseAddOn
	case a.s.Plan != b.s.Plan:
		return ledger.CausePlan
	case !a.s.Quantity.Equal(b.s.Quantity):
		return ledger.CauseQuantity
	case before.discounted != after.discounted:
		return ledger.CauseDiscount
	case b.s.Basis == billing.BasisMetered:
		return ledger.CauseUsage
	default:
		return ledger.CausePrice
	}
}

// endCause says why a piece ended.
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
