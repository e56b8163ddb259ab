package simulate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// FitOptions say how a world is fitted. The zero value is ready.
type FitOptions struct {
	// Level of the intervals; zero means 0.95.
	Level float64
	// Families to choose from, by AIC; none means exponential, Weibull,
	// log-normal and gamma. Ways that few took have an exponential law.
	Families []Family
	// Empirical takes the lengths of visits as they were in the place of a
	// family, where all but 1 % of the visits of a stage have ended.
	Empirical bool
}

// Fit estimates the parameters of a company from a replay and, where there is
// one, its ledger: shares and lengths with visits that have not ended taken for
// what they are, families by AIC, intervals from the observed information. Events
// that were refused are not in it. The replay should have a horizon: without one
// nobody is seen to wait.
//
// What it cannot see, it leaves out: channels, surveys, damping, treatments, and
// why payments failed. For a persona, fit its part of the replay.
//
// Errors: a replay of nobody, a level or a family that there is not.
func Fit(r *journey.Replay, l *ledger.Ledger, o FitOptions) (*Fitted, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if !(o.Level > 0 && o.Level < 1) {
		return nil, &fault.Error{Package: "simulate", Op: "fit", Field: "Level", Value: number(o.Level), Limit: "want between 0 and 1", Err: ErrFit}
	}
	if len(o.Families) == 0 {
		o.Families = []Family{FamilyExponential, FamilyWeibull, FamilyLogNormal, FamilyGamma}
	}
	for _, f := range o.Families {
		if f != FamilyExponential && f != FamilyWeibull && f != FamilyLogNormal && f != FamilyGamma {
			return nil, &fault.Error{Package: "simulate", Op: "fit", Field: "Families", Value: f.String(), Limit: "want exponential, weibull, log-normal or gamma", Err: ErrFit}
		}
	}
	if r == nil || r.Definition() == nil || r.Customers() == 0 {
		return nil, fmt.Errorf("simulate: fit: %w: the replay has no customer", ErrFit)
	}
	f := &Fitted{}
	if err := f.define(r); err != nil {
		return nil, err
	}
	f.arrivals(r, o.Level)
	for _, s := range f.collect(r) {
		s.fit(o.Families)
		f.stage(s, o)
	}
	f.habits(r, o.Level)
	if l != nil {
		books, err := fitBooks(r, l, o.Level)
		if err != nil {
			return nil, err
		}
		f.Books = books
	}
	return f, nil
}

// define finds what customers arrive by, an event that moves nobody and that
// each had once in the initial stage, and where there is none gives the
// definition one.
func (f *Fitted) define(r *journey.Replay) error {
	d := r.Definition()
	for _, e := range r.Events(0) {
		if e.Stage == string(d.Initial()) && e.Count == r.Customers() && e.Moved == 0 && e.Refused == 0 {
			f.d, f.arrival = d, string(e.Trigger)
			return nil
		}
	}
	f.arrival = "arrived"
	for slices.Contains(d.Triggers(), journey.Trigger(f.arrival)) {
		f.arrival += "_"
	}
	spec := d.Spec()
	spec.Observe = append(spec.Observe, journey.Trigger(f.arrival))
	if len(spec.Triggers) > 0 {
		spec.Triggers = append(spec.Triggers, journey.Trigger(f.arrival))
	}
	var err error
	if f.d, err = journey.Define(spec); err != nil {
		return fmt.Errorf("simulate: fit: %w", err)
	}
	return nil
}

// arrivals fits a Poisson process whose rate grows exponentially: given their
// number, arrivals are a sample of a truncated exponential distribution.
func (f *Fitted) arrivals(r *journey.Replay, level float64) {
	var at []time.Time
	for _, visits := range r.AllVisits() {
		at = append(at, visits[0].From)
		if last := visits[len(visits)-1].Until; last.After(f.to) {
			f.to = last
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	f.from = at[0].Truncate(time.Second)
	if f.to = f.to.Truncate(time.Second).Add(time.Second); !r.Horizon().IsZero() {
		f.to = r.Horizon().Add(time.Second - 1).Truncate(time.Second)
	}
	// Where nobody came for so long that chance alone would not explain it, the
	// arrivals have ended.
	n := float64(len(at))
	f.until = f.to
	last := at[len(at)-1]
	if came := last.Sub(f.from).Seconds(); came > 0 && n*f.to.Sub(last).Seconds()/came > 20 {
		f.until = last.Truncate(time.Second).Add(time.Second)
	}
	months := f.until.Sub(f.from).Seconds() / secondsOfMonth
	sum := 0.0
	for _, t := range at {
		sum += t.Sub(f.from).Seconds() / secondsOfMonth
	}
	z := special.NormalTwoSided(level)
	f.Arrivals = rateOf(int64(len(at)), months, level)
	// The mean of the truncated exponential is months·g(b·months), g rising.
	share := func(b float64) float64 {
		if math.Abs(b) < 1e-6 {
			return 0.5 + b/12
		}
		return 1/(-math.Expm1(-b)) - 1/b
	}
	lo, hi := -50.0, 50.0
	for range 200 {
		if mid := (lo + hi) / 2; share(mid) < sum/n/months {
			lo = mid
		} else {
			hi = mid
		}
	}
	b := lo
	v := 1.0 / 12
	if math.Abs(b) > 1e-3 {
		v = 1/(b*b) - 1/(4*math.Sinh(b/2)*math.Sinh(b/2))
	}
	sd := 1 / math.Sqrt(n*v)
	grow := func(b float64) float64 { return math.Expm1(b / months) }
	f.Growth = metrics.Estimate{Value: grow(b), Lo: grow(b - z*sd), Hi: grow(b + z*sd), Level: level, N: int64(len(at))}
	f.rate = n / months
	if math.Abs(b) > 1e-6 {
		f.rate *= b / math.Expm1(b)
	}
}

// rateOf is a rate with the interval of its count in the square root, which is
// nearly normal (F. J. Anscombe, Biometrika 35, 1948).
func rateOf(n int64, exposure, level float64) metrics.Estimate {
	e := metrics.Estimate{Level: level, N: n, Value: float64(n) / exposure}
	z := special.NormalTwoSided(level) / 2
	root := math.Sqrt(float64(n) + 0.375)
	low := max(root-z, 0)
	e.Lo, e.Hi = max(low*low-0.375, 0)/exposure, ((root+z)*(root+z)-0.375)/exposure
	if e.N == 0 {
		e.N = 1 // nothing was seen where something could have been
	}
	return e
}

// collect puts the visits of a replay into stages.
func (f *Fitted) collect(r *journey.Replay) []*stageData {
	var list []*stageData
	at := map[journey.Stage]*stageData{}
	for _, s := range f.d.Stages() {
		data := &stageData{stage: s.Name}
		list, at[s.Name] = append(list, data), data
	}
	for _, t := range f.d.Spec().After {
		if s := at[t.Stage]; s != nil && (s.timer == 0 || t.After < seconds(s.timer*86400)) {
			s.timer, s.timerOn = float64(t.After)/float64(fitDay), t.Trigger
		}
	}
	for _, visits := range r.AllVisits() {
		for i, v := range visits {
			s := at[v.Stage]
			days := float64(v.Duration()) / float64(fitDay)
			switch {
			case v.Open:
				s.open = append(s.open, max(days, 1.0/86400))
			case s.timer > 0 && visits[i+1].By == s.timerOn && math.Abs(days-s.timer) < 1e-9*s.timer+1e-10:
				s.byTimer++
			default:
				s.leave(visits[i+1].By, visits[i+1].Stage, days)
			}
		}
	}
	for _, s := range list {
		s.sort()
	}
	return list
}

func (s *stageData) leave(on journey.Trigger, to journey.Stage, days float64) {
	k := slices.Index(s.on, on)
	if k < 0 {
		k = len(s.on)
		s.on, s.to, s.times = append(s.on, on), append(s.to, to), append(s.times, nil)
	}
	s.times[k] = append(s.times[k], days)
}

// sort puts the branches in order of their triggers, whatever customers came
// first.
func (s *stageData) sort() {
	order := make([]int, len(s.on))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(s.on[a], s.on[b]) })
	on, to, times := s.on, s.to, s.times
	s.on, s.to, s.times = nil, nil, nil
	for _, i := range order {
		s.on, s.to, s.times = append(s.on, on[i]), append(s.to, to[i]), append(s.times, times[i])
	}
	slices.Sort(s.open)
}

// stage adds what was fitted of a stage.
func (f *Fitted) stage(s *stageData, o FitOptions) {
	visits := int64(s.byTimer) + int64(len(s.open))
	for i := range s.branches {
		visits += int64(s.branches[i].obs.n)
	}
	out := FittedStage{Stage: s.stage, Visits: visits, Open: int64(len(s.open))}
	if visits > 0 {
		shares, means := s.intervals(o.Level)
		k := len(s.branches)
		out.Stays, out.Timer = shares[k], shares[k+1]
		for i := range s.branches {
			b := &s.branches[i]
			m := FittedMove{From: s.stage, On: s.on[i], To: s.to[i], N: int64(b.obs.n), P: shares[i], Dwell: b.law.dwell(), Mean: means[i], Tried: b.candidates}
			if o.Empirical && 100*len(s.open) <= int(visits) && !b.obs.same && len(s.times[i]) >= fewVisits {
				m.Dwell, m.Mean = s.asSeen(i, o.Level)
			}
			m.Dwell.Scale = m.Dwell.Scale.Round(time.Second)
			f.Moves = append(f.Moves, m)
		}
	}
	f.Stages = append(f.Stages, out)
}

// asSeen is the lengths of a branch's visits as they were, and their mean.
func (s *stageData) asSeen(i int, level float64) (Dwell, metrics.Estimate) {
	o := &s.branches[i].obs
	mean, squares := o.sum/o.n, 0.0
	d := Dwell{Family: FamilyEmpirical}
	for _, t := range s.times[i] {
		squares += (t - mean) * (t - mean)
		d.Values = append(d.Values, seconds(t*86400))
	}
	if len(d.Values) > maxValues {
		d.Values = nil
		for k := range maxValues { // quantiles
			d.Values = append(d.Values, seconds(s.times[i][len(s.times[i])*k/maxValues]*86400))
		}
	}
	half := special.NormalTwoSided(level) * math.Sqrt(squares/(o.n-1)/o.n)
	return d, metrics.Estimate{Value: mean, Lo: mean - half, Hi: mean + half, Level: level, N: int64(o.n)}
}

// habits are events that moved nobody, per month in the stage.
func (f *Fitted) habits(r *journey.Replay, level float64) {
	spent := map[string]float64{}
	for _, s := range r.Sojourns(0) {
		whole, _ := s.Total.Seconds()
		spent[s.Name] = float64(whole) / secondsOfMonth
	}
	for _, e := range r.Events(0) {
		n := e.Count - e.Moved - e.Refused
		if n <= 0 || !(spent[e.Stage] > 0) || string(e.Trigger) == f.arrival {
			continue
		}
		f.Habits = append(f.Habits, FittedHabit{Stage: journey.Stage(e.Stage), Event: e.Trigger, N: n, PerMonth: rateOf(n, spent[e.Stage], level)})
	}
}
