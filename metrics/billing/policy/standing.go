package policy

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Standing counts subscriptions by how they stand at one instant under a
// policy: what a dashboard calls active subscriptions, and the denominator of
// averages. The zero Standing is nobody. A comparable value, safe everywhere.
type Standing struct {
	// Paying count for more than nothing, Free are in force and count nothing
	// because nothing is charged: a free plan, or all of it discounted.
	Paying int64 `json:"paying"`
	Free   int64 `json:"free"`
	// Trials are in trial, whatever TrialRule says of them.
	Trials int64 `json:"trials"`
	// Dropped are in force and the policy lets them count nothing: past due too
	// long, unpaid, paused, metered only.
	Dropped int64 `json:"dropped"`
	// Customers have at least one subscription that is paying or free.
	Customers int64 `json:"customers"`
}

// Active is Paying + Free.
func (s Standing) Active() int64 { return s.Paying + s.Free }

// Standing counts the subscriptions at an instant, by their terms: invoices do
// not tell a free subscription from one that has ended.
func (r *Reading) Standing(at time.Time) (Standing, error) {
	if err := calendar.CheckTime(at); err != nil {
		return Standing{}, err
	}
	var out Standing
	k := r.terms(seriesMRR)
	var w room
	customers := map[string]bool{}
	for g := range r.records.Keys {
		w.spans = r.records.spansOf(g, w.spans[:0])
		l, err := k.look(&w.work, w.spans, r.records.kin(g), at.UnixNano())
		switch {
		case err != nil:
			return Standing{}, err
		case !l.there:
			continue
		case l.trial:
			out.Trials++
			continue
		case !l.live:
			out.Dropped++
			continue
		case l.worth:
			out.Paying++
		default:
			out.Free++
		}
		customers[r.records.Keys[g].Customer] = true
	}
	out.Customers = int64(len(customers))
	return out, nil
}

// look is what a subscription looks like at an instant: whether it is in force,
// in trial, counts, and is worth anything.
type look struct{ there, trial, live, worth bool }

func (k *terms) look(w *work, spans []*billing.Span, of kin, at int64) (l look, err error) {
	var n notes
	if w.pieces = k.pieces(w.pieces[:0], spans, of, &n); len(w.pieces) == 0 {
		return l, nil
	}
	if w.segments, err = k.price(w.segments[:0], w.pieces, &n); err != nil {
		return l, err
	}
	w.lessened = k.rounded(k.discounted(w.lessened[:0], w.segments, &n), &n)
	for i := range w.lessened {
		x := &w.lessened[i]
		if x.from > at || at >= x.to {
			continue
		}
		l.there = true
		l.trial = l.trial || x.s.State == billing.StateTrial
		l.live = l.live || x.live
		l.worth = l.worth || !x.rate.isZero()
	}
	return l, nil
}
