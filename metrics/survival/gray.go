package survival

import (
	"fmt"
	"iter"
	"sort"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Gray tests whether the cumulative incidence of one cause is the same in all
// groups, the other causes being what they are: where a log-rank test that
// censors them compares rates, this compares what becomes of people. Observed
// and Expected are the events of the cause; a group's risk set at t is those at
// risk times (1-F)/S, F being its incidence just before t: those who left by
// another cause stay in it as far as they were observed.
//
// The statistic is Gray's with weight 1; its covariance is that of the
// infinitesimal jackknife of each group's curve. A cause that nobody had is an
// error wrapping ErrNoEvents.
//
// Source: Gray, Ann. Statist. 16 (1988) 1141–1154.
func Gray(subjects iter.Seq[Subject], cause string, o Options) (Test, error) {
	if err := o.validate("Gray"); err != nil {
		return Test{}, err
	}
	s, err := gather("Gray", subjects, want{groups: true, causes: true})
	if err != nil {
		return Test{}, err
	}
	k := len(s.groups)
	if k > maxGroups {
		return Test{}, &fault.Error{Package: "survival", Op: "Gray", Field: "groups", Value: strconv.Itoa(k), Limit: "want at most " + strconv.Itoa(maxGroups), Err: ErrTooMany}
	}
	at := sort.SearchStrings(s.causes, cause)
	if at == len(s.causes) || s.causes[at] != cause {
		return Test{}, fmt.Errorf("survival: Gray: nobody has the cause %s: %w", shown(cause), ErrNoEvents)
	}
	rows := byTime(s.exit)
	all := s.timeline(rows)
	times := all.time
	m := len(times)
	groups := make([]*grayGroup, k)
	for g, part := range split(rows, s.group, k) {
		groups[g] = newGrayGroup(s, part, uint32(at), times)
	}

	t := Test{Observed: make([]float64, k), Expected: make([]float64, k), Groups: s.groups}
	total := make([]float64, m) // risk sets of all groups
	events := make([]float64, m)
	for _, g := range groups {
		for i := range m {
			total[i] += g.risk[i]
			events[i] += g.own[i]
		}
	}
	for g, x := range groups {
		for i := range m {
			t.Observed[g] += x.own[i]
			if total[i] > 0 {
				t.Expected[g] += events[i] * x.risk[i] / total[i]
			}
		}
	}
	// The statistic of group a is the sum over groups j of the integral of
	// w = (δ_aj - R_a/R)·R_j against j's subdistribution hazard. What one
	// event of group j at s moves there is d for its cause and e for any.
	cov := make([]float64, k*k)
	d, e := make([][]float64, k), make([][]float64, k)
	for a := range k {
		d[a], e[a] = make([]float64, m), make([]float64, m)
	}
	for j, x := range groups {
		for a := range k {
			later := 0.0
			for i := m - 1; i >= 0; i-- {
				w := 0.0
				if total[i] > 0 {
					w = -groups[a].risk[i] / total[i] * x.risk[i]
					if a == j {
						w += x.risk[i]
					}
				}
				d[a][i], e[a][i] = 0, 0
				if x.atRisk[i] > 0 && x.left[i] > 0 {
					gone := x.any[i] / x.atRisk[i]
					s := x.surv[i] // just before
					// An event of the cause now adds s/left to the hazard; and it
					// scales all that is still to come.
					d[a][i] = float64(w*s)/x.left[i] + float64(s*later)
					if gone < 1 {
						e[a][i] = -x.left[i] / (1 - gone) * later
					}
				}
				if before := x.leftBefore[i]; before > 0 && x.left[i] > 0 {
					later += float64(w * (1/x.left[i] - 1/before))
				}
			}
		}
		for i := range m {
			n := x.atRisk[i]
			if n == 0 || x.any[i] == 0 {
				continue
			}
			h1, h := x.own[i]/n, x.any[i]/n
			for a := range k {
				for b := range a + 1 {
					// The covariance of two sums over one multinomial event.
					product := float64(e[a][i]*e[b][i]*h) + float64((d[a][i]*e[b][i]+e[a][i]*d[b][i]+float64(d[a][i]*d[b][i]))*h1)
					ma, mb := float64(e[a][i]*h)+float64(d[a][i]*h1), float64(e[b][i]*h)+float64(d[b][i]*h1)
					cov[a*k+b] += (product - float64(ma*mb)) / n
				}
			}
		}
	}
	for a := range k {
		for b := range a {
			cov[b*k+a] = cov[a*k+b]
		}
	}
	diff := make([]float64, k)
	kept := make([]int, 0, k)
	for g := range k {
		diff[g] = t.Observed[g] - t.Expected[g]
		if t.Expected[g] > 0 {
			kept = append(kept, g)
		}
	}
	if len(kept) > 0 {
		kept = kept[:len(kept)-1]
	}
	q, df := quadratic(cov, k, diff, kept)
	r := chiTest(q, df)
	t.ChiSq, t.DF, t.P, t.LogP = r.ChiSq, r.DF, r.P, r.LogP
	return t, nil
}

// grayGroup is one group's curve at the times of all groups.
type grayGroup struct {
	atRisk           []float64
	own, any         []float64 // events of the cause, and of any
	surv             []float64 // just before
	leftBefore, left []float64 // 1 - incidence of the cause, before and after
	risk             []float64 // at risk times leftBefore/surv
}

func newGrayGroup(s *sample, rows []uint32, cause uint32, times []float64) *grayGroup {
	l := s.timeline(rows)
	m := len(times)
	x := &grayGroup{}
	for _, f := range []*[]float64{&x.atRisk, &x.own, &x.any, &x.surv, &x.leftBefore, &x.left, &x.risk} {
		*f = make([]float64, m)
	}
	surv, left := 1.0, 1.0
	next, row := 0, 0
	for i, t := range times {
		x.surv[i], x.leftBefore[i] = surv, left
		x.atRisk[i] = l.atRisk(t)
		if next < len(l.time) && l.time[next] == t {
			for range l.exits[next] {
				r := rows[row]
				row++
				if s.event[r] {
					w := s.weightOf(r)
					x.any[i] += w
					if s.cause[r] == cause {
						x.own[i] += w
					}
				}
			}
			next++
		}
		if n := x.atRisk[i]; n > 0 {
			if surv > 0 {
				x.risk[i] = n * left / surv
			}
			left -= surv * x.own[i] / n
			surv *= 1 - min(1, x.any[i]/n)
		}
		x.left[i] = max(0, left)
	}
	return x
}
