package forecast

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// SeriesOptions say how a series is continued. The zero value chooses a
// method by AICc, without season, twelve months ahead at 80 and 95 %.
type SeriesOptions struct {
	// Method; zero chooses one.
	Method Method
	// Season is the number of points in one; 0 or 1 is none, 12 for months.
	Season int
	// Horizon is how many points ahead; zero is 12, at most 1200.
	Horizon int
	// Levels of the intervals shown; nil is 0.8 and 0.95.
	Levels []float64
	// Conformal makes intervals of how far the same method was off in the
	// past, refitted at every point of the second half of the series, instead
	// of the model's own formula. They need no model to be right and are
	// wide: on 30 points two to three times as wide as calibrated ones.
	Conformal bool
	// Multiplicative makes Auto choose from the models R's ets does: the
	// additive ones and, where every value is positive, those with
	// multiplicative errors, in place of those of logarithms. R's other
	// restriction holds too: no multiplicative trend, and no multiplicative
	// season with additive errors.
	Multiplicative bool
}

// Parameter is one of a fitted method.
type Parameter struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// continuation is a series continued: its means and, symmetric on the scale of
// values or of their logarithms, the standard deviations.
type continuation struct {
	mean, sd []float64
	logs     bool // mean and sd are of the logarithm
	params   []Parameter
	points   int
	exact    bool
	loglik   float64 // NaN where the method has none
	aicc     float64
	sigma2   float64
}

// SeriesForecast is a continued series. It is not written to and safe
// everywhere.
type SeriesForecast struct {
	// Method that was used; never Auto.
	Method Method
	// Logs reports that it was used on logarithms.
	Logs bool
	// Params of the fit, in the order of the method's formula.
	Params []Parameter
	// LogLikelihood without constants and AICc, as R's ets counts them, and the
	// variance of one-step errors, relative ones where errors are
	// multiplicative; NaN where the method has none.
	LogLikelihood, AICc, Sigma2 float64
	// Warnings a reader must know; every estimate carries them too.
	Warnings []error

	opt    SeriesOptions
	n      int
	c      continuation
	errors [][]float64 // conformal: absolute errors by step ahead, ascending
}

const (
	fewPoints   = 12
	leastPoints = 6
)

// Series continues a series of equally spaced values, such as monthly revenue,
// oldest first. Values must be finite; months without a value cannot be left
// out. Under 6 points it fails with ErrTooShort, under 12 it warns.
//
// It is for those who have nothing but totals: see [Books] for what customers
// add to it.
func Series(y []float64, o SeriesOptions) (*SeriesForecast, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	var bad fault.Batch
	bad.Package, bad.Op = "forecast", "Series"
	for i, v := range y {
		if !(math.Abs(v) <= maxSeriesAbsolute) {
			bad.Add(fault.Row{Row: int64(i) + 1, Field: "value", Value: strconv.FormatFloat(v, 'g', -1, 64), Limit: "want a number of at most 1e100; a month without a value cannot be left out", Err: ErrInput})
		}
	}
	switch {
	case bad.Err() != nil:
		return nil, bad.Err()
	case len(y) < leastPoints:
		return nil, tooShort("Series", len(y), leastPoints)
	case len(y) > maxSeriesPoints:
		return nil, &fault.Error{Package: "forecast", Op: "Series", Field: "months", Value: strconv.Itoa(len(y)), Limit: fmt.Sprintf("want at most %d", maxSeriesPoints), Err: fault.ErrTooMany}
	}
	f := &SeriesForecast{opt: o, n: len(y), Warnings: []error{ErrSeriesOnly}}
	if len(y) < fewPoints {
		f.Warnings = append(f.Warnings, ErrFewPoints)
	}
	season := o.Season
	if season > 1 && len(y) < 2*season+1 {
		if o.Method.seasonal() {
			return nil, tooShort("Series", len(y), 2*season+1)
		}
		f.Warnings = append(f.Warnings, ErrNoSeason)
		season = 1
	}
	f.Method = o.Method
	if f.Method == Auto {
		f.Method, f.Logs = choose(y, season, o.Multiplicative)
	}
	c, err := continued(y, f.Method, f.Logs, season, o.Horizon)
	if err != nil {
		return nil, err
	}
	f.c, f.Params = c, c.params
	f.LogLikelihood, f.AICc, f.Sigma2 = c.loglik, c.aicc, c.sigma2
	if c.exact {
		f.Warnings = append(f.Warnings, ErrExact)
	}
	if o.Conformal {
		f.conform(y, season)
	}
	return f, nil
}

func (o *SeriesOptions) validate() error {
	if o.Horizon == 0 {
		o.Horizon = 12
	}
	if o.Levels == nil {
		o.Levels = []float64{0.8, 0.95}
	}
	o.Levels = slices.Clone(o.Levels)
	switch {
	case !methods.Has(o.Method):
		return badOption("Series", "Method", o.Method.String(), "want one of the package's methods")
	case o.Season < 0 || o.Season > maxSeriesSeason:
		return badOption("Series", "Season", strconv.Itoa(o.Season), "want 0 to "+strconv.Itoa(maxSeriesSeason))
	case o.Method.seasonal() && o.Season < 2:
		return badOption("Series", "Season", strconv.Itoa(o.Season), "want 2 or more for "+o.Method.String())
	case forms[o.Method].times && o.Season > maxTimesSeason:
		return badOption("Series", "Season", strconv.Itoa(o.Season), "want at most "+strconv.Itoa(maxTimesSeason)+" for "+o.Method.String())
	case o.Horizon < 1 || o.Horizon > maxSeriesHorizon:
		return badOption("Series", "Horizon", strconv.Itoa(o.Horizon), "want 1 to "+strconv.Itoa(maxSeriesHorizon))
	case len(o.Levels) > 20:
		return badOption("Series", "Levels", strconv.Itoa(len(o.Levels)), "want at most 20")
	}
	for _, l := range o.Levels {
		if !(l > 0 && l < 1) {
			return badOption("Series", "Levels", strconv.FormatFloat(l, 'g', -1, 64), "want more than 0 and less than 1, for example 0.95")
		}
	}
	return nil
}

// At is the forecast h points ahead, from 1, with the interval of any level. N
// is the number of points of the series. Other h give no estimate.
func (f *SeriesForecast) At(h int, level float64) metrics.Estimate {
	e := metrics.Estimate{Value: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Level: level}
	if h < 1 || h > len(f.c.mean) {
		e.Warnings = []error{fmt.Errorf("forecast: At: %d ahead: want 1 to %d: %w", h, len(f.c.mean), ErrHorizon)}
		return e
	}
	if !(level > 0 && level < 1) {
		e.Warnings = []error{badOption("At", "level", strconv.FormatFloat(level, 'g', -1, 64), "want more than 0 and less than 1")}
		return e
	}
	e.N = int64(f.n)
	e.Warnings = slices.Clone(f.Warnings)
	m, half := f.c.mean[h-1], special.NormalTwoSided(level)*f.c.sd[h-1]
	e.Value = m
	if f.opt.Conformal {
		var enough bool
		half, enough = quantile(f.errors[h-1], level)
		if !enough {
			e.Warnings = append(e.Warnings, ErrFewErrors)
		}
		if f.Logs {
			e.Value = math.Exp(m)
		}
		e.Lo, e.Hi = e.Value-half, e.Value+half
		return e
	}
	e.Lo, e.Hi = m-half, m+half
	if f.Logs { // the median, and the bounds of it
		e.Value, e.Lo, e.Hi = math.Exp(m), math.Exp(e.Lo), math.Exp(e.Hi)
	}
	return e
}

// Horizon is how many points ahead there are.
func (f *SeriesForecast) Horizon() int { return len(f.c.mean) }

// SeriesRow is one point ahead at one level.
type SeriesRow struct {
	Ahead int `json:"ahead"`
	metrics.Estimate
}

// Rows yields every point ahead at every level of the options.
func (f *SeriesForecast) Rows() iter.Seq[SeriesRow] {
	return func(yield func(SeriesRow) bool) {
		for h := 1; h <= f.Horizon(); h++ {
			for _, level := range f.opt.Levels {
				if !yield(SeriesRow{h, f.At(h, level)}) {
					return
				}
			}
		}
	}
}

// String is the forecast as a table.
func (f *SeriesForecast) String() string {
	var b strings.Builder
	b.WriteString(f.Method.String())
	if f.Logs {
		b.WriteString(" of logarithms")
	}
	for _, p := range f.Params {
		fmt.Fprintf(&b, ", %s %.6g", p.Name, p.Value)
	}
	for _, w := range f.Warnings {
		fmt.Fprintf(&b, "\n%v", w)
	}
	for h := 1; h <= f.Horizon(); h++ {
		fmt.Fprintf(&b, "\n%4d", h)
		for i, level := range f.opt.Levels {
			e := f.At(h, level)
			if i == 0 {
				fmt.Fprintf(&b, " %12.6g", e.Value)
			}
			fmt.Fprintf(&b, "  %.3g %%: %.6g to %.6g", 100*level, e.Lo, e.Hi)
		}
	}
	return b.String()
}
