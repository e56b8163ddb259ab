package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Dwell is a distribution of waiting times: how long customers stay before a
// move, how often they do something, how late an event is delivered. Make one
// with the function named after its family; the zero Dwell waits for no time.
type Dwell struct {
	// Family says which of the other fields mean something.
	Family Family
	// Scale is the mean (Exponential), the scale (Weibull, Gamma), the median
	// (LogNormal) or the value itself (Fixed).
	Scale time.Duration
	// Shape is the shape of Weibull and Gamma, and the standard deviation of the
	// logarithm of LogNormal.
	Shape float64
	// Values are those that Empirical draws from, with equal chance.
	Values []time.Duration
	// Below, when positive, cuts the distribution: times of Below and more do
	// not occur. What a stage's timer leaves of a distribution has this form.
	Below time.Duration
}

// maxValues bounds the values of an empirical distribution.
const maxValues = 1_000_000

// maxDwell bounds a drawn waiting time: a century. It keeps sums of times within
// int64 and beyond every window.
const maxDwell = 100 * 366 * 24 * time.Hour

// minBelow is the least share of a distribution that a cut may leave.
const minBelow = 0.001

// Exponential is the distribution without memory: a constant hazard of 1/mean.
func Exponential(mean time.Duration) Dwell { return Dwell{Family: FamilyExponential, Scale: mean} }

// Weibull has the survival function exp(−(t/scale)^shape): a shape below 1
// means that those who stay get used to staying, above 1 that they tire.
func Weibull(scale time.Duration, shape float64) Dwell {
	return Dwell{Family: FamilyWeibull, Scale: scale, Shape: shape}
}

// LogNormal has the given median, and sigma as the standard deviation of its
// logarithm.
func LogNormal(median time.Duration, sigma float64) Dwell {
	return Dwell{Family: FamilyLogNormal, Scale: median, Shape: sigma}
}

// Gamma has the mean shape × scale.
func Gamma(scale time.Duration, shape float64) Dwell {
	return Dwell{Family: FamilyGamma, Scale: scale, Shape: shape}
}

// Empirical draws one of the values.
func Empirical(values ...time.Duration) Dwell {
	return Dwell{Family: FamilyEmpirical, Values: slices.Clone(values)}
}

// Fixed always waits for the same time, as a timer does.
func Fixed(d time.Duration) Dwell { return Dwell{Family: FamilyFixed, Scale: d} }

// IsZero reports whether d is the Dwell of no time.
func (d Dwell) IsZero() bool {
	return d.Family == FamilyFixed && d.Scale == 0 && len(d.Values) == 0 && d.Below == 0
}

// faults says what is wrong with d.
func (d Dwell) faults(add func(field, value, limit string)) {
	if !families.Has(d.Family) {
		add("Family", d.Family.String(), "want one of the families")
		return
	}
	if d.Scale < 0 || d.Scale > maxDwell {
		add("Scale", d.Scale.String(), "want 0 to 100 years")
	}
	if d.Below < 0 || d.Below > maxDwell {
		add("Below", d.Below.String(), "want 0 to 100 years")
	}
	switch d.Family {
	case FamilyExponential, FamilyWeibull, FamilyLogNormal, FamilyGamma:
		if d.Scale == 0 {
			add("Scale", "0s", "want a positive duration")
		}
	default:
	}
	switch d.Family {
	case FamilyWeibull, FamilyLogNormal, FamilyGamma:
		if !(d.Shape >= 0.01 && d.Shape <= 100) { // refuses NaN too
			add("Shape", number(d.Shape), "want 0.01 to 100")
		}
	case FamilyEmpirical:
		if n := len(d.Values); n == 0 || n > maxValues {
			add("Values", fault.AtMost(int64(n), "value", maxValues), "want 1 to 1,000,000 values")
		}
		for _, v := range d.Values {
			if v < 0 || v > maxDwell {
				add("Values", v.String(), "want 0 to 100 years")
				break
			}
		}
	default:
	}
}

// whole is the distribution without its cut.
func (d Dwell) whole() Dwell {
	d.Below = 0
	return d
}

// CDF is the probability that the wait has ended by t.
func (d Dwell) CDF(t time.Duration) float64 {
	if d.Below > 0 {
		if t >= d.Below {
			return 1
		}
		return d.whole().CDF(t) / d.whole().below(d.Below)
	}
	return 1 - d.survival(t)
}

// below is the probability of a wait shorter than t.
func (d Dwell) below(t time.Duration) float64 {
	if d.Family == FamilyFixed || d.Family == FamilyEmpirical {
		return d.CDF(t - 1)
	}
	return d.CDF(t)
}

// survival is the probability that an uncut wait lasts longer than t.
func (d Dwell) survival(t time.Duration) float64 {
	switch x := float64(t) / float64(d.Scale); {
	case d.Family == FamilyFixed:
		if t >= d.Scale {
			return 0
		}
		return 1
	case d.Family == FamilyEmpirical:
		n := 0
		for _, v := range d.Values {
			if v > t {
				n++
			}
		}
		return float64(n) / float64(len(d.Values))
	case t <= 0:
		return 1
	case d.Family == FamilyWeibull:
		return math.Exp(-math.Pow(x, d.Shape))
	case d.Family == FamilyLogNormal:
		return math.Erfc(math.Log(x)/d.Shape/math.Sqrt2) / 2
	case d.Family == FamilyGamma:
		return math.Exp(special.LogGammaTail(d.Shape, x))
	default:
		return math.Exp(-x)
	}
}

// Mean is the expected wait. Of a cut distribution it is that of what the cut
// leaves, by numerical integration to 1e-9.
func (d Dwell) Mean() time.Duration {
	return seconds(d.meanSeconds())
}

func (d Dwell) meanSeconds() float64 {
	s := d.Scale.Seconds()
	switch {
	case d.Family == FamilyEmpirical || d.Family == FamilyFixed:
		return d.listMean()
	case d.Below > 0:
		below := d.whole().below(d.Below)
		return special.Integrate(func(x float64) float64 { return 1 - d.whole().CDF(seconds(x))/below }, 0, d.Below.Seconds(), 1e-9)
	case d.Family == FamilyWeibull:
		return s * math.Gamma(1+1/d.Shape)
	case d.Family == FamilyLogNormal:
		return s * math.Exp(d.Shape*d.Shape/2)
	case d.Family == FamilyGamma:
		return s * d.Shape
	default:
		return s
	}
}

func (d Dwell) listMean() float64 {
	if d.Family == FamilyFixed {
		return d.Scale.Seconds()
	}
	sum, n := 0.0, 0
	for _, v := range d.Values {
		if d.Below == 0 || v < d.Below {
			sum += v.Seconds()
			n++
		}
	}
	return sum / float64(n)
}

// draw is one wait in whole seconds.
func (d *Dwell) draw(r *rand.Rand) int64 {
	for {
		x := d.once(r)
		if d.Below == 0 || x < d.Below.Seconds() {
			return int64(math.Round(min(x, maxDwell.Seconds())))
		}
	}
}

// once is one wait of the uncut distribution, in seconds.
func (d *Dwell) once(r *rand.Rand) float64 {
	s := float64(d.Scale) * 1e-9
	switch d.Family {
	case FamilyExponential:
		return s * r.ExpFloat64()
	case FamilyWeibull:
		return s * math.Pow(r.ExpFloat64(), 1/d.Shape)
	case FamilyLogNormal:
		return s * math.Exp(d.Shape*r.NormFloat64())
	case FamilyGamma:
		return s * gamma(r, d.Shape)
	case FamilyEmpirical:
		return d.Values[r.IntN(len(d.Values))].Seconds()
	default:
		return s
	}
}

// gamma draws from the gamma distribution of scale 1 (G. Marsaglia and
// W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000).
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(1-r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// poisson draws a count. Large means are sums of small ones, so that no product
// underflows; the cost grows with the mean, as the arrivals do.
func poisson(r *rand.Rand, mean float64) int64 {
	n := int64(0)
	for ; mean > 0; mean -= 16 {
		limit, p := math.Exp(-min(mean, 16)), 1-r.Float64()
		for ; p > limit; n++ {
			p *= 1 - r.Float64()
		}
	}
	return n
}

func seconds(s float64) time.Duration {
	return time.Duration(math.Round(min(s, maxDwell.Seconds()) * 1e9))
}
