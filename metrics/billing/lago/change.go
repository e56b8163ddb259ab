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

// pair gives a subscription that began by itself. One that carries on another
// waits for the end of the input: until then a nearer one may still come. A
// subscription that ended for another is remembered for it.
func (r *run) pair(h *half) error {
	if h.after != "" {
		if err := r.hold(); err != nil {
			return err
		}
		r.ended[h.after] = append(r.ended[h.after], half{id: h.id, ended: h.ended})
	}
	if h.before == "" {
		r.give(h.spans)
		return nil
	}
	if err := r.hold(); err != nil {
		return err
	}
	r.waiting[h.before] = append(r.waiting[h.before], *h)
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

// rest gives the subscriptions that carry on another, and says of which none
// came.
func (r *run) rest() {
	for _, k := range slices.Sorted(maps.Keys(r.waiting)) {
		hs, ended := r.waiting[k], sortEnded(r.ended[k])
		slices.SortFunc(hs, func(a, b half) int { return cmp.Or(a.began.Compare(b.began), cmp.Compare(a.id, b.id)) })
		for i := range hs {
			h := &hs[i]
			if of := h.carriesOn(ended); of == "" {
				r.alone(h)
			} else {
				for k := range h.spans {
					h.spans[k].Replaces = of
				}
			}
			if r.give(h.spans); r.stopped {
				return
			}
		}
	}
}

// sortEnded sorts by end, then by id. Of what is in the input twice it keeps what
// ended last.
func sortEnded(list []half) []half {
	slices.SortFunc(list, func(a, b half) int { return cmp.Or(cmp.Compare(a.id, b.id), b.ended.Compare(a.ended)) })
	list = slices.CompactFunc(list, func(a, b half) bool { return a.id == b.id })
	slices.SortFunc(list, func(a, b half) int { return cmp.Or(a.ended.Compare(b.ended), cmp.Compare(a.id, b.id)) })
	return list
}

// carriesOn is the id of the subscription that h replaces: of those that ended
// for it the one nearest in time, of equals the one that ended first, then by
// id. Nothing replaces itself.
func (h *half) carriesOn(ended []half) (id string) {
	from := func(at time.Time) int {
		n, _ := slices.BinarySearchFunc(ended, at, func(c half, at time.Time) int { return c.ended.Compare(at) })
		return n
	}
	near, after := apart, from(h.began)
	before := after - 1
	if after < len(ended) && ended[after].id == h.id {
		after++
	}
	if before >= 0 && ended[before].id == h.id {
		before--
	}
	if after < len(ended) {
		if gap := ended[after].ended.Sub(h.began); gap <= near {
			near, id = gap, ended[after].id
		}
	}
	if before < 0 || h.began.Sub(ended[before].ended) > near {
		return id
	}
	first := from(ended[before].ended)
	if ended[first].id == h.id {
		first++
	}
	return ended[first].id
}

func (r *run) alone(h *half) {
	n := r.kit.Note(h.id)
	n.Subscription = h.id
	if len(h.spans) > 0 {
		n.Customer = h.spans[0].Customer
	}
	n.Warn(billing.CodeReplaces, "previous_plan_code", "", "the subscription that it carries on is not in the export: it counts as new")
}
