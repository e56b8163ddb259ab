package policy

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// rounded rounds what a subscription is worth in each currency, where that is
// the rule: what rounding adds or takes is put on its largest item.
func (k *terms) rounded(all []segment, n *notes) []segment {
	r := k.p.Rounding
	if r.Scope != RoundSubscriptions || len(all) == 0 {
		return all
	}
	if !slices.ContainsFunc(all, func(x segment) bool { return x.item != all[0].item }) {
		for i := range all {
			all[i].rate = all[i].rate.round(r.Places, r.Mode)
		}
		return all
	}
	of := map[money.Currency][]int{}
	var out []segment
	for i := range all {
		if x := &all[i]; x.rate.isZero() {
			out = append(out, *x)
		} else {
			of[x.currency] = append(of[x.currency], i)
		}
	}
	for _, some := range of {
		var ok bool
		if out, ok = k.roundSums(out, all, some, n); !ok {
			n.of(&all[some[0]], billing.CodeUnsupported, billing.Fault, "Item", strconv.Itoa(len(some)),
				"too many items at once to round their sum; the subscription counts nothing")
			return nil
		}
	}
	slices.SortFunc(out, bySegment)
	return out
}

// roundSums rounds what some segments are worth together, whenever it changes. What
// rounding adds goes to the largest, what it takes comes off the largest first: few
// are touched, and the others only begin and end. false where too many are worth
// less than rounding takes.
func (k *terms) roundSums(to, all []segment, some []int, n *notes) ([]segment, bool) {
	t := newTotals(all, some)
	parts := make([]segment, len(some)) // under way, by rank
	ends := make([]int, len(some))
	for rank := range ends {
		parts[rank], ends[rank] = all[t.by[rank]], rank
	}
	begins := slices.Clone(ends)
	slices.SortFunc(begins, func(a, b int) int { return cmp.Compare(parts[a].from, parts[b].from) })
	slices.SortFunc(ends, func(a, b int) int { return cmp.Compare(parts[a].to, parts[b].to) })
	put := func(rank int, at int64, r rate) {
		x := &parts[rank]
		if x.rate.equal(r) {
			return
		}
		if x.from < at {
			done := *x
			done.to = at
			to, x.from = append(to, done), at
		}
		x.rate = r
	}
	budget := effort(len(some))
	var last, now []moved // by rank
	for len(ends) > 0 {
		at := parts[ends[0]].to
		if len(begins) > 0 {
			at = min(at, parts[begins[0]].from)
		}
		for ; len(ends) > 0 && parts[ends[0]].to == at; ends = ends[1:] {
			t.set(ends[0], false, n)
			to = append(to, parts[ends[0]])
		}
		for ; len(begins) > 0 && parts[begins[0]].from == at; begins = begins[1:] {
			t.set(begins[0], true, n)
		}
		now = t.round(now[:0], k.p.Rounding, n)
		for _, m := range last {
			if _, still := slices.BinarySearchFunc(now, m.rank, byRank); !still && t.live(m.rank) {
				put(m.rank, at, t.rate(m.rank))
			}
		}
		for _, m := range now {
			put(m.rank, at, m.rate)
		}
		last, now = now, last
		if budget -= len(last); budget <= 0 {
			return to, false
		}
	}
	return to, true
}
