package funnel

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lifecycle-go/lifecycle/internal/quantile"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// TimesComparison compares how long it took two groups. Two tests are given, for
// they ask different things: Welch's whether the means differ, which a few very
// slow customers decide, and Wilcoxon's whether one group tends to be faster,
// which they do not.
type TimesComparison struct {
	A, B   Durations
	NA, NB int64
	// Difference is the mean of B less that of A, with Welch's interval (B. L.
	// Welch, Biometrika 34, 1947, 28–35); T, DF and P are his test. They are NaN,
	// and the bounds zero, where a group has fewer than two or neither varies.
	Difference, Lo, Hi time.Duration
	Level              float64
	T, DF, P           float64
	// W is Wilcoxon's rank sum of B less its least, as R gives it (Mann and
	// Whitney's U): of all pairs, those in which B took longer, ties half. RankP is
	// its two-sided probability, exact below fifty without ties and otherwise by
	// the normal distribution, corrected for ties and continuity; NaN where a group
	// is empty.
	W, RankP float64
}

// CompareTimes compares how long the way from the first step to the last took the
// converters of two reports. Level is that of the interval; zero is 0.95.
//
// Errors: a level that is none.
func CompareTimes(a, b *Report, level float64) (TimesComparison, error) {
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return TimesComparison{}, &fault.Error{Package: "funnel", Op: "CompareTimes", Field: "level", Value: fmt.Sprint(level), Limit: "want more than 0 and less than 1", Err: ErrSpec}
	}
	a.sort()
	b.sort()
	out := TimesComparison{
		A: durations(a.total), B: durations(b.total), NA: int64(len(a.total)), NB: int64(len(b.total)),
		Level: level, T: math.NaN(), DF: math.NaN(), P: math.NaN(),
	}
	out.Difference = quantile.Mean(b.total) - quantile.Mean(a.total)
	out.welch(a.total, b.total)
	out.W, out.RankP = rankSum(b.total, a.total)
	return out, nil
}

func (c *TimesComparison) welch(a, b []int64) {
	if len(a) < 2 || len(b) < 2 {
		return
	}
	var mean, part, df [2]float64
	for g, list := range [][]int64{a, b} {
		n, sum := float64(len(list)), 0.0
		for _, v := range list {
			sum += float64(v)
		}
		mean[g], sum = sum/n, 0
		for _, v := range list {
			d := float64(v) - mean[g]
			sum += float64(d * d)
		}
		part[g] = sum / (n - 1) / n
		df[g] = float64(part[g]*part[g]) / (n - 1)
	}
	v := part[0] + part[1]
	if v == 0 {
		return
	}
	se := math.Sqrt(v)
	c.T, c.DF = (mean[1]-mean[0])/se, float64(v*v)/(df[0]+df[1])
	t := distuv.StudentsT{Sigma: 1, Nu: c.DF}
	c.P = 2 * t.CDF(-math.Abs(c.T))
	half := t.Quantile(1-(1-c.Level)/2) * se
	c.Lo, c.Hi = time.Duration(mean[1]-mean[0]-half), time.Duration(mean[1]-mean[0]+half)
}

// exactRanks bounds the exact distribution, as R does.
const exactRanks = 50

// rankSum is Wilcoxon's two-sample test of ascending values (F. Wilcoxon,
// Biometrics Bulletin 1, 1945, 80–83; H. B. Mann and D. R. Whitney, Annals of
// Mathematical Statistics 18, 1947, 50–60).
func rankSum(x, y []int64) (w, p float64) {
	if len(x) == 0 || len(y) == 0 {
		return 0, math.NaN()
	}
	n, m := float64(len(x)), float64(len(y))
	ties := 0.0 // Σ t³ − t
	for i, j := 0, 0; i < len(x) || j < len(y); {
		at := int64(math.MaxInt64)
		if i < len(x) {
			at = x[i]
		}
		if j < len(y) {
			at = min(at, y[j])
		}
		fromI, fromJ := i, j
		for i < len(x) && x[i] == at {
			i++
		}
		for j < len(y) && y[j] == at {
			j++
		}
		same := float64(i - fromI + j - fromJ)
		ties += float64(same*same*same) - same
		w += float64(float64(i-fromI) * (float64(fromJ) + float64(j-fromJ)/2))
	}
	if ties == 0 && len(x) < exactRanks && len(y) < exactRanks {
		return w, exactRankSum(len(x), len(y), int(w))
	}
	z := w - n*m/2
	sigma := math.Sqrt(float64(n*m/12) * (n + m + 1 - ties/((n+m)*(n+m-1))))
	if sigma == 0 {
		return w, 1
	}
	z = max(0, math.Abs(z)-0.5) / sigma
	return w, min(1, 2*distuv.UnitNormal.CDF(-z))
}

// exactRankSum is the two-sided probability of w under the hypothesis that all
// choices of n ranks of n + m are alike: a count of them by their sums.
func exactRankSum(n, m, w int) float64 {
	// ways[k][s]: choices of k of the values so far with s pairs.
	ways := make([][]float64, n+1)
	for k := range ways {
		ways[k] = make([]float64, n*m+1)
	}
	ways[0][0] = 1
	for rank := range n + m {
		for k := min(n, rank+1); k > 0; k-- {
			shift := rank - k + 1 // how many of the others are smaller
			if shift > m {
				continue
			}
			for s := n * m; s >= shift; s-- {
				ways[k][s] += ways[k-1][s-shift]
			}
		}
	}
	all, tail := 0.0, 0.0
	w = min(w, n*m-w) // it is symmetric
	for s, count := range ways[n] {
		if all += count; s <= w {
			tail += count
		}
	}
	return min(1, 2*tail/all)
}

// Rows are both groups as cells of a table, titles first, and the difference
// with both tests.
func (c TimesComparison) Rows() [][]string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	line := func(name string, n int64, d Durations) []string {
		return []string{name, strconv.FormatInt(n, 10), d.Mean.String(), d.Median.String(), d.P90.String(), "", "", "", ""}
	}
	return [][]string{
		{"group", "n", "mean", "median", "p90", "lo", "hi", "p", "rank_p"},
		line("a", c.NA, c.A), line("b", c.NB, c.B),
		{"difference", "", c.Difference.String(), "", "", c.Lo.String(), c.Hi.String(), number(c.P), number(c.RankP)},
	}
}

// String is the means, and both tests.
func (c TimesComparison) String() string {
	return fmt.Sprintf("mean %s of %d, %s of %d: difference %s (%s to %s), p %.4f by Welch; p %.4f by Wilcoxon",
		c.A.Mean, c.NA, c.B.Mean, c.NB, c.Difference, c.Lo, c.Hi, c.P, c.RankP)
}

// MarshalJSON writes durations as text and what is undefined as null.
func (c TimesComparison) MarshalJSON() ([]byte, error) {
	number := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	return json.Marshal(struct {
		A          Durations `json:"a"`
		B          Durations `json:"b"`
		NA         int64     `json:"n_a"`
		NB         int64     `json:"n_b"`
		Difference string    `json:"difference"`
		Lo         string    `json:"lo"`
		Hi         string    `json:"hi"`
		Level      float64   `json:"level"`
		T          *float64  `json:"t"`
		DF         *float64  `json:"df"`
		P          *float64  `json:"p"`
		W          float64   `json:"w"`
		RankP      *float64  `json:"rank_p"`
	}{c.A, c.B, c.NA, c.NB, c.Difference.String(), c.Lo.String(), c.Hi.String(), c.Level, number(c.T), number(c.DF), number(c.P), c.W, number(c.RankP)})
}
