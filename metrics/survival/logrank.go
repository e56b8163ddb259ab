package survival

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Test is a test of the hypothesis that groups do not differ.
type Test struct {
	ChiSq float64
	DF    int
	P     float64 // 0 where it underflows: see LogP
	LogP  float64 // natural logarithm of P, finite beyond 1e-308
	// Observed and Expected events by group, in the order of Groups; weighted
	// where Rho is not 0.
	Observed, Expected []float64
	Groups             []string // sorted
}

// maxGroups bounds the groups of a test: its covariance is their square.
const maxGroups = 100

// LogRank tests whether the groups of the subjects survive alike, with weights
// S(t-)^Rho (Fleming and Harrington) of the pooled curve; with strata, whether
// they do within each. Degrees of freedom are the groups that could have had
// an event, less one. Weights count as that many subjects alike.
//
// One group has nothing to be compared with: DF 0, P 1.
//
// Source: Mantel (1966); Harrington and Fleming, Biometrika 69 (1982); the
// variance is that of the hypergeometric distribution, as in R's survdiff.
func LogRank(subjects iter.Seq[Subject], o Options) (Test, error) {
	if err := o.validate("LogRank"); err != nil {
		return Test{}, err
	}
	s, err := gather("LogRank", subjects, want{groups: true, strata: true})
	if err != nil {
		return Test{}, err
	}
	k := len(s.groups)
	if k > maxGroups {
		return Test{}, &fault.Error{Package: "survival", Op: "LogRank", Field: "groups", Value: strconv.Itoa(k), Limit: "want at most " + strconv.Itoa(maxGroups), Err: ErrTooMany}
	}
	t := Test{Observed: make([]float64, k), Expected: make([]float64, k), Groups: s.groups}
	cov := make([]float64, k*k)
	for _, rows := range split(byTime(s.exit), s.strata, len(s.stratum)) {
		s.compare(rows, o.Rho, &t, cov)
	}
	for g := range k { // the upper half as the lower
		for h := range g {
			cov[h*k+g] = cov[g*k+h]
		}
	}
	diff := make([]float64, k)
	for i := range diff {
		diff[i] = t.Observed[i] - t.Expected[i]
	}
	// The last group follows from the others; a group that was never at risk
	// at an event has neither variance nor a degree of freedom.
	kept := make([]int, 0, k)
	for i := range k {
		if t.Expected[i] > 0 {
			kept = append(kept, i)
		}
	}
	if len(kept) > 0 {
		kept = kept[:len(kept)-1]
	}
	t.ChiSq, t.DF = quadratic(cov, k, diff, kept)
	t.P, t.LogP = 1, 0
	if t.DF > 0 {
		t.LogP = special.LogChiSquareTail(t.ChiSq, float64(t.DF))
		t.P = math.Exp(t.LogP)
	}
	return t, nil
}

// compare adds the observed and expected events of rows and their covariance.
func (s *sample) compare(rows []uint32, rho float64, t *Test, cov []float64) {
	l := s.timeline(rows)
	k := len(t.Groups)
	weights := make([]float64, len(l.time))
	surv := 1.0
	for i, d := range l.events {
		weights[i] = 1
		if rho != 0 {
			weights[i] = math.Pow(surv, rho) // of the curve just before
			if surv == 0 {
				weights[i] = 0
			}
		}
		if d > 0 {
			surv *= max(0, l.risk[i]-d) / l.risk[i]
		}
	}
	late := s.late(rows)
	risk, dead, share := make([]float64, k), make([]float64, k), make([]float64, k)
	heads := make([]int, k) // rows at risk
	group := func(r uint32) uint32 {
		if s.group == nil {
			return 0
		}
		return s.group[r]
	}
	at := len(rows)
	for i := len(l.time) - 1; i >= 0; i-- {
		clear(dead)
		for n := l.exits[i]; n > 0; n-- {
			at--
			r := rows[at]
			g, w := group(r), s.weightOf(r)
			risk[g] += w
			heads[g]++
			if s.event[r] {
				dead[g] += w
			}
		}
		for len(late) > 0 && s.entry[late[len(late)-1]] >= l.time[i] {
			r := late[len(late)-1]
			late = late[:len(late)-1]
			g := group(r)
			risk[g] -= s.weightOf(r)
			if heads[g]--; heads[g] == 0 {
				risk[g] = 0
			}
		}
		d, n := l.events[i], l.risk[i]
		if d == 0 {
			continue
		}
		w := weights[i]
		c := 0.0
		if n > 1 {
			c = float64(w*w) * d * max(0, n-d) / (n - 1)
		}
		inv := 1 / n
		for g := range k {
			share[g] = risk[g] * inv
			t.Observed[g] += float64(w * dead[g])
			t.Expected[g] += float64(w*d) * share[g]
		}
		if c == 0 {
			continue
		}
		for g := range k {
			row, cg := cov[g*k:g*k+g+1], c*share[g]
			row[g] += cg
			for h := range row {
				row[h] -= float64(cg * share[h])
			}
		}
	}
}

// String is "chi-square 3.4 on 1 degree of freedom, p = 0.065" and the groups.
func (t Test) String() string {
	var b strings.Builder
	degrees := "degrees"
	if t.DF == 1 {
		degrees = "degree"
	}
	fmt.Fprintf(&b, "chi-square %.6g on %d %s of freedom, p %s", t.ChiSq, t.DF, degrees, pText(t.P, t.LogP))
	for i, g := range t.Groups {
		fmt.Fprintf(&b, "\n%s: observed %.6g, expected %.6g", shown(g), t.Observed[i], t.Expected[i])
	}
	return b.String()
}

// pText shows a p-value, from its logarithm where it underflows.
func pText(p, logP float64) string {
	if p > 1e-300 || math.IsInf(logP, -1) {
		return fmt.Sprintf("= %.4g", p)
	}
	e := math.Floor(logP / math.Ln10)
	return fmt.Sprintf("= %.3fe%.0f", math.Exp(logP-e*math.Ln10), e)
}
