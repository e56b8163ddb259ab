package lago

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// key names a change of plan by what both of its subscriptions know of it.
func key(customer, external string, from, to kit.Text) string {
	return customer + "\x00" + external + "\x00" + string(from) + "\x00" + string(to)
}

// pair gives a subscription, once it is known which one it replaces. A
// subscription that ended for another is remembered for it.
func (r *run) pair(h *half) error {
	if h.after != "" {
		if err := r.hold(); err != nil {
			return err
		}
		r.ended[h.after] = append(r.ended[h.after], half{id: h.id, ended: h.ended})
	}
	switch {
	case h.before == "":
		r.give(h.spans)
	case r.replace(h):
		r.give(h.spans)
	default:
		if err := r.hold(); err != nil {
			return err
		}
		r.waiting[h.before] = append(r.waiting[h.before], *h)
	}
	if r.stopped || h.after == "" {
		return nil
	}
	waiting := r.waiting[h.after]
	delete(r.waiting, h.after)
	for i := range waiting {
		if r.replace(&waiting[i]) {
			r.held--
			r.give(waiting[i].spans)
		} else {
			r.waiting[h.after] = append(r.waiting[h.after], waiting[i])
		}
		if r.stopped {
			return nil
		}
	}
	return nil
}

func (r *run) hold() error {
	if limit := r.kit.Options().Limits.Versions; r.held >= limit {
		return r.kit.Overflow("halves of plan changes", "Versions", limit)
	}
	r.held++
	return nil
}

// apart is how far the end of one subscription and the beginning of the next
// may lie from each other: they are one request, and a period may be rounded to
// days.
const apart = 48 * time.Hour

// replace finds the subscription that h carries on: of those that ended for it
// the one nearest in time.
func (r *run) replace(h *half) bool {
	best, at := apart, -1
	candidates := r.ended[h.before]
	for i := range candidates {
		gap := h.began.Sub(candidates[i].ended).Abs()
		if gap <= best && candidates[i].id != h.id {
			best, at = gap, i
		}
	}
	if at < 0 {
		return false
	}
	for i := range h.spans {
		h.spans[i].Replaces = candidates[at].id
	}
	return true
}

// rest gives the subscriptions whose predecessors never came.
func (r *run) rest() {
	for _, k := range slices.Sorted(maps.Keys(r.waiting)) {
		hs := r.waiting[k]
		slices.SortStableFunc(hs, func(a, b half) int { return cmp.Or(a.began.Compare(b.began), cmp.Compare(a.id, b.id)) })
		for _, h := range hs {
			n := r.kit.Note(h.id)
			n.Subscription = h.id
			if len(h.spans) > 0 {
				n.Customer = h.spans[0].Customer
			}
			n.Warn(billing.CodeReplaces, "previous_plan_code", "", "the subscription that it carries on is not in the export: it counts as new")
			if r.give(h.spans); r.stopped {
				return
			}
		}
	}
}
