package simulate_test

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seeds of the statistical laws: fixed before the first run. A law that needs
// much time takes the first few, and all with LIFECYCLE_SLOW set.
const seeds = 20

// maxMisses is how many of 20 intervals of 95 % may miss: more than 4 would
// happen to one quantity in 390 (binomial).
const maxMisses = 4

// tally counts, by quantity, how often an interval of 95 % missed the truth.
type tally struct {
	names  []string
	n      map[string]int
	missed map[string][]uint64
}

func newTally() *tally { return &tally{n: map[string]int{}, missed: map[string][]uint64{}} }

// see notes whether the interval of a quantity holds the truth.
func (c *tally) see(name string, seed uint64, lo, truth, hi float64) {
	if c.n[name] == 0 {
		c.names = append(c.names, name)
	}
	c.n[name]++
	if !(lo <= truth && truth <= hi) {
		c.missed[name] = append(c.missed[name], seed)
	}
}

// mean sees a mean with the standard error of its sample.
func (c *tally) mean(name string, seed uint64, truth float64, sample []float64) {
	n, sum, sq := float64(len(sample)), 0.0, 0.0
	for _, x := range sample {
		sum += x
	}
	for _, x := range sample {
		sq += (x - sum/n) * (x - sum/n)
	}
	se := math.Sqrt(sq / (n - 1) / n)
	c.see(name, seed, sum/n-1.96*se, truth, sum/n+1.96*se)
}

// check: per quantity at most maxMisses of 20, and all together inside the
// binomial band of 99.9 % for a chance of 5 % each. Quantities of one seed are
// not independent, which the band does not know; it bites from above only.
func (c *tally) check(t *testing.T) {
	t.Helper()
	all, misses := 0, 0
	for _, name := range c.names {
		all += c.n[name]
		misses += len(c.missed[name])
		limit := maxMisses
		if c.n[name] < seeds {
			limit = binomialLimit(c.n[name], 0.05, 0.001)
		}
		assert.LessOrEqual(t, len(c.missed[name]), limit, "%s missed in %v of %d", name, c.missed[name], c.n[name])
	}
	require.Positive(t, all)
	assert.LessOrEqual(t, misses, binomialLimit(all, 0.05, 0.001), "of %d", all)
	t.Logf("%d quantities, %d intervals, %d misses (at most %d), %v", len(c.names), all, misses, binomialLimit(all, 0.05, 0.001), c)
}

// String lists the misses by quantity.
func (c *tally) String() string {
	var out []string
	for _, name := range c.names {
		out = append(out, fmt.Sprintf("%s %d/%d", name, len(c.missed[name]), c.n[name]))
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

// binomialLimit is the least k with P(X > k) < tail for X of n trials.
func binomialLimit(n int, p, tail float64) int {
	cum, term := 0.0, math.Pow(1-p, float64(n))
	for k := 0; k <= n; k++ {
		cum += term
		if 1-cum < tail {
			return k
		}
		term *= float64(n-k) / float64(k+1) * p / (1 - p)
	}
	return n
}

func TestBinomialLimit(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 4, binomialLimit(20, 0.05, 0.003)) // P(X > 4) = 0.00257
	assert.Equal(t, 5, binomialLimit(20, 0.05, 0.001)) // P(X > 5) = 0.000329
	assert.Equal(t, 10, binomialLimit(10, 1, 0.5))
}

// lawSeeds are the seeds of a law: the first few in a short run.
func lawSeeds(t *testing.T) iter.Seq[uint64] {
	t.Helper()
	n := uint64(seeds)
	if testing.Short() {
		n = 3
	}
	return func(yield func(uint64) bool) {
		for s := range n {
			if !yield(s) {
				return
			}
		}
	}
}
