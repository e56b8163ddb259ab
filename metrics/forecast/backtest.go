package forecast

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// BacktestOptions say which past months to forecast from. The zero value takes
// every month from the twelfth on, six months ahead, by 400 paths.
type BacktestOptions struct {
	// First and Last are the origins tried; zero is the twelfth month of the
	// books, and the last but one month with a movement.
	First, Last calendar.Month
	// Step is how many months lie between origins; zero is 1.
	Step int
	// Horizon is how many months ahead; zero is 6.
	Horizon int
	// Paths of each projection; zero is 400.
	Paths int
	// Seed of the random numbers.
	Seed uint64
	// Levels of the intervals; nil is 0.8 and 0.95.
	Levels []float64
}

// Rival names a way to forecast in a backtest.
type Rival string

// The ways that are compared: the books rolled forward, the series of monthly
// revenue alone by two methods, its last value, and the vendors' rule: what
// came in by the mean of three months, what churned by its rate over them.
const (
	RivalBooks       Rival = "books"
	RivalAuto        Rival = "series-auto"
	RivalTheta       Rival = "series-theta"
	RivalNaive       Rival = "series-naive"
	RivalThreeMonths Rival = "three-months"
)

// Rivals are all of them, in the order of the rows.
func Rivals() []Rival {
	return []Rival{RivalBooks, RivalAuto, RivalTheta, RivalNaive, RivalThreeMonths}
}

// Score is how one way did so many months ahead.
type Score struct {
	Rival Rival
	Ahead int
	// N forecasts were compared with what came.
	N int
	// Error is the median of |forecast - came| / came.
	Error float64
	// Covered are the shares of intervals that held what came, in the order of
	// the levels, with Wilson's interval; nil where the way has none. Forecasts
	// of neighbouring origins are not independent, so that it is too narrow.
	Covered []metrics.Estimate
	// Width is the median width of the widest level's interval over what came;
	// NaN without.
	Width float64
}

// Missed reports whether fewer of a level's intervals held what came than
// chance allows: whether Wilson's interval of the share lies below the level.
func (s Score) Missed(level int) bool {
	return level < len(s.Covered) && s.Covered[level].Defined() && s.Covered[level].Hi < s.Covered[level].Level
}

// BacktestReport is how forecasts of the past would have done. It is not
// written to and safe everywhere.
type BacktestReport struct {
	Origins []calendar.Month
	// Skipped origins had too short a history as known then.
	Skipped int
	Levels  []float64
	scores  []Score
}

// coveredLevel is the confidence of the interval around a coverage.
const coveredLevel = 0.95

// Backtest forecasts from past months with the books as they were known at
// their ends, and compares with what came as known now. It says whether the
// intervals can be believed for these books: read it before the projection.
func Backtest(l *ledger.Ledger, o BacktestOptions) (*BacktestReport, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	h, err := read(l, calendar.Month{}, false)
	if err != nil {
		return nil, err
	}
	if o.First.IsZero() {
		o.First = h.first.Add(fewPoints - 1)
	}
	if o.Last.IsZero() {
		o.Last = h.origin.Add(-1)
	}
	if o.First.Before(h.first) || o.Last.After(h.origin.Add(-1)) {
		return nil, badOption("Backtest", "First and Last", o.First.String()+" to "+o.Last.String(), "want months of the books, from "+h.first.String()+" to "+h.origin.Add(-1).String())
	}
	if o.Last.Before(o.First) {
		return nil, tooShort("Backtest", h.months, fewPoints+1)
	}
	now, err := l.Statements(h.first, h.origin)
	if err != nil {
		return nil, err
	}
	r := &BacktestReport{Levels: o.Levels}
	type outcome struct{ errors, widths, hits []float64 }
	out := map[Rival][]outcome{} // by months ahead
	for _, v := range Rivals() {
		out[v] = make([]outcome, o.Horizon+1)
	}
	add := func(v Rival, ahead int, came float64, at func(level float64) metrics.Estimate) {
		w := &out[v][ahead]
		if came <= 0 {
			return // no relative error of nothing
		}
		for i, level := range o.Levels {
			e := at(level)
			if i == 0 {
				w.errors = append(w.errors, math.Abs(e.Value-came)/came)
			}
			if math.IsNaN(e.Lo) {
				continue
			}
			if i == len(o.Levels)-1 {
				w.widths = append(w.widths, (e.Hi-e.Lo)/came)
			}
			hit := 0.0
			if e.Lo <= came && came <= e.Hi {
				hit = 1
			}
			w.hits = append(w.hits, hit)
		}
	}
	loc := l.Options().Location
	for m := o.First; !m.After(o.Last); m = m.Add(o.Step) {
		// All that was recorded before the month was over.
		then := l.AsOf(m.Add(1).Start(loc).Add(-time.Nanosecond))
		p, err := Books(then, Options{Origin: m, Horizon: o.Horizon, Paths: o.Paths, Seed: o.Seed + uint64(m.Sub(h.first)), Levels: o.Levels})
		if errors.Is(err, ErrTooShort) {
			r.Skipped++
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("forecast: Backtest: from %v: %w", m, err)
		}
		known, err := then.Statements(p.h.first, m)
		if err != nil {
			return nil, err
		}
		series := make([]float64, len(known))
		for i, st := range known {
			series[i] = st.Revenue.Closing().InexactFloat64()
		}
		r.Origins = append(r.Origins, m)
		engines := map[Rival]*SeriesForecast{}
		for v, method := range map[Rival]Method{RivalAuto: Auto, RivalTheta: Theta, RivalNaive: Naive} {
			f, err := Series(series, SeriesOptions{Method: method, Horizon: o.Horizon})
			if err != nil {
				return nil, err
			}
			engines[v] = f
		}
		rule := threeMonths(known, o.Horizon)
		for ahead := 1; ahead <= o.Horizon && !m.Add(ahead).After(h.origin); ahead++ {
			came := now[m.Add(ahead).Sub(h.first)].Revenue.Closing().InexactFloat64()
			add(RivalBooks, ahead, came, func(level float64) metrics.Estimate {
				e := p.At(MRR, ahead, level)
				e.Value = p.Median(MRR, ahead) // absolute errors are least around the median
				return e
			})
			for v, f := range engines {
				add(v, ahead, came, func(level float64) metrics.Estimate { return f.At(ahead, level) })
			}
			add(RivalThreeMonths, ahead, came, func(float64) metrics.Estimate {
				return metrics.Estimate{Value: rule[ahead], Lo: math.NaN(), Hi: math.NaN()}
			})
		}
	}
	if len(r.Origins) == 0 {
		return nil, tooShort("Backtest", h.months, fewPoints+1)
	}
	for _, v := range Rivals() {
		for ahead := 1; ahead <= o.Horizon; ahead++ {
			w := out[v][ahead]
			s := Score{Rival: v, Ahead: ahead, N: len(w.errors), Error: middle(w.errors), Width: middle(w.widths)}
			for i, level := range o.Levels {
				if v == RivalThreeMonths || len(w.hits) == 0 {
					break
				}
				hits := int64(0)
				for k := i; k < len(w.hits); k += len(o.Levels) {
					hits += int64(w.hits[k])
				}
				e, err := metrics.Wilson(hits, int64(len(w.hits)/len(o.Levels)), coveredLevel)
				if err != nil {
					return nil, err
				}
				e.Level = level // nominal; the interval's own is coveredLevel
				s.Covered = append(s.Covered, e)
			}
			r.scores = append(r.scores, s)
		}
	}
	return r, nil
}

func (o *BacktestOptions) validate() error {
	if o.Step == 0 {
		o.Step = 1
	}
	if o.Horizon == 0 {
		o.Horizon = 6
	}
	if o.Paths == 0 {
		o.Paths = 400
	}
	if o.Levels == nil {
		o.Levels = []float64{0.8, 0.95}
	}
	if o.Step < 1 || o.Step > maxHistory {
		return badOption("Backtest", "Step", strconv.Itoa(o.Step), "want 1 to "+strconv.Itoa(maxHistory))
	}
	if len(o.Levels) == 0 {
		return badOption("Backtest", "Levels", "[]", "want at least one, or nil")
	}
	p := Options{Horizon: o.Horizon, Paths: o.Paths, Levels: o.Levels}
	if err := p.validate(); err != nil {
		return err
	}
	o.Levels = slices.Sorted(slices.Values(o.Levels))
	return nil
}

// threeMonths is the vendors' rule: next = MRR·(1 - churn) + what comes in,
// both means of the last three months.
//
// Source: Baremetrics' help centre, "Forecast".
func threeMonths(st []ledger.Statement, horizon int) []float64 {
	last := st[max(0, len(st)-3):]
	in, rate := 0.0, 0.0
	for _, s := range last {
		r := s.Revenue
		in += r.New.Add(r.Expansion).Add(r.Reactivation).InexactFloat64() / float64(len(last))
		if o := r.Opening.InexactFloat64(); o > 0 {
			rate += r.Churn.Add(r.Contraction).InexactFloat64() / o / float64(len(last))
		}
	}
	out := []float64{st[len(st)-1].Revenue.Closing().InexactFloat64()}
	for h := range horizon {
		out = append(out, float64(out[h]*(1-rate))+in)
	}
	return out
}

// middle is the median of numbers, NaN of none.
func middle(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	xs = slices.Sorted(slices.Values(xs))
	return (xs[(len(xs)-1)/2] + xs[len(xs)/2]) / 2
}

// Scores yields every way's scores, month by month ahead.
func (r *BacktestReport) Scores() iter.Seq[Score] { return slices.Values(r.scores) }

// Score is one of them; its N is 0 where there is none.
func (r *BacktestReport) Score(v Rival, ahead int) Score {
	for _, s := range r.scores {
		if s.Rival == v && s.Ahead == ahead {
			return s
		}
	}
	return Score{Rival: v, Ahead: ahead, Error: math.NaN(), Width: math.NaN()}
}

// Missed reports whether the projection's intervals of any level held less
// than they say at any month ahead, beyond what chance allows.
func (r *BacktestReport) Missed() bool {
	for _, s := range r.scores {
		if s.Rival != RivalBooks {
			continue
		}
		for i := range s.Covered {
			if s.Missed(i) {
				return true
			}
		}
	}
	return false
}

// String is the scores as a table, with MISSED where intervals held too little.
func (r *BacktestReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d origins from %v to %v", len(r.Origins), r.Origins[0], r.Origins[len(r.Origins)-1])
	if r.Skipped > 0 {
		fmt.Fprintf(&b, ", %d skipped", r.Skipped)
	}
	for _, s := range r.scores {
		if s.N == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%-13s %2d ahead, %3d forecasts: median error %5.1f %%", s.Rival, s.Ahead, s.N, 100*s.Error)
		for i, c := range s.Covered {
			fmt.Fprintf(&b, ", %.3g %% held %.0f %%", 100*c.Level, 100*c.Value)
			if s.Missed(i) {
				b.WriteString(" MISSED")
			}
		}
	}
	return b.String()
}

// MarshalJSON writes the score; covered are value, lo, hi (of 95 %), the
// nominal level and n.
func (s Score) MarshalJSON() ([]byte, error) {
	missed := make([]bool, len(s.Covered))
	for i := range missed {
		missed[i] = s.Missed(i)
	}
	return json.Marshal(struct {
		Rival   Rival              `json:"rival"`
		Ahead   int                `json:"ahead"`
		N       int                `json:"n"`
		Error   number             `json:"error"`
		Covered []metrics.Estimate `json:"covered"`
		Missed  []bool             `json:"missed"`
		Width   number             `json:"width"`
	}{s.Rival, s.Ahead, s.N, number(s.Error), append([]metrics.Estimate{}, s.Covered...), missed, number(s.Width)})
}

// MarshalJSON writes origins, levels and scores.
func (r *BacktestReport) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Origins []calendar.Month `json:"origins"`
		Skipped int              `json:"skipped"`
		Levels  []float64        `json:"levels"`
		Missed  bool             `json:"missed"`
		Scores  []Score          `json:"scores"`
	}{append([]calendar.Month{}, r.Origins...), r.Skipped, r.Levels, r.Missed(), append([]Score{}, r.scores...)})
}
