package forecast_test

import (
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
)

// coverage is how often intervals held what came, over all months ahead, and
// the median error at the last.
type coverage struct {
	in80, in95, in80last, in95last, n, last int
	ape, vendor, width                      []float64
}

func cover(t *testing.T, w world, seed uint64, history, horizon, paths int, into *coverage) {
	t.Helper()
	t.Helper()
	books, mrr, _ := w.found(t, seed, history-1, horizon)
	p, err := forecast.Books(books, forecast.Options{Origin: calendar.NewMonth(worldStart, 1).Add(history - 1), Horizon: horizon, Paths: paths, Seed: seed})
	require.NoError(t, err)
	for h := 1; h <= horizon; h++ {
		came := mrr[history-1+h]
		a, b := p.At(forecast.MRR, h, 0.8), p.At(forecast.MRR, h, 0.95)
		into.n++
		hit80, hit95 := a.Lo <= came && came <= a.Hi, b.Lo <= came && came <= b.Hi
		if hit80 {
			into.in80++
		}
		if hit95 {
			into.in95++
		}
		if h == horizon {
			into.last++
			if hit80 {
				into.in80last++
			}
			if hit95 {
				into.in95last++
			}
			into.ape = append(into.ape, math.Abs(a.Value/came-1))
			into.width = append(into.width, (b.Hi-b.Lo)/came)
			// The vendors' rule: the mean net movement of three months.
			add := (mrr[history-1] - mrr[history-4]) / 3
			into.vendor = append(into.vendor, math.Abs((mrr[history-1]+float64(h)*add)/came-1))
		}
	}
}

func median(xs []float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	return xs[len(xs)/2]
}

// Intervals hold what came as often as they say. Each world is drawn
// LIFECYCLE_COVERAGE times (12 otherwise, 5 in short); the bands below are
// those of 200 draws, widened by two binomial errors of the draws made, since
// the months of one draw are far from independent.
func TestBooks_CoverageOnInventedCompanies(t *testing.T) {
	t.Parallel()
	draws := 12
	if testing.Short() {
		draws = 5
	}
	if s := os.Getenv("LIFECYCLE_COVERAGE"); s != "" {
		var err error
		draws, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	for _, months := range []int{30, 60} {
		if months == 60 && draws < 40 {
			continue
		}
		pooled := coverage{}
		for _, w := range worlds {
			c := coverage{}
			for i := range draws {
				cover(t, w, uint64(1000*months+i), months, 12, 400, &c)
			}
			a, b := float64(c.in80)/float64(c.n), float64(c.in95)/float64(c.n)
			t.Logf("%d months, %-18s 80 %%: %.3f, 95 %%: %.3f; at month 12: %.3f, %.3f; median error %.1f %% (vendors' rule %.1f %%), width %.0f %%",
				months, w.name, a, b, float64(c.in80last)/float64(c.last), float64(c.in95last)/float64(c.last), 100*median(c.ape), 100*median(c.vendor), 100*median(c.width))
			slack := func(p float64) float64 { return 2 * math.Sqrt(p*(1-p)/float64(draws)) }
			low80, low95 := 0.70, 0.90
			if w.name == "broken" || w.name == "tiring" || w.name == "seasonal sign-ups" {
				low80, low95 = 0.60, 0.85
			}
			assert.GreaterOrEqual(t, a, low80-slack(low80), w.name)
			assert.GreaterOrEqual(t, b, low95-slack(low95), w.name)
			assert.LessOrEqual(t, a, 0.92+slack(0.92), w.name)
			if draws >= 40 {
				assert.LessOrEqual(t, median(c.ape), median(c.vendor), "%s: the vendors' rule errs less", w.name)
			}
			pooled.in80 += c.in80
			pooled.in95 += c.in95
			pooled.n += c.n
		}
		a, b := float64(pooled.in80)/float64(pooled.n), float64(pooled.in95)/float64(pooled.n)
		t.Logf("%d months, pooled: %.3f, %.3f", months, a, b)
		slack := 2 * math.Sqrt(0.8*0.2/float64(draws*len(worlds)))
		assert.InDelta(t, 0.81, a, 0.07+slack)
		assert.GreaterOrEqual(t, b, 0.90-slack)
	}
}
