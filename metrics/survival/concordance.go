package survival

import (
	"cmp"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Concordance is the share of comparable pairs of which the one with the
// higher predicted hazard had the event first, ties in the prediction counting
// half: Harrell's C. A pair is comparable where one had the event while the
// other, of the same stratum, was at risk and stayed longer. Its interval is
// normal with the variance of the infinitesimal jackknife; N counts subjects.
// Without a comparable pair it is not defined.
//
// Cost is n log n. Source: Harrell et al., JAMA 247 (1982); Therneau's
// vignette "Concordance" of R's survival for the variance.
func (m *CoxModel) Concordance() metrics.Estimate {
	d := m.data
	share, se, pairs := concordance(d.exit, d.entry, d.event, d.weight, m.eta, d.bounds, d.late)
	return concordanceEstimate(share, se, pairs, d.n, m.opt.Level)
}

func concordanceEstimate(share, se, pairs float64, n int, level float64) metrics.Estimate {
	e := metrics.Estimate{Value: share, Level: level, Lo: math.NaN(), Hi: math.NaN()}
	if !(pairs > 0) {
		e.Value = math.NaN()
		e.Warnings = []error{ErrNoEvents}
		return e
	}
	o := Options{Level: level}
	e.N, e.Lo, e.Hi = int64(n), max(0, share-float64(o.z()*se)), min(1, share+float64(o.z()*se))
	return e
}

// concordance of scores for rows in order of stratum and exit. late lists, by
// stratum, those who entered late in order of entry.
func concordance(exit, entry []float64, event []bool, weight, score []float64, bounds []int, late [][]uint32) (share, se, pairs float64) {
	n := len(exit)
	rank, ranks := rankOf(score)
	good, all := make([]float64, n), make([]float64, n) // by row: the weight of its pairs, ties half
	tree := make(fenwick, ranks+1)
	for s := range len(bounds) - 1 {
		lo, hi := bounds[s], bounds[s+1]
		same := func(from int) int { // the end of the block of equal exits
			to := from + 1
			for to < hi && exit[to] == exit[from] {
				to++
			}
			return to
		}
		// Latest first, with those at risk in the tree: what each event saw.
		clear(tree)
		waiting := late[s]
		for to := hi; to > lo; {
			from := to - 1
			for from > lo && exit[from-1] == exit[from] {
				from--
			}
			for i := from; i < to; i++ { // the censored stay beyond the event
				if !event[i] {
					tree.add(rank[i], weight[i])
				}
			}
			for len(waiting) > 0 && entry[waiting[len(waiting)-1]] >= exit[from] {
				i := waiting[len(waiting)-1]
				waiting = waiting[:len(waiting)-1]
				tree.add(rank[i], -weight[i])
			}
			for i := from; i < to; i++ {
				if event[i] {
					below, upTo, total := tree.sum(rank[i]-1), tree.sum(rank[i]), tree.sum(ranks)
					good[i] += (below + upTo) / 2
					all[i] += total
				}
			}
			for i := from; i < to; i++ {
				if event[i] {
					tree.add(rank[i], weight[i])
				}
			}
			to = from
		}
		// Earliest first, with the events so far in the tree: what each saw of
		// others while it was at risk itself.
		clear(tree)
		see := func(i int, sign float64) {
			below, upTo, total := tree.sum(rank[i]-1), tree.sum(rank[i]), tree.sum(ranks)
			good[i] += sign * (total - (below+upTo)/2)
			all[i] += sign * total
		}
		next := late[s]
		for from := lo; from < hi; {
			to := same(from)
			for len(next) > 0 && entry[next[0]] < exit[from] { // events up to the entry do not count
				see(int(next[0]), -1)
				next = next[1:]
			}
			for i := from; i < to; i++ {
				if event[i] {
					see(i, 1)
				}
			}
			for i := from; i < to; i++ {
				if event[i] {
					tree.add(rank[i], weight[i])
				}
			}
			for i := from; i < to; i++ {
				if !event[i] {
					see(i, 1)
				}
			}
			from = to
		}
	}
	var sumGood, sumAll float64
	for i := range n {
		sumGood += float64(weight[i] * good[i])
		sumAll += float64(weight[i] * all[i])
	}
	if sumAll <= 0 {
		return math.NaN(), math.NaN(), 0
	}
	share = sumGood / sumAll // each pair counted from both sides
	var variance float64
	for i := range n {
		u := 2 * weight[i] * (good[i] - float64(share*all[i])) / sumAll
		variance += float64(u * u)
	}
	return share, math.Sqrt(variance), sumAll / 2
}

// rankOf numbers the distinct scores from 1.
func rankOf(score []float64) (rank []int, ranks int) {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(score[a], score[b]) })
	rank = make([]int, len(score))
	for k, i := range order {
		if k == 0 || score[i] != score[order[k-1]] {
			ranks++
		}
		rank[i] = ranks
	}
	return rank, ranks
}

// fenwick is a tree of sums over ranks 1 to len-1.
type fenwick []float64

func (f fenwick) add(i int, w float64) {
	for ; i < len(f); i += i & -i {
		f[i] += w
	}
}

func (f fenwick) sum(i int) (s float64) {
	for ; i > 0; i -= i & -i {
		s += f[i]
	}
	return s
}
