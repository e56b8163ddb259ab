package clv

import (
	"database/sql/driver"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Scale is where an interval is symmetric.
type Scale uint8

// The scales.
const (
	LogScale   Scale = iota // for what is positive: counts, values, times
	LogitScale              // for probabilities
	PlainScale              // for what may have either sign
)

var scales = enum.New[Scale]("clv", "Scale", "log", "logit", "plain")

// String is "log", "logit" or "plain".
func (s Scale) String() string { return scales.String(s) }

// MarshalText writes what String says; an error for what is no scale.
func (s Scale) MarshalText() ([]byte, error) { return scales.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *Scale) UnmarshalText(text []byte) error { return scales.Unmarshal(s, text) }

// Value is the text for an SQL column.
func (s Scale) Value() (driver.Value, error) { return scales.Value(s) }

// Scan reads what Value writes.
func (s *Scale) Scan(src any) error { return scales.Scan(s, src) }

func (s Scale) to(v float64) float64 {
	switch s {
	case LogScale:
		return math.Log(v)
	case LogitScale:
		return math.Log(v) - math.Log1p(-v)
	case PlainScale:
	}
	return v
}

func (s Scale) from(v float64) float64 {
	switch s {
	case LogScale:
		return math.Exp(v)
	case LogitScale:
		return odds(-v)
	case PlainScale:
	}
	return v
}

// IntervalOptions says how an interval is made. The zero value is the delta
// method at 95 % on the log scale.
type IntervalOptions struct {
	Level float64 // zero = 0.95
	Scale Scale   // zero = LogScale
	// Draws, when not zero, makes the interval from that many draws of the
	// parameters, multivariate normal in their logs, instead of the delta
	// method; at least 100. Equal seeds give equal intervals.
	Draws int
	Seed  uint64
}

// maxDraws bounds the time an interval may take.
const maxDraws = 10_000_000

func (o IntervalOptions) check(op string) (IntervalOptions, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	switch {
	case !(o.Level > 0 && o.Level < 1):
		return o, refused(op, "Level", o.Level, "want more than 0 and less than 1, for example 0.95", ErrInput)
	case !scales.Has(o.Scale):
		return o, &fault.Error{Package: "clv", Op: op, Field: "Scale", Value: o.Scale.String(), Limit: "want log, logit or plain", Err: ErrInput}
	case o.Draws != 0 && (o.Draws < 100 || o.Draws > maxDraws):
		return o, refused(op, "Draws", float64(o.Draws), "want 0 for the delta method, or 100 to "+number(maxDraws), ErrInput)
	}
	return o, nil
}

// Fitted is any fitted model, as [Interval] takes it.
type Fitted[M any] interface {
	Reported
	theta() []float64
	at([]float64) M
	logs() int // how many of theta are positive and vary by their logs
}

// Interval is a prediction with the uncertainty that the parameters bring into
// it: q is evaluated at the estimates and around them. It is not the range in
// which one customer's future will lie; that also varies by chance, see
// ConditionalPMF.
//
//	clv.Interval(*m, func(m clv.BGNBD) float64 { return m.PAlive(2, 30.43, 38.86) },
//		clv.IntervalOptions{Scale: clv.LogitScale})
//
// The diagnoses of the fit are the estimate's warnings. A parameter at its
// boundary counts as known. A literal, which has no errors, is refused.
func Interval[M Fitted[M]](m M, q func(M) float64, o IntervalOptions) (metrics.Estimate, error) {
	const op = "Interval"
	o, err := o.check(op)
	if err != nil {
		return metrics.Estimate{}, err
	}
	s, err := uncertain(op, m, q)
	if err != nil {
		return metrics.Estimate{}, err
	}
	return combine([]spread{s}, o), nil
}

// spread is a factor of a prediction with what is known of its uncertainty.
type spread struct {
	value    float64
	n        float64
	warnings []error
	// delta gives the standard error on a scale; draw gives the value at one
	// draw of the parameters.
	delta func(Scale) float64
	draw  func(*rand.Rand) float64
}

// uncertain is q with its uncertainty.
func uncertain[M Fitted[M]](op string, m M, q func(M) float64) (spread, error) {
	f := m.fitting()
	if f == nil {
		return spread{}, &fault.Error{Package: "clv", Op: op, Field: "model", Limit: "want a fitted one: a literal has no errors", Err: ErrInput}
	}
	at := m.theta()
	k := len(at)
	var free []int
	for i := range k {
		if !math.IsNaN(f.cov[i][i]) {
			free = append(free, i)
		}
	}
	moved := func(shift []float64) M {
		p := make([]float64, k)
		for i := range p {
			if i < m.logs() {
				p[i] = at[i] * math.Exp(shift[i])
			} else {
				p[i] = at[i] + shift[i]
			}
		}
		return m.at(p)
	}
	s := spread{value: q(m), n: f.report.N, warnings: append([]error(nil), f.report.Diagnoses...)}
	s.delta = func(scale Scale) float64 {
		const h = 1e-4
		g := make([]float64, k)
		for _, i := range free {
			h := h
			if i >= m.logs() { // a coefficient varies in its own unit
				h *= math.Sqrt(f.cov[i][i])
			}
			shift := make([]float64, k)
			shift[i] = h
			up := scale.to(q(moved(shift)))
			shift[i] = -h
			g[i] = (up - scale.to(q(moved(shift)))) / (2 * h)
		}
		var v float64
		for _, i := range free {
			for _, j := range free {
				v += g[i] * f.cov[i][j] * g[j]
			}
		}
		return math.Sqrt(max(0, v))
	}
	// lower Cholesky factor of the covariance
	l := make([][]float64, len(free))
	for a, i := range free {
		l[a] = make([]float64, len(free))
		for c, j := range free {
			l[a][c] = f.cov[i][j]
		}
	}
	ok := cholesky(l)
	s.draw = func(r *rand.Rand) float64 {
		if !ok {
			return math.NaN()
		}
		z := make([]float64, len(free))
		for a := range z {
			z[a] = r.NormFloat64()
		}
		shift := make([]float64, k)
		for a, i := range free {
			for c := range a + 1 {
				shift[i] += l[a][c] * z[c]
			}
		}
		return q(moved(shift))
	}
	return s, nil
}

// combine is the product of independent factors with its interval.
func combine(factors []spread, o IntervalOptions) metrics.Estimate {
	e := metrics.Estimate{Value: 1, Lo: math.NaN(), Hi: math.NaN(), Level: o.Level}
	n := math.Inf(1)
	for _, f := range factors {
		e.Value *= f.value
		n = min(n, f.n)
		e.Warnings = append(e.Warnings, f.warnings...)
	}
	e.N = max(1, int64(math.Round(n)))
	if math.IsNaN(e.Value) {
		return e
	}
	if o.Draws > 0 {
		r := rand.New(rand.NewPCG(o.Seed, 0x636c76))
		draws := make([]float64, 0, o.Draws)
		for range o.Draws {
			v := 1.0
			for _, f := range factors {
				v *= f.draw(r)
			}
			if math.IsNaN(v) {
				return e
			}
			draws = append(draws, v)
		}
		slices.Sort(draws)
		e.Lo, e.Hi = quantileOf(draws, (1-o.Level)/2), quantileOf(draws, (1+o.Level)/2)
		return e
	}
	// The standard error on the scale: of a product, the variances of the logs
	// add up.
	var sd float64
	if len(factors) == 1 {
		sd = factors[0].delta(o.Scale)
	} else {
		for _, f := range factors {
			d := f.delta(LogScale)
			sd += d * d
		}
		sd = math.Sqrt(sd)
		o.Scale = LogScale
	}
	if math.IsNaN(sd) { // the value stands at the end of its scale, where nothing moves it
		e.Lo, e.Hi = e.Value, e.Value
		return e
	}
	z := special.NormalTwoSided(o.Level)
	c := o.Scale.to(e.Value)
	e.Lo, e.Hi = o.Scale.from(c-z*sd), o.Scale.from(c+z*sd)
	return e
}

// quantileOf sorted values, linear between order statistics (Hyndman and Fan's
// type 7).
func quantileOf(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
