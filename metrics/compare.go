package metrics

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Comparison is two independent shares beside each other: variant A and B of
// an experiment, two personas, two months.
type Comparison struct {
	A, B       Ratio    // the shares
	Difference Estimate // B − A, with Newcombe's interval
	Z          float64  // two-proportion statistic with the pooled share; NaN where all or none succeeded
	P          float64  // two-sided probability of a difference at least as large, if there were none
	Exact      bool     // P is Fisher's, because an expected count is below 5
}

// maxFisher bounds the tables that the exact test sums over: where every margin
// is larger, no expected count is below 5.
const maxFisher = 10_000_000

// CompareShares compares successes among n in two independent groups at a level
// such as 0.95.
//
// The interval of the difference is Newcombe's from two Wilson intervals
// (method 10); it stays inside −1 to 1 and holds its level for small groups.
// The test is the two-proportion z-test with the pooled share, or, where an
// expected count is below 5, Fisher's exact test, two-sided as the sum of all
// tables no likelier than the one seen.
//
// A group of nobody gives an undefined share and no estimate. Errors: negative
// counts, more successes than n, a level outside (0, 1).
//
// Source: R. G. Newcombe, "Interval estimation for the difference between
// independent proportions", Statistics in Medicine 17 (1998) 873–890.
func CompareShares(successesA, nA, successesB, nB int64, level float64) (Comparison, error) {
	a, err := Wilson(successesA, nA, level)
	if err != nil {
		return Comparison{}, fmt.Errorf("metrics: CompareShares: A: %w", err)
	}
	b, err := Wilson(successesB, nB, level)
	if err != nil {
		return Comparison{}, fmt.Errorf("metrics: CompareShares: B: %w", err)
	}
	c := Comparison{A: NewCount(successesA, nA), B: NewCount(successesB, nB), Z: math.NaN(), P: math.NaN()}
	if nA == 0 || nB == 0 {
		return c, nil
	}
	d := b.Value - a.Value
	c.Difference = Estimate{
		Value: d, Level: level, N: nA + nB,
		Lo: max(-1, d-math.Hypot(b.Value-b.Lo, a.Hi-a.Value)),
		Hi: min(1, d+math.Hypot(b.Hi-b.Value, a.Value-a.Lo)),
	}
	all, n := float64(successesA+successesB), float64(nA+nB)
	pooled := all / n
	if spread := math.Sqrt(float64(pooled*(1-pooled)) * (1/float64(nA) + 1/float64(nB))); spread > 0 {
		c.Z = d / spread
		c.P = math.Erfc(math.Abs(c.Z) / math.Sqrt2)
	}
	least := min(float64(nA), float64(nB)) * min(pooled, 1-pooled)
	if least < 5 && min(successesA+successesB, nA+nB-successesA-successesB, nA, nB) <= maxFisher {
		c.P, c.Exact = fisher(successesA, nA, successesB, nB), true
	}
	return c, nil
}

// fisher is the two-sided exact probability: the sum over all tables with these
// margins that are no likelier than the one seen, with R's slack of 1e-7.
func fisher(a, nA, b, nB int64) float64 {
	k := a + b
	lo, hi := max(0, k-nB), min(k, nA)
	choose := func(n, k int64) float64 {
		x, _ := math.Lgamma(float64(n + 1))
		y, _ := math.Lgamma(float64(k + 1))
		z, _ := math.Lgamma(float64(n - k + 1))
		return x - y - z
	}
	total := choose(nA+nB, k)
	chance := func(i int64) float64 { return math.Exp(choose(nA, i) + choose(nB, k-i) - total) }
	seen, sum := chance(a), 0.0
	for i := lo; i <= hi; i++ {
		if p := chance(i); p <= seen*(1+1e-7) {
			sum += p
		}
	}
	return min(1, sum)
}

// String is both shares, the difference and its interval, and P.
func (c Comparison) String() string {
	if !c.Difference.Defined() {
		return c.A.Percent(1) + " and " + c.B.Percent(1) + ": nothing to compare"
	}
	points := func(f float64) string { return strconv.FormatFloat(100*f, 'f', 1, 64) }
	d := c.Difference
	return c.A.Percent(1) + " and " + c.B.Percent(1) + ": " + points(d.Value) + " points, " +
		points(d.Lo) + " to " + points(d.Hi) + ", p = " + strconv.FormatFloat(c.P, 'g', 3, 64)
}

// MarshalJSON writes a, b, difference, z, p and exact; what is not a number is
// null.
func (c Comparison) MarshalJSON() ([]byte, error) {
	number := func(f float64) *float64 {
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
		return &f
	}
	return json.Marshal(struct {
		A          Ratio    `json:"a"`
		B          Ratio    `json:"b"`
		Difference Estimate `json:"difference"`
		Z          *float64 `json:"z"`
		P          *float64 `json:"p"`
		Exact      bool     `json:"exact"`
	}{c.A, c.B, c.Difference, number(c.Z), number(c.P), c.Exact})
}

// Holm corrects the probabilities of several tests of one question, in their
// order, so that the chance of any false alarm stays at the level one compares
// them with. NaN stays NaN and counts as no test.
//
// Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65–70.
func Holm(p []float64) []float64 {
	return corrected(p, func(rank, m int, p, before float64) float64 { return max(before, min(1, p*float64(m-rank))) }, false)
}

// BenjaminiHochberg corrects the probabilities of many tests, in their order,
// so that of those one believes the expected share of false ones stays at the
// level one compares them with. NaN stays NaN and counts as no test.
//
// Source: Y. Benjamini, Y. Hochberg, JRSS B 57 (1995) 289–300.
func BenjaminiHochberg(p []float64) []float64 {
	return corrected(p, func(rank, m int, p, before float64) float64 { return min(before, p*float64(m)/float64(rank+1)) }, true)
}

func corrected(p []float64, step func(rank, m int, p, before float64) float64, down bool) []float64 {
	out := slices.Clone(p)
	var order []int
	for i := range p {
		if !math.IsNaN(p[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	before := 0.0
	if down {
		before = 1
	}
	for k := range order {
		rank := k
		if down {
			rank = len(order) - 1 - k
		}
		i := order[rank]
		before = step(rank, len(order), p[i], before)
		out[i] = before
	}
	return out
}
