package clv

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Bin is a group of customers: what was predicted of them beside what they
// did, per customer.
type Bin struct {
	Label    string  `json:"label"`
	N        int64   `json:"n"`
	Actual   float64 `json:"actual"`
	Expected float64 `json:"expected"`
}

// Validation is a model's prediction of the holdout beside the holdout.
type Validation struct {
	Model     string  `json:"model"`
	Ahead     float64 `json:"ahead"` // length of the holdout in units
	Customers int64   `json:"customers"`
	Actual    float64 `json:"actual"`   // transactions of the holdout
	Expected  float64 `json:"expected"` // sum of conditional expectations
	// Per customer: mean absolute error, root mean square error, correlation.
	MAE         float64 `json:"mae"`
	RMSE        float64 `json:"rmse"`
	Correlation float64 `json:"correlation"`
	// Bins are by repeat transactions before End, those with seven or more
	// together.
	Bins []Bin `json:"bins"`
	// Deciles are by the probability of at least one transaction in the
	// holdout, from the least; Brier is the mean square of its error.
	Deciles []Bin   `json:"deciles"`
	Brier   float64 `json:"brier"`
}

// Validate compares a model that was fitted to the histories of s, up to its
// End, with what its customers did in the holdout.
func Validate(m Transactional, s *Summary) (Validation, error) {
	const op = "Validate"
	if !(s.Ahead > 0) {
		return Validation{}, &fault.Error{Package: "clv", Op: op, Field: "Holdout", Limit: "want a summary with one", Err: ErrInput}
	}
	const top = 7
	v := Validation{Model: m.Report().Model, Ahead: s.Ahead, Customers: int64(len(s.Customers)), Bins: []Bin{}, Deciles: []Bin{}}
	type row struct{ p, bought float64 }
	rows := make([]row, len(s.Customers))
	bins := make([]Bin, top+1)
	var absolute, square, sy, sxx, syy, sxy float64
	for i, c := range s.Customers {
		e := m.Conditional(s.Ahead, c.X, c.TX, c.T)
		if math.IsNaN(e) {
			return Validation{}, &fault.Error{Package: "clv", Op: op, Field: "customer", Value: fault.Quote(c.ID), Limit: "want a history the model can have", Err: ErrInput}
		}
		v.Actual += c.Later
		v.Expected += e
		d := c.Later - e
		absolute += math.Abs(d)
		square += d * d
		sxx += c.Later * c.Later
		syy += e * e
		sxy += c.Later * e
		sy += e
		b := &bins[int(min(c.X, top))]
		b.N++
		b.Actual += c.Later
		b.Expected += e
		rows[i].p = 1 - m.ConditionalPMF(s.Ahead, 0, c.X, c.TX, c.T)
		rows[i].bought = min(1, c.Later)
		v.Brier += (rows[i].p - rows[i].bought) * (rows[i].p - rows[i].bought)
	}
	n := float64(len(s.Customers))
	v.MAE, v.RMSE, v.Brier = absolute/n, math.Sqrt(square/n), v.Brier/n
	if vx, vy := sxx-v.Actual*v.Actual/n, syy-sy*sy/n; vx > 0 && vy > 0 {
		v.Correlation = (sxy - v.Actual*sy/n) / math.Sqrt(vx*vy)
	}
	for i, b := range bins {
		if b.N == 0 {
			continue
		}
		b.Label = fmt.Sprint(i)
		if i == top {
			b.Label += "+"
		}
		v.Bins = append(v.Bins, b.mean())
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.p, b.p) })
	for d := range 10 {
		part := rows[len(rows)*d/10 : len(rows)*(d+1)/10]
		if len(part) == 0 {
			continue
		}
		b := Bin{Label: fmt.Sprintf("%.3f–%.3f", part[0].p, part[len(part)-1].p), N: int64(len(part))}
		for _, r := range part {
			b.Actual += r.bought
			b.Expected += r.p
		}
		v.Deciles = append(v.Deciles, b.mean())
	}
	return v, nil
}

func (b Bin) mean() Bin {
	b.Actual /= float64(b.N)
	b.Expected /= float64(b.N)
	return b
}

// Rows are the bins.
func (v Validation) Rows() []Bin { return slices.Clone(v.Bins) }

// String is a table for people.
func (v Validation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d customers, %.4g units ahead: expected %.1f, actual %.0f (%+.1f %%), MAE %.3f, RMSE %.3f, correlation %.2f, Brier %.3f\n",
		v.Model, v.Customers, v.Ahead, v.Expected, v.Actual, 100*(v.Expected/v.Actual-1), v.MAE, v.RMSE, v.Correlation, v.Brier)
	for _, r := range v.Bins {
		fmt.Fprintf(&b, "  %3s repeats: %6d customers, actual %.3f, expected %.3f\n", r.Label, r.N, r.Actual, r.Expected)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// TrackPoint is one step of a tracking plot: repeat transactions of all
// customers since the first of them came.
type TrackPoint struct {
	At       time.Time `json:"at"`
	Time     float64   `json:"time"`   // in units
	Actual   float64   `json:"actual"` // in all, up to then
	Expected float64   `json:"expected"`
	// Of the step alone.
	ActualStep   float64 `json:"actual_step"`
	ExpectedStep float64 `json:"expected_step"`
	Held         bool    `json:"held"` // after the end of observation
}

// maxSteps bounds a tracking plot.
const maxSteps = 100_000

// Tracking are the data of the usual plot: cumulative and incremental repeat
// transactions, those the model expects of customers who came when they did
// beside those that were made, every step units of time through the holdout.
// Customers who came after End are in neither.
func (s *Summary) Tracking(m Transactional, step float64) ([]TrackPoint, error) {
	const op = "Tracking"
	ticksEnd := s.Options.tick(s.Options.End)
	if s.Ahead > 0 {
		ticksEnd = s.Options.tick(s.Options.Holdout)
	}
	whole := s.Options.units(ticksEnd - s.Options.tick(s.start))
	if !(step > 0) || !(whole/step < maxSteps) {
		return nil, refused(op, "step", step, fmt.Sprintf("want more than 0, and at most %d steps in %.4g units", maxSteps, whole), ErrInput)
	}
	var out []TrackPoint
	next, actual := 0, 0.0
	before := TrackPoint{}
	for i := 1; ; i++ {
		at := min(float64(i)*step, whole)
		for next < len(s.repeat) && s.repeat[next].at <= at {
			actual += s.repeat[next].n
			next++
		}
		p := TrackPoint{Time: at, Actual: actual, Held: at > whole-s.Ahead}
		p.At = s.start.Add(time.Duration(at * daysOf(s.Options.Unit) * float64(dayTicks)))
		for _, b := range s.births {
			if b.at >= at {
				break
			}
			p.Expected += b.n * m.Expected(at-b.at)
		}
		p.ActualStep, p.ExpectedStep = p.Actual-before.Actual, p.Expected-before.Expected
		out = append(out, p)
		before = p
		if at >= whole {
			return out, nil
		}
	}
}
