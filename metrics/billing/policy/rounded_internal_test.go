package policy

import (
	"slices"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// What is rounded together is what summing anew at every instant gives, whatever
// begins and ends when, with ties, and where rounding takes more than some are worth.
func TestLaw_RoundedIsTheObviousSum(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		of := make([]segment, rapid.IntRange(2, 12).Draw(t, "segments"))
		for i := range of {
			x := &of[i]
			x.from = rapid.Int64Range(1, 8).Draw(t, "from")
			if x.to = x.from + rapid.Int64Range(1, 6).Draw(t, "length"); rapid.IntRange(0, 4).Draw(t, "open") == 0 {
				x.to = open
			}
			x.item = strconv.Itoa(i)
			x.rate = rate{decimal.New(rapid.Int64Range(1, 30).Draw(t, "amount"), rapid.Int32Range(-4, 0).Draw(t, "exponent")), rapid.SampledFrom([]int64{1, 3, 7, 12}).Draw(t, "months")}
		}
		r := Rounding{RoundSubscriptions, rapid.Int32Range(0, 3).Draw(t, "places"), money.Rounding(rapid.IntRange(0, 6).Draw(t, "mode"))}
		k := &terms{p: &Policy{Rounding: r}}
		got := k.rounded(slices.Clone(of), &notes{})
		all := make([]int, len(of))
		for i := range all {
			all[i] = i
		}
		var want []segment
		last := map[int]int{}
		changes(of, all, func(from, to int64, now []int) bool {
			fewer := 0
			for j, v := range roundSum(of, now, r, &notes{}) {
				want = extend(want, last, of, now[j], from, to, v)
				if v.cmp(of[now[j]].rate) < 0 {
					fewer++
				}
			}
			if fewer > 1 {
				seen["takes from several"]++
			}
			if len(now) > 3 {
				seen["many at once"]++
			}
			return true
		})
		slices.SortFunc(want, bySegment)
		require.Len(t, got, len(want))
		for i := range want {
			x, y := &got[i], &want[i]
			require.True(t, x.item == y.item && x.from == y.from && x.to == y.to && x.rate.equal(y.rate), "%s from %d to %d: %s/%d, want %s from %d to %d: %s/%d",
				x.item, x.from, x.to, x.rate.dec, x.rate.den, y.item, y.from, y.to, y.rate.dec, y.rate.den)
		}
	}, seen.Need("takes from several", "many at once"))
}

// roundSum shares the rounded sum of some segments, the slow and obvious way: what rounding adds goes to
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
