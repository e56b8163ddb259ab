package forecast

import (
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// candidate is a model of the choice.
type candidate struct {
	method Method
	logs   bool
}

// choose is the model with the lowest AICc; of equal ones the simpler.
func choose(y []float64, season int, multiplicative bool) (Method, bool) {
	list := []candidate{{ETSANN, false}, {ETSAAN, false}, {ETSAAdN, false}}
	if season > 1 {
		list = append(list, candidate{ETSANA, false}, candidate{ETSAAA, false}, candidate{ETSAAdA, false})
		if slices.Min(y) > 0 && !multiplicative {
			list = append(list, candidate{ETSANA, true}, candidate{ETSAAA, true}, candidate{ETSAAdA, true})
		}
	}
	if multiplicative && slices.Min(y) > 0 {
		for m := ETSMNN; m <= ETSMAdM; m++ {
			if f := forms[m]; !f.season || season > 1 && (!f.times || season <= maxTimesSeason) {
				list = append(list, candidate{m, false})
			}
		}
	}
	best, low := list[0], math.Inf(1)
	for _, c := range list {
		// A model that cannot be fitted has no AICc, and is not below any.
		if m := smoothing(y, c.method, c.logs, season); m.mean != nil && m.aicc < low {
			best, low = c, m.aicc
		}
	}
	return best.method, best.logs
}

// smoothing fits an exponential smoothing model and continues nothing.
func smoothing(y []float64, m Method, logs bool, season int) continuation {
	c, _ := continued(y, m, logs, season, 1)
	return c
}

// continued is the one place that knows every method. season is 1 for none.
func continued(y []float64, m Method, logs bool, season, h int) (continuation, error) {
	n := len(y)
	nan := math.NaN()
	switch m {
	case Naive, SeasonalNaive, Drift:
		c := simple(y, m, season, h)
		c.loglik, c.aicc = nan, nan
		return c, nil
	case Theta:
		c := theta(y, season, h)
		c.loglik, c.aicc, c.sigma2 = nan, nan, c.sd[0]*c.sd[0]
		return c, nil
	case Holt, HoltWinters:
		model := (*holt)(nil)
		if m == Holt {
			model = fitHolt(y)
		} else if slices.Min(y) > 0 {
			model = fitHoltWinters(y, season)
		}
		if model == nil {
			return continuation{}, &fault.Error{Package: "forecast", Op: "Series", Field: "value", Limit: "want values above zero for a multiplicative season", Err: ErrInput}
		}
		c := model.forecast(h)
		c.loglik, c.aicc, c.sigma2 = nan, nan, c.sd[0]*c.sd[0]
		return c, nil
	default:
	}
	x := y
	jacobian := 0.0
	if logs {
		x = make([]float64, n)
		for i, v := range y {
			x[i] = math.Log(v)
			jacobian += x[i]
		}
	}
	f, s := forms[m], 0
	if f.season {
		s = season
	}
	model, trend := (*ets)(nil), f.trend
	if f.relative {
		if slices.Min(y) > 0 {
			model = fitRelative(y, f, s)
		}
		if model == nil {
			return continuation{}, &fault.Error{Package: "forecast", Op: "Series", Field: "value", Limit: "want values above zero for multiplicative errors", Err: ErrInput}
		}
	} else {
		model = fitETS(x, f.trend, f.damped, s)
	}
	c := continuation{logs: logs, points: n, exact: model.sse == 0, sigma2: model.sigma2()}
	c.loglik, c.aicc = model.logLikelihood()-jacobian, model.aicc()+2*jacobian
	c.params = []Parameter{{"alpha", model.alpha}}
	if trend {
		c.params = append(c.params, Parameter{"beta", model.beta})
	}
	if s > 0 {
		c.params = append(c.params, Parameter{"gamma", model.gam})
	}
	if model.damped {
		c.params = append(c.params, Parameter{"phi", model.phi})
	}
	c.params = append(c.params, Parameter{"l0", model.level})
	if trend {
		c.params = append(c.params, Parameter{"b0", model.slope})
	}
	if f.relative {
		c.mean, c.sd = model.forecastRelative(h)
		return c, nil
	}
	var growth []float64
	c.mean, growth = model.forecast(h)
	c.sd = growth
	for j, g := range growth {
		c.sd[j] = math.Sqrt(c.sigma2 * g)
	}
	return c, nil
}

// simple continues by a value or a line that is read off.
func simple(y []float64, m Method, season, h int) continuation {
	n := len(y)
	c := continuation{mean: make([]float64, h), sd: make([]float64, h), points: n}
	lag := 1
	if m == SeasonalNaive {
		lag = season
	}
	drift := 0.0
	if m == Drift {
		drift = (y[n-1] - y[0]) / float64(n-1)
		c.params = []Parameter{{"drift", drift}}
	}
	sse := 0.0
	for i := lag; i < n; i++ {
		e := y[i] - y[i-lag] - drift
		sse += float64(e * e)
	}
	free := n - lag
	if m == Drift {
		free-- // the slope is estimated
	}
	c.sigma2 = sse / float64(free)
	c.exact = sse == 0
	for j := range h {
		steps := float64(j/lag + 1)
		c.mean[j] = y[n-lag+j%lag] + float64(drift*float64(j+1))
		v := c.sigma2 * steps
		if m == Drift {
			v *= 1 + steps/float64(n-1) // the uncertainty of the slope
		}
		c.sd[j] = math.Sqrt(v)
	}
	return c
}
