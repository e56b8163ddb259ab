package forecast

import (
	"fmt"
	"iter"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Name is the scenario's, "" of the projection itself.
func (p *Projection) Name() string { return p.name }

// First is the first month the books had revenue in.
func (p *Projection) First() calendar.Month { return p.h.first }

// Horizon is how many months ahead there are.
func (p *Projection) Horizon() int { return p.opt.Horizon }

// Paths is how many futures were drawn.
func (p *Projection) Paths() int { return p.opt.Paths }

// Month is the month so many ahead.
func (p *Projection) Month(ahead int) calendar.Month { return p.Origin.Add(ahead) }

// Scenario is the projection of a scenario by its name.
func (p *Projection) Scenario(name string) (*Projection, bool) {
	for _, s := range p.scenarios {
		if s.name == name {
			return s, true
		}
	}
	return nil, false
}

// Scenarios are the projections of all scenarios, in the order of the options.
func (p *Projection) Scenarios() []*Projection { return slices.Clone(p.scenarios) }

// values are a quantity's in every path; shares that have no base are left out.
func (p *Projection) values(q Quantity, ahead int) []float64 {
	scale := math.Pow10(-int(p.h.places))
	out := make([]float64, 0, p.opt.Paths)
	of := func(xs []int64, scale float64) []float64 {
		for _, x := range xs {
			out = append(out, float64(float64(x)*scale))
		}
		return out
	}
	switch q {
	case MRR:
		return of(p.closing[ahead], scale)
	case NewMRR:
		return of(p.cells[lineNew][ahead], scale)
	case ExpansionMRR:
		return of(p.cells[lineExpansion][ahead], scale)
	case ReactivationMRR:
		return of(p.cells[lineReactivation][ahead], scale)
	case ContractionMRR:
		return of(p.cells[lineContraction][ahead], scale)
	case ChurnedMRR:
		return of(p.cells[lineChurn][ahead], scale)
	case Customers:
		return of(p.heads[ahead], 1)
	case NewCustomers:
		return of(p.cells[lineNewHeads][ahead], 1)
	case ReactivatedCustomers:
		return of(p.cells[lineReactivatedHeads][ahead], 1)
	case ChurnedCustomers:
		return of(p.cells[lineChurnedHeads][ahead], 1)
	case CustomerChurn:
		for i, x := range p.cells[lineChurnedHeads][ahead] {
			if base := p.heads[ahead-1][i]; base > 0 {
				out = append(out, float64(x)/float64(base))
			}
		}
	case NRR, GRR:
		xs := p.live
		if q == GRR {
			xs = p.kept
		}
		if p.h.opening > 0 {
			return of(xs[ahead], 1/float64(p.h.opening))
		}
	}
	return out
}

// At is a quantity so many months ahead: its mean over the paths, and the
// interval that holds the share level of them. N is the number of months at
// risk the churn rates rest on. Months beyond the horizon, and quantities
// without a base, give no estimate.
func (p *Projection) At(q Quantity, ahead int, level float64) metrics.Estimate {
	if e, ok := p.asked(q, ahead, level); !ok {
		return e
	}
	return p.summary(p.values(q, ahead), level)
}

func (p *Projection) asked(q Quantity, ahead int, level float64) (metrics.Estimate, bool) {
	nan := math.NaN()
	e := metrics.Estimate{Value: nan, Lo: nan, Hi: nan, Level: level}
	switch {
	case !quantities.Has(q):
		e.Warnings = []error{badOption("At", "quantity", q.String(), "want one of the package's quantities")}
	case ahead < 1 || ahead > p.opt.Horizon:
		e.Warnings = []error{fmt.Errorf("forecast: At: %d ahead: want 1 to %d: %w", ahead, p.opt.Horizon, ErrHorizon)}
	case !(level > 0 && level < 1):
		e.Warnings = []error{badOption("At", "level", strconv.FormatFloat(level, 'g', -1, 64), "want more than 0 and less than 1")}
	default:
		return e, true
	}
	return e, false
}

// summary is the mean of some values and their central share.
func (p *Projection) summary(xs []float64, level float64) metrics.Estimate {
	e := metrics.Estimate{Value: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Level: level, Warnings: slices.Clone(p.Warnings)}
	if len(xs) == 0 {
		return e
	}
	m := 0.0
	for i, x := range xs {
		m += (x - m) / float64(i+1)
	}
	slices.Sort(xs)
	e.Value = m
	e.Lo, e.Hi = central(xs, level)
	e.N = max(1, p.h.atRiskMonths())
	return e
}

// central is the interval of sorted values that leaves (1-level)/2 of them on
// either side.
func central(sorted []float64, level float64) (lo, hi float64) {
	n := float64(len(sorted))
	i := int(math.Floor((1-level)/2*n + 1e-9))
	return sorted[i], sorted[len(sorted)-1-i]
}

func (h *history) atRiskMonths() (n int64) {
	for _, k := range h.atRisk {
		n += k
	}
	return n
}

// Median is the middle of a quantity over the paths, NaN where At gives no
// estimate.
func (p *Projection) Median(q Quantity, ahead int) float64 {
	if _, ok := p.asked(q, ahead, 0.5); !ok {
		return math.NaN()
	}
	xs := p.values(q, ahead)
	if len(xs) == 0 {
		return math.NaN()
	}
	slices.Sort(xs)
	return (xs[(len(xs)-1)/2] + xs[len(xs)/2]) / 2
}

// MonteCarloError is the standard error of a quantity's mean that is due to
// the number of paths and would vanish with more of them.
func (p *Projection) MonteCarloError(q Quantity, ahead int) float64 {
	if _, ok := p.asked(q, ahead, 0.5); !ok {
		return math.NaN()
	}
	xs := p.values(q, ahead)
	return deviation(xs) / math.Sqrt(float64(len(xs)))
}

// Difference is how much more of a quantity a scenario has than the projection
// it belongs to, path by path: by the same random numbers, so that its
// interval is that of the difference and not of two projections.
func (p *Projection) Difference(scenario string, q Quantity, ahead int, level float64) metrics.Estimate {
	e, ok := p.asked(q, ahead, level)
	if !ok {
		return e
	}
	s, ok := p.Scenario(scenario)
	if !ok {
		e.Warnings = []error{badOption("Difference", "scenario", scenario, "want the name of one of the options' scenarios")}
		return e
	}
	a, b := p.values(q, ahead), s.values(q, ahead)
	if len(a) != len(b) { // a share without a base in some paths of one only
		return e
	}
	for i := range b {
		b[i] -= a[i]
	}
	return p.summary(b, level)
}

// Reach is the probability that revenue at the end of a month is at least an
// amount, with the interval that is due to the number of paths: how many of
// them do, after Wilson.
func (p *Projection) Reach(target decimal.Decimal, ahead int, level float64) metrics.Estimate {
	e, ok := p.asked(MRR, ahead, level)
	if !ok {
		return e
	}
	goal := target.Shift(p.h.places).Ceil()
	n := int64(0)
	for _, x := range p.closing[ahead] {
		if decimal.NewFromInt(x).Cmp(goal) >= 0 {
			n++
		}
	}
	w, err := metrics.Wilson(n, int64(p.opt.Paths), level)
	if err != nil {
		e.Warnings = []error{err}
		return e
	}
	w.Warnings = slices.Clone(p.Warnings)
	return w
}

func (p *Projection) amount(units int64) decimal.Decimal { return decimal.New(units, -p.h.places) }

// Path yields the bridges of one future, from 0, month by month: each opening
// is the closing before, the first the ledger's at the origin.
func (p *Projection) Path(path int) iter.Seq2[calendar.Month, metrics.Revenue] {
	return func(yield func(calendar.Month, metrics.Revenue) bool) {
		if path < 0 || path >= p.opt.Paths {
			return
		}
		for m := 1; m <= p.opt.Horizon; m++ {
			r := metrics.Revenue{
				Opening:      p.amount(p.closing[m-1][path]),
				New:          p.amount(p.cells[lineNew][m][path]),
				Expansion:    p.amount(p.cells[lineExpansion][m][path]),
				Reactivation: p.amount(p.cells[lineReactivation][m][path]),
				Contraction:  p.amount(p.cells[lineContraction][m][path]),
				Churn:        p.amount(p.cells[lineChurn][m][path]),
			}
			if !yield(p.Month(m), r) {
				return
			}
		}
	}
}

// Mean is the bridge of the means of a month: exact to the minor unit, each
// line rounded to a neighbour so that it closes, and its closing the next
// month's opening. Months beyond the horizon are the zero bridge.
func (p *Projection) Mean(ahead int) metrics.Revenue {
	if ahead < 1 || ahead > p.opt.Horizon {
		return metrics.Revenue{}
	}
	paths := big.NewInt(int64(p.opt.Paths))
	sum := func(xs []int64) *big.Int {
		s := new(big.Int)
		for _, x := range xs {
			s.Add(s, big.NewInt(x))
		}
		return s
	}
	// Half up: all are sums of amounts that are not negative.
	rounded := func(s *big.Int) int64 {
		twice := new(big.Int).Lsh(s, 1)
		return twice.Add(twice, paths).Quo(twice, new(big.Int).Lsh(paths, 1)).Int64()
	}
	signs := [5]int64{1, 1, 1, -1, -1}
	order := [5]line{lineNew, lineExpansion, lineReactivation, lineContraction, lineChurn}
	opening, closing := rounded(sum(p.closing[ahead-1])), rounded(sum(p.closing[ahead]))
	var parts, rests [5]int64
	gap := closing - opening
	for i, l := range order {
		q, r := new(big.Int).QuoRem(sum(p.cells[l][ahead]), paths, new(big.Int))
		parts[i], rests[i] = q.Int64(), r.Int64()
		gap -= signs[i] * parts[i]
	}
	// Each line is its mean rounded down; the units that the bridge still needs
	// go to the lines that lost most, of the sign that is needed.
	for gap != 0 {
		sign := int64(1)
		if gap < 0 {
			sign = -1
		}
		best := -1
		for i := range parts {
			if signs[i] == sign && (best < 0 || rests[i] > rests[best]) {
				best = i
			}
		}
		parts[best]++
		rests[best] -= int64(p.opt.Paths)
		gap -= sign
	}
	return metrics.Revenue{
		Opening: p.amount(opening), New: p.amount(parts[0]), Expansion: p.amount(parts[1]), Reactivation: p.amount(parts[2]),
		Contraction: p.amount(parts[3]), Churn: p.amount(parts[4]),
	}
}

// Row is one quantity of one month ahead at one level.
type Row struct {
	Scenario string
	Month    calendar.Month
	Ahead    int
	Quantity Quantity
	Estimate metrics.Estimate
}

// Rows yields every quantity of every month at every level of the options,
// then those of the scenarios.
func (p *Projection) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, s := range append([]*Projection{p}, p.scenarios...) {
			for m := 1; m <= p.opt.Horizon; m++ {
				for _, q := range Quantities() {
					for _, level := range p.opt.Levels {
						if !yield(Row{s.name, s.Month(m), m, q, s.At(q, m, level)}) {
							return
						}
					}
				}
			}
		}
	}
}

// String is the bridge of means, month by month, with the intervals of revenue
// and the error of its mean that is due to the number of paths.
func (p *Projection) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "from %v, %d paths", p.Origin, p.opt.Paths)
	if p.name != "" {
		fmt.Fprintf(&b, ", scenario %s", p.name)
	}
	for _, w := range p.Warnings {
		fmt.Fprintf(&b, "\n%v", w)
	}
	fmt.Fprintf(&b, "\n%-8s %12s %10s %10s %10s %10s %10s %12s", "month", "opening", "new", "expansion", "react.", "contract.", "churn", "closing")
	for m := 1; m <= p.opt.Horizon; m++ {
		r := p.Mean(m)
		fmt.Fprintf(&b, "\n%-8v", p.Month(m))
		for i, d := range []decimal.Decimal{r.Opening, r.New, r.Expansion, r.Reactivation, r.Contraction, r.Churn, r.Closing()} {
			width := 10
			if i == 0 || i == 6 {
				width = 12
			}
			fmt.Fprintf(&b, " %*s", width, d.StringFixed(p.h.places))
		}
		for _, level := range p.opt.Levels {
			e := p.At(MRR, m, level)
			fmt.Fprintf(&b, "  %.3g %%: %.0f to %.0f", 100*level, e.Lo, e.Hi)
		}
		fmt.Fprintf(&b, "  ± %.0f", p.MonteCarloError(MRR, m))
		if p.opt.Target.IsPositive() {
			fmt.Fprintf(&b, "  %.0f %% reach %v", 100*p.Reach(p.opt.Target, m, 0.95).Value, p.opt.Target)
		}
	}
	return b.String()
}
