package simulate

import (
	"math"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// Bounds on what a likelihood is evaluated on: more observations are put into
// bins of equal count, at their means.
const (
	maxObserved = 500
	maxCensored = 150
)

// fitDay is the unit of the fits, so that parameters are of the order of 1.
const fitDay = 24 * time.Hour

// weighted are times in days, with weights.
type weighted struct{ t, w []float64 }

// binned sorts times and puts them into at most n bins.
func binned(times []float64, n int) weighted {
	slices.Sort(times)
	var out weighted
	for k := 0; k < min(n, len(times)); k++ {
		lo, hi := len(times)*k/min(n, len(times)), len(times)*(k+1)/min(n, len(times))
		sum := 0.0
		for _, t := range times[lo:hi] {
			sum += t
		}
		out.t, out.w = append(out.t, sum/float64(hi-lo)), append(out.w, float64(hi-lo))
	}
	return out
}

// observed are the ended visits of one branch.
type observed struct {
	n, sum, logs, squares float64 // of the times and their logarithms
	all                   weighted
	same                  bool // all times are equal
}

func observe(times []float64) observed {
	o := observed{n: float64(len(times))}
	for i, t := range times {
		times[i] = max(t, 1.0/86400)
		l := math.Log(times[i])
		o.sum, o.logs, o.squares = o.sum+times[i], o.logs+l, o.squares+l*l
	}
	o.all = binned(times, maxObserved)
	o.same = len(times) > 0 && o.all.t[0] == o.all.t[len(o.all.t)-1]
	return o
}

// law is a family with the logarithms of its parameters: scale and shape.
type law struct {
	family Family
	x      [2]float64
	below  float64 // days; 0 = whole
	most   float64 // days: the longest visit seen in the stage, ended or not
}

// sensible bounds the search: where most visits have not ended, a law that
// stretches without end explains them as well as one that most never follow,
// and would say of the time beyond the records what they do not.
func (l law) sensible() bool {
	shape := math.Exp(l.x[1])
	switch l.family {
	case FamilyLogNormal:
		return shape > 0.01 && shape < 3 && l.x[0] < math.Log(10*l.most)
	case FamilyWeibull, FamilyGamma:
		return shape > 0.05 && shape < 50 && l.x[0] < math.Log(10*l.most)
	default:
		return l.x[0] > -25 && l.x[0] <= math.Log(10*l.most)
	}
}

func (l law) params() int {
	switch l.family {
	case FamilyFixed:
		return 0
	case FamilyExponential:
		return 1
	default:
		return 2
	}
}

// dwell is the law as a Dwell.
func (l law) dwell() Dwell {
	d := Dwell{Family: l.family, Scale: seconds(math.Exp(l.x[0]) * 86400), Below: seconds(l.below * 86400)}
	if l.params() == 2 {
		d.Shape = min(max(math.Exp(l.x[1]), 0.01), 100)
	}
	return d
}

// logTail is the logarithm of the survival of the uncut law.
func (l law) logTail(t float64) float64 {
	scale, shape := math.Exp(l.x[0]), math.Exp(l.x[1])
	switch l.family {
	case FamilyWeibull:
		return -math.Pow(t/scale, shape)
	case FamilyLogNormal:
		return special.LogNormalTail((math.Log(t) - l.x[0]) / shape)
	case FamilyGamma:
		return special.LogGammaTail(shape, t/scale)
	case FamilyFixed:
		if t >= scale {
			return math.Inf(-1)
		}
		return 0
	default:
		return -t / scale
	}
}

// tail is the survival of the law, cut or not.
func (l law) tail(t float64) float64 {
	if l.below == 0 {
		return math.Exp(l.logTail(t))
	}
	if t >= l.below {
		return 0
	}
	end := math.Exp(l.logTail(l.below))
	return (math.Exp(l.logTail(t)) - end) / (1 - end)
}

// likelihood is the logarithm of the likelihood of ended visits.
func (l law) likelihood(o *observed) float64 {
	scale, shape := math.Exp(l.x[0]), math.Exp(l.x[1])
	var sum float64
	switch l.family {
	case FamilyWeibull:
		powers := 0.0
		for i, t := range o.all.t {
			powers += o.all.w[i] * math.Pow(t/scale, shape)
		}
		sum = o.n*(l.x[1]-shape*l.x[0]) + (shape-1)*o.logs - powers
	case FamilyLogNormal:
		q := (o.squares - 2*l.x[0]*o.logs + o.n*l.x[0]*l.x[0]) / (2 * shape * shape)
		sum = -o.logs - o.n*(l.x[1]+0.5*math.Log(2*math.Pi)) - q
	case FamilyGamma:
		sum = (shape-1)*o.logs - o.sum/scale - o.n*(special.LogGamma(shape)+shape*l.x[0])
	case FamilyFixed:
		return 0
	default:
		sum = -o.n*l.x[0] - o.sum/scale
	}
	if l.below > 0 {
		sum -= o.n * math.Log(-math.Expm1(l.logTail(l.below)))
	}
	return sum
}

// whole is the likelihood with weighted censored times.
func (l law) whole(o *observed, censored weighted) float64 {
	sum := l.likelihood(o)
	for i, t := range censored.t {
		if w := censored.w[i]; w > 1e-9 {
			sum += w * math.Log(max(l.tail(t), 1e-300))
		}
	}
	return sum
}

// begin is where the search for a family's parameters begins: by moments.
func begin(f Family, o *observed, below, most float64) law {
	l := law{family: f, below: below, most: most}
	mean, logs := o.sum/o.n, o.logs/o.n
	v := max(o.squares/o.n-logs*logs, 0.01)
	switch f {
	case FamilyLogNormal:
		l.x = [2]float64{logs, min(math.Log(v)/2, 1)}
	case FamilyWeibull:
		shape := min(max(math.Pi/math.Sqrt(6*v), 0.2), 5)
		l.x = [2]float64{logs + 0.5772/shape, math.Log(shape)}
	case FamilyGamma:
		shape := min(max(0.5/max(math.Log(mean)-logs, 0.01), 0.05), 50)
		l.x = [2]float64{math.Log(mean / shape), math.Log(shape)}
	default:
		l.x[0] = math.Log(mean)
	}
	return l
}

// maximise finds the law of a family that makes most of the data, looking about
// within a step at first. An exponential law has a formula: time over events.
func maximise(from law, o *observed, censored weighted, step float64) (law, float64) {
	switch {
	case from.family == FamilyFixed:
		return from, 0
	case from.family == FamilyExponential && from.below == 0:
		sum := o.sum
		for i, t := range censored.t {
			sum += float64(censored.w[i] * t)
		}
		from.x[0] = min(math.Log(sum/o.n), math.Log(10*from.most))
		return from, from.whole(o, censored)
	}
	best := search(from.x, from.params(), step, func(x [2]float64) float64 {
		l := from
		if l.x = x; !l.sensible() {
			return math.Inf(1)
		}
		if v := -l.whole(o, censored); !math.IsNaN(v) {
			return v
		}
		return math.Inf(1)
	})
	from.x = best
	return from, from.whole(o, censored)
}

// search is the simplex method of Nelder and Mead (Computer Journal 7, 1965) in
// one or two dimensions.
func search(start [2]float64, dims int, step float64, f func([2]float64) float64) [2]float64 {
	type point struct {
		x [2]float64
		y float64
	}
	simplex := []point{{start, f(start)}}
	for d := range dims {
		x := start
		x[d] += step
		simplex = append(simplex, point{x, f(x)})
	}
	mix := func(a, b [2]float64, t float64) point {
		var x [2]float64
		for d := range x {
			x[d] = a[d] + float64(t*(b[d]-a[d]))
		}
		return point{x, f(x)}
	}
	for range 80 {
		slices.SortStableFunc(simplex, func(a, b point) int {
			switch {
			case a.y < b.y:
				return -1
			case a.y > b.y:
				return 1
			}
			return 0
		})
		best, worst := simplex[0], simplex[dims]
		if math.Abs(worst.y-best.y) < 1e-7 && math.Abs(worst.x[0]-best.x[0])+math.Abs(worst.x[1]-best.x[1]) < 1e-4 {
			break
		}
		var centre [2]float64
		for _, p := range simplex[:dims] {
			for d := range centre {
				centre[d] += p.x[d] / float64(dims)
			}
		}
		next := mix(worst.x, centre, 2)
		switch {
		case next.y < best.y:
			if far := mix(worst.x, centre, 3); far.y < next.y {
				next = far
			}
		case next.y >= simplex[dims-1].y:
			near := mix(worst.x, centre, 0.5)
			if next.y < worst.y {
				near = mix(worst.x, centre, 1.5)
			}
			if near.y >= min(next.y, worst.y) {
				for i := range simplex[1:] {
					simplex[i+1] = mix(best.x, simplex[i+1].x, 0.5)
				}
				continue
			}
			next = near
		}
		simplex[dims] = next
	}
	best := simplex[0]
	for _, p := range simplex {
		if p.y < best.y {
			best = p
		}
	}
	return best.x
}
