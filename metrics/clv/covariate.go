package clv

import (
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// CovariateCell is a history with what is known of the customer from the
// start.
type CovariateCell struct {
	Cell
	Rate []float64 `json:"rate"` // covariates of the purchase rate
	Life []float64 `json:"life"` // covariates of the risk to end
}

// CovariateOptions are those of a fit with covariates. The names, where given,
// are those of the columns; else they are numbered.
type CovariateOptions struct {
	FitOptions
	RateNames, LifeNames []string
}

// MaxCovariates bounds the columns of both kinds together: a fit takes time
// proportional to their square.
const MaxCovariates = 200

// Sentinels of covariates.
var (
	// ErrConstant: a covariate is the same for everyone.
	ErrConstant = errors.New("constant covariate")
	// ErrCollinear: a covariate follows from others.
	ErrCollinear = errors.New("collinear covariate")
)

// StaticBGNBD is a [BGNBD] whose parameters depend on covariates that do not
// change: alpha·exp(−γ·z) for the purchase rate, a·exp(γ·z) and b·exp(γ·z) for
// the risk to end. A positive coefficient is a higher rate; one of Life spreads
// or gathers the end probabilities around their mean.
//
// Source: Fabel and Bachmann's CLVTools; Fader and Hardie, note 019 of
// brucehardie.com.
type StaticBGNBD struct {
	Base       BGNBD
	Rate, Life []float64

	fit *fitted
}

// StaticParetoNBD is a [ParetoNBD] whose parameters depend on covariates that
// do not change: alpha·exp(−γ·z) for the purchase rate and beta·exp(−γ·z) for
// the rate at which customers end. A positive coefficient is a higher rate: of
// purchases, or of ending.
//
// Source: Fader and Hardie, note 019 of brucehardie.com; CLVTools.
type StaticParetoNBD struct {
	Base       ParetoNBD
	Rate, Life []float64

	fit *fitted
}

// For is the model of customers with these covariates; it predicts as any
// literal does. The error is for numbers of covariates that do not match.
func (m StaticBGNBD) For(rate, life []float64) (BGNBD, error) {
	r, l, err := effects("BG/NBD", m.Rate, m.Life, rate, life)
	if err != nil {
		return BGNBD{}, err
	}
	b := m.Base
	return BGNBD{R: b.R, Alpha: b.Alpha * math.Exp(-r), A: b.A * math.Exp(l), B: b.B * math.Exp(l)}, nil
}

// For is the model of customers with these covariates; it predicts as any
// literal does. The error is for numbers of covariates that do not match.
func (m StaticParetoNBD) For(rate, life []float64) (ParetoNBD, error) {
	r, l, err := effects("Pareto/NBD", m.Rate, m.Life, rate, life)
	if err != nil {
		return ParetoNBD{}, err
	}
	b := m.Base
	return ParetoNBD{R: b.R, Alpha: b.Alpha * math.Exp(-r), S: b.S, Beta: b.Beta * math.Exp(-l)}, nil
}

func effects(model string, rate, life, z, w []float64) (r, l float64, err error) {
	if len(z) != len(rate) || len(w) != len(life) {
		return 0, 0, &fault.Error{Package: "clv", Op: model + " For", Field: "covariates", Value: fmt.Sprintf("%d and %d", len(z), len(w)), Limit: fmt.Sprintf("want %d of the rate and %d of the life", len(rate), len(life)), Err: ErrInput}
	}
	return dot(rate, z), dot(life, w), nil
}

func dot(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// FitStaticBGNBD estimates a [StaticBGNBD] by maximum likelihood. Beside what
// [FitBGNBD] refuses, it refuses covariates that are missing, not finite,
// constant ([ErrConstant]) or a combination of others ([ErrCollinear]), by
// name.
func FitStaticBGNBD(cells iter.Seq[CovariateCell], o CovariateOptions) (*StaticBGNBD, error) {
	f, n, err := fitStatic(BGNBD{}, cells, o, [4]float64{0, 0, 1, 1}, func(d *derivatives, p [4]float64, c *Cell) {
		var acc [15]float64
		bgGroups([]group{{c.X, 1}}, 0, p[:], acc[:])
		bgCells([]Cell{{c.X, c.TX, c.T, 1}}, 0, p[:], acc[:])
		d.ll = acc[0]
		copy(d.g[:], acc[1:5])
		copy(d.h[:], acc[5:])
	}, func(rate, tau float64) (start, scale []float64) {
		return []float64{0.5, 0.5 / rate, 1, 2}, []float64{1, tau, 1, 1}
	})
	if err != nil {
		return nil, err
	}
	m := StaticBGNBD{Rate: make([]float64, n), fit: f}.at(f.report.Params)
	return &m, nil
}

// FitStaticParetoNBD estimates a [StaticParetoNBD], as [FitStaticBGNBD] does.
func FitStaticParetoNBD(cells iter.Seq[CovariateCell], o CovariateOptions) (*StaticParetoNBD, error) {
	f, n, err := fitStatic(ParetoNBD{}, cells, o, [4]float64{0, 0, 0, -1}, func(d *derivatives, p [4]float64, c *Cell) {
		d.pareto(p[0], p[1], p[2], p[3], c.X, c.TX, c.T)
		var acc [15]float64
		rateGroups([]group{{c.X, 1}}, p[0], acc[:])
		d.ll += acc[0]
		d.g[0] += acc[1]
		d.h[0] += acc[5]
	}, func(rate, tau float64) (start, scale []float64) {
		return []float64{0.5, 0.5 / rate, 0.5, tau / 2}, []float64{1, tau, 1, tau}
	})
	if err != nil {
		return nil, err
	}
	m := StaticParetoNBD{Rate: make([]float64, n), fit: f}.at(f.report.Params)
	return &m, nil
}

// fitStatic fits a model whose log parameters are linear in covariates:
// −γ·z on the second for the rate, γ·w times life for the life.
func fitStatic(m described, in iter.Seq[CovariateCell], o CovariateOptions, life [4]float64,
	customer func(*derivatives, [4]float64, *Cell), begin func(rate, tau float64) (start, scale []float64),
) (*fitted, int, error) {
	op := "fit " + m.name() + " with covariates"
	fo, err := o.check(op, 4)
	if err != nil {
		return nil, 0, err
	}
	rows, nr, err := readCovariates(op, in, o)
	if err != nil {
		return nil, 0, err
	}
	nl := len(rows[0].Life)
	names := append([]string(nil), m.names()...)
	for i := range nr {
		names = append(names, "rate."+columnName(o.RateNames, i))
	}
	for i := range nl {
		names = append(names, "life."+columnName(o.LifeNames, i))
	}
	units, err := columnUnits(op, rows, nr, names[4:])
	if err != nil {
		return nil, 0, err
	}
	cells := make([]Cell, len(rows))
	for i := range rows {
		cells[i] = rows[i].Cell
		for j := range rows[i].Rate {
			rows[i].Rate[j] /= units[j]
		}
		for j := range rows[i].Life {
			rows[i].Life[j] /= units[nr+j]
		}
	}
	var weight float64
	for _, c := range cells {
		weight += float64(c.N)
	}
	k := 4 + nr + nl
	t := transactionTask(op, m, cells, weight, fo, begin, func([]Cell, float64) *objective {
		return &objective{k: k, weight: weight, parts: []part{{len(rows), func(lo, hi int, theta, acc []float64) {
			staticRows(rows[lo:hi], nr, life, customer, theta, acc)
		}}}}
	})
	t.small, t.names, t.units, t.model = nil, names, units, m.name()+" with covariates"
	t.data, t.cells = fingerprint(canonical(cells)), len(rows)
	for range nr + nl {
		t.start, t.scale = append(t.start, 1), append(t.scale, 1)
	}
	return t.finish(cells), nr, nil
}

// staticRows adds rows by the extended parameters θ: the logs of the four, the
// coefficients.
func staticRows(rows []CovariateCell, nr int, life [4]float64, customer func(*derivatives, [4]float64, *Cell), theta, acc []float64) {
	k := len(theta)
	gamma, eta := theta[4:4+nr], theta[4+nr:]
	var d derivatives
	z := make([]float64, k) // covariate of each coefficient
	g := make([]float64, k)
	half := make([][4]float64, k) // H v of each extended parameter
	for i := range rows {
		c := &rows[i]
		r, l := dot(gamma, c.Rate), dot(eta, c.Life)
		p := [4]float64{theta[0], theta[1] - r, theta[2], theta[3]}
		for j := range p {
			p[j] = math.Exp(p[j] + l*life[j])
		}
		customer(&d, p, &c.Cell)
		var gl [4]float64
		var hl [4][4]float64
		at := 0
		for a := range 4 {
			gl[a] = d.g[a] * p[a]
			for b := a; b < 4; b++ {
				hl[a][b] = d.h[at] * p[a] * p[b]
				hl[b][a] = hl[a][b]
				at++
			}
			hl[a][a] += gl[a]
		}
		copy(z[4:], c.Rate)
		copy(z[4+nr:], c.Life)
		for j := range k {
			switch {
			case j < 4:
				g[j], half[j] = gl[j], hl[j]
			case j < 4+nr:
				g[j] = -z[j] * gl[1]
				for b := range 4 {
					half[j][b] = -z[j] * hl[1][b]
				}
			default:
				g[j], half[j] = 0, [4]float64{}
				for a, v := range life {
					if v != 0 {
						g[j] += z[j] * v * gl[a]
						for b := range 4 {
							half[j][b] += z[j] * v * hl[a][b]
						}
					}
				}
			}
		}
		n := float64(c.N)
		acc[0] += n * d.ll
		pos := 1 + k
		for a := range k {
			acc[1+a] += n * g[a]
			for b := a; b < k; b++ {
				var v float64
				switch {
				case b < 4:
					v = half[a][b]
				case b < 4+nr:
					v = -z[b] * half[a][1]
				default:
					for e, w := range life {
						v += z[b] * w * half[a][e]
					}
				}
				acc[pos] += n * v
				pos++
			}
		}
	}
}
