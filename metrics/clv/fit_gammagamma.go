package clv

import (
	"iter"
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// FitGammaGamma estimates a [GammaGamma] by maximum likelihood, from customers
// with at least one transaction beside the first. Rows with X and Mean zero
// are accepted and carry no information; X above zero with a Mean that is not
// positive is refused: a refund or a free order is not an amount of spend.
func FitGammaGamma(spends iter.Seq[Spend], o FitOptions) (*GammaGamma, error) {
	m := GammaGamma{}
	op := "fit " + m.name()
	o, err := o.check(op, 3)
	if err != nil {
		return nil, err
	}
	rows, weight, err := readSpends(op, spends)
	if err != nil {
		return nil, err
	}
	var mean float64
	for _, s := range rows {
		mean += float64(s.N) / weight * s.Mean
	}
	start := []float64{2, 3, mean}
	if o.Start != nil {
		start = o.Start
	}
	f := task{
		op: op, model: m.name(), names: m.names(), start: start, scale: []float64{1, 1, mean}, opt: o, cells: len(rows), data: spendFingerprint(rows),
		o: &objective{k: 3, weight: weight, logs: 3, parts: []part{{len(rows), func(lo, hi int, p, acc []float64) {
			spendRows(rows[lo:hi], p, acc)
		}}}},
	}.run()
	r := &f.report
	if weight < 30 {
		r.Diagnoses = append([]error{&FewError{Model: m.name(), What: "customers with a repeat transaction", N: weight, Want: 30}}, r.Diagnoses...)
	}
	if q := r.Params[1]; q <= 1 {
		r.Diagnoses = append(r.Diagnoses, &InfiniteMeanError{Q: q})
	}
	f.corr = correlation(rows, weight)
	if math.Abs(f.corr) > maxCorrelation {
		r.Diagnoses = append(r.Diagnoses, &CorrelationError{R: f.corr})
	}
	m.fit = f
	m = m.at(r.Params)
	return &m, nil
}

// Correlation is that of the number of transactions and their mean among the
// customers of the fit, each customer counting once; NaN of a literal. The
// model assumes it is zero.
func (m GammaGamma) Correlation() float64 {
	if m.fit == nil {
		return math.NaN()
	}
	return m.fit.corr
}

func readSpends(op string, spends iter.Seq[Spend]) ([]Spend, float64, error) {
	bad := fault.Batch{Package: "clv", Op: op}
	var rows []Spend
	var row int64
	var weight float64
	if spends != nil {
		for s := range spends {
			row++
			if s.N == 0 {
				s.N = 1
			}
			var l *limit
			switch {
			case !(s.X >= 0) || s.X > maxCount:
				l = &limit{"X", s.X, "want a number of transactions, zero to " + number(maxCount)}
			case s.N < 0:
				l = &limit{"N", float64(s.N), "want a number of customers, 0 for one"}
			case s.X == 0 && s.Mean == 0:
				continue
			case s.X == 0:
				l = &limit{"Mean", s.Mean, "want 0 where X is 0"}
			case !(s.Mean > 0) || math.IsInf(s.Mean, 1):
				l = &limit{"Mean", s.Mean, "want more than 0 and finite where X is " + number(s.X)}
			}
			if l != nil {
				bad.Add(fault.Row{Row: row, Field: l.field, Value: number(l.value), Limit: l.limit, Err: ErrInput})
				continue
			}
			rows = append(rows, s)
			weight += float64(s.N)
		}
	}
	if err := bad.Err(); err != nil {
		return nil, 0, err
	}
	if len(rows) == 0 {
		return nil, 0, &fault.Error{Package: "clv", Op: op, Field: "spends", Limit: "want at least one customer with a transaction", Err: ErrInput}
	}
	return canonicalSpends(rows), weight, nil
}

func spendFingerprint(rows []Spend) uint64 {
	cells := make([]Cell, len(rows))
	for i, s := range rows {
		cells[i] = Cell{X: s.X, TX: s.Mean, N: s.N}
	}
	return fingerprint(cells)
}

// correlation of X and Mean over customers; 0 where one of them does not vary.
func correlation(rows []Spend, weight float64) float64 {
	var mx, my float64
	for _, s := range rows {
		mx += float64(s.N) / weight * s.X
		my += float64(s.N) / weight * s.Mean
	}
	var xx, yy, xy float64
	for _, s := range rows {
		dx, dy, n := s.X-mx, s.Mean-my, float64(s.N)
		xx += n * dx * dx
		yy += n * dy * dy
		xy += n * dx * dy
	}
	if !(xx > 0) || !(yy > 0) {
		return 0
	}
	return xy / math.Sqrt(xx) / math.Sqrt(yy)
}

// spendCell is the log likelihood of one customer's spend and its derivatives
// by p, q, v.
type spendCell struct {
	ll float64
	g  [3]float64
	h  [6]float64
}

func spendAt(x, mean, p, q, v float64, second bool, out *spendCell) {
	px := p * x
	l := math.Log1p(v / (x * mean)) // ln((v + x z)/(x z))
	out.ll = special.LogGammaDiff(px, q) - special.LogGamma(q) - math.Log(mean) -
		px*l + q*math.Log(v/(v+x*mean))
	if !second {
		return
	}
	s := 1 / (v + x*mean)
	psi, tri := special.Digamma, special.Trigamma
	psiN, triN := psi(px+q), tri(px+q)
	out.g = [3]float64{
		x * (psiN - psi(px) - l),
		psiN - psi(q) + math.Log(v*s),
		q/v - (px+q)*s,
	}
	out.h = [6]float64{
		x * x * (triN - tri(px)), x * triN, -x * s,
		triN - tri(q), 1/v - s,
		-q/(v*v) + (px+q)*s*s,
	}
}

func spendRows(rows []Spend, p, acc []float64) {
	var c spendCell
	for _, s := range rows {
		n := float64(s.N)
		spendAt(s.X, s.Mean, p[0], p[1], p[2], true, &c)
		acc[0] += n * c.ll
		for i, v := range c.g {
			acc[1+i] += n * v
		}
		for i, v := range c.h {
			acc[4+i] += n * v
		}
	}
}
