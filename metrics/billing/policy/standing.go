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
	Paying, Free int64
	// Trials are in trial, whatever TrialRule says of them.
	Trials int64
	// Dropped are in force and the policy lets them count nothing: past due too
	// long, unpaid, paused, metered only.
	Dropped int64
	// Customers have at least one subscription that is paying or free.
	Customers int64
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
	e := r.evaluator(seriesMRR)
	customers := map[string]bool{}
	for g := range r.records.Keys {
		e.spans = r.records.spansOf(g, e.spans[:0])
		l, sum := e.look(e.spans, at.UnixNano())
		switch {
		case l.piece == nil:
			continue
		case l.trial:
			out.Trials++
			continue
		case !l.live:
			out.Dropped++
			continue
		case sum:
			out.Paying++
		default:
			out.Free++
		}
		customers[r.records.Keys[g].Customer] = true
	}
	out.Customers = int64(len(customers))
	return out, nil
}

// look is what the valid spans of one subscription look like at an instant, and
// whether they are worth anything.
func (e *evaluator) look(spans []*billing.Span, at int64) (l look, worth bool) {
	e.overlaps = false
	clear(e.noted)
	e.prepare(spans)
	if len(e.pieces) == 0 {
		return l, false
	}
	e.layOut()
	l = e.at(at)
	for i := range e.items {
		if it := &e.items[i]; it.now != nil && it.now.s.State == billing.StateTrial {
			l.trial = true
		}
	}
	e.lessSubscription()
	for _, c := range e.parts() {
		worth = worth || !e.total(c).isZero()
	}
	return l, worth
}
