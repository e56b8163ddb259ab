package policy

import (
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
		budget := effort(len(some))
		last := map[int]int{}
		changes(all, some, func(from, to int64, now []int) bool {
			for j, v := range roundSum(all, now, r, n) {
				out = extend(out, last, all, now[j], from, to, v)
			}
			budget -= len(now)
			return budget > 0
		})
		if budget <= 0 {
			n.of(&all[some[0]], billing.CodeUnsupported, billing.Fault, "Item", strconv.Itoa(len(some)),
				"too many items at once to round their sum; the subscription counts nothing")
			return nil
		}
	}
	slices.SortFunc(out, bySegment)
	return out
}

// roundSum shares the rounded sum of some segments: what rounding adds goes to
// the largest, what it takes comes off the largest first.
func roundSum(all []segment, now []int, r Rounding, n *notes) []rate {
	out := make([]rate, len(now))
	order := make([]int, len(now))
	var sum rate
	for j, i := range now {
		order[j], out[j] = j, all[i].rate
		sum = plus(sum, all[i].rate, &all[i], n)
	}
	slices.SortStableFunc(order, func(i, j int) int { return out[j].cmp(out[i]) })
	rounded := sum.round(r.Places, r.Mode)
	if more, _ := rounded.sub(sum); !more.isZero() {
		out[order[0]] = plus(out[order[0]], more, &all[now[order[0]]], n)
		return out
	}
	fewer, _ := sum.sub(rounded)
	for _, j := range order {
		if fewer.isZero() {
			break
		}
		less, _ := out[j].sub(fewer)
		fewer, _ = fewer.sub(out[j])
		out[j] = less
	}
	return out
}
