package forecast

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// plain walks everybody month by month, as the model is told in words: each
// month whoever is there leaves or stays, who stays moves or not, who is away
// returns or not, and new ones come.
func plain(in *ingredients, h *history, horizon int, r *rand.Rand) record {
	rec := newRecord(horizon)
	type one struct {
		level, kept, origin int64
		tenure, away        int
		there, first, ours  bool
	}
	var all []*one
	for _, p := range h.live {
		all = append(all, &one{level: p.level, kept: p.level, origin: p.level, tenure: int(p.since), there: true, first: true, ours: true})
	}
	for _, p := range h.gone {
		all = append(all, &one{level: p.level, away: int(p.since)})
	}
	rate := func(share []float64, k int) float64 {
		if k >= len(share) {
			return 0
		}
		return 1 - share[k]/share[k-1]
	}
	for m := 1; m <= horizon; m++ {
		for _, c := range all {
			if !c.there {
				c.away++
				if r.Float64() < rate(in.absent.share, c.away) {
					c.there, c.tenure = true, 0
					rec[m][lineReactivation] += c.level
					rec[m][lineReactivatedHeads]++
					if c.ours {
						rec[m][lineOurs] += c.level
					}
				}
				continue
			}
			c.tenure++
			if r.Float64() < rate(in.surv.share, c.tenure) {
				rec[m][lineChurn] += c.level
				rec[m][lineChurnedHeads]++
				if c.ours {
					rec[m][lineOurs] -= c.level
				}
				if c.first {
					rec[m][lineLive] -= c.level
					rec[m][lineLiveKept] -= c.kept
				}
				c.there, c.away, c.first = false, 0, false
				continue
			}
			if r.Float64() < rate(in.still.share, 1) {
				pool := in.factors[0]
				if c.level > 2500 {
					pool = in.factors[1]
				}
				next := int64(math.Round(float64(c.level) * pool[r.IntN(len(pool))]))
				if next > c.level {
					rec[m][lineExpansion] += next - c.level
				} else {
					rec[m][lineContraction] += c.level - next
				}
				if c.ours {
					rec[m][lineOurs] += next - c.level
				}
				if c.first {
					kept := min(c.origin, next)
					rec[m][lineLive] += next - c.level
					rec[m][lineLiveKept] += kept - c.kept
					c.kept = kept
				}
				c.level = next
			}
		}
		// Poisson by counting exponential gaps.
		for t := r.ExpFloat64(); t < in.expect[m]; t += r.ExpFloat64() {
			l := in.firsts[r.IntN(len(in.firsts))]
			rec[m][lineNew] += l
			rec[m][lineNewHeads]++
			all = append(all, &one{level: l, there: true})
		}
	}
	return rec
}

// The walk that skips months in which nothing happens has the distribution of
// the one that does not: means and variances of every line and month.
func TestLaw_WalkIsThePlainWalk(t *testing.T) {
	t.Parallel()
	const horizon, paths = 8, 4000
	h := &history{}
	r := rand.New(rand.NewPCG(11, 12))
	for i := range 30 {
		h.live = append(h.live, standing{level: int64(1000 + 100*i), since: int32(i % 9)})
		h.gone = append(h.gone, standing{level: int64(2000 + 50*i), since: int32(i % 40)})
	}
	in := &ingredients{
		surv:    newDecline(survivalOf([]float64{0, 0.3, 0.2, 0.1, 0.1, 0.05, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1}, 0)),
		still:   newDecline([]float64{1, 0.8, 0.64, 0.512, 0.4096, 0.32768, 0.262144, 0.2097152, 0.16777216}),
		factors: [][]float64{{1.5, 0.5, 1.1, 2}, {1.2, 0.7}}, bands: []int64{2500}, firsts: []int64{500, 1500, 9000},
		expect: []float64{0, 2, 3, 2.5, 0.5, 1, 4, 2, 2}, phi: 1, price: 1,
	}
	absent := make([]float64, maxAbsent+1)
	absent[0] = 1
	for k := 1; k < len(absent); k++ {
		absent[k] = absent[k-1] * []float64{0.8, 0.95}[k%2]
	}
	in.absent = newDecline(absent)
	who := h.roster(nil, 2) // crowds of two to four, and all newcomers
	require.Len(t, who.crowds, 9)
	var fast, slow [lines][horizon + 1][]float64
	for path := range paths {
		in.key = pathKey(5, path)
		w := walker{horizon: horizon, today: [][]int64{make([]int64, horizon+1)}}
		rec := w.run(in, who)
		p := plain(in, h, horizon, r)
		for l := range lines {
			for m := 1; m <= horizon; m++ {
				fast[l][m] = append(fast[l][m], float64(rec[m][l]))
				slow[l][m] = append(slow[l][m], float64(p[m][l]))
			}
		}
	}
	moments := func(xs []float64) (mean, variance, fourth float64) {
		for _, x := range xs {
			mean += x / float64(len(xs))
		}
		for _, x := range xs {
			d := (x - mean) * (x - mean)
			variance += d / float64(len(xs))
			fourth += d * d / float64(len(xs))
		}
		return mean, variance, fourth
	}
	var squares float64
	n := 0
	for l := range lines {
		for m := 1; m <= horizon; m++ {
			a, va, fa := moments(fast[l][m])
			b, vb, fb := moments(slow[l][m])
			z := (a - b) / math.Sqrt((va+vb)/paths)
			zv := (va - vb) / math.Sqrt((fa-va*va+fb-vb*vb)/paths)
			assert.Less(t, math.Abs(z), 4.5, "mean of line %d in month %d: %v, plainly %v", l, m, a, b)
			assert.Less(t, math.Abs(zv), 4.5, "variance of line %d in month %d: %v, plainly %v", l, m, va, vb)
			squares += z * z
			n++
		}
	}
	assert.InDelta(t, 1, squares/float64(n), 0.45, "mean z²")
}

// Counts have the distribution they say, and a larger mean never gives fewer.
func TestLaw_Counts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct{ mean, phi float64 }{{0.1, 1}, {3, 1}, {80, 1}, {499, 1}, {501, 1}, {4000, 1}, {3, 2.5}, {40, 1.5}, {900, 4}} {
		const n = 20_000
		sum, squares := 0.0, 0.0
		for range n {
			x := float64(count(c.mean, c.phi, r.Float64(), r.Float64()))
			sum += x
			squares += (x - c.mean) * (x - c.mean)
		}
		sd := math.Sqrt(c.mean * c.phi)
		assert.InDelta(t, c.mean, sum/n, 5*sd/math.Sqrt(n), "%+v", c)
		assert.InEpsilon(t, c.mean*c.phi, squares/n, 0.06+1/c.mean/10, "%+v", c)
	}
	rapid.Check(t, func(t *rapid.T) {
		mean, phi := rapid.Float64Range(0, 1000).Draw(t, "mean"), rapid.Float64Range(1, 3).Draw(t, "phi")
		u, v := rapid.Float64Range(0.0001, 0.9999).Draw(t, "u"), rapid.Float64Range(0.0001, 0.9999).Draw(t, "v")
		if more := mean * 1.2; mean > 500 || more < 500 { // the two forms differ by less than one across the border
			assert.LessOrEqual(t, count(mean, phi, u, v), count(more, phi, u, v))
		}
	})
}

// sBG by counts: the mode of its likelihood where the data say much.
func TestSBG_RecoversItself(t *testing.T) {
	t.Parallel()
	for _, want := range []sbg{{0.668, 3.806}, {0.704, 1.182}, {3, 60}} {
		const n = 24
		atRisk, churned := make([]int64, n+1), make([]int64, n+1)
		left := 1e9
		for k := 1; k <= n; k++ {
			atRisk[k] = int64(left)
			churned[k] = int64(left * want.hazard(k))
			left -= left * want.hazard(k)
		}
		got := fitSBG(atRisk, churned)
		assert.InEpsilon(t, want.a, got.a, 1e-4)
		assert.InEpsilon(t, want.b, got.b, 1e-4)
	}
	// High End of Fader and Hardie (2007), Table 1, per 1,000 customers over
	// seven years: a = 0.668, b = 3.806 (0.668088351, 3.806094964).
	alive := []int64{1000, 869, 743, 653, 593, 551, 517, 491}
	atRisk, churned := make([]int64, 8), make([]int64, 8)
	for k := 1; k < 8; k++ {
		atRisk[k], churned[k] = alive[k-1], alive[k-1]-alive[k]
	}
	got := fitSBG(atRisk, churned)
	assert.InEpsilon(t, 0.668088351, got.a, 0.01) // the prior weighs little
	assert.InEpsilon(t, 3.806094964, got.b, 0.01)
	for _, d := range []int64{0, 5} { // nobody left; all left at once
		m := fitSBG([]int64{0, 5}, []int64{0, d})
		assert.Positive(t, m.a)
		assert.False(t, math.IsInf(m.b, 0) || math.IsNaN(m.b))
	}
}

// What is counted by tenure is what a slow count of each customer's month ends
// finds.
func TestLaw_HistoryCounts(t *testing.T) {
	t.Parallel()
	start := calendar.NewMonth(2023, time.October)
	returns := 0
	law.Check(t, func(t *rapid.T) {
		books, err := ledger.New(ledger.Options{Currency: "EUR"})
		require.NoError(t, err)
		months := rapid.IntRange(1, 10).Draw(t, "months")
		n := rapid.IntRange(1, 6).Draw(t, "customers")
		levels := make([][]int64, n)
		for c := range n {
			for m := range months {
				v := rapid.SampledFrom([]int64{0, 0, 100, 100, 150}).Draw(t, "level")
				levels[c] = append(levels[c], v)
				at := start.Add(m).Start(time.UTC).Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "hour")) * time.Hour)
				require.NoError(t, books.Append(ledger.Change{Customer: string(rune('a' + c)), At: at, Amount: decimal.NewFromInt(v)}))
				if rapid.IntRange(0, 3).Draw(t, "twice") == 0 { // something else earlier in the month
					require.NoError(t, books.Append(ledger.Change{Customer: string(rune('a' + c)), At: start.Add(m).Start(time.UTC), Amount: decimal.NewFromInt(77)}))
				}
			}
		}
		origin := start.Add(months - 1)
		h, err := read(books, origin, true)
		if err != nil {
			return
		}
		skip := h.first.Sub(start)
		size := len(h.atRisk)
		atRisk, churned, away, returned, signups := make([]int64, size), make([]int64, size), make([]int64, size), make([]int64, size), make([]int64, h.months)
		moves, opening := 0, int64(0)
		var live, gone []standing
		for _, l := range levels {
			k, seen := 0, false
			at := standing{}
			for m, v := range l {
				if v > 0 {
					at.level = 100 * v
				}
				was := int64(0)
				if m > 0 {
					was = l[m-1]
				}
				switch {
				case was > 0:
					k++
					atRisk[k]++
					if v == 0 {
						churned[k]++
						k = 0
					} else if v != was {
						moves++
					}
				case seen:
					k++
					away[k]++
					if v > 0 {
						returned[k]++
						k = 0
						returns++
					}
				case v > 0:
					seen = true
					at.cohort = int32(m - skip)
					signups[m-skip]++
				}
			}
			at.since = int32(k)
			switch {
			case l[months-1] > 0:
				live = append(live, at)
				opening += l[months-1] * 100
			case seen:
				gone = append(gone, at)
			}
		}
		assert.Equal(t, atRisk, h.atRisk)
		assert.Equal(t, churned, h.churned)
		assert.Equal(t, away, h.away)
		assert.Equal(t, returned, h.returned)
		assert.Equal(t, signups, h.signups)
		assert.Len(t, h.moves, moves)
		assert.Equal(t, live, h.live)
		assert.Equal(t, gone, h.gone)
		assert.Len(t, h.ids, len(live))
		assert.Equal(t, opening, h.opening)
	}, law.Counters{"returns": &returns})
}

// The table finds what a scan finds, at every border.
func TestLaw_DeclineFindsTheMonth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		share := []float64{1}
		for range rapid.IntRange(0, 30).Draw(t, "months") {
			share = append(share, share[len(share)-1]*rapid.SampledFrom([]float64{1, 1, 0.999, 0.9, 0.5, 0.01, 0}).Draw(t, "stay"))
		}
		d := newDecline(share)
		from, to := rapid.IntRange(0, len(share)-1).Draw(t, "from"), rapid.IntRange(0, 40).Draw(t, "to")
		u := rapid.OneOf(rapid.Float64Range(0x1p-40, 1-0x1p-40), rapid.SampledFrom([]float64{0.5, 0.25, 1023.0 / 1024, 1.0 / 1024, 0x1p-33, 1 - 0x1p-33})).Draw(t, "u")
		target := u * share[from]
		if rapid.Bool().Draw(t, "border") {
			target = min(target, share[rapid.IntRange(0, len(share)-1).Draw(t, "at")])
		}
		want := -1
		for k := from + 1; k < len(share) && k <= to; k++ {
			if share[k] <= target {
				want = k
				break
			}
		}
		if target < share[from] || target == 0 {
			assert.Equal(t, want, d.first(from, to, target))
		}
	})
}

// Bands part all movements, each in one, by what was paid before.
func TestLaw_BandsPartTheMovements(t *testing.T) {
	t.Parallel()
	several := 0
	law.Check(t, func(t *rapid.T) {
		h := &history{}
		for i := range rapid.IntRange(0, 200).Draw(t, "n") {
			h.moves = append(h.moves, movement{before: int64(rapid.IntRange(1, 12).Draw(t, "before")), factor: float64(i)})
		}
		slices.SortStableFunc(h.moves, func(a, b movement) int { return cmp.Compare(a.before, b.before) })
		bands := h.cutBands()
		assert.LessOrEqual(t, len(bands), maxBands-1)
		var all []movement
		in := &ingredients{bands: bands}
		for i := range len(bands) + 1 {
			b := h.band(bands, i)
			all = append(all, b...)
			in.factors = append(in.factors, []float64{float64(i)})
			if len(h.moves) > 0 {
				assert.NotEmpty(t, b)
			}
		}
		assert.Equal(t, h.moves, all)
		for i := range len(bands) + 1 {
			for _, m := range h.band(bands, i) {
				assert.InDelta(t, float64(i), in.factors[in.bandOf(m.before)][0], 0)
			}
		}
		if len(bands) > 2 {
			several++
		}
	}, law.Counters{"several": &several})
}
